"""The conversation of one page: its turns, how an answer grows in them, what is shown of them.

Each page has its own, kept on the server; nothing that a browser posts back as history is read.
"""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from index.errors import CommentaryError
from qa import MAX_QUESTION, Assistant
from qa.records import Answer
from ui import render

LOG = logging.getLogger(__name__)

# Seconds between sentences: an answer is there at once, but a browser paints one after another.
PAUSE = 0.04
SEARCHING = "Searching the sources…"
FAULT = "This question met a fault in the program. The terminal that serves this page shows it."


@dataclass(slots=True)
class Turn:
    """A question and what stands below it: `text` is plain ("" while there is none), `shown` is
    Markdown. One thread lets the answer grow; another may set `stopped`, which ends that."""

    question: str
    text: str = ""
    shown: str = render.status_markdown(SEARCHING)
    done: bool = False
    stopped: bool = False


Turns = list[Turn]


def refusal(question: str) -> str:
    """Why a question cannot be asked, or ""."""
    if not question.strip():
        return "Write a question first."
    if len(question) > MAX_QUESTION:
        return (
            f"This question has {len(question):,} characters; at most {MAX_QUESTION:,} can be "
            f"asked. Shorten it by {len(question) - MAX_QUESTION:,}."
        )
    return ""


def history(turns: Turns) -> list[dict[str, str]]:
    """Turns as `Assistant.ask` takes them; a question without an answer is left out."""
    return [
        {"role": role, "content": content}
        for turn in turns
        if turn.text
        for role, content in (("user", turn.question), ("assistant", turn.text))
    ]


def messages(turns: Turns) -> list[dict[str, str]]:
    """Turns as the Chatbot shows them."""
    shown: list[dict[str, str]] = []
    for turn in turns:
        answer = turn.shown
        if turn.stopped:
            halt = render.status_markdown("Stopped.")
            answer = f"{answer}\n\n{halt}" if turn.text else halt
        shown.append({"role": "user", "content": render.question_markdown(turn.question)})
        shown.append({"role": "assistant", "content": answer})
    return shown


def stop(turns: Turns) -> None:
    """Let the last answer grow no further, unless it is whole."""
    if turns and not turns[-1].done:
        turns[-1].stopped = True


def growing(answer: Answer) -> Iterator[tuple[str, str]]:
    """Plain text and Markdown of an answer sentence by sentence, the whole of it last."""
    for count in range(1, len(answer.citations)):
        cited = answer.citations[:count]
        text = " ".join(f"{c.quote} [{c.number}]" for c in cited)
        yield text, render.answer_markdown(replace(answer, citations=cited), sources=False)
        time.sleep(PAUSE)
    yield answer.text, render.answer_markdown(answer)


def reply(assistant: Assistant, turn: Turn, said: list[dict[str, str]]) -> Iterator[None]:
    """Answer a turn in place; yields whenever there is more to show. `said` is the history.

    Whatever goes wrong is told in the turn.
    """
    try:
        answer = assistant.ask(turn.question, said)
        for text, shown in growing(answer):
            if turn.stopped:
                return
            turn.text, turn.shown = text, shown
            yield
    except CommentaryError as error:
        turn.shown = render.failure_markdown(str(error))
    except Exception:
        # The page must not stay at "searching", and a traceback is nothing for it.
        LOG.exception("a question failed")
        turn.shown = render.failure_markdown(FAULT)
    turn.done = True
