"""Documents on their way into a library: split, embedded and staged, a batch at a time.

Every batch is committed for itself, unseen by readers until `publish`. What was staged or embedded
before a build was cut off is used by the next one.
"""

from collections.abc import Callable, Sequence
from functools import cached_property

from index.embedder import Embedder, Embedding, load_embedder
from index.library import Library
from index.library.writer import WritableLibrary
from index.passages import split
from index.records import Document, Passage
from index.settings import Settings

# Texts that are embedded before they are committed: some seconds of work; and before it is said.
_BATCH, _STEP = 256, 32

# What is being done, how much of it is done, how much there is.
Progress = Callable[[str, int, int], None]


class Stager:
    """Stages documents in a library: `add` each, then `flush`. Texts that the library `reuse` has
    embedded with the same model are not embedded again. `tell` gets the number of documents that
    still wait, while their texts are being embedded.

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
        self._batch: list[tuple[Document, list[Passage]]] = []
        self._passages = 0  # in the batch

    @property
    def waiting(self) -> int:
        """How many documents are not staged yet."""
        return len(self._batch)

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
            self.flush()

    def flush(self) -> None:
        """Embed and stage what waits."""
        if not self._batch:
            return
        passages = [passage for _, some in self._batch for passage in some]
        texts = {text: None for p in passages for text in (p.text, p.title, p.heading) if text}
        known = self._library.embedding_keys(texts)
        # Texts of a length share the model's batches.
        new = sorted((text for text in texts if text not in known), key=len, reverse=True)
        for first in range(0, len(new), _BATCH):
            embeddings: list[tuple[str, Embedding]] = []
            for at in range(first, min(first + _BATCH, len(new)), _STEP):
                self._tell(self.waiting * (1 - at / len(new)))
                embeddings += self._embed(new[at : min(at + _STEP, first + _BATCH)])
            with self._library.transaction():
                self._library.put_embeddings(embeddings)
        with self._library.transaction():
            keys = self._library.stage(self._batch)
        self.staged.update(zip((document.id for document, _ in self._batch), keys, strict=True))
        self._batch.clear()
        self._passages = 0
        self._library.trim()

    def _embed(self, texts: Sequence[str]) -> list[tuple[str, Embedding]]:
        known = self._reuse.embeddings_of(texts) if self._reuse else {}
        new = [text for text in texts if text not in known]
        self.embedded += len(new)
        return [*known.items(), *zip(new, self.embedder.embed(new), strict=True)]
