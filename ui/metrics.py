"""What a running server counts, in the form that Prometheus reads."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from qa import Answer, Assistant

_SECONDS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


class Metrics:
    """The counters of one server."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        kind: dict[str, Any] = {"registry": self.registry}
        self.asked = Counter("commentary_questions_asked", "Questions asked", **kind)
        self.ended = Counter(
            "commentary_questions",
            "Questions by what came of them: answered, refused (an honest no) or failed",
            ["outcome"],
            **kind,
        )
        for outcome in ("answered", "refused", "failed"):
            self.ended.labels(outcome)
        self.seconds = Histogram(
            "commentary_answer_seconds", "Seconds until the answer", buckets=_SECONDS, **kind
        )
        self.documents = Gauge("commentary_documents", "Documents of the index", **kind)
        self.passages = Gauge("commentary_passages", "Passages of the index", **kind)
        self.generation = Gauge("commentary_generation", "Builds that changed the index", **kind)
        self.building = Gauge("commentary_build_running", "1 while a build runs", **kind)

    def text(self) -> bytes:
        return generate_latest(self.registry)


class CountedAssistant:
    """An assistant whose questions are counted, wherever they come from; else the same."""

    def __init__(self, assistant: Assistant, metrics: Metrics) -> None:
        self._assistant = assistant
        self._metrics = metrics

    def __getattr__(self, name: str) -> Any:
        return getattr(self._assistant, name)

    def ask(
        self,
        question: str,
        history: Sequence[Mapping[str, str]] = (),
        filters: Mapping[str, str] | None = None,
    ) -> Answer:
        """As `Assistant.ask`."""
        self._metrics.asked.inc()
        began = time.perf_counter()
        outcome = "failed"
        try:
            more = {} if filters is None else {"filters": filters}
            answer = self._assistant.ask(question, history, **more)
            outcome = "answered" if answer.answered else "refused"
            return answer
        finally:
            self._metrics.ended.labels(outcome).inc()
            self._metrics.seconds.observe(time.perf_counter() - began)
