"""Whether an index is what was written, from its bytes to its meaning, and mending it.

Nothing is believed: pages against their sums, SQLite's own structure, every row's checksum, hash
and spans, counts, and what is derived against what it is derived from. What can be mended is
mended from what is sound in the library itself; the sources are not needed.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.build import build_lock
from index.derived import claimed, drop_stamp, read_stamp
from index.embedder import Embedding
from index.errors import (
    LibraryDamaged,
    LibraryError,
    LibraryMismatch,
    LibraryMissing,
    ModelError,
)
from index.lexical import FOLDER as WORDS
from index.lexical import FORM, Lexical
from index.library import Library, salvage
from index.library.database import FILE, REPAIR, chunks
from index.library.rows import Counts, Found
from index.library.seal import broken_pages
from index.library.writer import WritableLibrary
from index.mend import bring_up
from index.records import Document
from index.renew import DAMAGED, renew, settings_of, take_place
from index.settings import Settings
from index.stage import Progress
from index.vector_log import FILE as VECTORS
from index.vectors import Vectors
from index.weights import weights_sha256

_REPAIR = "commentary verify --repair"
_AGAIN = "commentary index"
_SHOWN = 10  # of a kind of problem; of the rest the number is said
_STEP = 1000
# How far a vector that is held may lie from the one in the library: four times what was seen.
_OFF = 0.05


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and the command that mends it."""

    place: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found in an index of so many documents and passages.

    problems: what is wrong, after the repair if there was one.
    mended: what was wrong before it.
    lost: how many documents the repair could not save, None where that cannot be told; the next
        build reads them from their sources.
    """

    documents: int
    passages: int
    problems: list[Problem]
    mended: list[Problem]
    lost: int | None


def verify(
    index: str | Path,
    repair: bool = False,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """Check everything that an index holds and, with `repair`, mend it.

    `settings` (or the defaults) are those of a repaired index whose own cannot be read. Raises
    LibraryMissing when there is none, LibraryBusy when a build is at work, ModelError when
    something has to be embedded again and cannot be; whatever is wrong with the index itself is
    in the verdict.
    """
    index = Path(index)
    tell = progress or (lambda stage, done, total: None)
    if not (index / FILE).is_file():
        raise LibraryMissing(
            f"there is no index in {index}; build it first: commentary index --index {index}"
        )
    mended: list[Problem] = []
    lost: int | None = 0
    with build_lock(index) if repair or os.access(index, os.W_OK) else nullcontext():
        problems = _problems(index, tell)
        if repair and problems:
            lost = _repair(index, problems, settings or Settings(), tell)
            mended, problems = problems, _problems(index, tell)
            if lost is None:
                problems.append(Problem(FILE, "nothing of it could be read", _AGAIN))
            elif lost:
                problems.append(
                    Problem(FILE, f"documents that could not be saved: {lost:,}", _AGAIN)
                )
    try:
        with closing(Library.open(index)) as library:
            counts = library.counts()
    except LibraryError:
        counts = Counts(0, 0)
    return Verdict(counts.documents, counts.passages, problems, mended, lost)


def _repair(index: Path, problems: list[Problem], settings: Settings, tell: Progress) -> int | None:
    """Mend what these problems are about; the number of documents that are lost, None where it
    cannot be told."""
    lost: int | None = 0
    if any(problem.place.startswith(FILE) for problem in problems):
        documents: int | None = None
        with suppress(LibraryError), closing(Library.open(index)) as library:
            settings = settings_of(library) or settings
            documents = library.counts().documents
        aside, _ = renew(index, settings, tell)
        with closing(aside):
            saved = aside.counts().documents
        lost = None if documents is None and not saved else max(0, (documents or 0) - saved)
        if lost != 0:  # what could not be read is not thrown away
            with suppress(LibraryError), closing(Library.open(index)) as library:
                salvage.copy(library, index / DAMAGED)
        take_place(index)
    for name in (VECTORS, WORDS):
        if read_stamp(index / name, whole=True) is None or any(p.place == name for p in problems):
            drop_stamp(index / name)
    with closing(WritableLibrary(index)) as library:
        bring_up(library, index)
    return lost


def _problems(index: Path, tell: Progress) -> list[Problem]:
    """All problems, of each place _SHOWN and how many more."""
    shown: dict[str, list[Problem]] = {}
    for problem in _every_problem(index, tell):
        shown.setdefault(problem.place, []).append(problem)
    result = []
    for place, some in shown.items():
        result += some[:_SHOWN]
        if len(some) > _SHOWN:
            more = f"and {len(some) - _SHOWN:,} more of the kind"
            result.append(Problem(place, more, some[0].remedy))
    return result


def _every_problem(index: Path, tell: Progress) -> Iterator[Problem]:
    try:
        library = Library.open(index)
    except LibraryMismatch as error:
        yield Problem(FILE, str(error), _AGAIN)
        return
    except LibraryError as error:
        yield Problem(FILE, _reason(error), _REPAIR)
        return
    with closing(library):
        for what in [*_pages(library), *salvage.structure(library)]:
            yield Problem(FILE, what, _REPAIR)
        try:
            with library.snapshot():
                yield from _rows(library, tell)
                yield from _fingerprint(library)
                yield from _derived(library, index)
        except LibraryDamaged as error:
            yield Problem(FILE, _reason(error), _REPAIR)


def _pages(library: Library) -> Iterator[str]:
    pages = broken_pages(library)
    if pages is None:
        yield "the checksums of its pages are missing or damaged"
    elif pages:
        named = ", ".join(str(page) for page in pages[:_SHOWN])
        yield f"{len(pages)} of its pages are not what was written: {named}"


def _rows(library: Library, tell: Progress) -> Iterator[Problem]:
    """Documents with their passages, then embeddings."""
    counts = library.counts()
    documents = passages = 0
    for stored in salvage.documents(library):
        if isinstance(stored, LibraryDamaged):
            yield Problem(FILE, _reason(stored), _REPAIR)
            continue
        document = stored.document
        what = None
        if hashlib.sha256(document.text.encode()).hexdigest() != document.sha256:
            what = "its text does not have the hash that it is cited by"
        if not stored.retired:
            tell("checking", documents, counts.documents)
            documents += 1
            try:
                found = library.passages_of(stored.key)
                passages += len(found)
                what = what or _spans(document, found)
            except LibraryDamaged as error:
                what = _reason(error)
        if what:
            yield Problem(FILE, f"{document.id}: {what}", _REPAIR)
    if (documents, passages) != (counts.documents, counts.passages):
        what = (
            f"holds {documents:,} documents and {passages:,} passages, "
            f"not {counts.documents:,} and {counts.passages:,}"
        )
        yield Problem(FILE, what, _REPAIR)
    for found_embedding in salvage.embeddings(library):
        if isinstance(found_embedding, LibraryDamaged):
            yield Problem(FILE, _reason(found_embedding), _REPAIR)
        elif what := _shape(found_embedding[2], library.dimension):
            yield Problem(FILE, f"the embedding {found_embedding[0]}: {what}", _REPAIR)


def _spans(document: Document, found: Sequence[Found]) -> str | None:
    """What is wrong with the places of a document's passages."""
    end = 0
    for passage in sorted((one.passage for one in found), key=lambda p: p.start):
        if document.text[passage.start : passage.end] != passage.text:
            return f"the passage at {passage.start} is not what stands there"
        places = [p for s in passage.sentences for p in (s.start, s.end)]
        inside = [passage.start, *places, passage.end]
        if passage.start < end or inside != sorted(inside) or not places:
            return f"the sentences of the passage at {passage.start} do not lie in it"
        end = passage.end
    return None


