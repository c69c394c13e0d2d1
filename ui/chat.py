"""What happens to a question that a page posts: checked, answered, and shown as it grows.

The server keeps no conversation. A page posts its last turns with each question, as untrusted as
the question itself: they only say what an earlier question was about.
"""

import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from index.errors import CommentaryError
from index.records import Document
from qa import MAX_QUESTION, Assistant
from ui.kept import NotKept, kept, read_conversation, read_filters
from ui.render.turn import turn_html, turn_text, waiting_html
from ui.shown import Shown, shown

LOG = logging.getLogger(__name__)

# Seconds between sentences: an answer is there at once, but a browser paints one after another.
PAUSE = 0.04
_STEPS = 40  # in which a long answer grows, as each shows all there is so far
SEARCHING = "Searching the sources…"
FAULT = "This question met a fault in the program. The terminal that serves this page shows it."
EMPTY = "The library is empty: there is nothing to ask yet."
_HISTORY = 16  # messages that are read of what a page posts
_UNREADABLE = "This page posted something that cannot be read. Reload it."


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


def reply(assistant: Assistant, posted: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Answer {"ticket", "question", "history", "filters"}; each value is all there is to show.

    A value has the ticket and either `refused`, a message, or `html` with `kept`, what the browser
    keeps, and `copy`, what its copy button copies; `done` ends the answer.
    """
    ticket = posted.get("ticket")
    for value in _values(assistant, posted):
        yield {"ticket": ticket, **value}


def _values(assistant: Assistant, posted: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    question, said = posted.get("question"), posted.get("history")
    reason = refusal(question) if isinstance(question, str) else _UNREADABLE
    try:
        filters = read_filters(posted.get("filters") or {})
    except NotKept:
        reason, filters = _UNREADABLE, {}
    if reason or not isinstance(question, str):
        yield {"refused": reason, "done": True}
        return
    waiting = Shown(question, filters)
    yield {"html": waiting_html(waiting, SEARCHING), "done": False}
    try:
        history = said[-_HISTORY:] if isinstance(said, list) else []
        answer = assistant.ask(question, history, filters or None)
        if answer.kind == "none" and not answer.hits and not assistant.facets().documents:
            yield {"refused": EMPTY, "done": True}
            return
        turn = shown(answer, filters)
        for part in growing(turn):
            yield _value(part, growing=part is not turn)
    except CommentaryError as error:
        yield _value(replace(waiting, failure=str(error)))
    except Exception:
        # The page must not stay at "searching", and a traceback is nothing for it.
        LOG.exception("a question failed")
        yield _value(replace(waiting, failure=FAULT))


def growing(turn: Shown) -> Iterator[Shown]:
    """An answer sentence by sentence, the whole of it last."""
    if turn.kind == "sentences":
        for count in range(1, len(turn.places), 1 + len(turn.places) // _STEPS):
            yield replace(turn, places=turn.places[:count], stopped=True)
            time.sleep(PAUSE)
    yield turn


def _value(turn: Shown, growing: bool = False) -> dict[str, Any]:
    """What a page gets; of an answer that grows, what it keeps if it is stopped just now."""
    return {
        "html": turn_html(replace(turn, stopped=False), growing=True)
        if growing
        else turn_html(turn),
        "kept": kept(turn),
        "copy": turn_text(turn),
        "done": not growing,
    }


def checked(assistant: Assistant, turns: list[Shown]) -> list[Shown]:
    """Kept turns, when each of their quotes stands where it says in the text that it names; of a
    text that is not there any more nothing can be said. Raises NotKept, or CommentaryError."""
    texts: dict[tuple[str, str], Document | None] = {}
    for place in (place for turn in turns for place in turn.places):
        name = (place.document.id, place.document.sha256)
        if name not in texts:
            texts[name] = assistant.document(*name)
        document = texts[name]
        if document is not None and document.text[place.start : place.end] != place.quote:
            raise NotKept("quote")
    return turns


def restored(assistant: Assistant, posted: object) -> dict[str, Any]:
    """A kept conversation as HTML again, with what its copy buttons copy, turn by turn."""
    try:
        turns = checked(assistant, read_conversation(posted))
    except NotKept:
        return {"problem": "This conversation cannot be read any more."}
    except CommentaryError as error:
        return {"problem": str(error)}
    return {"turns": [{"html": turn_html(turn), "copy": turn_text(turn)} for turn in turns]}
