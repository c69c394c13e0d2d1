"""What is kept for the user between runs: prepared models, and sums of large files.

It lies in the user's cache folder, or in the one that the environment variable COMMENTARY_CACHE
names; all of it can be deleted at any time.
"""

import hashlib
import json
import os
import sys
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from zlib import crc32

VARIABLE = "COMMENTARY_CACHE"
_SUMS = "sums.json"
_MOST = 64  # files whose sums are kept
_YOUNG = 2.5  # seconds in which a file may change again without a new time


def cache_folder() -> Path:
    """The folder; it may not be there yet."""
    if given := os.environ.get(VARIABLE):
        return Path(given)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "commentary-qa"


def file_sha256(path: Path) -> str:
    """The sha256 of a file's bytes, computed once while the file's size, times and inode stay.
    Raises OSError."""
    status = path.stat()
    stamp = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    return _sha256(str(path.resolve()), stamp)


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises OSError."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    except OSError:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


@lru_cache(maxsize=_MOST)
def _sha256(path: str, stamp: tuple[int, ...]) -> str:
    known = _read()
    if (found := known.get(path)) and found[:-1] == [*stamp]:
        return str(found[-1])
    with Path(path).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if time.time() - max(stamp[1:3]) / 1e9 > _YOUNG:
        known.pop(path, None)
        known[path] = [*stamp, digest]
        for old in list(known)[:-_MOST]:
            del known[old]
        # A cache that cannot be written costs time and nothing else.
        with suppress(OSError):
            cache_folder().mkdir(parents=True, exist_ok=True)
            value = json.dumps({"sums": known, "sum": _sum(known)})
            write_atomically(cache_folder() / _SUMS, value.encode())
    return digest


def _read() -> dict[str, list[int | str]]:
    """Path -> stamp and sha256 of the files known; {} where the file is missing or damaged."""
    try:
        value = json.loads((cache_folder() / _SUMS).read_text(encoding="utf-8"))
        known: dict[str, list[int | str]] = value["sums"]
        return known if value["sum"] == _sum(known) else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _sum(known: dict[str, list[int | str]]) -> int:
    return crc32(json.dumps(known, sort_keys=True).encode())
