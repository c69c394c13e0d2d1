"""What a library's documents can be chosen by: their authors, publishers and dates."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.library import Library


@dataclass(frozen=True, slots=True)
class Facets:
    """The values that filters can have, each with the number of its documents, most first.

    `first` and `last` are the earliest and the latest date, as they are written (YYYY, YYYY-MM or
    YYYY-MM-DD), "" where no document has one; `documents` counts all of them.
    """

    authors: tuple[tuple[str, int], ...]
    publishers: tuple[tuple[str, int], ...]
    first: str
    last: str
    documents: int


def facets(library: "Library") -> Facets:
    """The facets of the library as it is now; one look at every document."""
    authors: Counter[str] = Counter()
    publishers: Counter[str] = Counter()
    dates = set()
    for author, publisher, date in library.bylines():
        authors[author] += 1
        publishers[publisher] += 1
        dates.add(date)
    dates.discard("")
    return Facets(
        authors=_most_first(authors),
        publishers=_most_first(publishers),
        first=min(dates, default=""),
        last=max(dates, default=""),
        documents=library.counts().documents,
    )


def _most_first(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(((n, c) for n, c in counts.items() if n), key=lambda v: (-v[1], v[0])))
