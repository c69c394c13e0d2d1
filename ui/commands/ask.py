"""The commands that ask the index a question."""

import sys
from contextlib import closing
from pathlib import Path

import click

from index.errors import CommentaryError
from ui import running
from ui.running import errors, given, json_option, json_text, places, settings_option


@click.command()
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
        chosen = given(filters)
        with closing(running.open_assistant(index, sources, settings)) as assistant:
            answer = assistant.ask(question, filters=chosen)
        references = sources_text(answer, cite) if cite else ""
        if as_json:
            added = {"references": references} if cite else {}
            click.echo(json_text({**answer_json(answer), **added}))
        else:
            click.echo(answer_text(answer) + (f"\n\n{references}" if references else ""))
    if not answer.answered:
        sys.exit(1)


@click.command()
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
        chosen = given(filters)
        with closing(running.open_assistant(index, sources, settings)) as assistant:
            hits = assistant.retrieve(question, k=k, filters=chosen)
            nothing = "" if hits else assistant.nothing_fits(chosen)
        click.echo(json_text(hits_json(hits)) if as_json else hits_text(hits))
        if not hits:
            raise CommentaryError(nothing or f"the index in {index} holds no passages")
