"""The write path: sources -> documents -> passages -> vectors -> library -> what is derived.

Change is found by content. Only texts that the library has not embedded yet go through the model,
and all of it is one transaction: whatever stops a build leaves the last good library.
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from index.embedder import Embedder, load_embedder
from index.errors import LibraryBusy, LibraryMismatch, SettingsError, SourceError
from index.lexical import Lexical
from index.library import Library
from index.library.writer import WritableLibrary
from index.passages import split
from index.readers import read
from index.records import Document
from index.settings import Settings
from index.vectors import Vectors

LOCK = "build.lock"
_BATCH = 256  # texts between two looks at the progress

# What is being done, how much of it is done, how much there is.
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class _Tally:
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    embedded: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. The first four count documents, `passages` what the library now holds;
    `embedded` counts the texts that went through the model; `failed` lists (path, reason) of the
    sources that could not be read; `seconds` is wall time."""

    added: int
    changed: int
    removed: int
    unchanged: int
    passages: int
    embedded: int
    failed: list[tuple[str, str]]
    seconds: float


def build_index(
    sources: str | Path,
    index: str | Path,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Make the index in folder `index` hold what the folder `sources` holds.

    A source that cannot be read is reported in `failed` and costs the others nothing; what was
    read from it before is kept. Without `settings` those of the index are used, or the defaults
    for a new one.

    Raises SourceError when there is no folder `sources`, LibraryBusy when another build is at
    work, ModelError and LibraryError as their docstrings say.
    """
    began = time.perf_counter()
    sources, index = Path(sources), Path(index)
    tell = progress or (lambda stage, done, total: None)
    if sources.is_file():
        raise SourceError(f"{sources} is a file; name the folder that it lies in")
    if not sources.is_dir():
        raise SourceError(f"there is no folder {sources}; make it and put your texts into it")
    if index.resolve() == sources.resolve():
        raise SettingsError(
            f"the index needs a folder of its own, not that of the sources: {index}"
        )
    index.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(index / LOCK, timeout=0):
            library = WritableLibrary(index)
            try:
                tally = _update(library, sources, settings, tell)
                _mend(library, index)
                passages = library.counts().passages
            finally:
                library.close()
    except Timeout as error:
        raise LibraryBusy(f"another build is at work in {index}; wait for it to end") from error
    return BuildReport(
        added=tally.added,
        changed=tally.changed,
        removed=tally.removed,
        unchanged=tally.unchanged,
        passages=passages,
        embedded=tally.embedded,
        failed=tally.failed,
        seconds=time.perf_counter() - began,
    )


def derived(library: Library, index: Path, wait: float) -> tuple[Vectors, Lexical] | None:
    """What is derived from the library, of its generation; mended on disk where it is not.

    While a build is at work only that build writes: None when what is on disk is behind and the
    build has not ended after `wait` seconds. In a folder that cannot be written to it is made in
    memory.
    """
    vectors, lexical = Vectors.load(index), Lexical.load(index)
    generation = library.generation
    if vectors and lexical and vectors.generation == lexical.generation == generation:
        return vectors, lexical
    try:
        with FileLock(index / LOCK, timeout=wait):
            return _mend(library, index)
    except Timeout:
        return None
    except PermissionError:
        return in_memory(library)


def in_memory(library: Library) -> tuple[Vectors, Lexical]:
    """What is derived from the library, made anew without touching the disk."""
    vectors, lexical = Vectors(int(library.meta("dimension") or 1)), Lexical.create(None)
    vectors.follow(library)
    lexical.follow(library, None)
    return vectors, lexical


def _mend(library: Library, index: Path) -> tuple[Vectors, Lexical]:
    """What is derived from the library, brought up to date on disk; the lock is held."""
    vectors = Vectors.load(index)
    if vectors is None or vectors.generation != library.generation:
        vectors = vectors or Vectors(int(library.meta("dimension") or 1))
        vectors.follow(library)
        vectors.save(index)
    lexical = Lexical.load(index)
    if lexical is None or lexical.generation != library.generation:
        lexical = lexical or Lexical.create(index)
        lexical.follow(library, index)
    return vectors, lexical


def _update(
    library: WritableLibrary, sources: Path, settings: Settings | None, tell: Progress
) -> _Tally:
    """Everything between the sources and the library, as one transaction."""
    tally = _Tally()
    with library.transaction():
        before = _settings_of(library)
        settings = settings or before or Settings()
        embedder: Embedder | None = None
        if before != settings:
            embedder = load_embedder(settings.model)
            _start_anew(library, settings, embedder)
        claimed: dict[str, str] = {}
        known = library.sources()
        paths, closed = _paths(sources)
        tally.failed += sorted(closed.items())
        for done, path in enumerate(paths):
            tell("reading", done, len(paths))
            for document in _changed_documents(library, sources, path, known, claimed, tally):
                if embedder is None:
                    embedder = load_embedder(settings.model)
                    _same_model(library, settings, embedder)
                limit = min(settings.passage_tokens, embedder.window)
                key = library.put_document(document)
                library.put_passages(key, split(document, embedder.starts, limit))
        for path in known.keys() - set(paths):
            if any(path.startswith(f"{folder}/") for folder in closed):
                for document in library.documents(path):  # what was read before is kept
                    claimed.setdefault(document.id, path)
                    tally.unchanged += 1
            else:
                library.remove_source(path)
        for id in library.document_ids():
            if id not in claimed:
                library.remove_document(id)
                tally.removed += 1
        if tally.added or tally.changed or tally.removed or before != settings:
            library.remove_orphans()
            library.set_meta({"generation": library.generation + 1})
        if embedder is not None:
            tally.embedded = _embed(library, embedder, tell)
    return tally


def _changed_documents(
    library: WritableLibrary,
    sources: Path,
    path: str,
    known: dict[str, tuple[str, str]],
    claimed: dict[str, str],
    tally: _Tally,
) -> Iterator[Document]:
    """The documents of one source that the library does not hold as they are now.

    Every document that has to stay is entered in `claimed` (id -> path).
    """
    stored = {document.id: document for document in library.documents(path)}
    sha256, failure = "", ""
    documents = list(stored.values())
    try:
        data = (sources / path).read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        if known.get(path, ("", ""))[0] == sha256:
            failure = known[path][1]
        else:
            documents = read(path, data)
    except OSError as error:
        failure = f"cannot be read: {error.strerror or error}"
    except SourceError as error:
        failure = str(error)
    if failure:
        tally.failed.append((path, failure))
    library.set_source(path, sha256, failure)
    for document in documents:
        if document.id in claimed:
            reason = f"the document {document.id!r} stands in {claimed[document.id]} already"
            tally.failed.append((path, f"{reason}; give it another _id"))
            continue
        claimed[document.id] = path
        before = stored.get(document.id) or library.document(document.id)
        if before == document:
            tally.unchanged += 1
            continue
        tally.added += before is None
        tally.changed += before is not None
        yield document


def _embed(library: WritableLibrary, embedder: Embedder, tell: Progress) -> int:
    """Give every new text its vectors; the number of texts."""
    keys = library.pending()
    for at in range(0, len(keys), _BATCH):
        tell("embedding", at, len(keys))
        some = keys[at : at + _BATCH]
        embeddings = embedder.embed(library.embedding_texts(some))
        for key, embedding in zip(some, embeddings, strict=True):
            library.put_embedding(key, embedding)
    tell("embedding", len(keys), len(keys))
    return len(keys)


def _paths(sources: Path) -> tuple[list[str], dict[str, str]]:
    """Every file below the folder, in order, and each folder that cannot be looked into, with the
    reason. Hidden files and READMEs are not sources."""
    paths: list[str] = []
    closed: dict[str, str] = {}

    def inside(path: str | Path) -> str:
        return Path(path).relative_to(sources).as_posix()

    def refuse(error: OSError) -> None:
        closed[inside(error.filename)] = f"cannot be read: {error.strerror}"

    for folder, folders, files in os.walk(sources, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            if (Path(folder) / name).is_symlink():
                closed[inside(Path(folder) / name)] = (
                    "a link to a folder is not followed; put the folder itself there"
                )
        paths += [
            inside(Path(folder) / name)
            for name in sorted(files)
            if not name.startswith(".") and Path(name).stem.upper() != "README"
        ]
    return paths, closed


def _settings_of(library: Library) -> Settings | None:
    """The settings that the library was made with; None for a new one."""
    model, tokens = library.meta("model"), library.meta("passage_tokens")
    return None if model is None or tokens is None else Settings(model, int(tokens))


def _start_anew(library: WritableLibrary, settings: Settings, embedder: Embedder) -> None:
    library.clear()
    library.set_meta(
        {
            "model": settings.model,
            "model_sha256": embedder.sha256,
            "dimension": embedder.dimension,
            "passage_tokens": settings.passage_tokens,
        }
    )


def _same_model(library: Library, settings: Settings, embedder: Embedder) -> None:
    """Weights that changed under the same name are another model."""
    if library.meta("model_sha256") != embedder.sha256:
        raise LibraryMismatch(
            f"the index was made with other weights of {settings.model}; "
            "delete the index folder and build it again (your sources are not touched)"
        )
