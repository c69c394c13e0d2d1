"""How a cited place and a cited work are written down."""

from collections.abc import Sequence

from index.records import Document
from ui.render.links import source_line, title_of
from ui.shown import Place

STYLES = {"plain": "Plain"}


def note(place: Place, style: str) -> str:
    """A footnote: the work, and the exact place in its text."""
    return source_line(place.document, place.page, place.start, place.end) + "."


def entries(documents: Sequence[Document], style: str) -> list[str]:
    """The bibliography, an entry a document, in alphabetical order."""
    return sorted(_entry(document) for document in documents)


def _entry(document: Document) -> str:
    parts = (
        document.author,
        title_of(document),
        document.publisher,
        document.published,
        document.url or document.path,
    )
    return ", ".join(" ".join(part.split()) for part in parts if part) + "."
