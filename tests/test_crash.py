"""A build that is killed at any moment leaves a library that is whole, and the next one finishes.

`pytest tests/test_crash.py --kills 300` kills more often than the default.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import texts_in

from index import Settings, build_index
from index.library import Library
from index.verify import verify
from qa import Assistant

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")

QUESTION = "When was the port of Eastmouth founded?"
FACT = "The port of Eastmouth was founded in 1684 by salt traders."
TOKENS = 60


class Builder:
    """A process that builds on demand and can be killed while it does."""

    def __init__(self, sources: Path, index: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("builder.py"), sources, index],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
        )
        assert self._line() == "ready"

    def build(self, tokens: int = TOKENS, kill: Callable[[], None] | None = None) -> bool:
        """Whether a build ended by itself; it is killed when `kill` returns."""
        assert self._process.stdin is not None
        print(tokens, file=self._process.stdin, flush=True)
        child = int(self._line())
        if kill is not None:
            kill()
            # The builder waits for its child, so the number is not another process's yet, or it
            # has ended and the signal goes nowhere.
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        code = int(self._line())
        assert code in (0, -signal.SIGKILL)
        return code == 0

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, Path]:
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "fact.txt").write_text(f"{FACT}\n", encoding="utf-8")
    for number in range(30):
        (sources / f"{number}.txt").write_text(report(number, 0), encoding="utf-8")
    return sources, tmp_path / "index"


@pytest.fixture
def builder(place: tuple[Path, Path]) -> Iterator[Builder]:
    started = Builder(*place)
    yield started
    started.close()


def report(number: int, version: int) -> str:
    return "\n\n".join(
        f"Report {number} of year {version} says in part {part} that dredging {part * number} "
        f"metres of the channel went on until day {version + part}."
        for part in range(number % 5 + 1)
    )


def change(sources: Path, rng: random.Random, version: int) -> None:
    """Edit, add, delete and rename some of the sources."""
    names = sorted(path for path in sources.glob("[0-9]*.txt"))
    for path in rng.sample(names, min(6, len(names))):
        kind = rng.randrange(4)
        if kind == 0:
            path.unlink()
        elif kind == 1:
            path.rename(path.with_name(f"{rng.randrange(1000, 10_000)}.txt"))
        else:
            path.write_text(report(rng.randrange(40), version), encoding="utf-8")
    for _ in range(3):
        (sources / f"{rng.randrange(1000)}.txt").write_text(report(rng.randrange(40), version))


def on_disk(sources: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sources.glob("*.txt")}


def spans(index: Path) -> dict[str, list[tuple[int, int]]]:
    library = Library.open(index)
    try:
        found: dict[str, list[tuple[int, int]]] = {}
        for one in library.passages(library.passage_keys()):
            passage = one.passage
            found.setdefault(passage.document_id, []).append((passage.start, passage.end))
        return {id: sorted(places) for id, places in found.items()}
    finally:
        library.close()


def check_answer(assistant: Assistant, states: list[dict[str, str]]) -> None:
    """An answer is there, exact, and everything in it comes from one of these states."""
    answer = assistant.ask(QUESTION)
    assert answer.answered
    assert answer.citations[0].quote == FACT
    hits = {hit.document.id: hit.document.text for hit in answer.hits}
    assert any(hits.items() <= state.items() for state in states)
    for citation in answer.citations:
        assert citation.document.text[citation.start : citation.end] == citation.quote


def test_killed_at_any_moment(
    place: tuple[Path, Path], builder: Builder, request: pytest.FixtureRequest
) -> None:
    sources, index = place
    kills = request.config.getoption("--kills")
    rng = random.Random(2026)
    build_index(sources, index, Settings(passage_tokens=TOKENS))
    assistant = Assistant.open(index)  # open during all of it
    before, tokens, killed, longest = on_disk(sources), TOKENS, 0, 0.3
    for turn in range(1, 3 * kills):
        change(sources, rng, turn)
        if turn % 7 == 0:  # other settings: a new library beside the present one
            tokens = 50 if tokens == TOKENS else TOKENS
        began = time.monotonic()
        moment = rng.random() * longest
        if builder.build(tokens, lambda: time.sleep(moment)):  # noqa: B023 - called at once
            longest = max(0.05, 1.1 * (time.monotonic() - began))
        else:
            killed += 1
            longest = min(longest * 1.1, 5.0)
        states = [before, on_disk(sources)]
        assert texts_in(index) in states
        check_answer(assistant, states)
        other = Assistant.open(index)
        check_answer(other, states)
        other.close()
        assert verify(index).problems == []
        if turn % 3 == 0:
            assert builder.build(tokens)
        if texts_in(index) == on_disk(sources):
            before = on_disk(sources)
        if killed >= kills:
            break
    assert killed >= kills
    assert builder.build(tokens)
    assert texts_in(index) == on_disk(sources)
    check_answer(assistant, [on_disk(sources)])
    assistant.close()
    assert verify(index).problems == []
    scratch = index.with_name("scratch")
    build_index(sources, scratch, Settings(passage_tokens=tokens))
    assert spans(index) == spans(scratch)


def test_an_interrupted_build_keeps_what_it_embedded(
    place: tuple[Path, Path], builder: Builder
) -> None:
    sources, index = place
    for number in range(40):
        text = "\n\n".join(f"Text {n} of {number} is about ship {n * number}." for n in range(60))
        (sources / f"long{number}.txt").write_text(text, encoding="utf-8")
    log = index / "library.sqlite3-wal"

    def until_something_is_written() -> None:
        while not log.exists() or log.stat().st_size < 1_500_000:
            time.sleep(0.01)

    assert not builder.build(kill=until_something_is_written)
    library = Library.open(index)
    assert list(library.documents()) == []  # nothing of it is seen
    library.close()
    rest = build_index(sources, index, Settings(passage_tokens=TOKENS))
    scratch = build_index(sources, index.with_name("scratch"), Settings(passage_tokens=TOKENS))
    assert 0 < rest.embedded < scratch.embedded
    assert rest.passages == scratch.passages
