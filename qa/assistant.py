"""The read path: question -> turns -> passages -> sentences -> a cited answer."""

import threading
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

from index.build import derived, in_memory
from index.embedder import Embedder, load_embedder
from index.errors import LibraryMismatch, QuestionError
from index.library import Library
from index.records import Document
from qa.acronyms import in_the_words_of
from qa.answer import compose
from qa.conversation import History, Turn, turns
from qa.records import Answer, Hit
from qa.retrieve import Retriever, Signals, hits
from qa.starters import starters

_HITS = 8
# Seconds that opening waits for a build to write what is derived from the library.
_WAIT = 10.0


class Assistant:
    """Answers questions from one index. Safe to share between threads.

    It follows the index: what a build has committed is used from the next question on.
    """

    def __init__(self, index: Path, library: Library, embedder: Embedder) -> None:
        self._index = index
        self._library = library
        self._embedder = embedder
        self._lock = threading.Lock()
        self._generation = -1
        self._current: Retriever | None = None
        self._follow()

    @classmethod
    def open(cls, index: str | Path) -> "Assistant":
        """Open the index in this folder and load its model.

        Raises LibraryMissing, LibraryMismatch (another schema, or a model whose weights are not
        those that the index was made with), LibraryDamaged or ModelError.
        """
        library = Library.open(index)
        model = library.meta("model")
        if model is None:
            raise LibraryMismatch(f"the index in {index} was never finished; build it again")
        embedder = load_embedder(model)
        if embedder.sha256 != library.meta("model_sha256"):
            raise LibraryMismatch(
                f"the index in {index} was made with other weights of {model}; "
                "delete its folder and build it again (your sources are not touched)"
            )
        return cls(Path(index), library, embedder)

    def retrieve(
        self,
        question: str,
        k: int = _HITS,
        history: History = (),
        filters: Mapping[str, str] | None = None,
    ) -> list[Hit]:
        """The `k` (1 to 40) passages that fit the question best, best first.

        `history` is what was said before, oldest first, as {"role": "user" | "assistant",
        "content": str}. `filters` may name author, publisher, document, published_from and
        published_to. Raises QuestionError when any of them cannot be used.
        """
        if type(k) is not int or not 1 <= k <= 40:
            raise QuestionError(f"k must be a whole number from 1 to 40, found {k!r}")
        asked = turns(question, history)
        with self._library.snapshot():
            return hits(self.search(asked, filters), self._library, k)

    def ask(
        self, question: str, history: History = (), filters: Mapping[str, str] | None = None
    ) -> Answer:
        """The sentences that answer the question, each cited, or an honest no.

        Arguments and errors are those of `retrieve`.
        """
        asked = turns(question, history)
        with self._library.snapshot():
            ranked = self.search(asked, filters)
            return compose(asked, ranked, hits(ranked, self._library, _HITS))

    def document(self, id: str, sha256: str | None = None) -> Document | None:
        """The document of this id; None when there is none, or none of this version."""
        document = self._library.document(id)
        if document is not None and sha256 is not None and document.sha256 != sha256:
            return None
        return document

    def starters(self, count: int = 4) -> list[str]:
        """At most `count` questions to begin with, made from the library's own documents; each
        is one that they answer."""
        tried = islice(starters(self._library), 5 * count)
        return list(islice((question for question in tried if self.ask(question).answered), count))

    def close(self) -> None:
        """Let go of the index."""
        self._library.close()

    def search(
        self, asked: Sequence[Turn], filters: Mapping[str, str] | None = None
    ) -> list[Signals]:
        """What was found for the turns of a conversation, best first, with all its signals."""
        retriever = self._follow()
        ranked = retriever.search(asked, filters)
        if not ranked:
            return ranked
        best = self._library.document_by_key(ranked[0].found.document)
        other = in_the_words_of(best.text, asked)
        return ranked if other == list(asked) else retriever.search(other, filters)

    def _follow(self) -> Retriever:
        """A retriever of the library's present generation, or of the last one while a build is
        just writing what is derived from it."""
        with self._lock:
            generation = self._library.generation
            if self._current is None or generation != self._generation:
                wait = _WAIT if self._current is None else 0.0
                made = derived(self._library, self._index, wait)
                if made is None and self._current is None:
                    made = in_memory(self._library)
                if made is not None:
                    self._current = Retriever(self._library, *made, self._embedder)
                    self._generation = generation
            assert self._current is not None
            return self._current
