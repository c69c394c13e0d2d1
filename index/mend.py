"""What is derived from the library: vectors and words, brought up to its generation.

Only who holds the build lock writes it. Nothing is embedded for it.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index import vector_log
from index.derived import claimed
from index.errors import LibraryError
from index.lexical import FOLDER as WORDS
from index.lexical import FORM, Lexical
from index.library import Library
from index.vector_log import FILE as VECTORS
from index.vectors import Vectors

LOCK = "build.lock"
# Seconds that a reader waits for a build to write what is derived, before it makes its own.
_PATIENCE = 60.0
_PAUSE = 0.02

Derived = tuple[Vectors, Lexical]


def derived(library: Library, index: Path) -> Derived:
    """What is derived from the library as it is now.

    Where it is behind on disk it is mended there, or a build that is just writing it is waited
    for, _PATIENCE seconds at most; where nothing can be written it is made in memory.
    """
    deadline = time.monotonic() + _PATIENCE
    while True:
        generation = library.generation
        vectors = Vectors.load(index, generation)
        lexical = Lexical.load(index, generation) if vectors else None
        if vectors and lexical:
            return vectors, lexical
        try:
            with FileLock(index / LOCK, timeout=0):
                return mend(library, index)
        except Timeout:
            if time.monotonic() > deadline:
                return _in_memory(library)
        except (OSError, LibraryError):
            return _in_memory(library)
        time.sleep(_PAUSE)


def mend(library: Library, index: Path) -> Derived:
    """What is derived from the library, brought up to date on disk; the lock is held.

    Raises LibraryError when it cannot be written; what was written is then not trusted.
    """
    with _writing(index), library.snapshot():
        generation = library.generation
        _bring_up(library, index)
        vectors, lexical = Vectors.load(index, generation), Lexical.load(index, generation)
        if vectors is None:  # what stands there is not what was written
            vectors = Vectors.of(library)
            vectors.save(index)
        if lexical is None:
            lexical = Lexical.create(index)
            lexical.follow(library, index)
        return vectors, lexical


def bring_up(library: Library, index: Path) -> None:
    """As `mend`, for who does not search: the vectors on disk are not read for it. Readers have
    what they need then, and nobody waits while what earlier changes left behind is swept."""
    with _writing(index), library.snapshot():
        _bring_up(library, index)
        if vector_log.is_long(index):
            Vectors.of(library).save(index)
        Lexical.sweep(library, index)


def _bring_up(library: Library, index: Path) -> None:
    generation = library.generation
    stamp = claimed(index / VECTORS)
    is_behind = stamp is None or stamp.generation != generation
    if is_behind and not vector_log.append(library, index):
        Vectors.of(library).save(index)
    stamp = claimed(index / WORDS)
    if stamp is None or stamp.generation != generation or stamp.form != FORM:
        lexical = Lexical.load(index) or Lexical.create(index)
        lexical.follow(library, index)


@contextmanager
def _writing(index: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LibraryError(
            f"{error.filename or index} cannot be written: {error.strerror}; the library itself is "
            "complete, and answers are given from memory until it can"
        ) from error


def _in_memory(library: Library) -> Derived:
    """What is derived from the library, made anew without touching the disk."""
    with library.snapshot():
        vectors, lexical = Vectors.of(library), Lexical.create(None)
        lexical.follow(library, None)
    return vectors, lexical
