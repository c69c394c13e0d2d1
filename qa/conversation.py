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

# What leans on what was said before: a pronoun, an opening that goes on, a question of a word or
# two ("Why?", "And Georgia?").
_LEANS = re.compile(
    r"\b(?:it|its|he|him|his|she|her|hers|they|them|their|theirs|this|that|these|those|there|then|"
    r"such|one|ones|both|either|neither|another|others?|former|latter|same|first|second|third|last|"
    r"else|more|instead|too|also)\b"
    r"|^\W*(?:and|but|so|or|then|what about|how about|why|when|where|who|how|no)\b\W*(?:\w+\W*)?$"
    r"|^\W*(?:and|but|so|what about|how about|i mean[t]?)\b",
    re.IGNORECASE,
)
_FEW = 2  # words that name something: with no more a question says too little by itself

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
    answers = [text for text in reversed(said["assistant"]) if text.strip()][:_EARLIER]
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
    """What the question leans on: the names of the last question that has any, or else its other
    words; nothing where it stands alone."""
    question = turns[0].text.strip()
    earlier = [turn.text for turn in turns if turn.back and not turn.is_answer]
    naming = [word for word in re.findall(r"\w+", question) if word.lower() not in FUNCTION_WORDS]
    if not earlier or not (_LEANS.search(question) or len(naming) <= _FEW):
        return []
    for text in earlier:
        phrases = [phrase for phrase in _phrases(text) if phrase.lower() not in question.lower()]
        names = [phrase for phrase in phrases if re.search(r"[A-Z0-9]", phrase)]
        if names or phrases:
            return names or phrases
    return []


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
