"""What the tables hold, as values: names of their columns, and their blobs."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import compress, decompress

import numpy as np
from numpy.typing import NDArray

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


def pack(embedding: Embedding) -> tuple[bytes, bytes, bytes]:
    """An embedding's blobs, in the order of the columns: the vector in float16, which moves a
    cosine by less than 1e-3; the bits; how far each token starts behind the one before,
    compressed."""
    steps = np.diff(embedding.starts, prepend=0).astype("<i4").tobytes()
    return embedding.vector.astype("<f2").tobytes(), embedding.bits.tobytes(), compress(steps)


def unpack(vector: bytes, bits: bytes, starts: bytes) -> Embedding:
    """The embedding that `pack` was given."""
    values = vector_of(vector)
    steps = np.frombuffer(decompress(starts), dtype="<i4")
    return Embedding(
        values,
        np.frombuffer(bits, dtype=np.uint8).reshape(-1, (len(values) + 7) // 8),
        np.cumsum(steps, dtype=np.int32),
    )


def vector_of(blob: bytes) -> NDArray[np.float32]:
    """The vector of an embedding's first blob, float32 (d,)."""
    return np.frombuffer(blob, dtype="<f2").astype(np.float32)


def joined(embeddings: Sequence[Embedding], like: Embedding) -> Embedding:
    """The tokens of several texts as those of one; its vector is not used."""
    bits = [e.bits for e in embeddings] or [like.bits[:0]]
    starts = [e.starts for e in embeddings] or [like.starts[:0]]
    return Embedding(like.vector, np.concatenate(bits), np.concatenate(starts))


def sentences_of(blob: bytes, start: int) -> tuple[Sentence, ...]:
    rows = np.frombuffer(blob, dtype="<i4").reshape(-1, 3).tolist()
    return tuple(Sentence(start + first, start + last, KINDS[kind]) for first, last, kind in rows)
