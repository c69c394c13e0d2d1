"""What each part of an answer costs.

    python -m benchmarks.parts INDEX DIR [--questions 200]

INDEX is the folder of an index, DIR holds queries.jsonl in BEIR form, whose questions are asked one
after the other, after twenty to warm up. Printed: for each part its median in ms and its share of
the whole; a part is timed where the read path calls it, so that parts do not overlap.
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import qa.answering
import qa.retrieve
from index.embedder import Embedder
from index.lexical import Lexical
from index.library import Library
from index.vectors import Vectors
from qa import Assistant

_WARM = 20
_PARTS: dict[str, tuple[Any, str]] = {
    "the question's vectors": (Embedder, "queries"),
    "nearest by vector": (Vectors, "search"),
    "best by words": (Lexical, "search"),
    "the candidates' vectors": (Vectors, "vectors"),
    "reading the best forty": (Library, "passages"),
    "late interaction": (qa.retrieve, "interact"),
    "choosing sentences": (qa.answering, "compose"),
}


class Clock:
    """Seconds spent in each part since `start`."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        for name, (place, function) in _PARTS.items():
            setattr(place, function, self._timed(name, getattr(place, function)))

    def start(self) -> None:
        self.spent = dict.fromkeys(_PARTS, 0.0)

    def _timed(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return work(*given, **named)
            finally:
                self.spent[name] += time.perf_counter() - began

        return timed


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("index", type=Path, metavar="INDEX")
    parser.add_argument("questions", type=Path, metavar="DIR")
    parser.add_argument("--questions", type=int, default=200, dest="count")
    given = parser.parse_args()
    with (given.questions / "queries.jsonl").open(encoding="utf-8") as lines:
        asked = [json.loads(line)["text"] for line in lines]
    random.Random(0).shuffle(asked)
    clock, times = Clock(), []
    parts: dict[str, list[float]] = {name: [] for name in _PARTS}
    clock.start()
    assistant = Assistant.open(given.index)
    for number, question in enumerate(asked[: _WARM + given.count]):
        clock.start()
        began = time.perf_counter()
        assistant.ask(question)
        took = time.perf_counter() - began
        if number >= _WARM:
            times.append(1000 * took)
            for name, spent in clock.spent.items():
                parts[name].append(1000 * spent)
    assistant.close()
    whole = statistics.median(times)
    print("| | ms | share |\n|---|---|---|")
    for name, some in parts.items():
        print(f"| {name} | {statistics.median(some):.1f} | {statistics.median(some) / whole:.2f} |")
    print(f"| all | {whole:.1f} | 1 |")


if __name__ == "__main__":
    main()
