"""What the page may ask of the server beside answers: one function each, called by its name.

Each takes whatever a page posts, and gives back values for JSON; none raises for what was posted.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index.errors import CommentaryError
from qa import MAX_QUESTION, Assistant
from ui import chat, feedback, source
from ui.kept import NotKept, read_conversation, read_turn
from ui.render.export import FORMATS, exported
from ui.render.references import STYLES

STARTERS = 4


class Desk:
    """The functions of one library's page. Those in `functions` are open to the page."""

    def __init__(
        self,
        assistant: Assistant,
        sources: Path | None = None,
        kept: Path | None = None,
        links: Mapping[str, str] | None = None,
    ) -> None:
        self._assistant = assistant
        self._sources = sources
        self._feedback = kept
        self._links = dict(links or {})

    @property
    def functions(self) -> list[Callable[..., Any]]:
        def begin(_: Any) -> dict[str, Any]:
            """What a page needs to begin: starter questions, filters, what is offered."""
            return self.begin()

        def documents(words: Any) -> list[tuple[str, str]]:
            """Id and title of documents that these words name."""
            return self.documents(words)

        def open_source(asked: Any) -> dict[str, Any]:
            """What the source pane shows."""
            return source.open_source(self._assistant, asked, self._sources)

        def page_picture(asked: Any) -> dict[str, str]:
            """A page of a PDF as a picture."""
            return source.page_picture(self._assistant, asked, self._sources)

        def cited_line(asked: Any) -> str:
            """One citation as text."""
            return source.cited_line(self._assistant, asked)

        def restore(turns: Any) -> dict[str, Any]:
            """A kept conversation as HTML."""
            return chat.restored(self._assistant, turns)

        def export(asked: Any) -> dict[str, str]:
            """A conversation as a file."""
            return self.export(asked)

        def judge(asked: Any) -> dict[str, str]:
            """Thumbs and a note on an answer, kept."""
            return self.judge(asked)

        return [
            begin, documents, open_source, page_picture, cited_line, restore, export, judge,
        ]  # fmt: skip

    def begin(self) -> dict[str, Any]:
        try:
            found, starters = self._assistant.facets(), self._assistant.starters(STARTERS)
        except CommentaryError as error:
            return {"problem": str(error)}
        return {
            "starters": starters,
            "filters": asdict(found),
            "limit": MAX_QUESTION,
            "judged": self._feedback is not None,
            "formats": FORMATS,
            "styles": STYLES,
            "links": self._links,
            # Where texts may be put, by one who may.
            "sources": str(self._sources or "") if self._feedback is not None else "",
        }

    def documents(self, words: Any) -> list[tuple[str, str]]:
        if not isinstance(words, str):
            return []
        try:
            return self._assistant.titles(words[:200])
        except CommentaryError:
            return []

    def export(self, asked: Any) -> dict[str, str]:
        """{"title", "turns", "format", "style"} -> {"name", "type", "data"} or {"problem"}."""
        wanted = asked if isinstance(asked, dict) else {}
        try:
            turns = chat.checked(self._assistant, read_conversation(wanted.get("turns")))
            title = wanted.get("title")
            file = exported(
                turns, title if isinstance(title, str) else "", str(wanted.get("format")),
                str(wanted.get("style")),
            )  # fmt: skip
        except NotKept:
            return {"problem": "This conversation cannot be read any more."}
        except CommentaryError as error:
            return {"problem": str(error)}
        return {
            "name": file.name,
            "type": file.type,
            "data": base64.b64encode(file.data).decode(),
        }

    def judge(self, asked: Any) -> dict[str, str]:
        """{"turn", "good", "note"} -> {} or {"problem"}."""
        wanted = asked if isinstance(asked, dict) else {}
        if self._feedback is None:
            return {"problem": "This library keeps no judgements: it is open for reading only."}
        note = wanted.get("note")
        try:
            (turn,) = chat.checked(self._assistant, [read_turn(wanted.get("turn"))])
            is_good, said = wanted.get("good") is True, note if isinstance(note, str) else ""
            feedback.keep(self._feedback, turn, is_good, said)
        except NotKept:
            return {"problem": "This answer cannot be read any more."}
        except (OSError, CommentaryError, feedback.FeedbackFull) as error:
            return {"problem": f"It could not be kept: {error}"}
        return {}
