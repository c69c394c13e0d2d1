"""The library behind questions: its generations, one of which each question is asked."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from index.library import Library
from index.records import Document
from index.reranker import Reranker
from qa.answering import HITS, answer_of
from qa.conversation import History, Turn, turns
from qa.facets import Facets
from qa.filters import checked, nothing_fits
from qa.records import Answer, Hit
from qa.retrieve import Signals, checked_k, hits
from qa.starters import starters
from qa.talk import reply_to
from qa.view import View, facets_of, open_view, searched, with_hits


class Assistant:
    """Answers questions from one index. Safe to share between threads.

    It follows the index: what a build has committed is used from the next question on, and every
    answer comes from one state of it.
    """

    def __init__(self, index: Path, reranker: str = "") -> None:
        self._index = index
        self._reranker = Reranker(reranker) if reranker else None
        self._lock = threading.Lock()
        self._opening = threading.Lock()  # taken before the other one
        self._starting = threading.Lock()
        self._views: list[View] = []  # the present one last, before it those that are being read
        self._advance()

    @classmethod
    def open(cls, index: str | Path, reranker: str = "") -> "Assistant":
        """Open the index in this folder and load its model. `reranker` names a cross-encoder,
        which the first question loads, and which raises ModelError there if it cannot be.

        Raises LibraryMissing, LibraryMismatch (another schema, or a model whose weights are not
        those that the index was made with), LibraryDamaged or ModelError.
        """
        return cls(Path(index), reranker)

    def retrieve(
        self,
        question: str,
        k: int = HITS,
        history: History = None,
        filters: Mapping[str, str] | None = None,
    ) -> list[Hit]:
        """The `k` (1 to 40) passages that fit the question best, best first.

        `history` is what was said before, oldest first, as {"role": "user" | "assistant",
        "content": str}. `filters` may name author, publisher, document, published_from and
        published_to. Raises QuestionError when any of them cannot be used.
        """
        count, asked, chosen = checked_k(k), turns(question, history), checked(filters)
        with self._reading() as view:
            return hits(searched(view, asked, chosen), view.library, count)

    def ask(
        self,
        question: str,
        history: History = None,
        filters: Mapping[str, str] | None = None,
    ) -> Answer:
        """The sentences that answer the question, each cited, or an honest no; for a question
        after the works that discuss something, all of them.

        Arguments and errors are those of `retrieve`.
        """
        asked, chosen = turns(question, history), checked(filters)
        reply = reply_to(question)
        if reply is not None:
            return Answer(question, False, 0.0, reply, (), (), "talk")
        with self._reading() as view:
            if chosen and (nothing := nothing_fits(chosen, view.library)):
                return Answer(question, False, 0.0, nothing, (), (), "none")
            return answer_of(view, asked, history, chosen)

    def search(
        self, asked: Sequence[Turn], filters: Mapping[str, str] | None = None
    ) -> list[Signals]:
        """What was found for the turns of a conversation, best first, with all its signals.

        Raises QuestionError for a filter that cannot be used.
        """
        chosen = checked(filters)
        with self._reading() as view:
            return searched(view, asked, chosen)

    def found(
        self, asked: Sequence[Turn], filters: Mapping[str, str] | None = None
    ) -> list[tuple[Signals, Hit]]:
        """What `search` finds, each with its hit."""
        chosen = checked(filters)
        with self._reading() as view:
            return with_hits(view, searched(view, asked, chosen))

    def document(self, id: str, sha256: str | None = None) -> Document | None:
        """The document of this id as it is now, or the version of it whose text has this sha256
        (or one that begins so), which may be an older one; None when there is none."""
        with self._reading() as view:
            if sha256 is None:
                return view.library.document(id)
            return view.library.version(id, sha256)

    def nothing_fits(self, filters: Mapping[str, str]) -> str:
        """Why no document passes these filters, and what there is; "" where one does."""
        chosen = checked(filters)
        with self._reading() as view:
            return nothing_fits(chosen, view.library)

    def facets(self) -> Facets:
        """The authors, publishers and dates of the library, to choose filters from."""
        with self._reading() as view:
            return facets_of(view)

    def starters(self, count: int = 4) -> list[str]:
        """At most `count` questions to begin with, made from the library's own documents; each
        is one that they answer. Each costs a question, once a generation."""
        with self._reading() as view, self._starting:
            if count not in view.starters:
                tried = islice(starters(view.library), 5 * count)
                answered = (question for question in tried if self.ask(question).answered)
                view.starters[count] = list(islice(answered, count))
            return list(view.starters[count])

    def titles(self, words: str, count: int = 8) -> list[tuple[str, str]]:
        """Id and title of at most `count` documents that these words name."""
        with self._reading() as view:
            return view.library.titles(words, count)

    def close(self) -> None:
        """Let go of the index."""
        with self._opening, self._lock:
            for view in self._views:
                view.library.close()
            self._views.clear()

    @contextmanager
    def _reading(self) -> Iterator[View]:
        """A view of the present generation, and a snapshot of the library in that state."""
        while True:
            with self._lock:
                view = self._views[-1]
                view.users += 1
            try:
                if not view.library.is_replaced:
                    with view.library.snapshot():
                        if view.library.generation == view.generation:
                            yield view
                            return
            finally:
                with self._lock:
                    view.users -= 1
            self._advance(view)

    def _advance(self, seen: View | None = None) -> None:
        """Make a view of the library as it is now, unless another thread has, of the one `seen`.
        That may take a while, and holds up nobody who is reading."""
        with self._opening:
            with self._lock:
                if seen is not None and self._views[-1] is not seen:
                    return
            is_new = seen is None or seen.library.is_replaced
            library = Library.open(self._index) if seen is None or is_new else seen.library
            try:
                present = open_view(self._index, library, self._reranker)
            except BaseException:
                if is_new:
                    library.close()
                raise
            with self._lock:
                before = self._views
                self._views = [*(view for view in before if view.users), present]
                for view in before:
                    if all(view.library is not other.library for other in self._views):
                        view.library.close()
