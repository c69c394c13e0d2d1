"""The write path: sources -> documents -> passages -> vectors -> library -> what is derived.

Change is found by content. What is new is staged, a batch at a time, and becomes current in one
transaction: whatever stops a build leaves the last good library, and the next one goes on.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from index.advice import advice
from index.errors import LibraryBusy, LibraryError, LibraryMismatch, ModelError
from index.library import Library
from index.library.writer import WritableLibrary
from index.mend import LOCK, bring_up
from index.readers import SIDECARS
from index.renew import begin, drop_aside, renew, settings_of, take_place
from index.settings import Settings
from index.sources import check_places, scan
from index.stage import Progress
from index.update import update
from index.weights import weights_sha256

# Seconds that a build waits for another one, or for a reader that mends what is derived.
_PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    The first four count documents, `passages` what the library now holds; `embedded` counts the
    texts that went through the model; `failed` lists (path, reason) of the sources that could not
    be read, `noted` (path, note) of those that were read with a reservation; `renewed` says why
    everything was made anew, or is ""; `advice` says what to do about documents in languages that
    the model does not know, or is ""; `seconds` is wall time.
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
    advice: str
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
            tally = update(library, sources, present, tell)
            if renewed:
                library.close()
                take_place(index)
                library = WritableLibrary(index)
            bring_up(library, index)
            passages, advised = library.counts().passages, advice(library, index)
        finally:
            library.close()
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
        advice=advised,
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
