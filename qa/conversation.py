"""A question and what was said before it, as turns.

Earlier questions count less the further back they lie. What the assistant said counts only as a
hint of what the talk is about; its words are not searched for, so that an answer never feeds on
itself. What a follow-up leans on is read in `qa.follow_up`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.characters import HALF
from index.errors import QuestionError

MAX_QUESTION = 2_000  # characters
_EARLIER = 4  # exchanges that still count
_SAID = 600  # characters of an answer that still say what the talk is about

# The number of a citation in what the assistant said, with the space before it.
MARKER = re.compile(r"\s*\[\d+\]")

History = Sequence[Mapping[str, str]] | None


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and how many questions it lies back: 0 is the one to answer. `is_answer` marks
    what the assistant said to the question that lies so far back."""

    text: str
    back: int
    is_answer: bool = False


def turns(question: str, history: History = None) -> list[Turn]:
    """The question, then the earlier ones, the latest first, then the answers, the latest first.

    Raises QuestionError when the question is blank or longer than MAX_QUESTION characters, the
    history is not a list of {"role": "user" | "assistant", "content": str}, or one of them is not
    text (`whole`).
    """
    if not isinstance(question, str) or not question.strip():
        raise QuestionError("the question is empty; ask something in words")
    if len(question) > MAX_QUESTION:
        raise QuestionError(
            f"the question has {len(question):,} characters, at most {MAX_QUESTION:,} are read; "
            "shorten it"
        )
    whole(question, "the question")
    earlier: list[str] = []
    answers: dict[int, str] = {}
    for role, text in reversed(_said(history)):
        if not text.strip():
            continue
        if role == "user":
            earlier.append(text[:MAX_QUESTION])
        else:
            answers.setdefault(len(earlier) + 1, text[:_SAID])
    return [
        *(Turn(text, back) for back, text in enumerate([question, *earlier[:_EARLIER]])),
        *(Turn(text, back, is_answer=True) for back, text in answers.items() if back <= _EARLIER),
    ]


def said(history: History) -> str:
    """All that the assistant said, without the numbers of its citations."""
    answers = " ".join(text for role, text in _said(history) if role == "assistant")
    return MARKER.sub("", answers)


def last_said(history: History) -> str:
    """The last that the assistant said with citations, without their numbers; "" for nothing."""
    cited = [text for role, text in _said(history) if role == "assistant" and MARKER.search(text)]
    return MARKER.sub("", cited[-1]) if cited else ""


def _said(history: History) -> list[tuple[str, str]]:
    """Role and text of each turn of a history, oldest first; none for None."""
    if history is None:
        return []
    if isinstance(history, str | Mapping) or not isinstance(history, Iterable):
        raise _unusable(history)
    return [(_role(turn), _content(turn)) for turn in history]


def _role(turn: Mapping[str, str]) -> str:
    role = turn.get("role") if isinstance(turn, Mapping) else None
    if role not in ("user", "assistant"):
        raise _unusable(turn)
    return role


def _content(turn: Mapping[str, str]) -> str:
    content = turn.get("content")
    if not isinstance(content, str):
        raise QuestionError(f"a turn's content must be text, found {type(content).__name__}")
    return whole(content, "a turn's content")


def whole(text: str, what: str) -> str:
    """The text, where all of it can be written as UTF-8; else raises QuestionError."""
    if half := HALF.search(text):
        raise QuestionError(
            f"{what} has a {half[0]!r} in it, which is no character; write it as UTF-8"
        )
    return text


def _unusable(found: object) -> QuestionError:
    return QuestionError(
        'the history must be a list of {"role": "user" or "assistant", "content": text}, '
        f"found {str(found)[:80]!r}"
    )
