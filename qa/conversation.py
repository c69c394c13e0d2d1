"""A question and what was asked before it -> what to search for.

Earlier questions count less the further back they lie. Of what the assistant said only the last
answer counts, as a hint of what the talk is about; its words are not searched for, so that an
answer never feeds on itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.errors import QuestionError

MAX_QUESTION = 2_000  # characters
_EARLIER = 4  # questions that still count

History = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and how many questions it lies back: 0 is the one to answer. `is_answer` marks
    the assistant's last answer instead."""

    text: str
    back: int
    is_answer: bool = False


def turns(question: str, history: History = ()) -> list[Turn]:
    """The question, then the earlier ones, the latest first, then the last answer if there is one.

    Raises QuestionError when the question is blank or longer than MAX_QUESTION characters, or the
    history is not a list of {"role": "user" | "assistant", "content": str}.
    """
    if not isinstance(question, str) or not question.strip():
        raise QuestionError("the question is empty; ask something in words")
    if len(question) > MAX_QUESTION:
        raise QuestionError(
            f"the question has {len(question):,} characters, at most {MAX_QUESTION:,} are read; "
            "shorten it"
        )
    said: dict[str, list[str]] = {"user": [], "assistant": []}
    for turn in history:
        said[_role(turn)].append(_content(turn)[:MAX_QUESTION])
    earlier = [text for text in reversed(said["user"]) if text.strip()][:_EARLIER]
    answers = [text for text in said["assistant"][-1:] if text.strip()]
    return [
        *(Turn(text, back) for back, text in enumerate([question, *earlier])),
        *(Turn(text, 1, is_answer=True) for text in answers),
    ]


def _role(turn: Mapping[str, str]) -> str:
    role = turn.get("role") if isinstance(turn, Mapping) else None
    if role not in ("user", "assistant"):
        raise QuestionError(
            'the history must be a list of {"role": "user" or "assistant", "content": text}, '
            f"found {str(turn)[:80]!r}"
        )
    return role


def _content(turn: Mapping[str, str]) -> str:
    content = turn.get("content")
    if not isinstance(content, str):
        raise QuestionError(f"a turn's content must be text, found {type(content).__name__}")
    return content
