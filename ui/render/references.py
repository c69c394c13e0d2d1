"""How a cited place and a cited work are written down in the chat and its exports."""

import re
from collections.abc import Sequence

from index.records import Document
from qa.references import bibliography, reference
from ui.render.links import source_line, title_of
from ui.shown import Place

STYLES = {"plain": "Plain", "chicago": "Chicago", "apa": "APA"}


def note(place: Place, style: str) -> str:
    """A footnote in a line: the work, and the place in it: the page, or, plain, the characters."""
    if style not in STYLES or style == "plain":
        return source_line(place.document, place.page, place.start, place.end) + "."
    page = re.search(r"[0-9]{1,9}", place.page)
    text = reference(place.document, style, int(page[0]) if page else None)
    return " ".join(text.split())


def entries(documents: Sequence[Document], style: str) -> list[str]:
    """The bibliography, an entry a document, in alphabetical order."""
    if style not in STYLES or style == "plain":
        return sorted(_entry(document) for document in documents)
    return bibliography(documents, style).split("\n\n") if documents else []


def _entry(document: Document) -> str:
    parts = (
        document.author,
        title_of(document),
        document.publisher,
        document.published,
        document.url or document.path,
    )
    return ", ".join(" ".join(part.split()) for part in parts if part) + "."
