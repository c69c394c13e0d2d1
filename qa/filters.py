"""Choosing among documents: checking the filters, and saying which of them fits nothing."""

from collections.abc import Mapping
from difflib import get_close_matches

from index.dates import is_date
from index.errors import QuestionError
from index.library import Library
from index.library.documents import FILTERS
from qa.conversation import whole
from qa.facets import Facets, facets

_DATES = ("published_from", "published_to")
_NAMED = 5  # authors, publishers or documents that a message names
_LOOKED = 2_000  # titles among which those most like a name are looked for


def checked(filters: Mapping[str, str] | None) -> dict[str, str]:
    """The filters as they are searched with; one that is blank is none.

    Raises QuestionError for a filter that is unknown, no text (`whole`), or no date where one is
    wanted, and for dates that end before they begin.
    """
    found = {}
    for name, value in (filters or {}).items():
        if name not in FILTERS:
            raise QuestionError(f"unknown filter {name!r}; the filters are {', '.join(FILTERS)}")
        if not isinstance(value, str):
            raise QuestionError(f"the filter {name} must be text, found {type(value).__name__}")
        if not whole(value, f"the filter {name}").strip():
            continue
        if name in _DATES and not is_date(value.strip()):
            raise QuestionError(
                f"the filter {name} must be a date such as 2021-11-03, 2021-11 or 2021, "
                f"found {value!r}"
            )
        found[name] = value if name == "document" else " ".join(value.split())
    first, last = (found.get(name, "") for name in _DATES)
    # 2021 holds all its months, so that only what both name can be compared.
    both = min(len(first), len(last))
    if first[:both] > last[:both]:
        raise QuestionError(
            f"the range of dates is reversed: it begins with {first} and ends with {last}; "
            "exchange the two"
        )
    return found


def nothing_fits(filters: Mapping[str, str], library: Library) -> str:
    """Why no document of the library passes these filters, and what there is instead; "" where
    one does."""
    if library.document_keys(filters):
        return ""
    present = facets(library)
    if not present.documents:
        return "The library is empty."
    counts = {name: len(library.document_keys({name: filters[name]})) for name in filters}
    alone = [_said(name, filters[name], library, present) for name in filters if not counts[name]]
    if alone:
        return " ".join(alone)
    each = ", ".join(f"{_ASKED[name]} {filters[name]} ({counts[name]:,})" for name in filters)
    return f"No document passes all the filters together, only each: {each}."


_ASKED = {
    "author": "author",
    "publisher": "publisher",
    "document": "document",
    "published_from": "published from",
    "published_to": "published up to",
}


def _said(name: str, value: str, library: Library, present: Facets) -> str:
    """That this filter alone fits nothing, and what would."""
    if name == "author":
        authors = _nearest(value, [author for author, _ in present.authors])
        return f"No document is by an author “{value}”; {_there('authors', authors)}."
    if name == "publisher":
        publishers = _nearest(value, [publisher for publisher, _ in present.publishers])
        return f"No document is published by “{value}”; {_there('publishers', publishers)}."
    if name == "document":
        titles = [f"“{title or id}”" for id, title in library.titles("", _LOOKED)]
        names = _nearest(value, titles)
        return f"No document has “{value}” in its title or id; {_there('documents', names)}."
    if not present.first:
        return "No document has a date."
    side = "later" if name == "published_from" else "earlier"
    return (
        f"No document is from {value} or {side}; "
        f"the dates go from {present.first} to {present.last}."
    )


def _nearest(value: str, names: list[str]) -> list[str]:
    """The names that look most like the value, then the first ones; the last is a count."""
    lower = {word.casefold(): name for name in reversed(names) for word in name.split()}
    lower |= {name.casefold(): name for name in reversed(names)}
    near = [lower[n] for n in get_close_matches(value.casefold(), lower, _NAMED, cutoff=0.5)]
    shown = list(dict.fromkeys([*near, *names]))[:_NAMED]
    more = len(names) - len(shown)
    return [*shown, f"{more:,} more"] if more else shown


def _there(noun: str, names: list[str]) -> str:
    if not names:
        return f"no document names its {noun.removesuffix('s')}"
    return f"the {noun} are {', '.join(names)}"
