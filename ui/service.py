"""What programs may ask of a served library and change in it: the one place behind the HTTP API,
the tools for other programs and the library page. Knows nothing of HTTP."""

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import cast

from index.add import add_source
from index.add.names import safe_stem
from index.build import BuildReport
from index.errors import CommentaryError, SourceError
from index.library import Library
from index.library.catalogue import entries, publishers, years
from index.remove import find_source, remove_sources
from index.settings import Settings
from index.status import status_of
from qa import Assistant
from ui.jobs import Jobs, JobState, Tell
from ui.metrics import CountedAssistant, Metrics
from ui.render import answer_json, hits_json

Json = dict[str, object]


class ReadOnlyError(CommentaryError):
    """A change was asked of a library that is served for reading."""


class Service:
    """One served library. Safe to share between threads."""

    def __init__(
        self,
        assistant: Assistant,
        index: Path,
        sources: Path,
        settings: Settings | None = None,
        read_only: bool = False,
    ) -> None:
        self.metrics = Metrics()
        self.assistant = cast(Assistant, CountedAssistant(assistant, self.metrics))
        self.jobs = Jobs(sources, index, settings)
        self.read_only = read_only
        self._index, self._sources = index, sources

    def ask(
        self,
        question: str,
        history: Sequence[Mapping[str, str]] = (),
        filters: Mapping[str, str] | None = None,
    ) -> Json:
        """The answer, as `commentary ask --json` prints it."""
        return answer_json(self.assistant.ask(question, history, filters or None))

    def retrieve(
        self,
        question: str,
        k: int = 8,
        history: Sequence[Mapping[str, str]] = (),
        filters: Mapping[str, str] | None = None,
    ) -> list[Json]:
        """The best passages, as `commentary search --json` prints them."""
        return hits_json(self.assistant.retrieve(question, k, history, filters or None))

    def documents(
        self,
        text: str = "",
        sort: str = "title",
        descending: bool = False,
        offset: int = 0,
        limit: int = 50,
    ) -> Json:
        """A page of the documents, and how many there are in all."""
        with closing(Library.open(self._index)) as library, library.snapshot():
            total, found = entries(library, text, sort, descending, offset, limit)
            generation = library.generation
        return {
            "total": total,
            "offset": offset,
            "generation": generation,
            "documents": [asdict(entry) for entry in found],
        }

    def plots(self) -> Json:
        """How many documents there are of each year, and of the publishers that have most."""
        with closing(Library.open(self._index)) as library, library.snapshot():
            return {"years": years(library), "publishers": publishers(library)}

    def status(self) -> Json:
        """As `commentary status --json`, without places of this machine, and the job."""
        found = status_of(self._index).as_json()
        known = {name: found[name] for name in found if name not in ("index", "pending")}
        return {**known, "read_only": self.read_only, "job": self.jobs.state.as_json()}

    def rebuild(self) -> JobState:
        self._may_change()
        return self.jobs.rebuild()

    def add_file(self, name: str, data: bytes) -> Json:
        """Put a file that was sent into the sources, and start a build."""
        self._may_change()
        plain = Path(name.replace("\\", "/").replace("\0", "")).name
        with tempfile.TemporaryDirectory() as folder:
            stem, ending = Path(plain).stem, Path(plain).suffix[:16]
            path = Path(folder) / f"{safe_stem(stem)}{ending}"
            path.write_bytes(data)
            return self._add(str(path), {})

    def add_address(self, address: str, fields: Mapping[str, str] | None = None) -> Json:
        """Fetch a web address into the sources, and start a build."""
        self._may_change()
        if not address.strip().lower().startswith(("http://", "https://")):
            raise SourceError("expected a web address that begins with https:// or http://")
        return self._add(address.strip(), fields or {})

    def remove(self, path: str) -> JobState:
        """Delete a source, and all that the index keeps of it, in the background."""
        self._may_change()
        found = find_source(path, self._sources) if not Path(path).is_absolute() else ""
        if found != path:
            raise SourceError(f"there is no source {path} in this library")

        def work(tell: Tell) -> BuildReport:
            tell("removing", 0, 1)
            return remove_sources([found], self._sources, self._index)

        return self.jobs.run(work)

    def measure(self) -> bytes:
        """The counters, with the index as it is now."""
        with closing(Library.open(self._index)) as library, library.snapshot():
            counts, generation = library.counts(), library.generation
        self.metrics.documents.set(counts.documents)
        self.metrics.passages.set(counts.passages)
        self.metrics.generation.set(generation)
        self.metrics.building.set(self.jobs.state.state == "running")
        return self.metrics.text()

    def _add(self, source: str, fields: Mapping[str, str]) -> Json:
        said: list[str] = []
        path = add_source(source, self._sources, fields, tell=said.append)
        self.jobs.rebuild()
        place = path.relative_to(self._sources).as_posix()
        folder = str(self._sources)
        return {"path": place, "notes": [line.replace(folder, "the sources") for line in said]}

    def _may_change(self) -> None:
        if self.read_only:
            raise ReadOnlyError("this library is served for reading only; nothing was changed")
