"""A page of the list of documents, chosen and ordered by SQLite: no text is read, however many
documents there are."""

from collections.abc import Iterator
from dataclasses import dataclass

from index.library import Library

SORTS = ("title", "author", "publisher", "published", "passages", "path")
_FIELDS = ("id", "path", "title", "author", "publisher", "published", "url", "note")
_SEARCHED = ("title", "author", "publisher", "path", "id")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a document, and the number of its passages."""

    id: str
    path: str
    title: str
    author: str
    publisher: str
    published: str
    url: str
    note: str
    passages: int


def entries(
    library: Library,
    text: str = "",
    sort: str = "title",
    descending: bool = False,
    offset: int = 0,
    limit: int = 50,
) -> tuple[int, list[Entry]]:
    """How many documents hold every word of `text` in title, author, publisher, path or id, and
    `limit` of them from `offset` on, ordered by one of SORTS; what is unknown comes last."""
    if sort not in SORTS:
        raise ValueError(f"no order {sort!r}; known are {', '.join(SORTS)}")
    words = {f"word{number}": word for number, word in enumerate(text.split())}
    searched = " || ' ' || ".join(f"d.{name}" for name in _SEARCHED)
    chosen = " AND ".join(
        ["d.state = 1", *(f"instr(lower({searched}), lower(:{n}))" for n in words)]
    )
    counted = "(SELECT count(*) FROM passages p WHERE p.document = d.key)"
    way = "DESC" if descending else "ASC"
    order = (
        f"{counted} {way}"
        if sort == "passages"
        else f"d.{sort} = '', d.{sort} COLLATE NOCASE {way}"
    )
    ((total,),) = library.rows(f"SELECT count(*) FROM documents d WHERE {chosen}", words)
    rows = library.rows(
        f"SELECT {', '.join('d.' + name for name in _FIELDS)}, {counted} FROM documents d "
        f"WHERE {chosen} ORDER BY {order}, d.id LIMIT :limit OFFSET :offset",
        {**words, "limit": limit, "offset": offset},
    )
    return int(total), [Entry(*row) for row in rows]


def years(library: Library) -> list[tuple[str, int]]:
    """Year of publication ("" where it is unknown) and how many documents, by year."""
    return list(_grouped(library, "substr(published, 1, 4)", "1"))


def publishers(library: Library, limit: int = 12) -> list[tuple[str, int]]:
    """Publisher ("" where it is unknown) and how many documents, most first."""
    return list(_grouped(library, "publisher", f"2 DESC, 1 LIMIT {int(limit)}"))


def _grouped(library: Library, what: str, order: str) -> Iterator[tuple[str, int]]:
    sql = f"SELECT {what}, count(*) FROM documents WHERE state = 1 GROUP BY 1 ORDER BY {order}"
    for name, count in library.rows(sql):
        yield str(name), int(count)