def _shape(embedding: Embedding, dimension: int) -> str | None:
    if embedding.vector.shape != (dimension,):
        return f"its vector has {len(embedding.vector)} dimensions, not {dimension}"
    if not abs(float(np.linalg.norm(embedding.vector)) - 1) < 1e-3:
        return "its vector is not of unit length"
    if len(embedding.bits) != len(embedding.starts):
        return "it has not as many tokens as places of tokens"
    return None


def _fingerprint(library: Library) -> Iterator[Problem]:
    model = library.meta("model")
    if model is None:
        return
    try:
        if weights_sha256(model) != library.meta("model_sha256"):
            yield Problem(FILE, f"it was made with other weights of {model}", _AGAIN)
    except ModelError as error:
        yield Problem(model, str(error), "install the model, or name another in commentary.toml")


def _derived(library: Library, index: Path) -> Iterator[Problem]:
    """What is derived against the library; what is behind it is brought up when it is needed."""
    keys = np.array(library.passage_keys(), dtype=np.int64)
    for name, load in ((VECTORS, Vectors.load), (WORDS, Lexical.load)):
        stamp = claimed(index / name)
        if name == WORDS and stamp is not None and stamp.form != FORM:
            continue
        held = load(index)
        if held is None or read_stamp(index / name, whole=True) is None:
            yield Problem(name, "is missing, or not what was written", _REPAIR)
        elif held.generation == library.generation:
            if not np.array_equal(np.sort(np.array(held.keys(), dtype=np.int64)), keys):
                yield Problem(name, "does not hold the passages of the library", _REPAIR)
            elif isinstance(held, Vectors) and not _agree(held, library, keys):
                yield Problem(name, "its vectors are not those of the library", _REPAIR)


def _agree(vectors: Vectors, library: Library, keys: NDArray[np.int64]) -> bool:
    """Whether the vectors are the library's, but for what a byte a dimension cannot hold."""
    return all(
        np.linalg.norm(vectors.vectors(np.array(some)) - library.vectors(some), axis=1).max() < _OFF
        for some in chunks(keys.tolist(), _STEP)
    )


def _reason(error: LibraryError) -> str:
    """The error without its place and its remedy, which a Problem has of its own."""
    return str(error).partition(f"; {REPAIR}")[0].rpartition(FILE)[2].lstrip(": ")
