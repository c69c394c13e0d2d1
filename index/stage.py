"""Documents on their way into a library: split, embedded and staged, a batch at a time.

Every batch is committed for itself, unseen by readers until `publish`. What was staged or embedded
before a build was cut off is used by the next one. While the model is at work on a batch in a
thread of its own, the next one is read and split and the one before is written.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from index.embedder import Embedder, Embedding, load_embedder
from index.library import Library
from index.library.writer import WritableLibrary
from index.passages import split
from index.records import Document, Passage
from index.settings import Settings

# Texts that are embedded before they are committed: some seconds of work; and before it is said.
_BATCH, _STEP = 256, 128

# What is being done, how much of it is done, how much there is.
Progress = Callable[[str, int, int], None]


Parts = tuple[Document, list[Passage]]
Embedded = tuple[list[str], Future[list[Embedding]]]


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """A batch whose texts are with the model: all of them, and those that are still awaited."""

    batch: list[Parts]
    texts: frozenset[str]
    steps: deque[Embedded]


class Stager:
    """Stages documents in a library: `add` each, then `flush`, in a `with` statement. Texts that
    the library `reuse` has embedded with the same model are not embedded again. `tell` gets the
    number of documents that still wait, while their texts are being embedded.

    staged: id -> key of what was staged.
    embedded: how many texts went through the model.
    """

    def __init__(
        self,
        library: WritableLibrary,
        settings: Settings,
        tell: Callable[[float], None],
        reuse: Library | None = None,
    ) -> None:
        self.staged: dict[str, int] = {}
        self.embedded = 0
        self._library = library
        self._settings = settings
        self._tell = tell
        self._reuse = reuse
        self._waiting = library.staged()  # by a build that was cut off
        self._batch: list[Parts] = []
        self._passages = 0  # in the batch
        self._under_way: _UnderWay | None = None
        self._model = ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._model.shutdown(cancel_futures=True)

    @property
    def waiting(self) -> int:
        """How many documents are not staged yet."""
        return len(self._batch) + (len(self._under_way.batch) if self._under_way else 0)

    @cached_property
    def embedder(self) -> Embedder:
        """The model, loaded when it is first needed."""
        return load_embedder(self._settings.model)

    def add(self, document: Document) -> None:
        """Take a document; it may wait for others. The last of an id counts."""
        waiting = self._waiting.get((document.id, document.sha256))
        if waiting is not None and self._library.staged_document(waiting) == document:
            self.staged[document.id] = waiting
            return
        limit = min(self._settings.passage_tokens, self.embedder.window)
        passages = split(document, self.embedder.starts, limit)
        self._batch.append((document, passages))
        self._passages += len(passages)
        if self._passages >= _BATCH:
            self._hand_on()

    def flush(self) -> None:
        """Embed and stage what waits."""
        if self._batch:
            self._hand_on()
        self._finish(self._under_way)
        self._under_way = None

    def _hand_on(self) -> None:
        """Give what waits to the model, and stage what it had before."""
        before, batch = self._under_way, self._batch
        self._batch, self._passages = [], 0
        passages = [passage for _, some in batch for passage in some]
        texts = {text for p in passages for text in (p.text, p.title, p.heading) if text}
        known = self._library.embedding_keys(texts).keys() | (before.texts if before else set())
        # Texts of a length share the model's batches.
        new = sorted(texts - known, key=lambda text: (-len(text), text))
        steps = deque(self._embed(new[at : at + _STEP]) for at in range(0, len(new), _STEP))
        self._under_way = _UnderWay(batch, frozenset(new), steps)
        self._finish(before)

    def _embed(self, texts: list[str]) -> Embedded:
        known = self._reuse.embeddings_of(texts) if self._reuse else {}
        new = [text for text in texts if text not in known]
        self.embedded += len(new)
        embed = self.embedder.embed

        def work() -> list[Embedding]:
            found = known | dict(zip(new, embed(new) if new else [], strict=True))
            return [found[text] for text in texts]

        return texts, self._model.submit(work)

    def _finish(self, under_way: _UnderWay | None) -> None:
        """Write what the model gives, as it comes, then stage the documents."""
        if under_way is None:
            return
        total, done = len(under_way.steps), 0
        behind = self.waiting - (len(under_way.batch) if under_way is self._under_way else 0)
        while under_way.steps:
            embeddings: list[tuple[str, Embedding]] = []
            while under_way.steps and len(embeddings) < _BATCH:
                self._tell(behind + len(under_way.batch) * (1 - done / total))
                texts, found = under_way.steps.popleft()
                embeddings += zip(texts, found.result(), strict=True)
                done += 1
            with self._library.transaction():
                self._library.put_embeddings(embeddings)
        with self._library.transaction():
            keys = self._library.stage(under_way.batch)
        self.staged.update(zip((document.id for document, _ in under_way.batch), keys, strict=True))
        self._library.trim()
