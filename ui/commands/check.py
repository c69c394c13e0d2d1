"""The commands that look at an index: its state, its soundness, its speed, its answers."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from ui import running
from ui.progress import progress
from ui.running import errors, json_option, json_text, places, settings_option


@click.command()
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
        for name, value in status_lines(found, sources):
            click.echo(f"{name:<11}{value}")
        for line in source_lines(found.failed, found.noted):
            click.secho(line, fg="yellow")


@click.command()
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


@click.command("bench")
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


@click.command("eval")
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
