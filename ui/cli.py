"""The `commentary` command: options in, exit codes out.

Everything heavy is imported inside the command that needs it, so that --help answers at once.
"""

import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from index.errors import CommentaryError
from ui import running
from ui.progress import progress
from ui.running import errors, json_option, json_text, places, settings_option


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="commentary-qa", prog_name="commentary")
def main() -> None:
    """Ask questions of commentaries, offline.

    Put texts into source_texts/, then ask. Every answer is made of sentences that stand in them,
    each cited to its exact characters, or says that they do not answer.
    """


@main.command("index")
@places
@settings_option
@json_option
@click.option("--watch", is_flag=True, help="Go on: follow the sources until Ctrl-C.")
def index_command(
    sources: Path, index: Path, settings: Path | None, as_json: bool, watch: bool
) -> None:
    """Bring the index up to date with the sources."""
    with errors():
        if watch:
            running.watch(sources, index, running.settings_from(settings), as_json)
            return
        report = running.build(sources, index, settings)
        if as_json or report.added + report.changed + report.removed + report.unchanged:
            running.say(report, as_json)
        if not report.added + report.changed + report.unchanged:
            raise CommentaryError(
                f"nothing in {sources} could be indexed; put texts, web pages, PDFs, Word files "
                "or e-books into it"
            )


@main.command()
@places
@settings_option
@json_option
@click.argument("source", nargs=-1, required=True)
@click.option("--title", default="", help="What the work is called.")
@click.option("--author", default="", help="Who wrote it.")
@click.option("--publisher", default="", help="Who published it.")
@click.option(
    "--published",
    default="",
    callback=running.date_option,
    help="When: YYYY-MM-DD, YYYY-MM or YYYY.",
)
def add(
    sources: Path,
    index: Path,
    settings: Path | None,
    as_json: bool,
    source: tuple[str, ...],
    **fields: str,
) -> None:
    """Put SOURCE, a file or a web address, into the sources, and index it.

    An address is fetched now and once, and nothing else ever is. What is given of title, author,
    publisher and date wins over what the source says of itself.
    """
    from index.add import add_source

    with errors():
        given = {name: value for name, value in fields.items() if value}
        refused = []
        for one in source:
            try:
                path = add_source(one, sources, given, tell=lambda line: click.echo(line, err=True))
                click.echo(path, err=True)
            except CommentaryError as error:
                refused.append(f"{one}: {error}")
        if len(refused) < len(source):
            running.say(running.build(sources, index, settings), as_json)
        if refused:
            raise CommentaryError("\n".join(refused))


