"""The log of changes that follows the file of vectors, so that a change costs what it changes.

Each change appends one block: how many passages went and came (two int64, little-endian), the keys
of both, and the new vectors in float32. How much of the log counts, and the CRC-32 of that much,
stand in the stamp of the file, which is replaced after the log was written: whatever stops an
append, the last state stands, and what was appended is overwritten by the next one.
"""

import os
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index.derived import Stamp, claimed, write_stamp
from index.errors import LibraryError
from index.library import Library

FILE = "vectors.faiss"
LOG = "vectors.log"
# All vectors are written to one file when the log is longer than this share of that file and than
# this many bytes: each vector is written a few times in its life.
_SHARE = 0.25
_LEAST = 4_000_000

Keys = NDArray[np.int64]
Change = tuple[Keys, Keys, NDArray[np.float32]]


def append(library: Library, folder: Path) -> bool:
    """Bring the vectors on disk up to the library's state without reading them; False when they
    have to be written whole, as for a change that is most of the library. Raises LibraryError when
    it cannot be written."""
    stamp = claimed(folder / FILE)
    changes = library.changes(stamp.generation, stamp.last) if stamp else None
    if stamp is None or changes is None or not (folder / FILE).exists():
        return False
    new, gone = changes
    count = stamp.count + len(new) - len(gone)
    if count != library.counts().passages or len(new) + len(gone) > stamp.count:
        return False
    block = _block(new, gone, library.vectors(new))
    try:
        with (folder / LOG).open("r+b" if stamp.log else "wb") as file:
            if file.seek(0, os.SEEK_END) < stamp.log:
                return False
            file.seek(stamp.log)
            file.truncate()
            file.write(block)
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return False
    except OSError as error:
        raise LibraryError(
            f"{folder / LOG} cannot be written: {error.strerror}; what was indexed before is kept"
        ) from error
    write_stamp(
        folder / FILE,
        replace(
            stamp,
            generation=library.generation,
            count=count,
            last=new[-1] if new else stamp.last,
            log=stamp.log + len(block),
            log_sum=crc32(block, stamp.log_sum),
        ),
    )
    return True


def is_long(folder: Path) -> bool:
    """Whether it is time to write all vectors to one file."""
    stamp = claimed(folder / FILE)
    if stamp is None:
        return False
    return stamp.log > max(_LEAST, _SHARE * (folder / FILE).stat().st_size)


def read(path: Path, stamp: Stamp, dimension: int) -> Change:
    """What all changes of the log come to: keys that went, keys that came, and their vectors,
    float32 (n, `dimension`). Raises ValueError when it is not what was written."""
    data = b""
    if stamp.log:
        with path.open("rb") as file:
            data = file.read(stamp.log)
    if len(data) != stamp.log or crc32(data) != stamp.log_sum:
        raise ValueError(f"{path} is not what was written")
    gone: list[int] = []
    vectors: dict[int, NDArray[np.float32]] = {}
    at = 0
    while at < len(data):
        went, came = np.frombuffer(data, "<i8", 2, at).tolist()
        keys = np.frombuffer(data, "<i8", went + came, at + 16).tolist()
        at += 16 + 8 * (went + came)
        rows = np.frombuffer(data, "<f4", came * dimension, at).reshape(came, dimension)
        at += rows.nbytes
        gone += [key for key in keys[:went] if vectors.pop(key, None) is None]
        vectors.update(zip(keys[went:], rows, strict=True))
    added = np.array(list(vectors.values()), dtype=np.float32).reshape(-1, dimension)
    return np.array(gone, dtype=np.int64), np.array(list(vectors), dtype=np.int64), added


def _block(new: list[int], gone: list[int], vectors: NDArray[np.float32]) -> bytes:
    head = np.array([len(gone), len(new), *gone, *new], dtype="<i8").tobytes()
    return head + vectors.astype("<f4").tobytes()
