"""What is derived from the library: vectors and words, brought up to its generation.

Only who holds the build lock writes it. Nothing is embedded for it.
"""

import time
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import LibraryError
from index.lexical import Lexical
from index.library import Library
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
    try:
        with library.snapshot():
            generation = library.generation
            vectors = Vectors.load(index)
            if vectors is None or vectors.generation != generation:
                vectors = vectors or Vectors(library.dimension)
                vectors.follow(library)
                vectors.save(index)
            lexical = Lexical.load(index)
            if lexical is None or lexical.generation != generation:
                lexical = lexical or Lexical.create(index)
                lexical.follow(library, index)
            return vectors, lexical
    except OSError as error:
        raise LibraryError(
            f"{error.filename or index} cannot be written: {error.strerror}; the library itself is "
            "complete, and answers are given from memory until it can"
        ) from error


def _in_memory(library: Library) -> Derived:
    """What is derived from the library, made anew without touching the disk."""
    with library.snapshot():
        vectors, lexical = Vectors(library.dimension), Lexical.create(None)
        vectors.follow(library)
        lexical.follow(library, None)
    return vectors, lexical
