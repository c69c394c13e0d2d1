"""A question and what was asked before it -> what to search for.

Earlier questions count less the further back they lie. What the assistant said counts only as a
hint of what the talk is about; its words are not searched for, so that an answer never feeds on
itself.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.errors import QuestionError
from qa.words import FUNCTION_WORDS

MAX_QUESTION = 2_000  # characters
_EARLIER = 4  # exchanges that still count
_SAID = 600  # characters of an answer that still say what the talk is about

# What leans on what was said before: a pronoun, an opening that goes on, a question of a word or
# two ("Why?", "And Georgia?").
_PRONOUN = re.compile(
    r"\b(?:it|its|he|him|his|she|her|hers|they|them|their|theirs)\b", re.IGNORECASE
)
_POINTS = re.compile(
    r"\b(?:this|that|these|those)\W*$"
    r"|\b(?:is|are|was|were|does|do|did) (?:this|that|these|those)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"^\W*(?:and|but|so|or|then|what about|how about|why|when|where|who|how)\b\W*(?:\w+\W*){0,2}$"
    r"|^\W*(?:and|what about|how about)\b"
    r"|\bthe (?:first|second|third|other|former|latter|last)\W*$",
    re.IGNORECASE,
)
_SHOWN = 3  # names at most that a question is said to lean on

History = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and how many questions it lies back: 0 is the one to answer. `is_answer` marks
    what the assistant said to the question that lies so far back."""

    text: str
    back: int
    is_answer: bool = False


def turns(question: str, history: History = ()) -> list[Turn]:
    """The question, then the earlier ones, the latest first, then the answers, the latest first.

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
    answers = [text[:_SAID] for text in reversed(said["assistant"]) if text.strip()][:_EARLIER]
    return [
        *(Turn(text, back) for back, text in enumerate([question, *earlier])),
        *(Turn(text, back, is_answer=True) for back, text in enumerate(answers, start=1)),
    ]


def understood(turns: Sequence[Turn]) -> str:
    """The question with what it leans on, "When was it founded? (NATO Information Office)"; ""
    where it stands alone."""
    names = leans_on(turns)
    return f"{turns[0].text.strip()} ({', '.join(names)})" if names else ""


def leans_on(turns: Sequence[Turn]) -> list[str]:
    """What the question leans on: the names of the last question that has any, or else that
    question's other words; nothing where it stands alone."""
    question = turns[0].text.strip()
    earlier = _earlier(turns)
    leans = _GOES_ON.search(question) or (
        not _names(question) and (_PRONOUN.search(question) or _POINTS.search(question))
    )
    if not earlier or not leans:
        return []
    about = next((found for text in earlier if (found := _names(text))), _phrases(earlier[0]))
    return [one for one in about if one.lower() not in question.lower()][:_SHOWN]


def resolved(turns: Sequence[Turn]) -> str:
    """The question with the names that its pronoun stands for; as it is where it has names of its
    own, or none went before."""
    question = turns[0].text
    earlier = _earlier(turns)
    if _names(question) or not _PRONOUN.search(question) or not any(map(_names, earlier)):
        return question
    return understood(turns) or question


def _earlier(turns: Sequence[Turn]) -> list[str]:
    """What was asked before, the latest first."""
    return [turn.text for turn in turns if turn.back and not turn.is_answer]


def _names(text: str) -> list[str]:
    """The phrases of a text that are written as names: with a capital elsewhere than at its
    beginning, or with a digit."""
    return [
        phrase
        for phrase in _phrases(text)
        if re.search(r"\d|[A-Z]", phrase if not text.lstrip().startswith(phrase) else phrase[1:])
    ]


def _phrases(text: str) -> list[str]:
    """The runs of words of a text that name something, each once."""
    runs: list[list[str]] = [[]]
    for token in re.findall(r"[\w’'–-]+|[^\w\s]", text):
        if token[0].isalnum() and token.lower() not in FUNCTION_WORDS:
            runs[-1].append(token)
        elif runs[-1]:
            runs.append([])
    return list(dict.fromkeys(" ".join(run) for run in runs if run))


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
