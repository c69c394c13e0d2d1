"""The truth on disk: documents, passages and vectors in one SQLite database.

A document is staged, then current, then old. A build stages what is new, in as many transactions
as it needs, and makes all of it current in one; until then nobody sees it. Of a document that was
replaced the text is kept for a while, for the citations that were cut from it. Keys are never used
twice and what stands under one never changes, so what is derived from the library is brought up
to date by comparing keys. Every row has a checksum, and what is read for an answer is read by its
key alone: what is damaged raises LibraryDamaged. Here passages are read, in
`index.library.documents` what is known of documents; `index.library.writer` adds the writing,
`index.library.database` knows SQLite.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedder import Embedding
from index.errors import LibraryDamaged
from index.languages import ENGLISH, language
from index.library.database import REPAIR, chunks, slots
from index.library.documents import FILTERS, Documents
from index.library.rows import (
    DOCUMENT,
    EMBEDDING,
    PASSAGE,
    Found,
    digest,
    joined,
    sentences_of,
    unpack,
    vector_of,
)
from index.records import Passage, Sentence


class Library(Documents):
    """One library, for reading: its documents, and their passages with their embeddings."""

    @classmethod
    def open(cls, folder: str | Path) -> "Library":
        """Open for reading. Raises LibraryMissing, LibraryMismatch or LibraryDamaged."""
        return cls(Path(folder), writable=False)

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

    def read_embedding(self, row: Sequence[Any]) -> tuple[str, Embedding]:
        """Text and embedding of a row with the columns EMBEDDING; raises LibraryDamaged."""
        _, _, _, text, *blobs = self._checked("embedding", row)
        return text, unpack(*blobs)

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
