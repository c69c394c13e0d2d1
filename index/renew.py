"""A library made anew beside the present one, from the texts that it holds.

One way for two needs: other settings or another model, and the repair of a damaged file. What can
be read of the present library goes into a new one, embeddings too where the model is the same; the
sources are not needed. The present one serves until `take_place`. Cut off, the work goes on where
it was the next time.
"""

from contextlib import closing, suppress
from pathlib import Path

from index.derived import drop_stamp
from index.embedder import load_embedder
from index.errors import LibraryDamaged, LibraryMismatch, LibraryMissing
from index.lexical import FOLDER
from index.library import Library, salvage
from index.library.database import FILE, overwrite
from index.library.rows import SourceRecord
from index.library.writer import WritableLibrary
from index.settings import Settings
from index.stage import Progress, Stager
from index.vector_log import FILE as VECTORS

ASIDE = FILE + ".next"
DAMAGED = FILE + ".damaged"  # what a repair could not read in full, kept as it was


def settings_of(library: Library) -> Settings | None:
    """The settings that the library was made with; None for one that is new."""
    model, tokens = library.meta("model"), library.meta("passage_tokens")
    return None if model is None or tokens is None else Settings(model, int(tokens))


def renew(index: Path, settings: Settings, tell: Progress) -> tuple[WritableLibrary, int]:
    """A library with these settings that holds what can be read of the present one, and how many
    texts were embedded for it. The build lock is held."""
    try:
        present = Library.open(index)
    except (LibraryMissing, LibraryMismatch, LibraryDamaged):
        return _open_aside(index, settings, 0), 0
    with closing(present):
        generation, model = _read_meta(present)
        aside = _open_aside(index, settings, generation)
        try:
            same_model = model == aside.meta("model_sha256")
            embedded = _copy(present, aside, settings, same_model, tell)
        except BaseException:
            aside.close()
            raise
    return aside, embedded


def take_place(index: Path) -> None:
    """Put the new library, closed and complete, in the place of the present one: as one change of
    that file, so that who is reading it goes on with what they see until they look again."""
    for derived in (VECTORS, FOLDER):  # its keys may mean something else now
        drop_stamp(index / derived)
    _remove(index / (FILE + ".sums"))  # before its pages change: a missing sum is never wrong
    try:
        overwrite(index / FILE, index / ASIDE)
    except LibraryDamaged:
        # Not even its head can be read. It is kept, though nobody can do much with it.
        _remove(*(index / (FILE + ending) for ending in ("-wal", "-shm")))
        (index / FILE).replace(index / DAMAGED)
        (index / ASIDE).rename(index / FILE)
    drop_aside(index)


def drop_aside(index: Path) -> None:
    """Forget a renewal that nobody wants any more."""
    _remove(*(index / (ASIDE + ending) for ending in ("", "-wal", "-shm", ".sums")))


def begin(library: WritableLibrary, settings: Settings) -> None:
    """Enter what decides a new library's vectors."""
    embedder = load_embedder(settings.model)
    with library.transaction():
        library.put_meta(
            {
                "model": settings.model,
                "model_sha256": embedder.sha256,
                "dimension": embedder.dimension,
                "passage_tokens": settings.passage_tokens,
            }
        )


def _open_aside(index: Path, settings: Settings, generation: int) -> WritableLibrary:
    """The new library, begun now or the last time."""
    try:
        aside = WritableLibrary(index, ASIDE)
        if (
            settings_of(aside) == settings
            and aside.meta("model_sha256") == load_embedder(settings.model).sha256
        ):
            return aside
        aside.close()
    except (LibraryDamaged, LibraryMismatch):
        pass
    drop_aside(index)
    aside = WritableLibrary(index, ASIDE)
    begin(aside, settings)
    with aside.transaction():
        aside.put_meta({"generation": generation})
    return aside


def _copy(
    present: Library, aside: WritableLibrary, settings: Settings, same_model: bool, tell: Progress
) -> int:
    """Copy all documents that survive, and what is known of their sources when none is lost; the
    number of texts that were embedded."""
    total, done, is_whole = _count(present), 0, True

    def show(waiting: float) -> None:
        tell("embedding anew", int(min(done, total) - waiting), total)

    reuse = present if same_model else None
    with Stager(aside, settings, show, reuse) as stager:
        for stored in salvage.documents(present):
            show(stager.waiting)
            if isinstance(stored, LibraryDamaged):
                is_whole = False
                continue
            document = stored.document
            done += not stored.retired
            if not stored.retired:
                if aside.document(document.id) != document:
                    stager.add(document)
            elif aside.version(document.id, document.sha256) is None:
                with aside.transaction():
                    aside.put_old(document, stored.retired)
        stager.flush()
        show(0)
    records: dict[str, SourceRecord | None] = {}
    if is_whole:  # else the next build reads every source again
        with suppress(LibraryDamaged):
            records.update(present.sources())
    with aside.transaction():
        aside.publish(stager.staged.values(), [], records)
    return stager.embedded


def _count(library: Library) -> int:
    """How many documents a library says that it holds."""
    try:
        return library.counts().documents
    except LibraryDamaged:
        return 0


def _read_meta(library: Library) -> tuple[int, str]:
    """Generation and model of a library; those of none where they cannot be read."""
    try:
        return library.generation, library.meta("model_sha256") or ""
    except LibraryDamaged:
        return 0, ""


def _remove(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
