"""The truth on disk: documents, passages and vectors in one SQLite database.

A build is one transaction; a reader sees the last complete state (write-ahead log). Keys of
passages and embeddings are never used twice, so what is derived from the library is brought up to
date by comparing keys, and an embedding never changes. Here is the reading; `index.library.writer`
adds the writing, `index.library.database` knows SQLite.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embedder import Embedding
from index.errors import LibraryDamaged
from index.library.database import REBUILD, Database, chunks, slots
from index.records import KINDS, Document, Mark, Passage, Sentence

FIELDS = ("id", "path", "title", "author", "publisher", "published", "url", "text", "sha256")
DOCUMENT = ", ".join((*FIELDS, "marks"))
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


@dataclass(frozen=True, slots=True)
class Found:
    """A passage as retrieval needs it: its keys, and the embeddings of its text and context."""

    key: int
    document: int
    passage: Passage
    embedding: Embedding
    context: Embedding


class Library(Database):
    """One library, for reading."""

    @classmethod
    def open(cls, folder: str | Path) -> "Library":
        """Open for reading. Raises LibraryMissing, LibraryMismatch or LibraryDamaged."""
        return cls(Path(folder), writable=False)

    @property
    def generation(self) -> int:
        """Counts the builds that changed something; 0 for a new library."""
        return int(str(self.meta("generation") or 0))

    def meta(self, name: str) -> str | None:
        row = self.one("SELECT value FROM meta WHERE name = ?", name)
        return None if row is None else str(row[0])

    def counts(self) -> Counts:
        row = self.one("SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM passages)")
        assert row is not None
        return Counts(*row)

    def sources(self) -> dict[str, tuple[str, str]]:
        """Path -> (sha256 of the file when it was last read, why it failed or "")."""
        rows = self.rows("SELECT path, sha256, failure FROM sources")
        return {path: (sha256, failure) for path, sha256, failure in rows}

    def document(self, id: str) -> Document | None:
        row = self.one(f"SELECT {DOCUMENT} FROM documents WHERE id = ?", id)
        return None if row is None else _document(row)

    def document_by_key(self, key: int) -> Document:
        row = self.one(f"SELECT {DOCUMENT} FROM documents WHERE key = ?", key)
        if row is None:
            raise LibraryDamaged(f"document {key} of a passage is missing; {REBUILD}")
        return _document(row)

    def document_ids(self) -> list[str]:
        return [row[0] for row in self.rows("SELECT id FROM documents ORDER BY id")]

    def documents(self, path: str | None = None) -> Iterator[Document]:
        """All documents, or those of one source, by id."""
        where, values = ("WHERE path = ?", (path,)) if path is not None else ("", ())
        for row in self.rows(f"SELECT {DOCUMENT} FROM documents {where} ORDER BY id", values):
            yield _document(row)

    def passage_keys(self) -> list[int]:
        """Keys of all passages, ascending."""
        return [row[0] for row in self.rows("SELECT key FROM passages ORDER BY key")]

    def filtered(self, filters: Mapping[str, str]) -> tuple[list[int], list[int]]:
        """Keys of the passages, and of their embeddings, in the documents that pass all filters
        (at least one; names as in FILTERS)."""
        where = " AND ".join(FILTERS[name] for name in filters)
        rows = list(
            self.rows(
                "SELECT p.key, p.embedding FROM passages p "
                f"JOIN documents d ON d.key = p.document WHERE {where}",
                dict(filters),
            )
        )
        return [key for key, _ in rows], sorted({embedding for _, embedding in rows})

    def passages_of_embeddings(self, keys: Sequence[int]) -> dict[int, list[int]]:
        """Embedding -> the passages (one for each place) that have it."""
        places: dict[int, list[int]] = {}
        for some in chunks(keys):
            for key, embedding in self.rows(
                f"SELECT key, embedding FROM passages WHERE embedding IN ({slots(some)})", some
            ):
                places.setdefault(embedding, []).append(key)
        return places

    def passages(self, keys: Sequence[int]) -> dict[int, Found]:
        """Passage key -> all that retrieval needs of it; keys that are gone are left out."""
        found: dict[int, Found] = {}
        contexts: dict[int, Embedding] = {}
        for some in chunks(keys):
            for row in self.rows(
                'SELECT p.key, p.document, p.start, p."end", p.context, p.sentences, '
                "p.context_embedding, d.id, e.text, e.vector, e.bits, e.starts FROM passages p "
                "JOIN documents d ON d.key = p.document JOIN embeddings e ON e.key = p.embedding "
                f"WHERE p.key IN ({slots(some)})",
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
        rows = self.rows("SELECT DISTINCT embedding FROM passages ORDER BY embedding")
        return [row[0] for row in rows]

    def vectors(self, keys: Sequence[int]) -> NDArray[np.float32]:
        """float32 (len(keys), d), in the order of the keys."""
        rows: dict[int, bytes] = {}
        for some in chunks(keys):
            rows.update(
                self.rows(f"SELECT key, vector FROM embeddings WHERE key IN ({slots(some)})", some)
            )
        if not rows:
            return np.zeros((0, int(self.meta("dimension") or 0)), dtype=np.float32)
        return np.stack([np.frombuffer(rows[key], dtype="<f4") for key in keys])

    def texts(self, keys: Sequence[int]) -> Iterator[tuple[int, str, str]]:
        """Key, text and context of these passages."""
        for some in chunks(keys):
            yield from self.rows(
                "SELECT p.key, e.text, p.context FROM passages p "
                f"JOIN embeddings e ON e.key = p.embedding WHERE p.key IN ({slots(some)})",
                some,
            )

    def embedding_texts(self, keys: Sequence[int]) -> list[str]:
        """The texts of these embeddings, in the order of the keys."""
        rows: dict[int, str] = {}
        for some in chunks(keys):
            rows.update(
                self.rows(f"SELECT key, text FROM embeddings WHERE key IN ({slots(some)})", some)
            )
        return [rows[key] for key in keys]

    def _embedding(self, key: int) -> Embedding:
        row = self.one("SELECT vector, bits, starts FROM embeddings WHERE key = ?", key)
        if row is None:
            raise LibraryDamaged(f"embedding {key} of a passage is missing; {REBUILD}")
        return _embedding(row)


def _document(row: Sequence[str]) -> Document:
    marks = tuple(Mark(*mark) for mark in json.loads(row[-1]))
    return Document(**dict(zip(FIELDS, row[:-1], strict=True)), marks=marks)


def _embedding(row: Sequence[bytes]) -> Embedding:
    vector, bits, starts = row
    places = np.frombuffer(starts, dtype="<i4")
    rows = np.frombuffer(bits, dtype=np.uint8)
    width = (len(vector) // 4 + 7) // 8
    return Embedding(np.frombuffer(vector, dtype="<f4"), rows.reshape(-1, width), places)


def _sentences(blob: bytes, start: int) -> tuple[Sentence, ...]:
    rows = np.frombuffer(blob, dtype="<i4").reshape(-1, 3).tolist()
    return tuple(Sentence(start + first, start + last, KINDS[kind]) for first, last, kind in rows)
