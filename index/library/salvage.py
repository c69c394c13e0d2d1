"""Reading a library row by row although it may be damaged, for its check and its renewal."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.embedder import Embedding
from index.errors import LibraryDamaged
from index.library import Library
from index.library.rows import DOCUMENT, EMBEDDING, STAGED
from index.records import Document

_SMALLEST_ROW = 64  # bytes
_CHUNK = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """A document of a library; `retired` says when it was replaced (ISO 8601, UTC), or is ""."""

    key: int
    document: Document
    retired: str


def documents(library: Library) -> Iterator[Stored | LibraryDamaged]:
    """Every document, as it is now or was, or what is wrong with it."""
    for key in _keys(library, "documents"):
        try:
            row = library.one(
                f"SELECT state, retired, {DOCUMENT} FROM documents WHERE key = ?", key
            )
            if row is not None and row[0] != STAGED:
                yield Stored(key, library.read_document(row[2:]), str(row[1]))
        except LibraryDamaged as error:
            yield error


def embeddings(library: Library) -> Iterator[tuple[int, str, Embedding] | LibraryDamaged]:
    """Key, text and embedding of every text, or what is wrong with it."""
    for key in _keys(library, "embeddings"):
        try:
            row = library.one(f"SELECT {EMBEDDING} FROM embeddings WHERE key = ?", key)
            if row is not None:
                yield key, *library.read_embedding(row)
        except LibraryDamaged as error:
            yield error


def structure(library: Library) -> Iterator[str]:
    """What SQLite itself finds wrong with the file (PRAGMA integrity_check)."""
    try:
        for (line,) in library.rows("PRAGMA integrity_check(10)"):
            if line != "ok":
                yield " ".join(line.split())
    except LibraryDamaged as error:
        yield str(error.__cause__)


def copy(library: Library, target: Path) -> None:
    """Keep the file as it is, damage and all, under another name."""
    with target.open("wb") as file:
        at = 0
        while data := library.read_bytes(at, _CHUNK):
            file.write(data)
            at += len(data)


def _keys(library: Library, table: str) -> list[int]:
    """All keys of a table; where it cannot be read through, all that may exist."""
    try:
        return [key for (key,) in library.rows(f"SELECT key FROM {table} ORDER BY key")]
    except LibraryDamaged:
        pass
    try:
        return list(range(1, int(library.meta("next_key") or 1)))
    except LibraryDamaged:
        return list(range(1, library.path.stat().st_size // _SMALLEST_ROW))
