"""The read path: question -> turns -> passages -> sentences -> a cited answer."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from index.embedder import Embedder, load_embedder
from index.errors import LibraryMismatch, LibraryMissing
from index.library import Library
from index.mend import derived
from index.records import Document
from index.reranker import Reranker
from qa.acronyms import in_the_words_of
from qa.answer import compose
from qa.catalogue import catalogue, narrowed, wanted
from qa.compared import compared
from qa.conversation import History, Turn, said, turns
from qa.expects import asks_for_fact
from qa.facets import Facets, facets
from qa.filters import checked, nothing_fits
from qa.follow_up import Reading, Wanted, read
from qa.further import favoured, further, refused, says
from qa.own_words import in_own_words, openings, together
from qa.records import Answer, Hit
from qa.retrieve import Retriever, Signals, checked_k, hits, reranked
from qa.sides import comparison, with_other_sides
from qa.speakers import speakers
from qa.starters import starters
from qa.talk import reply_to
from qa.topics import discussed
from qa.works import works

_HITS = 8
# Below this an answer to a question that something was put into is not taken without a look at
# what else was meant.
_DOUBTFUL = 0.5


@dataclass(slots=True)
class _View:
    """One generation of the library, ready to be searched; `users` are reading it just now."""

    library: Library
    embedder: Embedder
    generation: int
    retriever: Retriever
    reranker: Reranker | None
    users: int = 0
    facets: Facets | None = None  # when they were asked for


class Assistant:
    """Answers questions from one index. Safe to share between threads.

    It follows the index: what a build has committed is used from the next question on, and every
    answer comes from one state of it.
    """

    def __init__(self, index: Path, reranker: str = "") -> None:
        self._index = index
        self._reranker = Reranker(reranker) if reranker else None
        self._lock = threading.Lock()
        self._views: list[_View] = []  # the present one last, before it those that are being read
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
        k: int = _HITS,
        history: History = None,
        filters: Mapping[str, str] | None = None,
    ) -> list[Hit]:
        """The `k` (1 to 40) passages that fit the question best, best first.

        `history` is what was said before, oldest first, as {"role": "user" | "assistant",
        "content": str}. `filters` may name author, publisher, document, published_from and
        published_to. Raises QuestionError when any of them cannot be used.
        """
        count, asked = checked_k(k), turns(question, history)
        with self._reading() as view:
            return hits(_search(view, asked, filters), view.library, count)

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
        reading = read(asked)
        with self._reading() as view:
            if chosen and (nothing := nothing_fits(chosen, view.library)):
                return Answer(question, False, 0.0, nothing, (), (), "none")
            topic = discussed(question)
            meant = "" if topic else reading.shown
            if topic is None and reading.wanted is Wanted.ANSWER:
                topic = discussed(question, reading.names) or discussed(reading.question)
            if topic is not None:
                near = hits(_search(view, turns(topic), filters), view.library, _HITS)
                lexical = view.retriever.lexical
                answer = works(question, topic, view.library, lexical, chosen, near)
                return replace(answer, understood=meant)

            def answered(text: str, among: Mapping[str, str]) -> Answer:
                return _answered(view, turns(text, history), said(history), among)

            of_works = _of_works(view, question, chosen, answered)
            return of_works or answered(question, chosen)

    def search(
        self, asked: Sequence[Turn], filters: Mapping[str, str] | None = None
    ) -> list[Signals]:
        """What was found for the turns of a conversation, best first, with all its signals."""
        with self._reading() as view:
            return _search(view, asked, filters)

    def found(
        self, asked: Sequence[Turn], filters: Mapping[str, str] | None = None
    ) -> list[tuple[Signals, Hit]]:
        """What `search` finds, each with its hit."""
        with self._reading() as view:
            ranked = _search(view, asked, filters)
            return list(zip(ranked, hits(ranked, view.library, len(ranked)), strict=True))

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
            return _facets(view)

    def starters(self, count: int = 4) -> list[str]:
        """At most `count` questions to begin with, made from the library's own documents; each
        is one that they answer."""
        with self._reading() as view:
            tried = islice(starters(view.library), 5 * count)
            answered = (question for question in tried if self.ask(question).answered)
            return list(islice(answered, count))

    def titles(self, words: str, count: int = 8) -> list[tuple[str, str]]:
        """Id and title of at most `count` documents that these words name."""
        with self._reading() as view:
            return view.library.titles(words, count)

    def close(self) -> None:
        """Let go of the index."""
        with self._lock:
            for view in self._views:
                view.library.close()
            self._views.clear()

    @contextmanager
    def _reading(self) -> Iterator[_View]:
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

    def _advance(self, seen: _View | None = None) -> None:
        """Make a view of the library as it is now, unless another thread has, of the one `seen`."""
        with self._lock:
            if seen is not None and self._views[-1] is not seen:
                return
            is_new = seen is None or seen.library.is_replaced
            library = Library.open(self._index) if seen is None or is_new else seen.library
            try:
                present = _view(self._index, library, self._reranker)
            except BaseException:
                if is_new:
                    library.close()
                raise
            before = self._views
            self._views = [*(view for view in before if view.users), present]
            for view in before:
                if all(view.library is not other.library for other in self._views):
                    view.library.close()


def _view(index: Path, library: Library, reranker: Reranker | None) -> _View:
    model = library.meta("model")
    if model is None:
        raise LibraryMissing(
            f"the first build in {index} has not ended; run commentary index --index {index}"
        )
    embedder = load_embedder(model)
    if embedder.sha256 != library.meta("model_sha256"):
        raise LibraryMismatch(
            f"the index in {index} was made with other weights of {model}; "
            f"bring it up to date: commentary index --index {index}"
        )
    vectors, lexical = derived(library, index)
    retriever = Retriever(library, vectors, lexical, embedder)
    return _View(library, embedder, lexical.generation, retriever, reranker)


def _facets(view: _View) -> Facets:
    """The facets of the library in this generation."""
    if view.facets is None:
        view.facets = facets(view.library)
    return view.facets


def _of_works(
    view: _View,
    question: str,
    filters: Mapping[str, str],
    answered: Callable[[str, Mapping[str, str]], Answer],
) -> Answer | None:
    """The answer to a question after the library's own list, after a comparison of its documents
    or after what one of its authors says; None for any other. `answered` gives the sentences that
    answer a question, of the documents that pass filters."""
    present = partial(_facets, view)
    if listed := wanted(question, present):
        near = hits(_search(view, turns(question), filters), view.library, _HITS)
        answer = catalogue(question, listed, view.library, filters, near)
        if answer.answered or not listed.is_meant:
            return answer
    if narrow := narrowed(question, present):
        rest, also = narrow
        topic = discussed(rest)
        if topic is not None:
            near = hits(_search(view, turns(topic), filters), view.library, _HITS)
            among = {**also, **filters}
            answer = works(rest, topic, view.library, view.retriever.lexical, among, near)
            return replace(answer, question=question)
    if about := compared(question):
        ranked = _search(view, turns(about), filters)
        near = hits(ranked, view.library, len(ranked))
        found = list(zip(ranked, near, strict=True))
        return comparison(question, about, found, near[:_HITS])
    each = []
    for by in [] if "author" in filters else speakers(question, present):
        own = {**filters, "author": by.name}
        answers = [answered(one, own) for one in by.questions]
        if answers[0].hits:
            begin = partial(openings, view.library, own)
            others = partial(answered, question, filters)
            each.append((by, in_own_words(question, by, answers, begin, others)))
    return together(question, each) if len(each) > 1 else each[0][1] if each else None


def _answered(
    view: _View, asked: Sequence[Turn], told: str, filters: Mapping[str, str] | None
) -> Answer:
    """The sentences of the library that answer, or an honest no; `told` is what was said before."""
    reading = read(asked)
    answer = _answer(view, asked, reading, told, filters)
    if reading.instead:
        if not says(answer, reading.names[0]):
            answer = refused(answer)
        if answer.confidence < _DOUBTFUL:
            other = _answer(view, asked, reading.instead, "", filters, instead=True)
            answer = max(answer, other, key=lambda one: (one.answered, one.confidence))
    return answer


def _answer(
    view: _View,
    asked: Sequence[Turn],
    reading: Reading,
    told: str,
    filters: Mapping[str, str] | None,
    instead: bool = False,
) -> Answer:
    """The answer to a question as it is read."""
    ranked = _search(view, asked, filters, instead)
    # Of the documents that are shown everything that was found: a point of a list may lie
    # in a passage that by itself would not be shown.
    documents = {signals.found.document for signals in ranked[:_HITS]}
    others = [signals for signals in ranked if signals.found.document in documents]
    found = list(zip(others, hits(others, view.library, len(others)), strict=True))
    if reading.question != reading.frame and asks_for_fact(reading.question):  # "When?"
        found = favoured(found, next((turn.text for turn in asked if turn.is_answer), ""))
    if reading.wanted is Wanted.ANSWER:
        answer = compose([Turn(reading.question, 0)], ranked, found[:_HITS], found)
        answer = with_other_sides(reading.question, answer, found)
    else:
        answer = further(reading, ranked, found[:_HITS], told)
    return replace(answer, question=asked[0].text, understood=reading.shown)


def _search(
    view: _View,
    asked: Sequence[Turn],
    filters: Mapping[str, str] | None,
    instead: bool = False,
) -> list[Signals]:
    ranked = view.retriever.search(asked, filters, instead)
    if not ranked:
        return ranked
    best = view.library.document_by_key(ranked[0].found.document)
    other = in_the_words_of(best.text, asked)
    if other != list(asked):
        ranked = view.retriever.search(other, filters, instead)
    return reranked(ranked, other, view.reranker) if view.reranker else ranked
