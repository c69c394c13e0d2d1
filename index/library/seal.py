"""Checksums of the database's pages, so that `commentary verify` sees any byte that changed, also
where no row stands.

Beside the file lies FILE.sums: a CRC-32 for each page, and one of them all. SQLite keeps a change
in its log; `seal` moves it into the file and renews the sums of the pages that the log names (file
format: sqlite.org/fileformat2.html, section 4), so that its cost grows with the change.
"""

from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index.derived import write_file
from index.library.database import Database

Sums = NDArray[np.uint32]

_UNKNOWN = 0  # the sum of a page that may be in writing
_HEADER, _FRAME = 32, 24  # bytes of the log's header, and of each page's in it


def seal(database: Database) -> None:
    """Move SQLite's log into the file and bring the sums up to date. The caller writes nothing
    meanwhile; when a reader holds on to the log, it is left for the next time."""
    path = database.path
    sums = _read(path)
    size = _page_size(database)
    stale = _in_log(path, size)
    if sums is None:
        sums = np.zeros(0, dtype=np.uint32)
    elif not len(stale) and len(sums) == _pages(path, size) and sums.all():
        return
    # First say which pages are in writing: whatever stops this, no sum is ever wrong.
    sums[stale[stale < len(sums)]] = _UNKNOWN
    _write(path, sums)
    busy, *_ = database.one("PRAGMA wal_checkpoint(TRUNCATE)")
    if not busy:
        known = np.zeros(_pages(path, size), dtype=np.uint32)
        kept = min(len(known), len(sums))
        known[:kept] = sums[:kept]
        unknown = np.flatnonzero(known == _UNKNOWN)
        known[unknown] = _sums(database, unknown, size)
        _write(path, known)


def broken_pages(database: Database) -> list[int] | None:
    """Pages, counted from 1, whose bytes are not those that were sealed; None when there are no
    sums to go by."""
    sums = _read(database.path)
    if sums is None:
        return None
    size = _page_size(database)
    present = _sums(database, np.arange(_pages(database.path, size)), size)
    count = min(len(present), len(sums))
    wrong = np.flatnonzero((present[:count] != sums[:count]) & (sums[:count] != _UNKNOWN))
    return [*(int(page) + 1 for page in wrong), *range(count + 1, len(sums) + 1)]


def _page_size(database: Database) -> int:
    size = int.from_bytes(database.read_bytes(16, 2), "big")
    return 65536 if size == 1 else max(size, 512)


def _pages(path: Path, page_size: int) -> int:
    return -(-path.stat().st_size // page_size)


def _in_log(path: Path, page_size: int) -> NDArray[np.int64]:
    """The pages, counted from 0, that the log names."""
    log = path.with_name(path.name + "-wal")
    if not log.exists() or log.stat().st_size <= _HEADER + _FRAME:
        return np.zeros(0, dtype=np.int64)
    data = np.memmap(log, dtype=np.uint8, mode="r")
    frames = (len(data) - _HEADER) // (page_size + _FRAME)
    rows = data[_HEADER : _HEADER + frames * (page_size + _FRAME)].reshape(frames, -1)[:, :4]
    return np.unique(np.ascontiguousarray(rows).view(">u4").ravel().astype(np.int64)) - 1


def _sums(database: Database, pages: NDArray[np.int64], page_size: int) -> Sums:
    found = (crc32(database.read_bytes(p * page_size, page_size)) or 1 for p in pages.tolist())
    return np.fromiter(found, dtype=np.uint32, count=len(pages))


def _read(path: Path) -> Sums | None:
    try:
        data = _file(path).read_bytes()
    except FileNotFoundError:
        return None
    if len(data) < 4 or len(data) % 4 or crc32(data[:-4]) != int.from_bytes(data[-4:], "little"):
        return None
    return np.frombuffer(data[:-4], dtype="<u4").astype(np.uint32)


def _write(path: Path, sums: Sums) -> None:
    data = sums.astype("<u4").tobytes()
    write_file(_file(path), data + crc32(data).to_bytes(4, "little"))


def _file(path: Path) -> Path:
    return path.with_name(path.name + ".sums")
