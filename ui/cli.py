"""The `commentary` command: options in, exit codes out.

Everything heavy is imported inside the command that needs it, so that --help answers at once.
"""

import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from index.errors import CommentaryError
from ui import running
from ui.progress import progress
from ui.running import auth_file_option, errors, json_option, json_text, places, settings_option


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
@running.cite_option
def list_command(
    sources: Path, index: Path, as_json: bool, cite: str | None, **filters: str | None
) -> None:
    """List the documents of the index, all or those that fit.

    With --cite as a bibliography.
    """
    if cite and as_json:
        raise click.UsageError("--cite and --json exclude each other; --cite csl-json is JSON")
    from index.library import Library
    from ui.cited import bibliography_text
    from ui.report import listing_json, listing_text

    with errors(), closing(running.open_index(Library.open, index, sources)) as library:
        found = library.listing({name: value for name, value in filters.items() if value})
        if cite:
            click.echo(bibliography_text([document for document, _ in found], cite))
            return
        click.echo(json_text(listing_json(found)) if as_json else listing_text(found))


@main.command()
@places
@settings_option
@json_option
@running.filters
@running.cite_option
@click.argument("question")
def ask(
    sources: Path,
    index: Path,
    settings: Path | None,
    as_json: bool,
    cite: str | None,
    question: str,
    **filters: str | None,
) -> None:
    """Answer QUESTION with cited sentences, or say that the sources do not.

    Asked which documents discuss something, it counts and lists all of them.

    Exit code 1 when they do not. With --cite the references follow, as the value of "references"
    in JSON.
    """
    from ui.cited import sources_text
    from ui.render import answer_json, answer_text

    with errors():
        chosen = {name: value for name, value in filters.items() if value}
        answer = running.open_assistant(index, sources, settings).ask(question, filters=chosen)
        references = sources_text(answer, cite) if cite else ""
        if as_json:
            added = {"references": references} if cite else {}
            click.echo(json_text({**answer_json(answer), **added}))
        else:
            click.echo(answer_text(answer) + (f"\n\n{references}" if references else ""))
    if not answer.answered:
        sys.exit(1)


@main.command()
@places
@settings_option
@json_option
@click.option(
    "-k", default=8, show_default=True, type=click.IntRange(1, 40), help="How many passages."
)
@running.filters
@click.argument("question")
def search(
    sources: Path,
    index: Path,
    settings: Path | None,
    as_json: bool,
    k: int,
    question: str,
    **filters: str | None,
) -> None:
    """Print the passages that fit QUESTION best."""
    from ui.render import hits_json, hits_text

    with errors():
        chosen = {name: value for name, value in filters.items() if value}
        assistant = running.open_assistant(index, sources, settings)
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
    from ui.rebuild import Rebuild
    from ui.report import build_text
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
        if sources.is_dir() or not index.exists():
            click.echo(build_text(running.build(sources, index, settings)), err=True)
        rebuild = Rebuild(sources, index, running.settings_from(settings))
        with running.following(sources, index, rebuild.follow):
            serve(sources, index, options, rebuild)


@main.command("mcp")
@places
@settings_option
def mcp_command(sources: Path, index: Path, settings: Path | None) -> None:
    """Serve the library as tools, by MCP over stdin and stdout, to a program that starts this."""
    from ui.tools import tool_server

    with errors(), closing(running.open_assistant(index, sources, settings)) as assistant:
        tool_server(assistant, index).run()


@main.group()
def user() -> None:
    """Who may sign in to the chat, in the file that `chat --auth-file` reads."""


@user.command("add")
@auth_file_option("The file; it is made where there is none.", required=True)
@click.argument("name")
@click.password_option(help="Asked for where it is not given.")
def user_add(auth_file: Path, name: str, password: str) -> None:
    """Add NAME, or give NAME another password."""
    from ui.accounts import add_user

    with errors():
        add_user(auth_file, name, password)


@user.command("token")
@auth_file_option("The file.", required=True)
@click.argument("name")
def user_token(auth_file: Path, name: str) -> None:
    """Print a new access token for NAME's programs. It is shown this once only."""
    from ui.accounts import add_token

    with errors():
        click.echo(add_token(auth_file, name))


@user.command("remove")
@auth_file_option("The file.", required=True)
@click.argument("name")
def user_remove(auth_file: Path, name: str) -> None:
    """Take NAME away, with all tokens."""
    from ui.accounts import remove_user

    with errors():
        remove_user(auth_file, name)


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


@main.command("bench")
@places
@json_option
def bench_command(sources: Path, index: Path, as_json: bool) -> None:
    """Measure how fast this index answers on this machine."""
    from index.library import Library
    from qa.bench import bench
    from ui.report import bench_lines

    with errors():
        running.open_index(Library.open, index, sources).close()
        found = bench(index)
        if as_json:
            click.echo(json_text(asdict(found)))
            return
        for name, value in bench_lines(found):
            click.echo(f"{name:<11}{value}")


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


@main.command("eval")
@settings_option
@json_option
@click.argument(
    "folder", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DIR..."
)
@click.option("--merge", is_flag=True, help="Index all folders together, as one library.")
@click.option("--others", is_flag=True, help="Ask each folder the others' questions too.")
@click.option(
    "--index", type=click.Path(path_type=Path),
    help="Keep the index here and use it again (default: a temporary one).",
)  # fmt: skip
@click.option(
    "--plot", "picture", type=click.Path(path_type=Path), callback=running.picture_option,
    help="Draw scores and calibration into this .png or .svg file.",
)  # fmt: skip
def eval_command(
    settings: Path | None,
    as_json: bool,
    folder: tuple[Path, ...],
    merge: bool,
    others: bool,
    index: Path | None,
    picture: Path | None,
) -> None:
    """Measure how well the questions of DIR are answered.

    DIR holds corpus.jsonl, queries.jsonl and qrels/test.tsv (BEIR). Without corpus.jsonl, its
    questions are asked of the index that --index names, which stays as it is.
    """
    if others and (merge or len(folder) < 2):
        raise click.UsageError("--others needs two folders or more, and does without --merge")
    from ui import evaluation

    with errors():
        from qa.evaluation.beir import read_folders
        from qa.evaluation.run import evaluate

        folders = read_folders(folder)
        with progress() as tell:
            results = evaluate(folders, index, merge, others, running.settings_from(settings), tell)
        if picture is not None:
            evaluation.plot(results, picture)
        click.echo(
            json_text(evaluation.evaluation_json(results, merge))
            if as_json
            else evaluation.evaluation_text(results)
        )


if __name__ == "__main__":
    main()
