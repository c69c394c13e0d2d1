"""Writing to the library: staging what is new, then one transaction that makes it current."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from index.embedder import Embedding
from index.library import Library
from index.library.database import FILE, checksum, chunks, meta_sum, slots
from index.library.rows import (
    CURRENT,
    EMBEDDING,
    FIELDS,
    OLD,
    PASSAGE,
    STAGED,
    Counts,
    SourceRecord,
    digest,
    pack,
)
from index.library.seal import seal
from index.records import KINDS, Document, Passage

# How many replaced texts of a document are kept for old citations, and for how long.
_KEPT_VERSIONS = 3
_KEPT_FOR = timedelta(days=90)
# For how many generations it is known which passages went.
_REMEMBERED = 100
# So that SQLite sees that its index of the documents that are not current will do.
_STAGED, _OLD = (f"state = {state} AND state != 1" for state in (STAGED, OLD))
_LOG = 256_000_000  # bytes


class WritableLibrary(Library):
    """One library, for a build; it is made where there is none."""

    def __init__(self, folder: str | Path, file: str = FILE) -> None:
        super().__init__(Path(folder), writable=True, file=file)
        self._loosened: set[int] = set()  # embeddings that a removed passage had
        self._was_unfinished = self.is_unfinished

    def close(self) -> None:
        """Move what was written from SQLite's log into the file, and let go of it."""
        try:
            if self._all:
                seal(self)
        finally:
            super().close()

    @property
    def is_unfinished(self) -> bool:
        """Whether a build was cut off since the last `publish`."""
        return bool(self._meta().get("unfinished"))

    def trim(self) -> None:
        """Keep SQLite's log from growing beyond _LOG."""
        log = self.path.with_name(self.path.name + "-wal")
        if log.exists() and log.stat().st_size > _LOG:
            seal(self)

    def put_meta(self, values: dict[str, str | int]) -> None:
        meta = self._meta() | values
        self.many(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)",
            (values | {"sum": meta_sum(meta)}).items(),
        )

    def embedding_keys(self, texts: Iterable[str]) -> dict[str, int]:
        """The keys of those of these texts that are embedded."""
        digests = {digest(text): text for text in texts if text}
        keys: dict[str, int] = {}
        for some in chunks(list(digests)):
            for found, key in self.rows(
                f"SELECT sha256, key FROM embeddings WHERE sha256 IN ({slots(some)})", some
            ):
                keys[digests[found]] = key
        return keys

    def put_embeddings(self, embeddings: Iterable[tuple[str, Embedding]]) -> None:
        """Keep the embeddings of texts that have none yet."""
        rows = []
        for key, (text, embedding) in enumerate(embeddings, start=self._take_keys()):
            values = (digest(text), text, *pack(embedding))
            rows.append((key, checksum(key, *values), *values))
        self.many(f"INSERT INTO embeddings ({EMBEDDING}) VALUES ({slots(range(7))})", rows)
        self._took_keys(len(rows))

    def stage(self, documents: Sequence[tuple[Document, Sequence[Passage]]]) -> list[int]:
        """Store documents, to be made current by `publish`, and return their keys. Their texts
        have been embedded."""
        texts = {text for _, passages in documents for p in passages for text in _texts_of(p)}
        embedded = self.embedding_keys(texts)
        first = key = self._take_keys()
        keys, rows = [], []
        for document, passages in documents:
            self._put_document(key, document, STAGED, "")
            keys.append(key)
            for number, passage in enumerate(passages, start=key + 1):
                values = (
                    keys[-1],
                    passage.start,
                    passage.end,
                    embedded[passage.text],
                    embedded.get(passage.title),
                    embedded.get(passage.heading),
                    _pack(passage),
                )
                rows.append((number, checksum(number, *values), *values))
            key += 1 + len(passages)
        self.many(f"INSERT INTO passages ({PASSAGE}) VALUES ({slots(range(9))})", rows)
        self._took_keys(key - first)
        return keys

    def put_old(self, document: Document, retired: str) -> None:
        """Store a text that was replaced at `retired` (ISO 8601, UTC)."""
        self._put_document(self._take_keys(), document, OLD, retired)
        self._took_keys(1)

    def staged(self) -> dict[tuple[str, str], int]:
        """(id, sha256) -> key of every document that waits to be made current."""
        rows = self.rows(f"SELECT id, sha256, key FROM documents WHERE {_STAGED}")
        return {(id, sha256): key for id, sha256, key in rows}

    def staged_document(self, key: int) -> Document | None:
        return self._document("key = ? AND state = ?", key, STAGED)

    def publish(
        self,
        staged: Iterable[int],
        removed: Iterable[str],
        sources: Mapping[str, SourceRecord | None],
        now: datetime | None = None,
    ) -> None:
        """Make staged documents current in place of those of the same id, retire the documents of
        the ids `removed`, and enter what is known of `sources` (None: it is gone).

        Everything else that was staged is dropped, and so are embeddings that nothing needs and
        old texts that have been kept long enough.
        """
        now = now or datetime.now(UTC)
        staged, removed = list(staged), list(removed)
        generation = self.generation + bool(staged or removed)
        since = int(self._meta().get("removals_since", generation))
        documents, passages = self.counts().documents, self.counts().passages
        for ids in chunks(removed):
            gone = self._retire(f"id IN ({slots(ids)})", ids, now)
            documents, passages = documents - gone.documents, passages - gone.passages
        for keys in chunks(staged):
            which = slots(keys)
            same = f"id IN (SELECT id FROM documents WHERE key IN ({which}))"
            gone = self._retire(same, keys, now)
            (added,) = self.one(f"SELECT count(*) FROM passages WHERE document IN ({which})", *keys)
            self.run(f"UPDATE documents SET state = ? WHERE key IN ({which})", (CURRENT, *keys))
            documents += len(keys) - gone.documents
            passages += added - gone.passages
        self.many(
            "DELETE FROM sources WHERE path = ?",
            [(path,) for path, record in sources.items() if record is None],
        )
        self.many(
            "INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?)",
            [
                (path, record.sha256, record.stamp, record.failure, int(record.disputed))
                for path, record in sources.items()
                if record is not None
            ],
        )
        left = [key for (key,) in self.rows(f"SELECT key FROM documents WHERE {_STAGED}")]
        self._drop_passages(left)
        self.many("DELETE FROM documents WHERE key = ?", ((key,) for key in left))
        self._forget_old((now - _KEPT_FOR).isoformat(timespec="seconds"))
        self._drop_orphans(all_of_them=self._was_unfinished)
        since = max(since, generation - _REMEMBERED)
        self.run("DELETE FROM removals WHERE generation <= ?", (since,))
        self.put_meta(
            {
                "unfinished": 0,
                "documents": documents,
                "passages": passages,
                "generation": generation,
                "removals_since": since,
            }
        )

    def forget(self, path: str) -> None:
        """Drop the old texts of a source too."""
        self.run("DELETE FROM documents WHERE path = ? AND state = ?", (path, OLD))

    def _put_document(self, key: int, document: Document, state: int, retired: str) -> None:
        fields: dict[str, Any] = {name: getattr(document, name) for name in FIELDS}
        fields["marks"] = json.dumps([[mark.kind, mark.start, mark.end] for mark in document.marks])
        fields["pages"] = json.dumps(document.pages)
        values = tuple(fields[name] for name in FIELDS)
        self.run(
            f"INSERT INTO documents (key, sum, state, retired, {', '.join(FIELDS)}) "
            f"VALUES ({slots(range(4 + len(FIELDS)))})",
            (key, checksum(key, *values), state, retired, *values),
        )

    def _retire(self, where: str, values: Sequence[object], now: datetime) -> Counts:
        """Make the current documents that are meant old ones; how many, and their passages."""
        found = self.rows(f"SELECT key FROM documents WHERE state = {CURRENT} AND {where}", values)
        keys = [key for (key,) in found]
        self.many(
            "UPDATE documents SET state = ?, retired = ? WHERE key = ?",
            ((OLD, now.isoformat(timespec="seconds"), key) for key in keys),
        )
        self.many(
            "INSERT INTO removals SELECT ?, key FROM passages WHERE document = ?",
            ((self.generation + 1, key) for key in keys),
        )
        return Counts(len(keys), self._drop_passages(keys))

    def _drop_passages(self, documents: Sequence[int]) -> int:
        """Drop the passages of these documents; how many they were."""
        count = 0
        for some in chunks(documents):
            where = f"FROM passages WHERE document IN ({slots(some)})"
            for row in self.rows(f"SELECT embedding, title, heading {where}", some):
                self._loosened.update(key for key in row if key is not None)
                count += 1
            self.run(f"DELETE {where}", some)
        return count

    def _forget_old(self, before: str) -> None:
        """Drop old texts beyond the last _KEPT_VERSIONS of their id, or retired `before`."""
        self.run(
            f"DELETE FROM documents WHERE {_OLD} AND (retired < ? OR key IN (SELECT key FROM "
            "(SELECT key, row_number() OVER (PARTITION BY id ORDER BY key DESC) AS place "
            f"FROM documents WHERE {_OLD}) WHERE place > ?))",
            (before, _KEPT_VERSIONS),
        )

    def _drop_orphans(self, all_of_them: bool) -> None:
        """Drop the embeddings that no passage has: of those that lost one here, or, after a build
        that was cut off, of all."""
        keys = sorted(self._loosened)
        if all_of_them:
            keys = [key for (key,) in self.rows("SELECT key FROM embeddings")]
        self.many(
            "DELETE FROM embeddings WHERE key = ?1 "
            "AND NOT EXISTS (SELECT 1 FROM passages WHERE embedding = ?1) "
            "AND NOT EXISTS (SELECT 1 FROM passages WHERE title = ?1) "
            "AND NOT EXISTS (SELECT 1 FROM passages WHERE heading = ?1)",
            ((key,) for key in keys),
        )
        self._loosened.clear()

    def _take_keys(self) -> int:
        """The first of the keys that were never used."""
        return int(self._meta().get("next_key", 1))

    def _took_keys(self, count: int) -> None:
        self.put_meta({"next_key": self._take_keys() + count, "unfinished": 1})


def _texts_of(passage: Passage) -> tuple[str, str, str]:
    return passage.text, passage.title, passage.heading


def _pack(passage: Passage) -> bytes:
    """Sentences as int32 (n, 3): start and end from the passage's start, and the kind's number."""
    rows = [
        (s.start - passage.start, s.end - passage.start, KINDS.index(s.kind))
        for s in passage.sentences
    ]
    return np.array(rows, dtype="<i4").tobytes()
