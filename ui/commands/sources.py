"""The commands that change what is in the sources and the index, or list it."""

import sys
from contextlib import closing
from pathlib import Path

import click

from index.errors import CommentaryError
from ui import running
from ui.running import errors, given, json_option, json_text, places, settings_option


@click.command("index")
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


@click.command()
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
        about, refused = given(fields), []
        for one in source:
            try:
                path = add_source(one, sources, about, tell=lambda line: click.echo(line, err=True))
                click.echo(path, err=True)
            except CommentaryError as error:
                refused.append(f"{one}: {error}")
        if len(refused) < len(source):
            running.say(running.build(sources, index, settings), as_json)
        if refused:
            raise CommentaryError("\n".join(refused))


@click.command()
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
        if not yes and not _confirmed(named):
            raise CommentaryError("nothing was deleted")
        running.say(remove_sources(paths, sources, index), as_json)


def _confirmed(named: str) -> bool:
    try:
        return click.confirm(f"Delete {named}?")
    except click.Abort as error:
        if sys.stdin.isatty():  # Ctrl-C
            raise
        raise CommentaryError(
            "nothing was deleted: there is nobody to ask; say --yes to delete without asking"
        ) from error


@click.command("list")
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
    from qa.filters import checked, nothing_fits
    from ui.cited import bibliography_text
    from ui.report import listing_json, listing_text

    with errors(), closing(running.open_index(Library.open, index, sources)) as library:
        chosen = checked(given(filters))
        found = library.listing(chosen)
        if chosen and not found:
            click.echo(nothing_fits(chosen, library), err=True)
        if cite:
            click.echo(bibliography_text([document for document, _ in found], cite))
            return
        click.echo(json_text(listing_json(found)) if as_json else listing_text(found))
