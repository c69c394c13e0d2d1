"""What is derived from the library says which generation it was made from, and is trusted only
when its files are the ones that were written.

Beside each derived file or folder stands `NAME.json` (a `Stamp`) with the library's generation, a
sha256 of every file, and a checksum of itself. It is written last and by rename: torn, stale or
missing, it means "make it again". A file of more than _SMALL bytes is not read again to open it
while its size, times and inode are those it was written with; `commentary verify` reads all.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from zlib import crc32

from index.errors import LibraryError

_SMALL = 1_000_000
Files = dict[str, list[str]]  # name -> its mark (size, times, inode) and sha256


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a derived file or folder says of itself.

    `generation` is the library's; `count` and `last` are the number of passages held and their
    highest key. `log` and `log_sum` are the length and CRC-32 of the log of changes that follows
    the file, 0 where it has none. `form` is the number of the form that it is written in.
    `languages` has, of words, each language of the passages (`index.lexical.Lexical.spoken`).
    """

    generation: int
    count: int
    last: int
    files: Files
    log: int = 0
    log_sum: int = 0
    form: int = 0
    languages: Mapping[str, Sequence[int]] = field(default_factory=dict)


def read_stamp(path: Path, generation: int | None = None, *, whole: bool = False) -> Stamp | None:
    """The stamp of `path` (a file or a folder); None when it cannot be trusted, or is not of the
    `generation` that is wanted. With `whole` every byte is read, however large the files are."""
    stamp = claimed(path)
    if stamp is None or generation not in (None, stamp.generation):
        return None
    try:
        return stamp if _are_as_written(path, stamp.files, whole) else None
    except OSError:
        return None


def claimed(path: Path) -> Stamp | None:
    """What `path` says of itself, true or not; None when it says nothing."""
    try:
        values = json.loads(_stamp(path).read_text(encoding="utf-8"))
        found = values.pop("sum")
        return Stamp(**values) if found == _sum(values) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def written(path: Path, known: Mapping[str, list[str]] | None = None) -> Files:
    """Mark and sha256 of each file of `path`; the sums in `known` are taken for files that carry
    the same mark."""
    files: Files = {}
    for file in _files(path):
        mark, before = _mark(file), (known or {}).get(file.name)
        is_known = before is not None and before[0] == mark
        files[file.name] = before if before and is_known else [mark, _digest(file)]
    return files


def write_stamp(path: Path, stamp: Stamp) -> None:
    """Say that `path` is complete."""
    values = asdict(stamp)
    write_file(_stamp(path), json.dumps(values | {"sum": _sum(values)}, indent=1).encode())


def drop_stamp(path: Path) -> None:
    """Say that `path` is being changed."""
    _stamp(path).unlink(missing_ok=True)


def move_stamp(path: Path, target: Path) -> None:
    """Say the same of `target`, to which the files of `path` were moved. Raises OSError."""
    _stamp(path).replace(_stamp(target))


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises LibraryError."""
    with partial(path) as file:
        file.write_bytes(data)


@contextmanager
def partial(path: Path) -> Iterator[Path]:
    """Where to write what takes the place of `path` at the end, whole or not at all. Raises
    LibraryError."""
    beside = path.with_name(path.name + ".partial")
    try:
        yield beside
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise LibraryError(
            f"{path} cannot be written: {error.strerror}; what was indexed before is kept"
        ) from error


def _stamp(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _sum(values: dict[str, object]) -> int:
    """A checksum of the stamp itself."""
    return crc32(json.dumps(values, sort_keys=True).encode())


def _are_as_written(path: Path, files: Files, whole: bool) -> bool:
    found = {file.name: file for file in _files(path)}
    if found.keys() != files.keys():
        return False
    for name, (mark, sha256) in files.items():
        is_large = found[name].stat().st_size > _SMALL
        if is_large and not whole and _mark(found[name]) == mark:
            continue
        if _digest(found[name]) != sha256:
            return False
    return True


def _files(path: Path) -> list[Path]:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return [file for file in files if file.is_file() and not file.name.endswith(".lock")]


def _mark(file: Path) -> str:
    status = file.stat()
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
