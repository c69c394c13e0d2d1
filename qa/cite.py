"""The only maker of a Citation; checks every span."""

from index.errors import LibraryDamaged
from index.records import Document
from qa.records import Citation


def cite(number: int, document: Document, start: int, end: int, quote: str) -> Citation:
    """Citation `number` of `document.text[start:end]`, which must be `quote`.

    Raises LibraryDamaged when it is not, or when the span is empty: an answer is never shown with
    a citation that points at another place.
    """
    if not 0 <= start < end <= len(document.text) or document.text[start:end] != quote:
        raise LibraryDamaged(
            f"characters {start} to {end} of {document.id} are not the sentence that the index "
            "found there; delete the index folder and run commentary index"
        )
    return Citation(number, document, start, end, quote)
