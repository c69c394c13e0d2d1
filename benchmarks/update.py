"""What a change of one document costs, against the full build, as the library grows.

    python -m benchmarks.update DIR [--sizes 100 1000 2000 10000] [--edits 7]

DIR holds corpus.jsonl in BEIR form, whose sentences are dealt out into as many documents as are
wanted, a file each. For each size, in one run and with the model loaded: the full build; a build
that finds nothing changed; and the median of builds after one document was edited, added and
deleted. Printed in seconds, and as a share of the full build. The files are made half an hour old,
as files mostly are: a file that is some seconds old is read again to be sure.
"""

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import sentencex

from index import build_index
from index.embedder import load_embedder
from index.settings import DEFAULT_MODEL

SENTENCES = 6  # a document


def sentences_of(folder: Path) -> list[str]:
    """The sentences of a corpus, those of ordinary length."""
    with (folder / "corpus.jsonl").open(encoding="utf-8") as lines:
        return ordinary(json.loads(line)["text"] for line in lines)


def ordinary(texts: Iterable[str]) -> list[str]:
    """The sentences of these that are of ordinary length."""
    found = [s.strip() for text in texts for s in sentencex.segment("en", text)]
    return [s for s in found if 40 < len(s) < 240 and "\n" not in s]


def writer(rng: random.Random, sentences: list[str]) -> Callable[[Path], None]:
    """Writes a document of some of the sentences, old enough to have a stamp."""

    def write(path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(" ".join(rng.sample(sentences, SENTENCES)), encoding="utf-8")
        old = time.time() - 1800
        os.utime(path, (old, old))

    return write


def measure(size: int, edits: int, sentences: list[str]) -> str:
    """The line of one size."""
    write = writer(random.Random(size), sentences)
    with tempfile.TemporaryDirectory() as place:
        sources, index = Path(place) / "sources", Path(place) / "index"

        def cost(change: Callable[[int], None]) -> str:
            times = []
            for number in range(edits):
                change(number)
                times.append(build_index(sources, index).seconds)
            return f"{statistics.median(times):8.3f} 1/{full / statistics.median(times):<5.0f}"

        for number in range(size):
            write(sources / str(number % 100) / f"{number}.txt")
        full = build_index(sources, index).seconds
        time.sleep(3)
        build_index(sources, index)  # files that were too young to be known by their stamps
        idle = cost(lambda number: None)
        edited = cost(lambda number: write(sources / "7" / "7.txt"))
        added = cost(lambda number: write(sources / f"new{number}.txt"))
        deleted = cost(lambda number: (sources / f"new{number}.txt").unlink())
    return f"{size:9,} {full:10.1f} s {idle}{edited}{added}{deleted}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("corpus", type=Path, metavar="DIR")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 2000, 10_000])
    parser.add_argument("--edits", type=int, default=7)
    arguments = parser.parse_args()
    load_embedder(DEFAULT_MODEL).embed(["The model is loaded and warm."])
    sentences = sentences_of(arguments.corpus)
    print("documents  full build  nothing changed        edited         added       deleted")
    for size in arguments.sizes:
        print(measure(size, arguments.edits, sentences), flush=True)


if __name__ == "__main__":
    main()
