"""Answers to questions after the library's own list (`qa.holdings`): which works are by an author,
from a publisher or of a time, how many there are, who the authors are. What the documents say of
themselves answers them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from index.library import Library
from index.records import AUTHOR, PUBLISHED, PUBLISHER, TITLE
from qa.attribution import entry
from qa.cite import cite
from qa.holdings import Wanted
from qa.records import Answer, Citation, Hit, Work
from qa.words import counted

_FOUND, _NOT_FOUND = 0.95, 0.05
_LISTED = 200  # works at most, of those that are counted


def catalogue(
    question: str, asked: Wanted, library: Library, filters: Mapping[str, str], hits: Sequence[Hit]
) -> Answer:
    """The works that are asked for, by date, each cited where it says so of itself. `filters` are
    those that were chosen, `hits` the nearest passages."""
    among = library.by_date(filters)
    passing = set(library.document_keys(asked.filters))
    keys = [key for key, *_ in among if key in passing]
    if asked.authors:
        said = _authors([author for _, author, _ in among])
        keys = [key for key, author, _ in sorted(among, key=lambda one: one[1]) if author]
    elif asked.said:
        said = " and ".join(one if len(keys) == 1 else _plural(one) for one in asked.said)
        said = f"{len(keys):,} of {counted(len(among), 'document')} {said}"
        said += f"{_undated(asked.filters, among, library)}."
    elif asked.edge:
        said = ""
    else:
        verb = "is" if len(among) == 1 else "are"
        said = f"There {verb} {counted(len(among), 'document')}."
    if asked.edge:
        dates = {key: day for key, _, day in among if day and key in passing}
        keys, dated = _at_edge(asked.edge, dates, len(keys))
        said = f"{said} {dated}".strip()
    if filters:
        said += " Only those that the filters leave were looked at."
    if not keys:
        return Answer(question, False, _NOT_FOUND, said, (), tuple(hits), "none")
    kinds = {
        TITLE,
        *([PUBLISHED] if asked.edge else []),
        *(_SAYS[name] for name in asked.filters),
    } | ({AUTHOR} if asked.authors else set())
    return listing(question, said, library, keys, kinds, hits)


def listing(
    question: str,
    said: str,
    library: Library,
    keys: Sequence[int],
    kinds: Collection[str],
    hits: Sequence[Hit],
) -> Answer:
    """An answer that lists these documents in their order, each cited where it says something of
    these kinds (see `index.records`) of itself."""
    if len(keys) > _LISTED:
        said += f" The first {_LISTED:,} are listed."
    read = dict(library.documents_by_key(keys[:_LISTED]))
    works: list[Work] = []
    number = 0
    for document in (read[key] for key in keys[:_LISTED]):
        citations: list[Citation] = []
        for mark in document.marks:
            if mark.kind in kinds and document.text[mark.start : mark.end].strip():
                number += 1
                citations.append(cite(number, document, mark.start, mark.end))
        works.append(Work(document, 0, tuple(citations)))
    text = "\n\n".join([said, *map(_text, works)])
    cited = tuple(citation for work in works for citation in work.citations)
    return Answer(question, True, _FOUND, text, cited, tuple(hits), "works", works=tuple(works))


_SAYS = {
    "author": AUTHOR,
    "publisher": PUBLISHER,
    "published_from": PUBLISHED,
    "published_to": PUBLISHED,
}


def _undated(
    filters: Mapping[str, str], among: Sequence[tuple[int, str, str]], library: Library
) -> str:
    """How many of the works that could be meant have no date, where one is asked for; or ""."""
    other = {name: value for name, value in filters.items() if not name.startswith("published_")}
    if len(other) == len(filters):
        return ""
    passing = set(library.document_keys(other))
    count = sum(not day and key in passing for key, _, day in among)
    return f"; {count:,} {'has' if count == 1 else 'have'} no date" if count else ""


def _at_edge(edge: str, dates: Mapping[int, str], count: int) -> tuple[list[int], str]:
    """Of documents with these dates the oldest ("first") or the newest, and what is said of it."""
    if not dates:
        return [], "No document that could be meant has a date."
    day, noun = min(dates.values()), "oldest"
    if edge == "last":
        day, noun = max(dates.values()), "newest"
    said = f"The {noun} of the {counted(count, 'document')} is of {day}"
    undated = count - len(dates)
    said += f"; {undated:,} of them {'has' if undated == 1 else 'have'} no date" if undated else ""
    said += "."
    return [key for key, one in dates.items() if one == day], said


def _plural(said: str) -> str:
    verb, _, rest = said.partition(" ")
    return f"{'are' if verb == 'is' else 'were'} {rest}"


def _authors(each: Sequence[str]) -> str:
    """The sentence that names all authors, of the author of each document; it is ours."""
    counts = Counter(each)
    unknown = counts.pop("", 0)
    if not counts:
        return "No document names its author."
    verb = "is" if len(counts) == 1 else "are"
    named = ", ".join(f"{name} ({counted(n, 'document')})" for name, n in sorted(counts.items()))
    said = f"There {verb} {counted(len(counts), 'author')}: {named}."
    if unknown:
        said += f" {counted(unknown, 'document')} name{'s' if unknown == 1 else ''} none."
    return said


def _text(work: Work) -> str:
    return "\n".join([entry(work.document), *(f"{c.quote} [{c.number}]" for c in work.citations)])