@main.command()
@places
@json_option
@click.argument("source", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(sources: Path, index: Path, as_json: bool, source: tuple[str, ...], yes: bool) -> None:
    """Delete SOURCE from the sources, and all that the index keeps of it.

    SOURCE is a path below the folder of the sources, as `commentary list` shows it.
    """
    from index.remove import find_source, remove_sources

    with errors():
        paths = list(dict.fromkeys(find_source(one, sources) for one in source))
        named = ", ".join(str(sources / path) for path in paths)
        if not yes and not click.confirm(f"Delete {named}?"):
            raise CommentaryError("nothing was deleted")
        running.say(remove_sources(paths, sources, index), as_json)


@main.command("list")
@places
@json_option
@running.filters
def list_command(sources: Path, index: Path, as_json: bool, **filters: str | None) -> None:
    """List the documents of the index, all or those that fit."""
    from index.library import Library
    from ui.report import listing_json, listing_text

    with errors(), closing(running.open_index(Library, index, sources)) as library:
        found = library.listing({name: value for name, value in filters.items() if value})
        click.echo(json_text(listing_json(found)) if as_json else listing_text(found))


@main.command()
@places
@json_option
@running.filters
@click.argument("question")
def ask(sources: Path, index: Path, as_json: bool, question: str, **filters: str | None) -> None:
    """Answer QUESTION with cited sentences, or say that the sources do not.

    Asked which documents discuss something, it counts and lists all of them.

    Exit code 1 when they do not.
    """
    from ui.render import answer_json, answer_text

    with errors():
        chosen = {name: value for name, value in filters.items() if value}
        answer = running.open_assistant(index, sources).ask(question, filters=chosen)
        click.echo(json_text(answer_json(answer)) if as_json else answer_text(answer))
    if not answer.answered:
        sys.exit(1)


@main.command()
@places
@json_option
@click.option(
    "-k", default=8, show_default=True, type=click.IntRange(1, 40), help="How many passages."
)
@running.filters
@click.argument("question")
def search(
    sources: Path, index: Path, as_json: bool, k: int, question: str, **filters: str | None
) -> None:
    """Print the passages that fit QUESTION best."""
    from ui.render import hits_json, hits_text

    with errors():
        chosen = {name: value for name, value in filters.items() if value}
        assistant = running.open_assistant(index, sources)
        hits = assistant.retrieve(question, k=k, filters=chosen)
        click.echo(json_text(hits_json(hits)) if as_json else hits_text(hits))
        if not hits:
            raise CommentaryError(
                assistant.nothing_fits(chosen) or f"the index in {index} holds no passages"
            )


@main.command()
@places
@settings_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=7860, show_default=True, type=click.IntRange(1, 65535),
    help="Port to listen on; the next free one is taken when it is in use.",
)  # fmt: skip
@click.option("--open/--no-open", "browser", default=False, help="Open it in the browser.")
@click.option(
    "--auth-file", type=click.Path(path_type=Path), help="Let in only the users of this file."
)
@click.option("--read-only", is_flag=True, help="Refuse every change of the library.")
@click.option("--max-users", type=click.IntRange(1), help="How many may use it at once.")
def chat(
    sources: Path,
    index: Path,
    settings: Path | None,
    host: str,
    port: int,
    browser: bool,
    auth_file: Path | None,
    read_only: bool,
    max_users: int | None,
) -> None:
    """Bring the index up to date, open the chat in the browser, and follow the sources.

    Beside the chat it serves the library at /library and the HTTP API at /api/v1.
    """
    from ui.report import build_text
    from ui.site import Serving
    from ui.web import serve

    with errors():
        if sources.is_dir() or not index.exists():
            click.echo(build_text(running.build(sources, index, settings)), err=True)
        chosen = running.settings_from(settings)
        serving = Serving(sources, chosen, auth_file, read_only, max_users)
        with running.following(sources, index, chosen):
            serve(index, host=host, port=port, open_browser=browser, serving=serving)


@main.command()
@click.argument("name")
@click.option(
    "--auth-file", required=True, type=click.Path(path_type=Path), help="File of the users."
)
def user(name: str, auth_file: Path) -> None:
    """Let NAME sign in, or give NAME another password.

    It is asked for twice, or read from stdin where that is no terminal.
    """
    from ui.users import set_user

    with errors():
        if sys.stdin.isatty():
            password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        else:
            password = sys.stdin.readline().rstrip("\r\n")
        known = set_user(auth_file, name, password)
        click.echo(f"{name} {'has another password' if known else 'may sign in'} ({auth_file})")


@main.command()
@places
def mcp(sources: Path, index: Path) -> None:
    """Serve the index to other programs as MCP tools, over stdin and stdout."""
    with errors():
        try:
            from ui.mcp_server import create
        except ModuleNotFoundError as error:
            if error.name != "mcp":
                raise
            raise CommentaryError(
                "the package mcp is missing; install it: pip install 'commentary-qa[mcp]'"
            ) from error

        with closing(running.open_assistant(index, sources)) as assistant:
            create(assistant, index).run("stdio")


@main.command()
@places
@json_option
def status(sources: Path, index: Path, as_json: bool) -> None:
    """Say what the index holds, what changed on disk since, and what could not be read."""
    from index.status import status_of
    from ui.report import source_lines, status_lines

    with errors():
        found = status_of(index, sources)
        if as_json:
            click.echo(json_text(found.as_json()))
            return
        for name, value in status_lines(found):
            click.echo(f"{name:<11}{value}")
        for line in source_lines(found.failed, found.noted):
            click.secho(line, fg="yellow")


@main.command()
@places
@settings_option
@json_option
@click.option("--repair", is_flag=True, help="Mend what can be mended without the sources.")
def verify(sources: Path, index: Path, settings: Path | None, as_json: bool, repair: bool) -> None:
    """Check that the index is what was written, to the byte.

    Exit code 1 when it is not. Each problem is said with the command that mends it.
    """
    from index.verify import verify as check
    from ui.report import verdict_text

    with errors():
        with progress() as tell:
            verdict = check(index, repair, running.settings_from(settings), tell)
        click.echo(json_text(asdict(verdict)) if as_json else verdict_text(verdict))
    if verdict.problems:
        sys.exit(1)


if __name__ == "__main__":
    main()
