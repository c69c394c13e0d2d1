"""What an index holds, and what changed on disk since, for people and programs."""

from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from index.choice import route_of
from index.errors import SourceError
from index.library import Library
from index.library.database import FILE
from index.readers import SIDECARS
from index.settings import DEFAULT_MODEL
from index.sources import fingerprint, scan


@dataclass(frozen=True, slots=True)
class Pending:
    """Sources (paths below their folder) that a build would read or forget."""

    added: list[str]
    changed: list[str]
    removed: list[str]


@dataclass(frozen=True, slots=True)
class Status:
    """What an index holds.

    route: what runs the model on this machine, and why.
    size: bytes on disk.
    built: when its file was last written, seconds since the epoch.
    pending: what changed on disk since; None when there is no folder of sources to look at.
    failed, noted: (path, reason) of the sources that could not be read, and (path, note) of those
        that were read with a reservation.
    """

    index: str
    documents: int
    passages: int
    generation: int
    model: str
    passage_tokens: int
    route: str
    size: int
    built: float
    pending: Pending | None
    failed: list[tuple[str, str]]
    noted: list[tuple[str, str]]

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def status_of(index: str | Path, sources: str | Path | None = None) -> Status:
    """The status of the index in this folder, and of what changed in the folder `sources`.

    Raises LibraryMissing, LibraryMismatch or LibraryDamaged. No model is loaded.
    """
    index = Path(index)
    with closing(Library.open(index)) as library, library.snapshot():
        counts = library.counts()
        return Status(
            index=str(index),
            documents=counts.documents,
            passages=counts.passages,
            generation=library.generation,
            model=library.meta("model") or "none yet",
            passage_tokens=int(library.meta("passage_tokens") or 0),
            route=route_of(library.meta("model") or DEFAULT_MODEL),
            size=sum(file.stat().st_size for file in index.rglob("*") if file.is_file()),
            built=(index / FILE).stat().st_mtime,
            pending=None if sources is None else _pending(library, Path(sources)),
            failed=[(path, s.failure) for path, s in library.sources().items() if s.failure],
            noted=library.notes(),
        )


def _pending(library: Library, folder: Path) -> Pending | None:
    try:
        present = scan(folder, SIDECARS)
    except SourceError:
        return None
    known = library.sources()
    changed = []
    for path in sorted(known.keys() & present.files.keys()):
        stamp, file = known[path].stamp, present.files[path]
        if not stamp or stamp != file.stamp:
            try:
                if fingerprint(folder, file) != known[path].sha256:
                    changed.append(path)
            except (OSError, SourceError):
                if not known[path].failure:
                    changed.append(path)
    return Pending(
        added=sorted(present.files.keys() - known.keys()),
        changed=changed,
        removed=sorted(p for p in known.keys() - present.files.keys() if not present.hides(p)),
    )
