"""What the commands share: their options, building, opening, and errors as exit codes."""

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from index.dates import is_date
from index.errors import CommentaryError, LibraryMissing, QuestionError
from index.settings import DEFAULT_FILE, Settings, load_settings
from ui.progress import progress

if TYPE_CHECKING:
    from index.build import BuildReport
    from qa import Assistant

Command = Callable[..., Any]

_WARNINGS = 20  # lines about sources after a build
# What Gradio would read from the environment in place of an option of ours.
_INSTEAD = {"GRADIO_SERVER_PORT": "--port", "GRADIO_SERVER_NAME": "--host"}


Opened = TypeVar("Opened")


def given(options: Mapping[str, str | None]) -> dict[str, str]:
    """Those of a command's options that were given a value."""
    return {name: value for name, value in options.items() if value}


def places(command: Command) -> Command:
    """The two options of every command."""
    command = click.option(
        "--index", default=".index", show_default=True, type=click.Path(path_type=Path),
        help="Folder of the index.",
    )(command)  # fmt: skip
    return click.option(
        "--sources", default="source_texts", show_default=True, type=click.Path(path_type=Path),
        help="Folder of the texts.",
    )(command)  # fmt: skip


json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
cite_option = click.option(
    "--cite", metavar="STYLE", type=click.Choice(["chicago", "apa", "bibtex", "csl-json"]),
    help="Print references: chicago, apa, bibtex or csl-json.",
)  # fmt: skip
settings_option = click.option(
    "--settings", type=click.Path(path_type=Path),
    help=f"TOML file of settings (default: {DEFAULT_FILE} where there is one).",
)  # fmt: skip


def auth_file_option(about: str, required: bool = False) -> Callable[[Command], Command]:
    return click.option(
        "--auth-file", type=click.Path(path_type=Path, dir_okay=False), required=required,
        help=about,
    )  # fmt: skip


