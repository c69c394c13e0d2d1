"""A file into the sources folder, whole or not at all, and never over another one."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from index.add.fields import block, read_fields
from index.add.names import free_stem
from index.errors import SourceError


def keep(
    folder: Path,
    stem: str,
    ending: str,
    data: bytes,
    fields: dict[str, str],
    given: dict[str, str],
    tell: Callable[[str], None],
) -> Path:
    """Write a source into the folder, under the first free name that begins with `stem`, and its
    fields, if any, beside it in NAME.ENDING.md; the path that it has there.

    When the folder holds the same content already, it stays as it is, that path is returned and
    `tell` told. Raises SourceError when it has others than the fields that were `given` by hand,
    and OSError when the folder cannot be written to.
    """
    path = _same(folder, ending, data)
    if path is None:
        path = _write(folder, stem, ending, data)
        try:
            _write_beside(path, fields)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path
    beside = _beside(path)
    there = read_fields(beside.read_bytes()) if given and beside.exists() else {}
    if fields and any(there.get(name) != value for name, value in given.items()):
        raise SourceError(
            f"it is there already as {path}, with other fields; write them into {beside}"
        )
    tell(f"the same content is there already: {path}")
    return path


def _same(folder: Path, ending: str, data: bytes) -> Path | None:
    """The source with the same content; what is no source (hidden, a README) does not count."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() != ending:
            continue
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if hidden or path.stem.upper() == "README":
            continue
        try:
            if path.stat().st_size == len(data) and path.read_bytes() == data:
                return path
        except OSError:
            continue  # what cannot be looked at is not the same
    return None


def _beside(path: Path) -> Path:
    """Where the fields of a source stand that has no place for them itself."""
    return path.with_name(path.name + ".md")


def _write_beside(path: Path, fields: dict[str, str]) -> None:
    if fields:
        _place(_beside(path), block(fields).encode())


def _write(folder: Path, stem: str, ending: str, data: bytes) -> Path:
    """Write a file under the first free name."""
    for _ in range(100):
        path = folder / f"{free_stem(folder, stem, ending)}{ending}"
        try:
            _place(path, data)
        except FileExistsError:
            continue  # another program was quicker
        return path
    raise SourceError(f"there is no free name like {stem}{ending} in {folder}; rename it")


def _place(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises FileExistsError when it is there."""
    partial = path.with_name(f".{secrets.token_hex(8)}.partial")
    try:
        with partial.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(partial, path)  # unlike a rename, never over a file that has just come
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)
