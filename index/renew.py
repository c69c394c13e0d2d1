"""A library made anew beside the present one, from the texts that it holds.

One way for two needs: other settings or another model, and the repair of a damaged file. What can
be read of the present library goes into a new one, embeddings too where the model is the same; the
sources are not needed. The present one serves until `take_place`. Cut off, the work goes on where
it was the next time.
"""

from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from index.derived import drop_stamp
from index.embedder import load_embedder
from index.errors import LibraryBusy, LibraryDamaged, LibraryMismatch, LibraryMissing
from index.lexical import FOLDER
from index.library import CURRENT, DOCUMENT, OLD, STAGED, Library, SourceRecord
from index.library.database import FILE
from index.library.writer import WritableLibrary
from index.records import Document
from index.settings import Settings
from index.stage import Progress, Stager
from index.vectors import FILE as VECTORS

ASIDE = FILE + ".next"


@dataclass(frozen=True, slots=True)
class Stored:
    """A document of a library; `retired` says when it was replaced (ISO 8601, UTC) or is ""."""

    document: Document
    retired: str


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
            stager = Stager(aside, settings, reuse=present if same_model else None)
            _copy(present, aside, stager, tell)
        except BaseException:
            aside.close()
            raise
    return aside, stager.embedded


def take_place(index: Path) -> None:
    """Put the new library, closed and complete, in the place of the present one. Who has that one
    open goes on reading it until they look again."""
    present, aside = index / FILE, index / ASIDE
    for derived in (VECTORS, FOLDER):
        drop_stamp(index / derived)
    try:
        _remove(present.with_name(FILE + "-wal"), present.with_name(FILE + "-shm"))
        _remove(index / (FILE + ".sums"))
        aside.replace(present)
        (index / (ASIDE + ".sums")).replace(index / (FILE + ".sums"))
    except PermissionError as error:
        raise LibraryBusy(
            f"{present} is open in another program; end the chat, then run it again"
        ) from error


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


def _copy(present: Library, aside: WritableLibrary, stager: Stager, tell: Progress) -> None:
    """All documents that survive, and what is known of their sources when none is lost."""
    keys = _keys(present)
    kept = 0
    for done, key in enumerate(keys):
        tell("embedding anew", done, len(keys))
        stored = _survivor(present, key)
        if stored is None:
            continue
        kept += 1
        document = stored.document
        if not stored.retired:
            if aside.document(document.id) != document:
                stager.add(document)
        elif aside.version(document.id, document.sha256) is None:
            with aside.transaction():
                aside.put_old(document, stored.retired)
    stager.flush()
    tell("embedding anew", len(keys), len(keys))
    records: dict[str, SourceRecord | None] = {}
    if kept == len(keys):  # else the next build reads every source again
        with suppress(LibraryDamaged):
            records.update(present.sources())
    with aside.transaction():
        aside.publish(stager.staged.values(), [], records)


def _survivor(library: Library, key: int) -> Stored | None:
    """A document whose row is what was written."""
    try:
        row = library.one(f"SELECT state, retired, {DOCUMENT} FROM documents WHERE key = ?", key)
        if row is not None and row[0] in (CURRENT, OLD):
            document = library.read_document(row[2:])
            return Stored(document, "" if row[0] == CURRENT else str(row[1]))
    except LibraryDamaged:
        pass
    return None


def _keys(library: Library) -> list[int]:
    """The keys of all documents; where the table cannot be read through, all that may exist."""
    sql = f"SELECT key FROM documents WHERE state != {STAGED} ORDER BY key"
    try:
        return [key for (key,) in library.rows(sql)]
    except LibraryDamaged:
        pass
    try:
        return list(range(1, int(library.meta("next_key") or 1)))
    except LibraryDamaged:
        return list(range(1, library.path.stat().st_size // 64))


def _read_meta(library: Library) -> tuple[int, str]:
    """Generation and model of a library; those of none where they cannot be read."""
    try:
        return library.generation, library.meta("model_sha256") or ""
    except LibraryDamaged:
        return 0, ""


def _remove(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
