"""The truth on disk: documents, passages and vectors in one SQLite database.

The only importer of sqlite3. A build is one transaction; a reader sees the last complete state
(write-ahead log). Keys of passages and embeddings are never used twice, so what is derived from
the library is brought up to date by comparing keys, and an embedding never changes.
"""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedder import Embedding
from index.errors import (
    LibraryBusy,
    LibraryDamaged,
    LibraryError,
    LibraryMismatch,
    LibraryMissing,
)
from index.records import KINDS, Document, Mark, Passage, Sentence

FILE = "library.sqlite3"
SCHEMA = 1

_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE sources (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, failure TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE documents (
    key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, path TEXT NOT NULL,
    title TEXT NOT NULL, author TEXT NOT NULL, publisher TEXT NOT NULL, published TEXT NOT NULL,
    url TEXT NOT NULL, sha256 TEXT NOT NULL, marks TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX documents_by_path ON documents (path);
CREATE TABLE embeddings (
    key INTEGER PRIMARY KEY AUTOINCREMENT, sha256 BLOB NOT NULL UNIQUE, text TEXT NOT NULL,
    vector BLOB, bits BLOB, starts BLOB);
CREATE INDEX embeddings_pending ON embeddings (key) WHERE vector IS NULL;
CREATE TABLE passages (
    key INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL REFERENCES documents (key),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, context TEXT NOT NULL,
    sentences BLOB NOT NULL, embedding INTEGER NOT NULL REFERENCES embeddings (key),
    context_embedding INTEGER NOT NULL REFERENCES embeddings (key));
CREATE INDEX passages_by_document ON passages (document);
CREATE INDEX passages_by_embedding ON passages (embedding);
CREATE INDEX passages_by_context ON passages (context_embedding);
"""
_FIELDS = ("id", "path", "title", "author", "publisher", "published", "url", "text", "sha256")
_DOCUMENT = ", ".join((*_FIELDS, "marks"))
# Author and publisher match a part of the name whatever its case; the dates are ISO dates or the
# first part of one, both ends included.
FILTERS = {
    "author": "d.author LIKE '%' || :author || '%'",
    "publisher": "d.publisher LIKE '%' || :publisher || '%'",
    "document": "d.id = :document",
    "published_from": "d.published != '' AND d.published >= :published_from",
    "published_to": "d.published != '' "
    "AND substr(d.published, 1, length(:published_to)) <= :published_to",
}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each the library holds."""

    documents: int
    passages: int
    embeddings: int


@dataclass(frozen=True, slots=True)
class Found:
    """A passage as retrieval needs it: its keys, and the embeddings of its text and context."""

    key: int
    document: int
    passage: Passage
    embedding: Embedding
    context: Embedding


class Library:
    """One library. Reading is safe from several threads; each has a connection of its own."""

    def __init__(self, folder: Path, *, writable: bool = False) -> None:
        self.path = folder / FILE
        self._writable = writable
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._loosened: set[int] = set()  # embeddings that a removed passage had
        if writable:
            folder.mkdir(parents=True, exist_ok=True)
            self._prepare()
        elif not self.path.is_file():
            raise LibraryMissing(
                f"there is no index in {folder}; build it first: commentary index --index {folder}"
            )
        self._check_schema()

    @classmethod
    def open(cls, folder: str | Path) -> "Library":
        """Open for reading. Raises LibraryMissing, LibraryMismatch or LibraryDamaged."""
        return cls(Path(folder))

    @classmethod
    def create(cls, folder: str | Path) -> "Library":
        """Open for writing; an empty library is made where there is none."""
        return cls(Path(folder), writable=True)

    def close(self) -> None:
        for connection in self._all:
            connection.close()
        self._all.clear()
        self._local = threading.local()

    # Reading

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All reading inside sees one state, whatever a build commits meanwhile."""
        if self._db.in_transaction:
            yield
            return
        self._rows("BEGIN")
        try:
            yield
        finally:
            self._rows("ROLLBACK")

    @property
    def generation(self) -> int:
        """Counts the builds that changed something; 0 for a new library."""
        return int(str(self.meta("generation") or 0))

    def meta(self, name: str) -> str | None:
        row = self._one("SELECT value FROM meta WHERE name = ?", name)
        return None if row is None else str(row[0])

    def counts(self) -> Counts:
        row = self._one(
            "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM passages), "
            "(SELECT count(DISTINCT embedding) FROM passages)"
        )
        assert row is not None
        return Counts(*row)

    def sources(self) -> dict[str, tuple[str, str]]:
        """Path -> (sha256 of the file when it was last read, why it failed or "")."""
        rows = self._rows("SELECT path, sha256, failure FROM sources")
        return {path: (sha256, failure) for path, sha256, failure in rows}

    def document(self, id: str) -> Document | None:
        row = self._one(f"SELECT {_DOCUMENT} FROM documents WHERE id = ?", id)
        return None if row is None else _document(row)

    def document_by_key(self, key: int) -> Document:
        row = self._one(f"SELECT {_DOCUMENT} FROM documents WHERE key = ?", key)
        if row is None:
            raise LibraryDamaged(f"document {key} of a passage is missing; {_REBUILD}")
        return _document(row)

    def document_ids(self) -> list[str]:
        return [row[0] for row in self._rows("SELECT id FROM documents ORDER BY id")]

    def documents(self, path: str | None = None) -> Iterator[Document]:
        """All documents, or those of one source, by id."""
        where, values = ("WHERE path = ?", (path,)) if path is not None else ("", ())
        for row in self._rows(f"SELECT {_DOCUMENT} FROM documents {where} ORDER BY id", values):
            yield _document(row)

    def passage_keys(self) -> list[int]:
        """Keys of all passages, ascending."""
        return [row[0] for row in self._rows("SELECT key FROM passages ORDER BY key")]

    def filtered(self, filters: Mapping[str, str]) -> tuple[list[int], list[int]]:
        """Keys of the passages, and of their embeddings, in the documents that pass all filters
        (at least one; names as in FILTERS)."""
        where = " AND ".join(FILTERS[name] for name in filters)
        rows = list(
            self._rows(
                "SELECT p.key, p.embedding FROM passages p "
                f"JOIN documents d ON d.key = p.document WHERE {where}",
                dict(filters),
            )
        )
        return [key for key, _ in rows], sorted({embedding for _, embedding in rows})

    def passages_of_embeddings(self, keys: Sequence[int]) -> dict[int, list[int]]:
        """Embedding -> the passages (one for each place) that have it."""
        places: dict[int, list[int]] = {}
        for some in _chunks(keys):
            for key, embedding in self._rows(
                f"SELECT key, embedding FROM passages WHERE embedding IN ({_marks(some)})", some
            ):
                places.setdefault(embedding, []).append(key)
        return places

    def passages(self, keys: Sequence[int]) -> dict[int, Found]:
        """Passage key -> all that retrieval needs of it; keys that are gone are left out."""
        found: dict[int, Found] = {}
        contexts: dict[int, Embedding] = {}
        for some in _chunks(keys):
            for row in self._rows(
                'SELECT p.key, p.document, p.start, p."end", p.context, p.sentences, '
                "p.context_embedding, d.id, e.text, e.vector, e.bits, e.starts FROM passages p "
                "JOIN documents d ON d.key = p.document JOIN embeddings e ON e.key = p.embedding "
                f"WHERE p.key IN ({_marks(some)})",
                some,
            ):
                key, document, start, end, context, sentences, about, id, text = row[:9]
                if about not in contexts:
                    contexts[about] = self._embedding(about)
                passage = Passage(id, start, end, text, context, _sentences(sentences, start))
                found[key] = Found(key, document, passage, _embedding(row[9:]), contexts[about])
        return found

    def embedding_keys(self) -> list[int]:
        """Keys of all embeddings of passages (not of contexts), ascending."""
        rows = self._rows("SELECT DISTINCT embedding FROM passages ORDER BY embedding")
        return [row[0] for row in rows]

    def vectors(self, keys: Sequence[int]) -> NDArray[np.float32]:
        """float32 (len(keys), d), in the order of the keys."""
        rows: dict[int, bytes] = {}
        for some in _chunks(keys):
            rows.update(
                self._rows(
                    f"SELECT key, vector FROM embeddings WHERE key IN ({_marks(some)})", some
                )
            )
        if not rows:
            return np.zeros((0, int(self.meta("dimension") or 0)), dtype=np.float32)
        return np.stack([np.frombuffer(rows[key], dtype="<f4") for key in keys])

    def texts(self, keys: Sequence[int]) -> Iterator[tuple[int, str, str]]:
        """Key, text and context of these passages."""
        for some in _chunks(keys):
            yield from self._rows(
                "SELECT p.key, e.text, p.context FROM passages p "
                f"JOIN embeddings e ON e.key = p.embedding WHERE p.key IN ({_marks(some)})",
                some,
            )

    # Writing, inside one `transaction`

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One change of the library: all of it or nothing. Raises LibraryBusy when another
        process is writing."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise LibraryBusy(
                f"another build is writing to {self.path.parent}, or it is read-only: {error}"
            ) from error
        try:
            yield
            with self._errors():
                self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def set_meta(self, values: Mapping[str, str | int]) -> None:
        self._many("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def clear(self) -> None:
        """Forget everything, for a change of model or settings. Keys are not used again."""
        for table in ("passages", "embeddings", "documents", "sources"):
            self._rows(f"DELETE FROM {table}")

    def set_source(self, path: str, sha256: str, failure: str = "") -> None:
        self._rows("INSERT OR REPLACE INTO sources VALUES (?, ?, ?)", (path, sha256, failure))

    def remove_source(self, path: str) -> None:
        self._rows("DELETE FROM sources WHERE path = ?", (path,))

    def put_document(self, document: Document) -> int:
        """Store a document in place of any of the same id, and return its key."""
        self.remove_document(document.id)
        marks = json.dumps([[mark.kind, mark.start, mark.end] for mark in document.marks])
        row = self._one(
            f"INSERT INTO documents ({_DOCUMENT}) VALUES ({_marks(range(10))}) RETURNING key",
            document.id, document.path, document.title, document.author, document.publisher,
            document.published, document.url, document.text, document.sha256, marks,
        )  # fmt: skip
        assert row is not None
        return int(row[0])

    def remove_document(self, id: str) -> None:
        row = self._one("SELECT key FROM documents WHERE id = ?", id)
        if row is None:
            return
        for pair in self._rows(
            "SELECT embedding, context_embedding FROM passages WHERE document = ?", row
        ):
            self._loosened.update(pair)
        self._rows("DELETE FROM passages WHERE document = ?", row)
        self._rows("DELETE FROM documents WHERE key = ?", row)

    def put_passages(self, document: int, passages: Iterable[Passage]) -> None:
        """Store a document's passages; texts that are new wait in `pending` for their vectors."""
        self._many(
            'INSERT INTO passages (document, start, "end", context, sentences, embedding, '
            "context_embedding) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    document, passage.start, passage.end, passage.context, _pack(passage),
                    self._embedding_key(passage.text), self._embedding_key(passage.context),
                )
                for passage in passages
            ),
        )  # fmt: skip

    def pending(self) -> list[int]:
        """Keys of the texts without vectors, the longest first: texts of a length share a batch."""
        rows = self._rows(
            "SELECT key FROM embeddings WHERE vector IS NULL ORDER BY length(text) DESC, key"
        )
        return [row[0] for row in rows]

    def embedding_texts(self, keys: Sequence[int]) -> list[str]:
        """The texts of these embeddings, in the order of the keys."""
        rows: dict[int, str] = {}
        for some in _chunks(keys):
            rows.update(
                self._rows(f"SELECT key, text FROM embeddings WHERE key IN ({_marks(some)})", some)
            )
        return [rows[key] for key in keys]

    def put_embedding(self, key: int, embedding: Embedding) -> None:
        self._rows(
            "UPDATE embeddings SET vector = ?, bits = ?, starts = ? WHERE key = ?",
            (
                embedding.vector.astype("<f4").tobytes(),
                embedding.bits.tobytes(),
                embedding.starts.astype("<i4").tobytes(),
                key,
            ),
        )

    def remove_orphans(self) -> None:
        """Drop the embeddings that lost their last passage in this transaction."""
        self._many(
            "DELETE FROM embeddings WHERE key = ?1 "
            "AND NOT EXISTS (SELECT 1 FROM passages WHERE embedding = ?1) "
            "AND NOT EXISTS (SELECT 1 FROM passages WHERE context_embedding = ?1)",
            ((key,) for key in sorted(self._loosened)),
        )
        self._loosened.clear()

    def _embedding_key(self, text: str) -> int:
        """The key of this text's embedding; a new text gets one without vectors."""
        digest = hashlib.sha256(text.encode()).digest()
        row = self._one("SELECT key FROM embeddings WHERE sha256 = ?", digest) or self._one(
            "INSERT INTO embeddings (sha256, text) VALUES (?, ?) RETURNING key", digest, text
        )
        assert row is not None
        return int(row[0])

    # Inside

    @property
    def _db(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            mode = "rwc" if self._writable else "ro"
            connection = sqlite3.connect(
                f"{self.path.resolve().as_uri()}?mode={mode}",
                uri=True,
                timeout=5.0,
                isolation_level=None,
                check_same_thread=False,
            )
            self._local.connection = connection
            self._all.append(connection)
        return connection

    def _rows(self, sql: str, values: Any = ()) -> Iterator[Any]:
        """The rows of a statement, read when they are asked for; its errors become ours."""
        with self._errors():
            rows = self._db.execute(sql, values)
        return self._each(rows)

    def _many(self, sql: str, values: Iterable[Any]) -> None:
        with self._errors():
            self._db.executemany(sql, values)

    def _each(self, rows: sqlite3.Cursor) -> Iterator[Any]:
        with self._errors():
            yield from rows

    def _one(self, sql: str, *values: object) -> Any:
        return next(self._rows(sql, values), None)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise LibraryError(
                f"{self.path} cannot be used: {error}; what was indexed before is kept"
            ) from error
        except sqlite3.DatabaseError as error:
            raise LibraryDamaged(f"{self.path} is damaged: {error}; {_REBUILD}") from error

    def _prepare(self) -> None:
        with self._errors():
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            if not self._db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
                self._db.executescript(
                    f"BEGIN IMMEDIATE; {_TABLES} "
                    f"INSERT INTO meta VALUES ('schema', {SCHEMA}); COMMIT;"
                )

    def _check_schema(self) -> None:
        schema = self.meta("schema")
        if schema != str(SCHEMA):
            raise LibraryMismatch(
                f"{self.path} has schema {schema}, this version reads {SCHEMA}; {_REBUILD}"
            )

    def _embedding(self, key: int) -> Embedding:
        row = self._one("SELECT vector, bits, starts FROM embeddings WHERE key = ?", key)
        if row is None:
            raise LibraryDamaged(f"embedding {key} of a passage is missing; {_REBUILD}")
        return _embedding(row)


_REBUILD = "delete the index folder and run commentary index (your sources are not touched)"


def _document(row: Sequence[str]) -> Document:
    marks = tuple(Mark(*mark) for mark in json.loads(row[-1]))
    return Document(**dict(zip(_FIELDS, row[:-1], strict=True)), marks=marks)


def _embedding(row: Sequence[bytes]) -> Embedding:
    vector, bits, starts = row
    places = np.frombuffer(starts, dtype="<i4")
    rows = np.frombuffer(bits, dtype=np.uint8)
    width = (len(vector) // 4 + 7) // 8
    return Embedding(np.frombuffer(vector, dtype="<f4"), rows.reshape(-1, width), places)


def _pack(passage: Passage) -> bytes:
    """Sentences as int32 (n, 3): start and end from the passage's start, and the kind's number."""
    rows = [
        (s.start - passage.start, s.end - passage.start, KINDS.index(s.kind))
        for s in passage.sentences
    ]
    return np.array(rows, dtype="<i4").tobytes()


def _sentences(blob: bytes, start: int) -> tuple[Sentence, ...]:
    rows = np.frombuffer(blob, dtype="<i4").reshape(-1, 3).tolist()
    return tuple(Sentence(start + first, start + last, KINDS[kind]) for first, last, kind in rows)


def _chunks(keys: Sequence[int], size: int = 500) -> Iterator[list[int]]:
    for at in range(0, len(keys), size):
        yield list(keys[at : at + size])


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
