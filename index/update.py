"""What changed between the sources and the library, and making it one change of the library.

A source that is known by its stamp is not looked at again, and neither are its documents: the cost
of an update is that of a look at each file, and of what changed.
"""

from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path

from index.errors import SourceError
from index.library.rows import SourceRecord
from index.library.writer import WritableLibrary
from index.readers import read
from index.records import Document
from index.renew import settings_of
from index.sources import SourceFile, Sources, hash_of, read_source
from index.stage import Progress, Stager

_KEPT = "what was read from it before is kept, and answered from"


@dataclass(slots=True)
class Tally:
    """What an update did; the fields are those of `index.build.BuildReport`."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    embedded: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    noted: list[tuple[str, str]] = field(default_factory=list)


@cache
def _reader() -> str:
    """Our own version: what another one read, this one may read differently."""
    return version("commentary-qa")


def update(library: WritableLibrary, folder: Path, present: Sources, tell: Progress) -> Tally:
    """Make the library hold what the sources hold that are `present` in this folder."""
    settings = settings_of(library)
    assert settings is not None
    work = _Update(library, folder, present, tell)
    with Stager(library, settings, work.show) as stager:
        for file in work.touched.values():
            work.take(file, stager)
        stager.flush()
        work.show(0)
    return work.publish(stager)


class _Update:
    """An update under way: which sources are `touched`, and what was found in them so far."""

    def __init__(
        self, library: WritableLibrary, folder: Path, present: Sources, tell: Progress
    ) -> None:
        self._library, self._folder, self._present, self._tell = library, folder, present, tell
        self._is_reread = library.meta("reader") != _reader()
        self._known = library.stamps()
        self.touched = {
            path: file
            for path, file in present.files.items()
            if self._is_reread or not file.stamp or self._known.get(path) != file.stamp
        }
        gone = sorted(
            path for path in self._known.keys() - present.files.keys() if not present.hides(path)
        )
        # The documents of what is looked at, as they were; those of all else stay.
        self._before = {
            path: library.ids_at(path) if path in self._known else []
            for path in (*self.touched, *gone)
        }
        self._claims: dict[str, str] = {}  # id -> path of the source that it comes from
        self._records: dict[str, SourceRecord | None] = dict.fromkeys(gone)
        self._tally = Tally(failed=sorted(present.closed.items()))
        self._tally.unchanged = library.counts().documents - sum(map(len, self._before.values()))
        self._total = len(present.files)
        self._done = self._total - len(self.touched)

    def show(self, waiting: float) -> None:
        self._tell("indexing", int(self._done - waiting), self._total)

    def take(self, file: SourceFile, stager: Stager) -> None:
        """Read a source and stage what is new in it."""
        path, ids = file.path, self._before[file.path]
        self.show(stager.waiting)
        was = self._library.source(path) if path in self._known else None
        kept = f"; {_KEPT}" if ids else ""
        documents, record = _read(self._folder, file, None if self._is_reread else was, kept)
        if record.failure:
            self._tally.failed.append((path, record.failure))
        found = [(id, None) for id in ids] if documents is None else [(d.id, d) for d in documents]
        self._total += max(len(found) - 1, 0)
        for id, document in found:
            self.show(stager.waiting)
            self._done += 1
            held = self._library.document(id) if document and self._known else None
            if holder := self._holder(id, path, held):
                record = replace(record, disputed=True)
                self._tally.failed.append((path, _disputed(id, holder)))
                continue
            self._claims[id] = path
            if document is None or document == held:
                self._tally.unchanged += 1
                continue
            self._tally.added += held is None
            self._tally.changed += held is not None
            stager.add(document)
        self._done += not found
        if record != was:
            self._records[path] = record

    def publish(self, stager: Stager) -> Tally:
        """Make what was staged current, and what is gone old."""
        library, tally = self._library, self._tally
        removed = [id for ids in self._before.values() for id in ids if id not in self._claims]
        tally.removed, tally.embedded = len(removed), stager.embedded
        is_changed = stager.staged or removed or self._records
        if is_changed or self._is_reread or library.is_unfinished:
            with library.transaction():
                library.publish(stager.staged.values(), removed, self._records)
                library.put_meta({"reader": _reader()})
        tally.noted = library.notes()
        return tally

    def _holder(self, id: str, path: str, held: Document | None) -> str | None:
        """The other source that keeps this id; None where the one at `path` may have it: of two,
        the first by path has it, and what is not there any more loses it."""
        if id in self._claims:
            return self._claims[id]
        if held is None or held.path in self._before:
            return None
        is_there = held.path in self._present.files
        if is_there and held.path <= path:
            return held.path
        self._tally.unchanged -= 1
        if is_there:
            self._tally.failed.append((held.path, _disputed(id, path)))
            loser = self._library.source(held.path)
            self._records[held.path] = loser and replace(loser, disputed=True)
        return None


def _disputed(id: str, holder: str) -> str:
    return f"the document {id!r} stands in {holder} already; give it another _id"


def _read(
    folder: Path, file: SourceFile, before: SourceRecord | None, kept: str
) -> tuple[list[Document] | None, SourceRecord]:
    """The documents of a source, None where those of the library stay, and what is known of it;
    `kept` is said with a failure."""
    if before and before.stamp and before.stamp == file.stamp and not before.disputed:
        return None, before
    sha256, stamp = "", file.stamp
    try:
        data, front_matter = read_source(folder, file)
        sha256 = hash_of(data, front_matter)
        if before and before.sha256 == sha256 and not before.disputed:
            return None, replace(before, stamp=stamp)
        return read(file.path, data, front_matter), SourceRecord(sha256, stamp, "", False)
    except OSError as error:
        return None, SourceRecord("", "", f"cannot be read: {error.strerror or error}{kept}", False)
    except SourceError as error:
        return None, SourceRecord(sha256, stamp, f"{error}{kept}", False)
