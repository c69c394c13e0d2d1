"""How much a build that goes on beside them slows the answers.

    python -m benchmarks.beside DIR [--size 10000] [--documents 400] [--rounds 3] [--keep PLACE]

DIR and PLACE are those of benchmarks/size.py, whose library of `size` documents is asked one
question after the other: while nothing else runs, while `commentary index` adds documents in
another process, and while `build_index` does so in a thread of this one, as the chat does. The
three take turns; each build embeds its documents with the model. Printed: p50 and p95 in ms, and
how many times those of nothing else they are.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from benchmarks.measure import in_turn, seconds
from benchmarks.size import made, shuffled
from benchmarks.update import SENTENCES
from index import build_index
from qa import Assistant

_ALONE = 10.0  # seconds of asking while nothing else runs


class Beside:
    """Asks the library in `place`, whose sources get documents of these sentences."""

    def __init__(self, place: Path, documents: int, sentences: list[str], ask: Assistant) -> None:
        self.sources, self.index = place / "sources", place / "index"
        self._documents, self._sentences, self._assistant = documents, sentences, ask
        self._rng = random.Random(time.time_ns())

    def nothing(self) -> list[float]:
        until = time.perf_counter() + _ALONE
        return list(self._asked(lambda: time.perf_counter() < until))

    def process(self) -> list[float]:
        self._write()
        command = [sys.executable, "-m", "ui.cli", "index"]
        places = ["--sources", str(self.sources), "--index", str(self.index)]
        with subprocess.Popen([*command, *places], stdout=subprocess.DEVNULL) as build:
            return list(self._asked(lambda: build.poll() is None))

    def thread(self) -> list[float]:
        self._write()
        build = threading.Thread(target=build_index, args=(self.sources, self.index))
        build.start()
        return list(self._asked(build.is_alive))

    def _asked(self, more: Callable[[], bool]) -> Iterator[float]:
        while more():
            question = self._rng.choice(self._sentences)
            yield 1000 * seconds(lambda: self._assistant.ask(question))  # noqa: B023

    def _write(self) -> None:
        """Another text in each of the documents that a build beside adds."""
        with (self.sources / "beside.jsonl").open("w", encoding="utf-8") as file:
            for number in range(self._documents):
                text = " ".join(self._rng.sample(self._sentences, SENTENCES))
                file.write(json.dumps({"_id": f"beside{number}", "text": text}) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("corpus", type=Path, metavar="DIR")
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--documents", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, metavar="PLACE")
    given = parser.parse_args()
    sentences = shuffled(given.corpus)
    with tempfile.TemporaryDirectory() as place:
        kept = made(given.keep or Path(place), given.size, sentences)
        with closing(Assistant.open(kept / "index")) as assistant:
            beside = Beside(kept, given.documents, sentences, assistant)
            beside.nothing()  # warm
            works = {
                "nothing": beside.nothing,
                "another process": beside.process,
                "a thread": beside.thread,
            }
            found = in_turn(works, given.rounds)
    before = np.zeros(2)
    for name, rounds in found.items():
        times = [one for some in rounds for one in some]
        both = np.percentile(times, [50, 95])
        before = both if name == "nothing" else before
        p50, p95 = both / before
        print(
            f"{name:16} {len(times):5} answers, p50 {both[0]:6.1f} ms ({p50:.2f} x), "
            f"p95 {both[1]:6.1f} ms ({p95:.2f} x)"
        )


if __name__ == "__main__":
    main()
