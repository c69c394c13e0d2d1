"""The truth on disk: documents, passages and vectors in one SQLite database.

A document is staged, then current, then old. A build stages what is new, in as many transactions
as it needs, and makes all of it current in one; until then nobody sees it. Of a document that was
replaced the text is kept for a while, for the citations that were cut from it. Keys are never used
twice and what stands under one never changes, so what is derived from the library is brought up
to date by comparing keys. Every row has a checksum, and what is read for an answer is read by its
key alone: what is damaged raises LibraryDamaged. Here is the reading; `index.library.writer` adds
the writing, `index.library.database` knows SQLite.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedder import Embedding
from index.errors import LibraryDamaged
from index.languages import ENGLISH, language
from index.library.database import REPAIR, Database, checksum, chunks, meta_sum, slots
from index.library.rows import (
    CURRENT,
    DOCUMENT,
    EMBEDDING,
    FIELDS,
    PASSAGE,
    Counts,
    Found,
    SourceRecord,
    digest,
    joined,
    sentences_of,
    unpack,
    vector_of,
)
from index.records import Document, Mark, Passage, Sentence

# `fold` is called once for each name; the plus keeps SQLite to the index that has all of it.
_ONE_OF = (
    "d.{0} IN (SELECT {0} FROM (SELECT DISTINCT {0} FROM documents WHERE +state = 1) "
    "WHERE instr(fold({0}), fold(:{0})) > 0)"
)
# Author and publisher match a part of the name whatever its case; the dates are ISO dates or the
# first part of one, both ends included.
FILTERS = {
    "author": _ONE_OF.format("author"),
    "publisher": _ONE_OF.format("publisher"),
    "document": "d.id = :document",
    "published_from": "d.published != '' AND d.published >= :published_from",
    "published_to": "d.published != '' "
    "AND substr(d.published, 1, length(:published_to)) <= :published_to",
}


class Library(Database):
    """One library, for reading."""

    @classmethod
    def open(cls, folder: str | Path) -> "Library":
        """Open for reading. Raises LibraryMissing, LibraryMismatch or LibraryDamaged."""
        return cls(Path(folder), writable=False)

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

    def document_ids(self) -> dict[str, list[str]]:
        """Path -> the ids of its documents, in order."""
        ids: dict[str, list[str]] = {}
        for path, id in self.rows(
            "SELECT path, id FROM documents WHERE state = 1 ORDER BY path, id"
        ):
            ids.setdefault(path, []).append(id)
        return ids

    def ids_at(self, path: str) -> list[str]:
        """The ids of a source's documents, in order."""
        sql = "SELECT id FROM documents WHERE path = ? AND state = 1 ORDER BY id"
        return [id for (id,) in self.rows(sql, (path,))]

    def notes(self) -> list[tuple[str, str]]:
        """(path, note) of every document with which its reader had a reservation."""
        sql = "SELECT path, note FROM documents WHERE state = 1 AND note != '' ORDER BY path, id"
        return list(self.rows(sql))

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
        """Author, publisher and date of every document as it is now; "" where one is unknown."""
        yield from self.rows("SELECT author, publisher, published FROM documents WHERE state = 1")

    def passage_keys(self) -> list[int]:
        """Keys of the passages of all documents as they are now, ascending. Raises LibraryDamaged
        when some are missing."""
        keys = [
            key
            for (key,) in self.rows(
                "SELECT p.key FROM documents d JOIN passages p ON p.document = d.key "
                "WHERE d.state = 1"
            )
        ]
        if len(keys) != self.counts().passages:
            raise LibraryDamaged(
                f"{self.path} holds {len(keys)} passages of {self.counts().passages}; {REPAIR}"
            )
        return sorted(keys)

    def document_keys(self, filters: Mapping[str, str]) -> list[int]:
        """Keys of the documents that pass all filters (names as in FILTERS), ascending."""
        where = " AND ".join(["d.state = 1", *(FILTERS[name] for name in filters)])
        rows = self.rows(f"SELECT d.key FROM documents d WHERE {where}", dict(filters))
        return sorted(key for (key,) in rows)

    def changes(self, generation: int, last: int) -> tuple[list[int], list[int]] | None:
        """Keys of the passages that came and that went, ascending, since `generation`, when `last`
        was the highest key; None when that is not known any more. Its cost is that of the change.
        """
        since = self._meta().get("removals_since")
        if since is None or not int(since) <= generation <= self.generation:
            return None
        # A cross join keeps SQLite to this order: a few keys, then the document of each.
        sql = (
            "SELECT p.key FROM passages p CROSS JOIN documents d ON d.key = p.document "
            "WHERE p.key > ? AND d.state = 1 ORDER BY p.key"
        )
        added = [key for (key,) in self.rows(sql, (last,))]
        sql = "SELECT DISTINCT key FROM removals WHERE generation > ? AND key <= ? ORDER BY key"
        return added, [key for (key,) in self.rows(sql, (generation, last))]

    def filtered(self, filters: Mapping[str, str]) -> list[int]:
        """Keys of the passages in the documents that pass all filters (at least one; names as in
        FILTERS)."""
        where = " AND ".join(["d.state = 1", *(FILTERS[name] for name in filters)])
        sql = f"SELECT p.key FROM documents d JOIN passages p ON p.document = d.key WHERE {where}"
        return [key for (key,) in self.rows(sql, dict(filters))]

    def passages(self, keys: Sequence[int]) -> list[Found]:
        """All that retrieval needs of these passages, in the order of the keys.

        Raises LibraryDamaged when one is missing or is not what was written.
        """
        rows = {row[0]: self._checked("passage", row) for row in self._by_key("passages", keys)}
        self._complete("passage", keys, rows)
        wanted = {key for row in rows.values() for key in row[5:8] if key is not None}
        embedded = dict(self.embeddings(sorted(wanted)))
        names = self._names({row[2] for row in rows.values()})
        return [self._found(rows[key], names, embedded) for key in keys]

    def sentences(self, keys: Sequence[int]) -> Iterator[tuple[int, tuple[Sentence, ...]]]:
        """The document's key and the sentences of each of these passages, in no order; raises
        LibraryDamaged as `passages` does, and costs a hundredth of it."""
        for some in chunks(keys):
            seen = set()
            for row in self._by_key("passages", some):
                seen.add(row[0])
                _, _, document, start, _, _, _, _, sentences = self._checked("passage", row)
                yield document, sentences_of(sentences, start)
            self._complete("passage", some, seen)

    def passages_of(self, document: int) -> list[Found]:
        """All passages of a document, as `passages`."""
        rows = self.rows("SELECT key FROM passages WHERE document = ?", (document,))
        return self.passages([key for (key,) in rows])

    def embeddings(self, keys: Sequence[int]) -> Iterator[tuple[int, tuple[str, Embedding]]]:
        """Key, text and embedding of these; raises LibraryDamaged as `passages` does."""
        seen = set()
        for row in self._by_key("embeddings", keys):
            seen.add(row[0])
            yield row[0], self.read_embedding(row)
        self._complete("embedding", keys, seen)

    def embeddings_of(self, texts: Sequence[str]) -> dict[str, Embedding]:
        """The embeddings of those of these texts that have one which is what was written."""
        found: dict[str, Embedding] = {}
        for text in texts:
            try:
                row = self.one(f"SELECT {EMBEDDING} FROM embeddings WHERE sha256 = ?", digest(text))
                if row is not None and row[3] == text:
                    found[text] = self.read_embedding(row)[1]
            except LibraryDamaged:
                continue
        return found

    def vectors(self, keys: Sequence[int]) -> NDArray[np.float32]:
        """The vectors of these passages, float32 (len(keys), d), in the order of the keys."""
        found: dict[int, NDArray[np.float32]] = {}
        for some in chunks(keys):
            for key, *row in self.rows(
                f"SELECT p.key, {', '.join('e.' + name for name in EMBEDDING.split(', '))} "
                "FROM passages p JOIN embeddings e ON e.key = p.embedding "
                f"WHERE p.key IN ({slots(some)})",
                some,
            ):
                found[key] = vector_of(self._checked("embedding", row)[4])
        self._complete("vector of passage", keys, found)
        if not keys:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.stack([found[key] for key in keys])

    def texts(self, keys: Sequence[int]) -> Iterator[tuple[int, str, str]]:
        """Key and text of these passages, and what is searched with it: title, heading, author,
        publisher."""
        for some in chunks(keys):
            seen = set()
            for key, *parts in self.rows(
                "SELECT p.key, e.text, t.text, h.text, d.author, d.publisher FROM passages p "
                "JOIN documents d ON d.key = p.document JOIN embeddings e ON e.key = p.embedding "
                "LEFT JOIN embeddings t ON t.key = p.title "
                f"LEFT JOIN embeddings h ON h.key = p.heading WHERE p.key IN ({slots(some)})",
                some,
            ):
                seen.add(key)
                yield key, parts[0], " | ".join(part for part in parts[1:] if part)
            self._complete("text of passage", some, seen)

    def languages(self, keys: Sequence[int]) -> dict[int, str]:
        """The language (a code of `index.languages`) of the document of each of these passages;
        English where the document is damaged, and so answers nothing."""
        documents: dict[int, int] = {}
        for some in chunks(keys):
            sql = f"SELECT key, document FROM passages WHERE key IN ({slots(some)})"
            documents.update(self.rows(sql, some))
        spoken: dict[int, str] = {}
        for some in chunks(sorted(set(documents.values()))):
            sql = f"SELECT {DOCUMENT} FROM documents WHERE key IN ({slots(some)})"
            for row in self.rows(sql, some):
                try:
                    spoken[row[0]] = language(self.read_document(row))
                except LibraryDamaged:
                    spoken[row[0]] = ENGLISH
        self._complete("passage", keys, documents)
        self._complete("document", list(documents.values()), spoken)
        return {key: spoken[document] for key, document in documents.items()}

    def ids_of(self, keys: Sequence[int]) -> list[str]:
        """The ids of the documents of these passages, each once, in order."""
        ids: set[str] = set()
        for some in chunks(keys):
            sql = (
                "SELECT DISTINCT d.id FROM passages p JOIN documents d ON d.key = p.document "
                f"WHERE p.key IN ({slots(some)})"
            )
            ids.update(id for (id,) in self.rows(sql, some))
        return sorted(ids)

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

    def read_embedding(self, row: Sequence[Any]) -> tuple[str, Embedding]:
        """Text and embedding of a row with the columns EMBEDDING; raises LibraryDamaged."""
        _, _, _, text, *blobs = self._checked("embedding", row)
        return text, unpack(*blobs)

    def _document(self, where: str, *values: object) -> Document | None:
        sql = f"SELECT {DOCUMENT} FROM documents WHERE {where} ORDER BY state, key DESC LIMIT 1"
        row = self.one(sql, *values)
        return None if row is None else self.read_document(row)

    def _meta(self) -> dict[str, Any]:
        values = dict(self.rows("SELECT name, value FROM meta"))
        if values.get("sum") != meta_sum(values):
            raise LibraryDamaged(f"{self.path}: its table meta is damaged; {REPAIR}")
        return values

    def _by_key(self, table: str, keys: Sequence[int]) -> Iterator[Any]:
        columns = {"passages": PASSAGE, "embeddings": EMBEDDING}[table]
        for some in chunks(keys):
            yield from self.rows(
                f"SELECT {columns} FROM {table} WHERE key IN ({slots(some)})", some
            )

    def _names(self, keys: set[int]) -> dict[int, str]:
        """Document key -> id, of documents as they are now."""
        names: dict[int, str] = {}
        for some in chunks(sorted(keys)):
            names.update(
                self.rows(
                    f"SELECT key, id FROM documents WHERE state = 1 AND key IN ({slots(some)})",
                    some,
                )
            )
        self._complete("document", sorted(keys), names)
        return names

    def _found(
        self,
        row: Sequence[Any],
        names: Mapping[int, str],
        embedded: Mapping[int, tuple[str, Embedding]],
    ) -> Found:
        key, _, document, start, end, own, title, heading, sentences = row
        text, embedding = embedded[own]
        about = [embedded[other] for other in (title, heading) if other is not None]
        passage = Passage(
            document_id=names[document],
            start=start,
            end=end,
            text=text,
            title=embedded[title][0] if title else "",
            heading=embedded[heading][0] if heading else "",
            sentences=sentences_of(sentences, start),
        )
        return Found(key, document, passage, embedding, joined([e for _, e in about], embedding))

    def _checked(self, what: str, row: Sequence[Any]) -> Sequence[Any]:
        """The row, when its checksum (the second value) is that of the others."""
        if row[1] != checksum(row[0], *row[2:]):
            raise LibraryDamaged(f"{self.path}: the {what} {row[0]} is damaged; {REPAIR}")
        return row

    def _complete(self, what: str, keys: Sequence[int], found: Any) -> None:
        missing = next((key for key in keys if key not in found), None)
        if missing is not None:
            raise LibraryDamaged(f"{self.path}: the {what} {missing} is missing; {REPAIR}")
