"""Checksums of the database's pages, so that `commentary verify` sees any byte that changed, also
where no row stands.

Beside the file lies FILE.sums (`index.library.sums`): a CRC-32 for each page. SQLite keeps a change
in its log; `seal` moves it into the file and renews the sums of the pages that the log names (file
format: sqlite.org/fileformat2.html, section 4), so that its cost is that of the change.
"""

from contextlib import closing
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index.errors import LibraryError
from index.library.database import Database
from index.library.sums import UNKNOWN, Head, Sums, SumsFile, blocks_of, pages_in, read_all

_HEADER, _FRAME = 32, 24  # bytes of the log's header, and of each page's in it


def seal(database: Database) -> None:
    """Move SQLite's log into the file and bring the sums up to date. The caller writes nothing
    meanwhile; when a reader holds on to the log, it is left for the next time. Raises LibraryError
    when the sums cannot be written."""
    path = _file(database.path)
    try:
        with closing(SumsFile(path)) as file:
            _seal(database, file)
    except OSError as error:
        raise LibraryError(
            f"{path} cannot be written: {error.strerror or error}; what was indexed before is kept"
        ) from error


def _seal(database: Database, file: SumsFile) -> None:
    size = _page_size(database)
    stale = _in_log(database.path, size)
    head = file.head()
    if head == Head(_pages(database.path, size), True) and not len(stale):
        return
    count, is_whole = head or Head(0, False)
    # First say which pages are in writing: whatever stops this, no sum is ever wrong.
    blocks = blocks_of(stale[stale < count] if is_whole else np.arange(count))
    sums = file.read(blocks)
    sums[np.isin(pages_in(blocks), stale)] = UNKNOWN
    file.write(blocks, sums)
    file.write_head(Head(count, False))
    file.sync()
    busy, *_ = database.one("PRAGMA wal_checkpoint(TRUNCATE)")
    if busy:
        return
    pages = _pages(database.path, size)
    added = np.setdiff1d(blocks_of(np.arange(min(count, pages), pages)), blocks)
    blocks, sums = np.append(blocks, added), np.concatenate([sums, file.read(added)])
    places = pages_in(blocks)
    sums[places >= pages] = UNKNOWN
    missing = (places < pages) & ((sums == UNKNOWN) | (places >= count))
    sums[missing] = _sums(database, places[missing], size)
    file.write(blocks, sums)
    file.sync()  # where a power cut loses the head, the next time looks at all
    file.write_head(Head(pages, True))


def broken_pages(database: Database) -> list[int] | None:
    """Pages, counted from 1, whose bytes are not those that were sealed; None when there are no
    sums to go by."""
    sums = read_all(_file(database.path))
    if sums is None:
        return None
    size = _page_size(database)
    present = _sums(database, np.arange(_pages(database.path, size)), size)
    count = min(len(present), len(sums))
    wrong = np.flatnonzero((present[:count] != sums[:count]) & (sums[:count] != UNKNOWN))
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


def _file(path: Path) -> Path:
    return path.with_name(path.name + ".sums")
