"""What the library knows of documents and of the sources that they came from."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from index.errors import LibraryDamaged
from index.library.database import REPAIR, Database, checksum, chunks, meta_sum, slots
from index.library.rows import CURRENT, DOCUMENT, FIELDS, Counts, SourceRecord
from index.records import Document, Mark

# As `index.dates.is_dated`.
DATED = "published GLOB '[0-9][0-9][0-9][0-9]*'"
# `fold` is called once for each name; the plus keeps SQLite to the index that has all of it.
_ONE_OF = (
    "d.{0} IN (SELECT {0} FROM (SELECT DISTINCT {0} FROM documents WHERE +state = 1) "
    "WHERE instr(fold({0}), fold(:{0})) > 0)"
)
# An id is that of one document; anything else is a part of titles or ids. Both are found once.
_NAMED = (
    "d.key IN (WITH exact AS (SELECT key FROM documents WHERE state = 1 AND id = :document) "
    "SELECT key FROM exact UNION ALL SELECT key FROM documents WHERE state = 1 "
    "AND NOT EXISTS (SELECT 1 FROM exact) "
    "AND instr(fold(title || char(10) || id), fold(trim(:document))) > 0)"
)
# Author and publisher match a part of the name whatever its case. The dates, a filter's and a
# document's, are ISO dates or the first part of one and stand for all of its days, of which one in
# common is enough; what begins with no year is no date. A colon comes next after the digits: the
# first comparison of each lets SQLite look in documents_by_line only where it may be fulfilled.
FILTERS = {
    "author": _ONE_OF.format("author"),
    "publisher": _ONE_OF.format("publisher"),
    "document": _NAMED,
    "published_from": "d.published >= substr(:published_from, 1, 4) AND d.published < ':' "
    f"AND d.published >= substr(:published_from, 1, length(d.published)) AND d.{DATED}",
    "published_to": f"d.published >= '0' AND d.published < :published_to || ':' AND d.{DATED}",
}


class Documents(Database):
    """The documents of one library."""

    @property
    def generation(self) -> int:
        """Counts the builds that changed something; 0 for a new library."""
        return int(self._meta().get("generation", 0))

    @property
    def dimension(self) -> int:
        """The length of its vectors; 1 while there is none."""
        return int(self._meta().get("dimension", 1))

    def meta(self, name: str) -> str | None:
        value = self._meta().get(name)
        return None if value is None else str(value)

    def counts(self) -> Counts:
        meta = self._meta()
        return Counts(int(meta.get("documents", 0)), int(meta.get("passages", 0)))

    def sources(self) -> dict[str, SourceRecord]:
        """Path -> what is known of it."""
        rows = self.rows("SELECT path, sha256, stamp, failure, disputed FROM sources")
        return {
            path: SourceRecord(sha256, stamp, failure, bool(disputed))
            for path, sha256, stamp, failure, disputed in rows
        }

    def source(self, path: str) -> SourceRecord | None:
        row = self.one("SELECT sha256, stamp, failure, disputed FROM sources WHERE path = ?", path)
        if row is None:
            return None
        sha256, stamp, failure, disputed = row
        return SourceRecord(sha256, stamp, failure, bool(disputed))

    def stamps(self) -> dict[str, str]:
        """Path -> stamp of every source; "" of those that were not read, or hold a document that
        another one holds too."""
        sql = "SELECT path, iif(failure = '' AND NOT disputed, stamp, '') FROM sources"
        return dict(self.table(sql))

    def document(self, id: str) -> Document | None:
        """The document of this id as it is now."""
        return self._document("id = ? AND state = ?", id, CURRENT)

    def version(self, id: str, sha256: str) -> Document | None:
        """The document of this id whose text has this sha256, or one that begins so, as it is now
        or as it was; None when it is not kept."""
        like = sha256.replace("%", "").replace("_", "") + "%"
        return self._document("id = ? AND state > 0 AND sha256 LIKE ?", id, like)

    def document_by_key(self, key: int) -> Document:
        document = self._document("key = ? AND state = ?", key, CURRENT)
        if document is None:
            raise LibraryDamaged(f"{self.path}: the document {key} is missing; {REPAIR}")
        return document

    def documents_by_key(self, keys: Sequence[int]) -> Iterator[tuple[int, Document]]:
        """Key and document of each of these, in no order; raises LibraryDamaged as
        `document_by_key` does."""
        for some in chunks(keys):
            seen = set()
            where = f"state = ? AND key IN ({slots(some)})"
            for row in self.rows(
                f"SELECT {DOCUMENT} FROM documents WHERE {where}", (CURRENT, *some)
            ):
                seen.add(row[0])
                yield row[0], self.read_document(row)
            self._complete("document", some, seen)

    def documents(self) -> Iterator[Document]:
        """All documents as they are now, by id."""
        for row in self.rows(f"SELECT {DOCUMENT} FROM documents WHERE state = 1 ORDER BY id"):
            yield self.read_document(row)

    def ids_at(self, path: str) -> list[str]:
        """The ids of a source's documents, in order."""
        sql = "SELECT id FROM documents WHERE path = ? AND state = 1 ORDER BY id"
        return [id for (id,) in self.rows(sql, (path,))]

    def notes(self) -> list[tuple[str, str]]:
        """(path, note) of every document with which its reader had a reservation, then of every
        source that has the same bytes as one before it."""
        sql = "SELECT path, note FROM documents WHERE state = 1 AND note != '' ORDER BY path, id"
        copies = (
            "SELECT path, first FROM (SELECT path, min(path) OVER (PARTITION BY sha256) AS first "
            "FROM sources WHERE sha256 != '' AND failure = '') WHERE path != first ORDER BY path"
        )
        return [
            *self.rows(sql),
            *(
                (path, f"the same file as {first}, counted as a work of its own")
                for path, first in self.rows(copies)
            ),
        ]

    def listing(self, filters: Mapping[str, str]) -> list[tuple[Document, int]]:
        """The documents that pass all filters (names as in FILTERS), by id, each with the number
        of its passages."""
        where = " AND ".join(["d.state = 1", *(FILTERS[name] for name in filters)])
        rows = self.rows(
            f"SELECT d.key, (SELECT count(*) FROM passages p WHERE p.document = d.key) "
            f"FROM documents d WHERE {where} ORDER BY d.id",
            dict(filters),
        )
        return [(self.document_by_key(key), count) for key, count in list(rows)]

    def titles(self, words: str, count: int) -> list[tuple[str, str]]:
        """Id and title of at most `count` documents that have all these words in title, author or
        id; of any where there are none."""
        names = words.split()[:8]
        like = "instr(lower(title || ' ' || author || ' ' || id), lower(?)) > 0"
        where = " AND ".join(["state = 1", *(like for _ in names)])
        sql = f"SELECT id, title FROM documents WHERE {where} ORDER BY title, id LIMIT ?"
        return list(self.rows(sql, (*names, count)))

    def bylines(self) -> Iterator[tuple[str, str, str]]:
        """Author, publisher and date of every document as it is now; "" where one is unknown, or a
        date cannot be compared."""
        yield from self.rows(
            f"SELECT author, publisher, iif({DATED}, published, '') FROM documents WHERE state = 1"
        )

    def document_keys(self, filters: Mapping[str, str]) -> list[int]:
        """Keys of the documents that pass all filters (names as in FILTERS), ascending."""
        where = " AND ".join(["d.state = 1", *(FILTERS[name] for name in filters)])
        rows = self.rows(f"SELECT d.key FROM documents d WHERE {where}", dict(filters))
        return sorted(key for (key,) in rows)

    def by_date(self, filters: Mapping[str, str]) -> list[tuple[int, str, str]]:
        """Key, author and date of the documents that pass all filters, by date, the undated ("")
        last."""
        where = " AND ".join(["d.state = 1", *(FILTERS[name] for name in filters)])
        sql = (
            f"SELECT d.key, d.author, iif(d.{DATED}, d.published, '') AS day FROM documents d "
            f"WHERE {where} ORDER BY day = '', day, d.id"
        )
        return list(self.rows(sql, dict(filters)))

    def read_document(self, row: Sequence[Any]) -> Document:
        """The document of a row with the columns DOCUMENT; raises LibraryDamaged when they are
        not what was written."""
        key, _, *values = self._checked("document", row)
        fields = dict(zip(FIELDS, values, strict=True))
        try:
            fields["marks"] = tuple(Mark(*mark) for mark in json.loads(fields["marks"]))
            fields["pages"] = tuple(json.loads(fields["pages"]))
        except (TypeError, ValueError) as error:
            raise LibraryDamaged(f"{self.path}: the document {key} is damaged; {REPAIR}") from error
        return Document(**fields)

    def _document(self, where: str, *values: object) -> Document | None:
        sql = f"SELECT {DOCUMENT} FROM documents WHERE {where} ORDER BY state, key DESC LIMIT 1"
        row = self.one(sql, *values)
        return None if row is None else self.read_document(row)

    def _meta(self) -> dict[str, Any]:
        values = dict(self.rows("SELECT name, value FROM meta"))
        if values.get("sum") != meta_sum(values):
            raise LibraryDamaged(f"{self.path}: its table meta is damaged; {REPAIR}")
        return values

    def _checked(self, what: str, row: Sequence[Any]) -> Sequence[Any]:
        """The row, when its checksum (the second value) is that of the others."""
        if row[1] != checksum(row[0], *row[2:]):
            raise LibraryDamaged(f"{self.path}: the {what} {row[0]} is damaged; {REPAIR}")
        return row

    def _complete(self, what: str, keys: Sequence[int], found: Any) -> None:
        missing = next((key for key in keys if key not in found), None)
        if missing is not None:
            raise LibraryDamaged(f"{self.path}: the {what} {missing} is missing; {REPAIR}")
