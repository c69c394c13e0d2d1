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
    reader = _reader()
    is_reread = library.meta("reader") != reader
    known = library.stamps()
    touched = {
        path: file
        for path, file in present.files.items()
        if is_reread or not file.stamp or known.get(path) != file.stamp
    }
    gone = sorted(p for p in known.keys() - present.files.keys() if not present.hides(p))
    # The documents of what is looked at, as they were; those of all else stay.
    before = {p: library.ids_at(p) if p in known else [] for p in (*touched, *gone)}
    tally = Tally(failed=sorted(present.closed.items()))
    tally.unchanged = library.counts().documents - sum(map(len, before.values()))
    total = len(present.files)
    done = total - len(touched)

    def show(waiting: float) -> None:
        tell("indexing", int(done - waiting), total)

    claims: dict[str, str] = {}  # id -> path of the source that it comes from
    records: dict[str, SourceRecord | None] = dict.fromkeys(gone)
    with Stager(library, settings, show) as stager:
        for path, file in touched.items():
            show(stager.waiting)
            was = library.source(path) if path in known else None
            kept = f"; {_KEPT}" if before[path] else ""
            documents, record = _read(folder, file, None if is_reread else was, kept)
            if record.failure:
                tally.failed.append((path, record.failure))
            ids = before[path] if documents is None else [d.id for d in documents]
            total += max(len(ids) - 1, 0)
            for number, id in enumerate(ids):
                show(stager.waiting)
                done += 1
                held = library.document(id) if documents and known else None
                holder = claims.get(id)
                if holder is None and held and held.path not in before:
                    # The first of two sources has it.
                    if held.path > path or held.path not in present.files:
                        tally.unchanged -= 1
                        if held.path in present.files:
                            tally.failed.append((held.path, _disputed(id, path)))
                            loser = library.source(held.path)
                            records[held.path] = loser and replace(loser, disputed=True)
                    else:
                        holder = held.path
                if holder is not None:
                    record = replace(record, disputed=True)
                    tally.failed.append((path, _disputed(id, holder)))
                    continue
                claims[id] = path
                if documents is None or documents[number] == held:
                    tally.unchanged += 1
                    continue
                tally.added += held is None
                tally.changed += held is not None
                stager.add(documents[number])
            done += not ids
            if record != was:
                records[path] = record
        stager.flush()
        show(0)
    removed = [id for ids in before.values() for id in ids if id not in claims]
    tally.removed, tally.embedded = len(removed), stager.embedded
    if stager.staged or removed or records or is_reread or library.is_unfinished:
        with library.transaction():
            library.publish(stager.staged.values(), removed, records)
            library.put_meta({"reader": reader})
    tally.noted = library.notes()
    return tally


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
