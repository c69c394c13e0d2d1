"""Writing to the library, inside one `transaction`."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from index.embedder import Embedding
from index.library import DOCUMENT, Library
from index.library.database import slots
from index.records import KINDS, Document, Passage


class WritableLibrary(Library):
    """One library, for a build; it is made where there is none."""

    def __init__(self, folder: str | Path) -> None:
        super().__init__(Path(folder), writable=True)
        self._loosened: set[int] = set()  # embeddings that a removed passage had

    def set_meta(self, values: Mapping[str, str | int]) -> None:
        self.many("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def clear(self) -> None:
        """Forget everything, for a change of model or settings. Keys are not used again."""
        for table in ("passages", "embeddings", "documents", "sources"):
            self.rows(f"DELETE FROM {table}")

    def set_source(self, path: str, sha256: str, failure: str = "") -> None:
        self.rows("INSERT OR REPLACE INTO sources VALUES (?, ?, ?)", (path, sha256, failure))

    def remove_source(self, path: str) -> None:
        self.rows("DELETE FROM sources WHERE path = ?", (path,))

    def put_document(self, document: Document) -> int:
        """Store a document in place of any of the same id, and return its key."""
        self.remove_document(document.id)
        marks = json.dumps([[mark.kind, mark.start, mark.end] for mark in document.marks])
        row = self.one(
            f"INSERT INTO documents ({DOCUMENT}) VALUES ({slots(range(10))}) RETURNING key",
            document.id, document.path, document.title, document.author, document.publisher,
            document.published, document.url, document.text, document.sha256, marks,
        )  # fmt: skip
        assert row is not None
        return int(row[0])

    def remove_document(self, id: str) -> None:
        row = self.one("SELECT key FROM documents WHERE id = ?", id)
        if row is None:
            return
        for pair in self.rows(
            "SELECT embedding, context_embedding FROM passages WHERE document = ?", row
        ):
            self._loosened.update(pair)
        self.rows("DELETE FROM passages WHERE document = ?", row)
        self.rows("DELETE FROM documents WHERE key = ?", row)

    def put_passages(self, document: int, passages: Iterable[Passage]) -> None:
        """Store a document's passages; texts that are new wait in `pending` for their vectors."""
        self.many(
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
        rows = self.rows(
            "SELECT key FROM embeddings WHERE vector IS NULL ORDER BY length(text) DESC, key"
        )
        return [row[0] for row in rows]

    def put_embedding(self, key: int, embedding: Embedding) -> None:
        self.rows(
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
        self.many(
            "DELETE FROM embeddings WHERE key = ?1 "
            "AND NOT EXISTS (SELECT 1 FROM passages WHERE embedding = ?1) "
            "AND NOT EXISTS (SELECT 1 FROM passages WHERE context_embedding = ?1)",
            ((key,) for key in sorted(self._loosened)),
        )
        self._loosened.clear()

    def _embedding_key(self, text: str) -> int:
        """The key of this text's embedding; a new text gets one without vectors."""
        digest = hashlib.sha256(text.encode()).digest()
        row = self.one("SELECT key FROM embeddings WHERE sha256 = ?", digest) or self.one(
            "INSERT INTO embeddings (sha256, text) VALUES (?, ?) RETURNING key", digest, text
        )
        assert row is not None
        return int(row[0])


def _pack(passage: Passage) -> bytes:
    """Sentences as int32 (n, 3): start and end from the passage's start, and the kind's number."""
    rows = [
        (s.start - passage.start, s.end - passage.start, KINDS.index(s.kind))
        for s in passage.sentences
    ]
    return np.array(rows, dtype="<i4").tobytes()
