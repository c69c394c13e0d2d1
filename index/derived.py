"""What is derived from the library says which generation it was made from, and is trusted only
when its files are the ones that were written.

Beside each derived file or folder stands `NAME.json` with the library's generation, the sha256 of
every file, and a checksum of itself. It is written last and by rename: torn, stale or missing, it
means "make it again".
"""

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path
from zlib import crc32

from index.errors import LibraryError


def read_stamp(path: Path, generation: int | None = None) -> int | None:
    """The generation that `path` (a file or a folder) was made from; None when it cannot be
    trusted, or is not the `generation` that is wanted."""
    try:
        stamp = json.loads(_stamp(path).read_text(encoding="utf-8"))
        made, files = stamp["generation"], stamp["files"]
        wanted = generation in (None, made)
        if wanted and stamp["sum"] == _sum(made, files) and files == _digests(path):
            return int(made)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return None


def claimed(path: Path) -> int | None:
    """The generation that `path` says it was made from, true or not."""
    try:
        return int(json.loads(_stamp(path).read_text(encoding="utf-8"))["generation"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_stamp(path: Path, generation: int) -> None:
    """Say that `path` is complete for this generation."""
    files = _digests(path)
    stamp = {"generation": generation, "files": files, "sum": _sum(generation, files)}
    write_file(_stamp(path), json.dumps(stamp, indent=1).encode())


def drop_stamp(path: Path) -> None:
    """Say that `path` is being changed."""
    _stamp(path).unlink(missing_ok=True)


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises LibraryError."""
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise LibraryError(
            f"{path} cannot be written: {error.strerror}; what was indexed before is kept"
        ) from error


def _stamp(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _sum(generation: int, files: dict[str, str]) -> int:
    """A checksum of the stamp itself."""
    return crc32(json.dumps([generation, files], sort_keys=True).encode())


def _digests(path: Path) -> dict[str, str]:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    digests = {}
    for file in files:
        if file.is_file() and not file.name.endswith(".lock"):
            with file.open("rb") as opened:
                digests[file.name] = hashlib.file_digest(opened, "sha256").hexdigest()
    return digests
