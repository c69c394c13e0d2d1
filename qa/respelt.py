"""Asking a question with a misspelt word: as it stands, and as it should be spelt."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from qa.conversation import History, Turn, turns
from qa.follow_up import read
from qa.records import Answer
from qa.spelling import Slip, is_of, near_names, offered, respelt, slips
from qa.view import View, facets_of

Asking = Callable[[Sequence[Turn], History], Answer]


def as_spelt(view: View, asked: Sequence[Turn], history: History, answered: Asking) -> Answer:
    """What `answered` says to the last of the turns. Where that is a no, or is not about the author
    whose name is misspelt, it is asked again with the words put right, and an answer to that says
    how the question was read; a no offers the spelling. Where a follow-up leans on earlier
    questions, theirs are put right before."""
    question = asked[0].text
    if len(asked) > 1 and read(asked).shown:
        history = [_spelt_right(view, turn["role"], turn["content"]) for turn in history or ()]
        asked = turns(question, history)
    found = _slips(view, question)
    sure = [slip for slip in found if slip.is_sure]
    spelt = respelt(question, sure)

    def again() -> Answer | None:
        other = answered([replace(asked[0], text=spelt), *asked[1:]], history)
        meant = other.understood or spelt
        is_right = other.answered and not {slip.meant for slip in sure} & set(other.missing)
        return replace(other, question=question, understood=meant) if is_right else None

    authors = [name for name, _ in facets_of(view).authors] if sure else []
    if any(is_of(authors, slip) for slip in sure) and (answer := again()):
        return answer
    answer = answered(asked, history)
    if answer.answered and not {slip.said for slip in sure} & set(answer.missing):
        return answer
    if sure and (other := again()):
        return other
    if answer.answered:
        return answer
    found = found or near_names(question, partial(facets_of, view))
    return replace(answer, text=f"{answer.text} {offered(found)}") if found else answer


def _slips(view: View, question: str) -> list[Slip]:
    return slips(question, view.retriever.lexical, view.library, view.embedder)


def _spelt_right(view: View, role: str, said: str) -> dict[str, str]:
    """A turn of a history, a question with its words put right."""
    if role == "user":
        said = respelt(said, [slip for slip in _slips(view, said) if slip.is_sure])
    return {"role": role, "content": said}
