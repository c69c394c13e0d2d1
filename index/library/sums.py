"""The file of the pages' sums: FILE.sums, of which a change reads and writes what it touches.

A head says how many pages have a sum, and whether each of these is known; then come blocks of
_SUMS sums, each with a CRC-32 of its own, which its number is part of. A block that was torn in
writing is one whose sums are not known. Numbers are uint32, little-endian.
"""

import os
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Sums = NDArray[np.uint32]
Numbers = NDArray[np.int64]

UNKNOWN = 0  # the sum of a page that may be in writing
_SUMS = 1023  # a block and its checksum are a page of the disk's
_HEAD = 4096  # bytes of the head, most of them zeros
_MAGIC = 0x314D5553  # "SUM1"


class Head(NamedTuple):
    """How many pages have a sum, and whether none of these is UNKNOWN."""

    pages: int
    is_whole: bool


class SumsFile:
    """The sums of a database's pages; raises OSError. It is made where there is none."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)

    def close(self) -> None:
        os.close(self._file)

    def head(self) -> Head | None:
        """None where it is missing or not what was written."""
        return _head(self._read(0, _HEAD))

    def read(self, blocks: Numbers) -> Sums:
        """The sums of these blocks, (n, _SUMS); UNKNOWN in what is not what was written."""
        found = np.zeros((len(blocks), _SUMS), dtype=np.uint32)
        for row, block in zip(found, blocks.tolist(), strict=True):
            sums = _sums(self._read(_place(block), 4 * (_SUMS + 1)), block)
            if sums is not None:
                row[:] = sums
        return found

    def write(self, blocks: Numbers, sums: Sums) -> None:
        for row, block in zip(sums.astype("<u4"), blocks.tolist(), strict=True):
            data = row.tobytes()
            self._write(_place(block), data + _uint32(crc32(data, block)))

    def write_head(self, head: Head) -> None:
        data = _uint32(_MAGIC, head.pages, head.is_whole).ljust(_HEAD - 4, b"\0")
        self._write(0, data + _uint32(crc32(data)))

    def sync(self) -> None:
        """Return when what was written stands on the disk."""
        os.fsync(self._file)

    def _read(self, at: int, size: int) -> bytes:
        os.lseek(self._file, at, os.SEEK_SET)
        return os.read(self._file, size)

    def _write(self, at: int, data: bytes) -> None:
        os.lseek(self._file, at, os.SEEK_SET)
        written = os.write(self._file, data)
        if written != len(data):
            raise OSError(f"{written} of {len(data)} bytes could be written")


def read_all(path: Path) -> Sums | None:
    """All sums of a file, (count,); None when it is missing or not what was written. Nothing is
    written."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    head = _head(data[:_HEAD])
    if head is None:
        return None
    size = 4 * (_SUMS + 1)
    blocks = [
        _sums(data[_place(block) : _place(block) + size], block)
        for block in range(-(-head.pages // _SUMS))
    ]
    known = [sums for sums in blocks if sums is not None]
    if len(known) < len(blocks) or len(data) > _place(len(blocks)):
        return None
    return np.concatenate([*known, np.zeros(0, dtype=np.uint32)])[: head.pages]


def blocks_of(pages: Numbers) -> Numbers:
    """The blocks that the sums of these pages, counted from 0, stand in, ascending."""
    return np.unique(pages // _SUMS)


def pages_in(blocks: Numbers) -> Numbers:
    """The pages, counted from 0, whose sums stand in these blocks, (n, _SUMS)."""
    return np.asarray(blocks[:, None] * _SUMS + np.arange(_SUMS), dtype=np.int64)


def _place(block: int) -> int:
    return _HEAD + block * 4 * (_SUMS + 1)


def _head(data: bytes) -> Head | None:
    if len(data) != _HEAD or _uint32(crc32(data[:-4])) != data[-4:]:
        return None
    magic, pages, is_whole = np.frombuffer(data, "<u4", 3).tolist()
    return Head(pages, bool(is_whole)) if magic == _MAGIC else None


def _sums(data: bytes, block: int) -> Sums | None:
    if len(data) != 4 * (_SUMS + 1) or _uint32(crc32(data[:-4], block)) != data[-4:]:
        return None
    return np.frombuffer(data[:-4], dtype="<u4").astype(np.uint32)


def _uint32(*values: int) -> bytes:
    return np.array(values, dtype="<u4").tobytes()
