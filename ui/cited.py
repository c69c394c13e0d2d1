"""The references that follow an answer or stand for a list, safe to print."""

from collections.abc import Sequence

from index.records import Document
from qa.records import Answer
from qa.references import bibliography, reference
from ui.render import printable


def sources_text(answer: Answer, style: str) -> str:
    """The references of what an answer quotes: Chicago notes by the answer's numbers, in other
    styles a bibliography; "" for a no."""
    if style == "chicago":
        notes = (
            f"[{citation.number}] {reference(citation.document, style, citation.page)}"
            for citation in answer.citations
        )
        return printable("\n".join(notes))
    if not answer.citations:
        return ""
    return bibliography_text([citation.document for citation in answer.citations], style)


def bibliography_text(documents: Sequence[Document], style: str) -> str:
    """The documents as a bibliography in this style."""
    return printable(bibliography(documents, style))
