"""Taking a source away: its file, and all that the index keeps of it."""

from contextlib import closing
from pathlib import Path

from index.build import BuildReport, build_index, build_lock
from index.errors import SourceError
from index.library.writer import WritableLibrary
from index.readers import SIDECARS
from index.renew import DAMAGED
from index.sources import files_of, scan


def find_source(name: str, sources: Path) -> str:
    """The path below the sources folder of the source that `name` means: that path, or one to the
    file itself. Raises SourceError when there is none."""
    present = scan(sources, SIDECARS).files
    if name in present:
        return name
    real = Path(name).resolve()
    below = real.relative_to(sources.resolve()).as_posix() if _is_below(real, sources) else ""
    if below not in present:
        raise SourceError(f"there is no source {name} in {sources}; commentary list names them")
    return below


def remove_sources(paths: list[str], sources: Path, index: Path) -> BuildReport:
    """Delete these sources (paths below the folder, as `find_source` gives) and what stands beside
    them, bring the index up to date, and forget their older versions too: also of those whose file
    is gone already.

    Raises SourceError when a file cannot be deleted, and what `build_index` raises.
    """
    present = scan(sources, SIDECARS).files
    try:
        with build_lock(index):  # nothing is deleted that the index could not follow
            for source in (present[path] for path in paths if path in present):
                for file in files_of(sources, source):
                    file.unlink(missing_ok=True)
    except OSError as error:
        raise SourceError(f"{error.filename} cannot be deleted: {error.strerror}") from error
    report = build_index(sources, index)
    with build_lock(index), closing(WritableLibrary(index)) as library, library.transaction():
        for path in paths:
            library.forget(path)
        (index / DAMAGED).unlink(missing_ok=True)  # what a repair kept aside
    return report


def _is_below(path: Path, folder: Path) -> bool:
    return path.is_relative_to(folder.resolve())
