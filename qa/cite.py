"""The only maker of a Citation; checks every span."""

from index.errors import LibraryDamaged
from index.records import Document
from qa.records import Citation

# A document, and where in it something starts and ends.
Place = tuple[Document, int, int]


def cite(number: int, document: Document, start: int, end: int) -> Citation:
    """Citation `number` (from 1) of `document.text[start:end]`.

    Raises LibraryDamaged when there is no such place: an answer is never shown with a citation
    that points at nothing.
    """
    quote = document.text[start:end]
    if not 0 <= start < end <= len(document.text) or not quote.strip():
        raise LibraryDamaged(
            f"{document.id} has no sentence at characters {start} to {end}; "
            "delete the index folder and run commentary index (your sources are not touched)"
        )
    return Citation(number, document, start, end, quote)
