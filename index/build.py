"""The write path: sources -> documents -> passages -> vectors -> library -> what is derived.

Change is found by content. What is new is staged, a batch at a time, and becomes current in one
transaction: whatever stops a build leaves the last good library, and the next one goes on.
"""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import LibraryBusy, LibraryError, LibraryMismatch, ModelError, SourceError
from index.library import Library
from index.library.rows import SourceRecord
from index.library.writer import WritableLibrary
from index.mend import LOCK, bring_up
from index.readers import SIDECARS, read
from index.records import Document
from index.renew import begin, drop_aside, renew, settings_of, take_place
from index.settings import Settings
from index.sources import SourceFile, Sources, check_places, hash_of, read_source, scan
from index.stage import Progress, Stager
from index.weights import weights_sha256

# Seconds that a build waits for another one, or for a reader that mends what is derived.
_PATIENCE = 2.0
_KEPT = "what was read from it before is kept, and answered from"


@dataclass(slots=True)
class _Tally:
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    embedded: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    noted: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    The first four count documents, `passages` what the library now holds; `embedded` counts the
    texts that went through the model; `failed` lists (path, reason) of the sources that could not
    be read, `noted` (path, note) of those that were read with a reservation; `renewed` says why
    everything was made anew, or is ""; `seconds` is wall time.
    """

    added: int
    changed: int
    removed: int
    unchanged: int
    passages: int
    embedded: int
    failed: list[tuple[str, str]]
    noted: list[tuple[str, str]]
    renewed: str
    seconds: float

    @property
    def is_change(self) -> bool:
        """Whether the library is another one than before."""
        return bool(self.added or self.changed or self.removed or self.renewed)


def build_index(
    sources: str | Path,
    index: str | Path,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Make the index in folder `index` hold what the folder `sources` holds.

    A source that cannot be read is reported in `failed` and costs the others nothing; what was
    read from it before is kept. Without `settings` those of the index are used, or the defaults
    for a new one; with others, or another model, the index is made anew beside the old one, which
    serves until then. Interrupted, it keeps what was embedded.

    Raises SourceError when there is no folder `sources`, LibraryBusy when another build is at
    work, ModelError and LibraryError as their docstrings say.
    """
    began = time.perf_counter()
    sources, index = Path(sources), Path(index)
    tell = progress or (lambda stage, done, total: None)
    check_places(sources, index)
    with build_lock(index):
        present = scan(sources, SIDECARS)
        library, renewed, embedded = _open(index, settings, tell)
        try:
            tally = _update(library, sources, present, tell)
            passages = library.counts().passages
        finally:
            library.close()
        if renewed:
            take_place(index)
        derive(index)
    return BuildReport(
        added=tally.added,
        changed=tally.changed,
        removed=tally.removed,
        unchanged=tally.unchanged,
        passages=passages,
        embedded=tally.embedded + embedded,
        failed=tally.failed,
        noted=tally.noted,
        renewed=renewed,
        seconds=time.perf_counter() - began,
    )


@contextmanager
def build_lock(index: Path) -> Iterator[None]:
    """The right to write in this folder, which is made. Raises LibraryBusy, and LibraryError where
    nobody can write."""
    try:
        index.mkdir(parents=True, exist_ok=True)
        lock = FileLock(index / LOCK, timeout=_PATIENCE)
        lock.acquire()
    except Timeout as error:
        raise LibraryBusy(f"another build is at work in {index}; wait for it to end") from error
    except OSError as error:
        raise LibraryError(
            f"{index} cannot be written to: {error.strerror}; choose another folder with --index"
        ) from error
    try:
        yield
    finally:
        lock.release()


def derive(index: Path) -> None:
    """Bring what is derived from the library up to date, where it does not say that it is."""
    with closing(WritableLibrary(index)) as library:
        bring_up(library, index)


def _open(
    index: Path, settings: Settings | None, tell: Progress
) -> tuple[WritableLibrary, str, int]:
    """The library to write to; why it is a new one beside the present one, or ""; and how many
    texts were embedded for that."""
    try:
        library = WritableLibrary(index)
        before = settings_of(library)
    except LibraryMismatch:
        wanted, reason = settings or Settings(), "it was made by another version"
    else:
        wanted = settings or before or Settings()
        reason = _why_anew(library, before, wanted)
        if not reason:
            drop_aside(index)
            if before is None:
                begin(library, wanted)
            return library, "", 0
        library.close()
    aside, embedded = renew(index, wanted, tell)
    return aside, reason, embedded


def _why_anew(library: Library, before: Settings | None, wanted: Settings) -> str:
    if before is None:
        return ""
    if before.model != wanted.model:
        return f"the model is now {wanted.model}, it was {before.model}"
    if before.passage_tokens != wanted.passage_tokens:
        return (
            f"a passage now has at most {wanted.passage_tokens} tokens, "
            f"it was {before.passage_tokens}"
        )
    try:
        altered = weights_sha256(wanted.model) != library.meta("model_sha256")
    except ModelError:  # not here: what needs it will say so
        altered = False
    return f"the weights of {wanted.model} are other ones" if altered else ""


def _update(library: WritableLibrary, folder: Path, present: Sources, tell: Progress) -> _Tally:
    """Everything between the sources and the library."""
    settings = settings_of(library)
    assert settings is not None
    tally = _Tally(failed=sorted(present.closed.items()))
    done, total = 0, len(present.files)

    def show(waiting: float) -> None:
        tell("indexing", int(done - waiting), total)

    known, stored = library.sources(), library.document_ids()
    current = {id for ids in stored.values() for id in ids}
    # What another version read, this one may read differently.
    reader = version("commentary-qa")
    is_reread = library.meta("reader") != reader
    claims: dict[str, str] = {}  # id -> path of the source that it comes from
    records: dict[str, SourceRecord | None] = {}
    with Stager(library, settings, show) as stager:
        for path, file in present.files.items():
            show(stager.waiting)
            before = known.get(path)
            kept = f"; {_KEPT}" if path in stored else ""
            documents, record = _read(folder, file, None if is_reread else before, kept)
            if record.failure:
                tally.failed.append((path, record.failure))
            ids = stored.get(path, []) if documents is None else [d.id for d in documents]
            total += max(len(ids) - 1, 0)
            for number, id in enumerate(ids):
                show(stager.waiting)
                done += 1
                if id in claims:
                    record = replace(record, disputed=True)
                    reason = (
                        f"the document {id!r} stands in {claims[id]} already; give it another _id"
                    )
                    tally.failed.append((path, reason))
                    continue
                claims[id] = path
                held = library.document(id) if documents and id in current else None
                if documents is None or documents[number] == held:
                    tally.unchanged += 1
                    continue
                tally.added += held is None
                tally.changed += held is not None
                stager.add(documents[number])
            done += not ids
            if record != before:
                records[path] = record
        stager.flush()
        show(0)
    for path in sorted((known.keys() | stored.keys()) - present.files.keys()):
        if present.hides(path):  # what was read before is kept
            for id in stored.get(path, []):
                tally.unchanged += id not in claims
                claims.setdefault(id, path)
        else:
            records[path] = None
    removed = [id for ids in stored.values() for id in ids if id not in claims]
    tally.removed, tally.embedded = len(removed), stager.embedded
    if stager.staged or removed or records or is_reread or library.is_unfinished:
        with library.transaction():
            library.publish(stager.staged.values(), removed, records)
            library.put_meta({"reader": reader})
    tally.noted = library.notes()
    return tally


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
