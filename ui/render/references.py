"""How a cited place and a cited work are written down, in the styles of `qa.references` and a plain
one."""

import re
from collections.abc import Sequence

from index.records import Document
from qa.references import bibliography, reference
from ui.render.links import source_line, title_of
from ui.shown import Place

STYLES = {
    "plain": "Plain",
    "chicago": "Chicago",
    "apa": "APA",
    "bibtex": "BibTeX",
    "csl-json": "CSL-JSON",
}
# Styles in which a reference is a sentence, and can stand in a note.
_PROSE = ("chicago", "apa")


def note(place: Place, style: str) -> str:
    """A footnote: the work, and the exact place in its text. Styles that are data have none of
    their own, the plain one stands in."""
    document = place.document
    if style not in _PROSE:
        return source_line(document, place.page, place.start, place.end) + "."
    work = reference(document, style, _page(place) if style == "chicago" else None).rstrip(".")
    return f"{work}, characters {place.start}–{place.end}."


def quotation(place: Place, style: str) -> str:
    """The quote with its reference, to be pasted elsewhere."""
    if style in STYLES and style not in ("plain", *_PROSE):
        return reference(place.document, style, _page(place), place.quote)
    return f"“{place.quote}” {note(place, style)}"


def entries(documents: Sequence[Document], style: str) -> list[str]:
    """The bibliography, in alphabetical order: an entry a document, but one list of CSL-JSON."""
    if style == "csl-json":
        return [bibliography(documents, style)]
    if style in STYLES and style != "plain":
        return bibliography(documents, style).split("\n\n")
    return sorted(_entry(document) for document in documents)


def _page(place: Place) -> int | None:
    first = re.search(r"\d+", place.page)
    return int(first[0]) if first else None


def _entry(document: Document) -> str:
    parts = (
        document.author,
        title_of(document),
        document.publisher,
        document.published,
        document.url or document.path,
    )
    return ", ".join(" ".join(part.split()) for part in parts if part) + "."