def date_option(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """A date as the index compares it: a day, a month or a year (ISO 8601)."""
    if value and not is_date(value):
        raise click.BadParameter(f"{value!r} is not a date such as 2021-11-03, 2021-11 or 2021")
    return value


def picture_option(_: click.Context, __: click.Parameter, value: Path | None) -> Path | None:
    """A file that a picture can be written to."""
    if value is not None and value.suffix.lower() not in (".png", ".svg"):
        raise click.BadParameter(f"{str(value)!r} must end in .png or .svg")
    if value is not None and not value.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {str(value.parent)!r}")
    return value


def filters(command: Command) -> Command:
    """The options that choose among the documents: `author`, `publisher`, `published_from`,
    `published_to` and `document`."""
    for option in (
        click.option("--document", help="A document's id, or a part of its title."),
        click.option(
            "--to", "published_to", callback=date_option, help="Published then or earlier."
        ),
        click.option(
            "--from",
            "published_from",
            callback=date_option,
            help="Published then or later: YYYY, YYYY-MM or YYYY-MM-DD.",
        ),
        click.option("--publisher", help="A part of the publisher's name."),
        click.option("--author", help="A part of the author's name."),
    ):
        command = option(command)
    return command


def build(
    sources: Path, index: Path, settings: Path | None, notices: "Notices | None" = None
) -> "BuildReport":
    """Build with a progress bar, and say on stderr what could not be read."""
    from index import build_index

    with progress() as tell:
        report = build_index(sources, index, settings_from(settings), tell)
    (notices or Notices()).tell(report)
    return report


def say(report: "BuildReport", as_json: bool = False, err: bool = False) -> None:
    """Print what a build did."""
    from ui.report import build_text

    text = json.dumps(asdict(report), ensure_ascii=False) if as_json else build_text(report)
    click.echo(text, err=err)


class Notices:
    """Says on stderr what builds could not read, or only with a reservation: each build what the
    one before it did not say."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def tell(self, report: "BuildReport") -> None:
        from ui.render import printable
        from ui.report import source_lines

        every = source_lines(report.failed, report.noted)
        lines = [line for line in every if line not in self._said]
        for line in lines[:_WARNINGS]:
            click.secho(line, fg="yellow", err=True)
        if len(lines) > _WARNINGS:
            more = f"and {len(lines) - _WARNINGS:,} more; commentary status lists them all"
            click.secho(more, fg="yellow", err=True)
        advice = printable(f"note: {report.advice}") if report.advice else ""
        if advice and advice not in self._said:
            click.secho(advice, fg="yellow", err=True)
        self._said = {*every, advice}


def watch(sources: Path, index: Path, settings: Settings | None, as_json: bool) -> None:
    """Follow the sources until Ctrl-C, which is how this ends well."""
    from index.watch import follow

    notices = Notices()
    click.echo(f"Following {sources}; Ctrl-C ends it.", err=True)
    with suppress(KeyboardInterrupt):
        for result in follow(sources, index, settings):
            if isinstance(result, CommentaryError):
                _say_error(result)
            else:
                notices.tell(result)
                say(result, as_json)


def _say_error(error: CommentaryError) -> None:
    click.secho(f"error: {error}", fg="red", err=True)


def settings_from(path: Path | None) -> Settings | None:
    if path is None and not Path(DEFAULT_FILE).is_file():
        return None
    return load_settings(path or DEFAULT_FILE)


def reranker_from(path: Path | None) -> str:
    """The cross-encoder that the settings name, or ""."""
    settings = settings_from(path)
    return settings.reranker if settings else ""


@contextmanager
def following(
    sources: Path, index: Path, build: "Callable[[], BuildReport]", notices: Notices
) -> Iterator[None]:
    """Keep the index like the sources, in the background, where there are sources."""
    stop = threading.Event()

    def run() -> None:
        from index.watch import follow

        for result in follow(sources, index, build=build, stop=stop):
            if isinstance(result, CommentaryError):
                _say_error(result)
                continue
            notices.tell(result)
            if result.is_change:
                say(result, err=True)

    thread = threading.Thread(target=run, name="follow", daemon=True)
    if sources.is_dir():
        thread.start()
    try:
        yield
    finally:
        stop.set()


def open_assistant(index: Path, sources: Path, settings: Path | None) -> "Assistant":
    from qa import Assistant

    reranker = reranker_from(settings)
    return open_index(lambda place: Assistant.open(place, reranker), index, sources)


def open_index(opened: Callable[[Path], Opened], index: Path, sources: Path) -> Opened:
    """The library or assistant of an index, or an error that says how to build it."""
    try:
        return opened(index)
    except LibraryMissing as error:
        raise LibraryMissing(
            f"there is no index in {index}; "
            f"build it first: commentary index --sources {sources} --index {index}"
        ) from error


def forget_gradio_settings() -> None:
    """Let options alone decide: Gradio reads its GRADIO_ variables when it is imported, fails at
    some of their values, and would serve otherwise than what was asked for."""
    for name in [name for name in os.environ if name.startswith("GRADIO_")]:
        value = os.environ.pop(name)
        if name in _INSTEAD:
            click.secho(
                f"note: {name}={value} is not read; say it with {_INSTEAD[name]}",
                fg="yellow", err=True,
            )  # fmt: skip


def json_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


@contextmanager
def errors() -> Iterator[None]:
    """Errors that have a message for the user become one or two lines and an exit code: 2 for a
    question that cannot be asked, else 1."""
    try:
        yield
    except CommentaryError as error:
        _say_error(error)
        sys.exit(2 if isinstance(error, QuestionError) else 1)
    except KeyboardInterrupt:
        click.secho("stopped; what was finished is kept, and the next build goes on", err=True)
        sys.exit(1)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        click.secho(f"error: {place}{error.strerror or error}", fg="red", err=True)
        sys.exit(1)
