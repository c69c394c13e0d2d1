"""The `commentary` command: options in, exit codes out.

Everything heavy is imported inside the command that needs it, so that --help answers at once.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from index.errors import CommentaryError, LibraryMissing
from index.settings import DEFAULT_FILE, Settings, load_settings

if TYPE_CHECKING:
    from index.build import BuildReport
    from qa import Assistant

Command = Callable[..., Any]


def _places(command: Command) -> Command:
    """The two options of every command."""
    command = click.option(
        "--index", default=".index", show_default=True, type=click.Path(path_type=Path),
        help="Folder of the index.",
    )(command)  # fmt: skip
    return click.option(
        "--sources", default="source_texts", show_default=True, type=click.Path(path_type=Path),
        help="Folder of the texts.",
    )(command)  # fmt: skip


_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
_settings = click.option(
    "--settings", type=click.Path(path_type=Path),
    help=f"TOML file of settings (default: {DEFAULT_FILE} where there is one).",
)  # fmt: skip


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="commentary-qa", prog_name="commentary")
def main() -> None:
    """Ask questions of commentaries, offline.

    Put texts into source_texts/, then ask. Every answer is made of sentences that stand in them,
    each cited to its exact characters, or says that they do not answer.
    """


@main.command("index")
@_places
@_settings
@_json
def index_command(sources: Path, index: Path, settings: Path | None, as_json: bool) -> None:
    """Bring the index up to date with the sources."""
    with _errors():
        report = _build(sources, index, settings)
        if as_json:
            click.echo(json.dumps(_report_json(report), ensure_ascii=False))
        elif report.added + report.changed + report.removed + report.unchanged:
            click.echo(_report_text(report))
        if not report.added + report.changed + report.unchanged:
            raise CommentaryError(
                f"nothing in {sources} could be indexed; put .txt, .md or .jsonl files into it"
            )


@main.command()
@_places
@_json
@click.argument("question")
def ask(sources: Path, index: Path, as_json: bool, question: str) -> None:
    """Answer QUESTION with cited sentences, or say that the sources do not.

    Exit code 1 when they do not.
    """
    from ui.render import answer_json, answer_text

    with _errors():
        answer = _open(index, sources).ask(question)
        click.echo(_json_text(answer_json(answer)) if as_json else answer_text(answer))
    if not answer.answered:
        sys.exit(1)


@main.command()
@_places
@_json
@click.option(
    "-k", default=8, show_default=True, type=click.IntRange(1, 40), help="How many passages."
)
@click.argument("question")
def search(sources: Path, index: Path, as_json: bool, k: int, question: str) -> None:
    """Print the passages that fit QUESTION best."""
    from ui.render import hits_json, hits_text

    with _errors():
        hits = _open(index, sources).retrieve(question, k=k)
        click.echo(_json_text(hits_json(hits)) if as_json else hits_text(hits))
        if not hits:
            raise CommentaryError(f"the index in {index} holds no passages")


@main.command()
@_places
@_settings
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=7860, show_default=True, type=click.IntRange(1, 65535),
    help="Port to listen on; the next free one is taken when it is in use.",
)  # fmt: skip
@click.option("--open/--no-open", "browser", default=False, help="Open it in the browser.")
def chat(
    sources: Path, index: Path, settings: Path | None, host: str, port: int, browser: bool
) -> None:
    """Bring the index up to date, then open the chat in the browser."""
    with _errors():
        if sources.is_dir() or not index.exists():
            click.echo(_report_text(_build(sources, index, settings)), err=True)
        from ui.web import serve

        serve(index, host=host, port=port, open_browser=browser)


@main.command()
@_places
@_json
def status(sources: Path, index: Path, as_json: bool) -> None:
    """Say what the index holds and what could not be read."""
    from index.status import status_of

    with _errors():
        found = status_of(index)
        if as_json:
            click.echo(_json_text(found.as_json()))
            return
        for name, value in found.lines():
            click.echo(f"{name:<11}{value}")
        for path, reason in found.failed:
            click.secho(f"not read: {path}: {reason}", fg="yellow")


def _build(sources: Path, index: Path, settings: Path | None) -> "BuildReport":
    """Build with a progress bar, and say on stderr what could not be read."""
    from index import build_index

    with _progress() as progress:
        report = build_index(sources, index, _load(settings), progress)
    for path, reason in report.failed:
        click.secho(f"not read: {path}: {reason}", fg="yellow", err=True)
    return report


def _load(path: Path | None) -> Settings | None:
    if path is None and not Path(DEFAULT_FILE).is_file():
        return None
    return load_settings(path or DEFAULT_FILE)


def _open(index: Path, sources: Path) -> "Assistant":
    from qa import Assistant

    try:
        return Assistant.open(index)
    except LibraryMissing as error:
        raise LibraryMissing(
            f"there is no index in {index}; "
            f"build it first: commentary index --sources {sources} --index {index}"
        ) from error


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr for each stage that has something to do, on a terminal only."""
    bars: dict[str, Any] = {}

    def tell(stage: str, done: int, total: int) -> None:
        if stage not in bars and total:
            for bar in bars.values():
                bar.render_finish()
            bars[stage] = click.progressbar(
                length=total, label=f"{stage:<10}", file=sys.stderr, show_pos=True
            )
            bars[stage].hidden = not sys.stderr.isatty()
        if stage in bars:
            bars[stage].update(done - bars[stage].pos)

    try:
        yield tell
    finally:
        for bar in list(bars.values())[-1:]:
            bar.render_finish()


def _report_json(report: "BuildReport") -> dict[str, object]:
    return {name: getattr(report, name) for name in report.__dataclass_fields__}


def _report_text(report: "BuildReport") -> str:
    if not report.added + report.changed + report.removed:
        return (
            f"Nothing changed: {_count(report.unchanged, 'document')}, "
            f"{_count(report.passages, 'passage')}."
        )
    return (
        f"{_count(report.added, 'document')} added, {report.changed:,} changed, "
        f"{report.removed:,} removed, {report.unchanged:,} unchanged; "
        f"{_count(report.passages, 'passage')}, {_count(report.embedded, 'text')} embedded "
        f"in {report.seconds:.1f} s."
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _json_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


@contextmanager
def _errors() -> Iterator[None]:
    """Errors that have a message for the user become one or two lines and exit code 1."""
    try:
        yield
    except CommentaryError as error:
        click.secho(f"error: {error}", fg="red", err=True)
        sys.exit(1)
    except OSError as error:
        click.secho(f"error: {error.filename}: {error.strerror}", fg="red", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
