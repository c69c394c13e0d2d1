"""What the tables hold, as values: names of their columns, and their blobs."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.embedder import Embedding
from index.records import KINDS, Passage, Sentence

STAGED, CURRENT, OLD = 0, 1, 2
FIELDS = (
    "id", "path", "title", "author", "publisher", "published", "url", "sha256", "note", "marks",
    "pages", "text",
)  # fmt: skip
DOCUMENT = ", ".join(("key", "sum", *FIELDS))
PASSAGE = 'key, sum, document, start, "end", embedding, title, heading, sentences'
EMBEDDING = "key, sum, sha256, text, vector, bits, starts"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each the library holds now."""

    documents: int
    passages: int


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """What is known of a source file: sha256 of its bytes ("" when they could not be read), its
    stamp (`index.sources`), why it could not be read or "", and whether another source holds a
    document of the same id."""

    sha256: str
    stamp: str
    failure: str
    disputed: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A passage as retrieval needs it: its keys, its embedding, and those of its title and heading
    as one."""

    key: int
    document: int
    passage: Passage
    embedding: Embedding
    context: Embedding


def digest(text: str) -> bytes:
    """What a text's embedding is found by."""
    return hashlib.sha256(text.encode()).digest()


def joined(embeddings: Sequence[Embedding], like: Embedding) -> Embedding:
    """The tokens of several texts as those of one; its vector is not used."""
    bits = [e.bits for e in embeddings] or [like.bits[:0]]
    starts = [e.starts for e in embeddings] or [like.starts[:0]]
    return Embedding(like.vector, np.concatenate(bits), np.concatenate(starts))


def sentences_of(blob: bytes, start: int) -> tuple[Sentence, ...]:
    rows = np.frombuffer(blob, dtype="<i4").reshape(-1, 3).tolist()
    return tuple(Sentence(start + first, start + last, KINDS[kind]) for first, last, kind in rows)
