"""The documents of a library a page at a time, and how many there are of each kind: what a list for
people shows, at the same cost for a hundred thousand documents as for ten."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from index.library import Library
from index.library.database import fold
from index.library.documents import DATED

# What a list may be sorted by. Each ends with the id, so that no document stands on two pages.
SORTS = {
    "title": "fold(d.title)",
    "author": "fold(d.author)",
    "publisher": "fold(d.publisher)",
    "published": "d.published",
    "passages": "passages",
    "path": "d.path",
}
_SHOWN = "d.id, d.path, d.title, d.author, d.publisher, d.published, d.url, d.note, d.sha256"
_WORD = "instr(fold(d.title||' '||d.author||' '||d.publisher||' '||d.published||' '||d.id), ?) > 0"
_WORDS = 8
_JOIN = "FROM documents d LEFT JOIN sources s ON s.path = d.path"


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as a list shows it; `failure` says why its source, as it is now, could not be read
    (an older text of it is kept), or is ""."""

    id: str
    path: str
    title: str
    author: str
    publisher: str
    published: str
    url: str
    note: str
    sha256: str
    failure: str
    passages: int


@dataclass(frozen=True, slots=True)
class Overview:
    """How the documents spread: (year, documents), "" for those without a date, oldest first, and
    (publisher, documents), most first, "" for those without one."""

    years: list[tuple[str, int]]
    publishers: list[tuple[str, int]]


def entries(
    library: Library,
    words: str = "",
    sort: str = "title",
    descending: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> tuple[list[Entry], int]:
    """So many documents that have all these words in title, author, publisher, date or id, and how
    many have. `sort` is one of SORTS."""
    names = fold(words).split()[:_WORDS]
    where = " AND ".join(["d.state = 1", *(_WORD for _ in names)])
    total = library.one(f"SELECT count(*) FROM documents d WHERE {where}", *names)
    way = "DESC" if descending else "ASC"
    # An empty field goes last whichever way the others run.
    last = f"{SORTS[sort]} = ''," if sort != "passages" else ""
    rows = library.rows(
        f"SELECT {_SHOWN}, coalesce(s.failure, ''), (SELECT count(*) FROM passages p "
        f"WHERE p.document = d.key) AS passages {_JOIN} WHERE {where} "
        f"ORDER BY {last} {SORTS[sort]} {way}, d.id LIMIT ? OFFSET ?",
        (*names, limit, offset),
    )
    return [Entry(*row) for row in rows], total[0] if total else 0


def overview(library: Library, publishers: int = 12) -> Overview:
    """How the documents spread over time and, for the largest `publishers`, by publisher."""
    return Overview(
        _pairs(
            library.rows(
                f"SELECT iif({DATED}, substr(published, 1, 4), '') AS year, count(*) "
                "FROM documents WHERE state = 1 GROUP BY year ORDER BY year"
            )
        ),
        _pairs(
            library.rows(
                "SELECT publisher, count(*) AS n FROM documents WHERE state = 1 "
                "GROUP BY publisher ORDER BY n DESC, publisher LIMIT ?",
                (publishers,),
            )
        ),
    )


def failures(library: Library, limit: int = 200) -> tuple[list[tuple[str, str]], int]:
    """(path, reason) of sources that could not be read, by path, and how many there are."""
    total = library.one("SELECT count(*) FROM sources WHERE failure != ''")
    rows = library.rows(
        "SELECT path, failure FROM sources WHERE failure != '' ORDER BY path LIMIT ?", (limit,)
    )
    return [(path, reason) for path, reason in rows], total[0] if total else 0


def _pairs(rows: Iterable[Any]) -> list[tuple[str, int]]:
    return [(name, number) for name, number in rows]
