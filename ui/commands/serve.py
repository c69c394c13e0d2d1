"""The commands that serve the index: to browsers, and to programs that speak MCP."""

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from ui import running
from ui.running import auth_file_option, errors, places, settings_option


@click.command()
@places
@settings_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=7860, show_default=True, type=click.IntRange(1, 65535),
    help="Port to listen on; the next free one is taken when it is in use.",
)  # fmt: skip
@click.option("--open/--no-open", "browser", default=False, help="Open it in the browser.")
@auth_file_option("Let in only its users: see commentary user.")
@click.option("--read-only", is_flag=True, help="Nothing can be added, removed or built from it.")
@click.option(
    "--max-users", default=0, type=click.IntRange(0), help="How many may use it at once; 0: any."
)
@click.option(
    "--rate", type=click.IntRange(0),
    help="Questions a minute for each client; 0: any  [default: 120 where others can ask]",
)  # fmt: skip
@click.option(
    "--name", "names", multiple=True, metavar="HOST",
    help="A host name that it is reached by besides the machine's own.",
)  # fmt: skip
@click.option("--mcp", "tools", is_flag=True, help="Offer tools for assistants at /mcp.")
def chat(
    sources: Path, index: Path, settings: Path | None, browser: bool, names: tuple[str, ...],
    **given: Any,
) -> None:  # fmt: skip
    """Bring the index up to date, open the chat in the browser, and follow the sources."""
    running.forget_gradio_settings()
    from ui.rebuild import Rebuild
    from ui.service import Options, serve

    with errors():
        reranker = running.reranker_from(settings)
        options = Options(open_browser=browser, names=names, reranker=reranker, **given)
        if not options.is_local and options.auth_file is None:
            click.secho(
                f"warning: everyone who reaches {options.host} can ask"
                f"{'' if options.read_only else ', add and delete'}; let in only those whom you "
                "name with --auth-file FILE (commentary user add NAME --auth-file FILE)"
                f"{'' if options.read_only else ', or allow no change with --read-only'}",
                fg="yellow", err=True,
            )  # fmt: skip
        notices = running.Notices()
        if sources.is_dir() or not index.exists():
            running.say(running.build(sources, index, settings, notices), err=True)
        else:
            click.secho(
                f"warning: there is no folder {sources}; answers come from what the index in "
                f"{index} holds, and no source is followed (--sources names their folder)",
                fg="yellow", err=True,
            )  # fmt: skip
        rebuild = Rebuild(sources, index, running.settings_from(settings))
        with running.following(sources, index, rebuild.follow, notices):
            serve(sources, index, options, rebuild)


@click.command("mcp")
@places
@settings_option
def mcp_command(sources: Path, index: Path, settings: Path | None) -> None:
    """Serve the library as tools, by MCP over stdin and stdout, to a program that starts this."""
    from ui.tools import tool_server

    with errors(), closing(running.open_assistant(index, sources, settings)) as assistant:
        tool_server(assistant, index).run()
