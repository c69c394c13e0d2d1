"""What a server counts, in the form that Prometheus reads. No question and no user is in it."""

import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from contextvars import ContextVar
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from index.errors import CommentaryError
from index.library import Library
from qa import Answer, Assistant, Hit
from qa.conversation import History

_COUNTED = ContextVar("counted", default=True)
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The counters of one server."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._asked = self._counter("questions_asked", "Questions that were asked.")
        self._answered = self._counter("questions_answered", "Questions that got an answer.")
        self._failed = self._counter("questions_failed", "Questions that met an error.")
        self._seconds = Histogram(
            "commentary_question_seconds",
            "From a question to its answer.",
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._working = self._gauge("questions_working", "Questions at work just now.")
        self.waiting = self._gauge("users_waiting", "Requests that wait for their turn.")
        self._users = self._gauge("users", "Who asked or looked within the last minutes.")
        self._documents = self._gauge("documents", "Documents in the library.")
        self._passages = self._gauge("passages", "Passages in the library.")
        self._generation = self._gauge("generation", "Builds that changed the library.")
        self._building = self._gauge("build_running", "1 while a build is at work.")
        self._build_failed = self._gauge("build_failed", "1 when the last build ended in an error.")

    @contextmanager
    def question(self) -> Iterator[None]:
        """Counts what happens inside as one question."""
        self._asked.inc()
        began = time.perf_counter()
        with self._working.track_inprogress(), self._failed.count_exceptions():
            yield
        self._seconds.observe(time.perf_counter() - began)

    def answered(self, answer: Answer) -> None:
        if answer.answered:
            self._answered.inc()

    def text(self, index: Path, users: int, building: bool, build_failed: bool) -> bytes:
        """All of it as Prometheus' text format; what the library holds is read now."""
        try:
            with closing(Library.open(index)) as library, library.snapshot():
                counts = library.counts()
                self._documents.set(counts.documents)
                self._passages.set(counts.passages)
                self._generation.set(library.generation)
        except CommentaryError:
            pass  # the last figures stand; /healthz says what is wrong
        self._users.set(users)
        self._building.set(building)
        self._build_failed.set(build_failed)
        return generate_latest(self._registry)

    def _counter(self, name: str, about: str) -> Counter:
        return Counter(f"commentary_{name}", about, registry=self._registry)

    def _gauge(self, name: str, about: str) -> Gauge:
        return Gauge(f"commentary_{name}", about, registry=self._registry)


class MeteredAssistant(Assistant):
    """An assistant that counts what it is asked."""

    def __init__(self, index: Path, reranker: str = "") -> None:
        super().__init__(index, reranker)
        self.metrics = Metrics()

    def starters(self, count: int = 4) -> list[str]:
        """As `Assistant.starters`; none of the questions that they cost is counted."""
        token = _COUNTED.set(False)
        try:
            return super().starters(count)
        finally:
            _COUNTED.reset(token)

    def ask(
        self, question: str, history: History = (), filters: Mapping[str, str] | None = None
    ) -> Answer:
        if not _COUNTED.get():
            return super().ask(question, history, filters)
        with self.metrics.question():
            answer = super().ask(question, history, filters)
        self.metrics.answered(answer)
        return answer

    def retrieve(
        self,
        question: str,
        k: int = 8,
        history: History = (),
        filters: Mapping[str, str] | None = None,
    ) -> list[Hit]:
        with self.metrics.question():
            return super().retrieve(question, k, history, filters)
