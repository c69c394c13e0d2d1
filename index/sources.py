"""The folder of sources: which files are there, and which may have changed.

Change is found by content. A file's stamp (size, times, inode) only tells that nobody can have
written to it since it was read, so that it need not be read again.
"""

import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from index.characters import HALF
from index.errors import SettingsError, SourceError

# Two writes within this time may leave the same stamp: a younger file has none. A coarse clock
# ticks every 2 s (FAT), most others every 10 ms or less.
_TICK = 2_500_000_000  # ns
_SIDECAR = ".md"


class SourceFile(NamedTuple):
    """A file below the sources folder.

    path: below the folder, with forward slashes.
    stamp: equal stamps of a path, if not "", are equal bytes.
    sidecar: whether `path + ".md"` holds its front matter.
    """

    path: str
    stamp: str
    sidecar: bool


@dataclass(frozen=True, slots=True)
class Sources:
    """What a folder holds: its files by path, and (path -> reason) what cannot be looked into."""

    files: dict[str, SourceFile]
    closed: dict[str, str]

    def hides(self, path: str) -> bool:
        """Whether this file may be there, in a folder that cannot be looked into."""
        return "." in self.closed or any(path.startswith(f"{name}/") for name in self.closed)


def scan(folder: Path, has_sidecar: frozenset[str]) -> Sources:
    """Every source below the folder, in order of path. Hidden files and READMEs are not sources,
    nor is NAME.md beside NAME where the ending of NAME is one of `has_sidecar`.

    Raises SourceError when there is no such folder.
    """
    _check(folder)
    now = time.time_ns()
    stamps: dict[str, str] = {}
    closed: dict[str, str] = {}
    # Plain texts: a Path for each of 100,000 files would take longer than all the rest.
    waiting = [""]  # folders to look into, as what the paths in them begin with
    while waiting:
        begin = waiting.pop()
        try:
            with os.scandir(f"{folder}/{begin}") as entries:
                for entry in entries:
                    name = entry.name
                    if name.startswith("."):
                        continue
                    if HALF.search(name):
                        closed[_as_text(begin + name)] = "its name is not UTF-8; rename it"
                        continue
                    if not entry.is_dir():
                        if _is_source(name):
                            stamps[begin + name] = _stamp(entry, now)
                    elif entry.is_symlink():
                        closed[begin + name] = (
                            "a link to a folder is not followed; put the folder itself there"
                        )
                    else:
                        waiting.append(f"{begin}{name}/")
        except OSError as error:
            closed[begin.rstrip("/") or "."] = f"cannot be read: {error.strerror}"
    sidecars = {
        path + _SIDECAR
        for path in (name.removesuffix(_SIDECAR) for name in stamps if name.endswith(_SIDECAR))
        if path in stamps and f".{path.lower().rpartition('.')[2]}" in has_sidecar
    }
    found = {}
    for path in sorted(stamps.keys() - sidecars):
        stamp = stamps[path]
        sidecar = path + _SIDECAR in sidecars
        if sidecar:
            beside = stamps[path + _SIDECAR]
            stamp = f"{stamp} {beside}" if stamp and beside else ""
        found[path] = SourceFile(path, stamp, sidecar)
    return Sources(found, closed)


def files_of(folder: Path, source: SourceFile) -> list[Path]:
    """The file of a source and, where it has one, its sidecar."""
    beside = [folder / (source.path + _SIDECAR)] if source.sidecar else []
    return [folder / source.path, *beside]


def fingerprint(folder: Path, source: SourceFile) -> str:
    """What tells one content of a source from another: the sha256 of its bytes, and of its
    sidecar's. Raises as `read_source` does."""
    return hash_of(*read_source(folder, source))


def hash_of(data: bytes, front_matter: bytes | None) -> str:
    parts = [data] if front_matter is None else [data, front_matter]
    return "".join(hashlib.sha256(part).hexdigest() for part in parts)


def read_source(folder: Path, source: SourceFile) -> tuple[bytes, bytes | None]:
    """The bytes of a source, and of its sidecar. Raises OSError, and SourceError for what is not
    a file."""
    if not (folder / source.path).is_file() and (folder / source.path).exists():
        raise SourceError("not a file; sources are files")
    data, *beside = (file.read_bytes() for file in files_of(folder, source))
    return data, next(iter(beside), None)


def check_places(sources: Path, index: Path) -> None:
    """Raises SourceError when there is no such folder of sources, and SettingsError when the index
    would lie among them."""
    _check(sources)
    sources, index = sources.resolve(), index.resolve()
    inside = index.parts[len(sources.parts) :] if index.is_relative_to(sources) else (".",)
    if not any(part.startswith(".") for part in inside):
        raise SettingsError(
            "the index needs a folder of its own, not that of the sources or one in it: "
            f"{index} (a name that begins with a dot may lie there)"
        )


def _check(folder: Path) -> None:
    if folder.is_file():
        raise SourceError(f"{folder} is a file; name the folder that it lies in")
    if not folder.is_dir():
        raise SourceError(f"there is no folder {folder}; make it and put your texts into it")


def _is_source(name: str) -> bool:
    stem = name.rpartition(".")[0] or name
    return not name.startswith(".") and stem.upper() != "README"


def _as_text(path: str) -> str:
    """A path with the bytes in it that are no text written out: "caf\\xe9.txt"."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _stamp(file: os.DirEntry[str], now: int) -> str:
    """The stamp of a file; "" where it proves nothing."""
    try:
        status = file.stat()
    except OSError:
        return ""
    # On Windows st_ctime is the time of creation, and the time of writing can be set at will.
    written, changed = status.st_mtime_ns, status.st_ctime_ns
    if os.name == "nt" or now - written < _TICK or now - changed < _TICK:
        return ""
    return f"{status.st_size}:{written}:{changed}:{status.st_ino}"
