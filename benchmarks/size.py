"""What each thing costs as the library grows, the model's own work left out.

    python -m benchmarks.size DIR [--sizes 1000 10000] [--edits 9]

DIR holds corpus.jsonl in BEIR form, whose sentences are recombined into documents of one passage, a
file each, that go through the real write path. Only the vectors are not the model's: each is a
mixture of two real ones, with the token bits of the first. For each size: the full build; a build
that finds nothing changed; the median of builds after one document was edited; opening; asking
(median, and the 95th of 100); the disk for a passage; and the memory of the whole process at its
highest while building and after asking.
"""

import argparse
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.update import sentences_of, writer
from index import build_index
from index.embedder import Embedder, Embedding, load_embedder
from index.settings import DEFAULT_MODEL
from qa import Assistant

_POOL = 1000  # real embeddings


def mixer(sentences: Sequence[str]) -> Callable[[Embedder, Sequence[str]], list[Embedding]]:
    """In place of `Embedder.embed`: vectors that lie where real ones lie, at no cost."""
    pool = load_embedder(DEFAULT_MODEL).embed(sentences[:_POOL])

    def embed(_: Embedder, texts: Sequence[str]) -> list[Embedding]:
        found = []
        for text in texts:
            rng = random.Random(text)
            one, other = rng.choice(pool), rng.choice(pool)
            vector = one.vector + rng.random() * other.vector
            kept = one.starts < len(text)
            found.append(
                Embedding(vector / np.linalg.norm(vector), one.bits[kept], one.starts[kept])
            )
        return found

    return embed


def measure(size: int, edits: int, sentences: list[str]) -> str:
    """The line of one size."""
    rng = random.Random(size)
    write = writer(rng, sentences)
    questions = rng.sample(sentences, 100)
    Embedder.embed = mixer(sentences)  # type: ignore[method-assign]
    with tempfile.TemporaryDirectory() as place:
        sources, index = Path(place) / "sources", Path(place) / "index"
        for number in range(size):
            write(sources / str(number % 100) / f"{number}.txt")
        full = build_index(sources, index).seconds
        highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        time.sleep(3)
        build_index(sources, index)  # files that were too young to be known by their stamps
        idle = statistics.median(build_index(sources, index).seconds for _ in range(edits))
        edited = []
        for _ in range(edits):
            write(sources / "7" / "7.txt")
            edited.append(build_index(sources, index).seconds)
        disk = sum(file.stat().st_size for file in index.rglob("*") if file.is_file())
        began = time.perf_counter()
        assistant = Assistant.open(index)
        opened = time.perf_counter() - began
        took = []
        for question in questions:
            began = time.perf_counter()
            assistant.ask(question)
            took.append((time.perf_counter() - began) * 1000)
        resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        assistant.close()
    return (
        f"{size:10,} {full:9.1f} {idle:9.3f} {statistics.median(edited):9.3f} {opened:9.3f} "
        f"{statistics.median(took):7.0f} {np.percentile(took, 95):7.0f} "
        f"{disk / size / 1000:9.1f} {highest:9.2f} {resident:9.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("corpus", type=Path, metavar="DIR")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--edits", type=int, default=9)
    arguments = parser.parse_args()
    if len(arguments.sizes) == 1:
        print(measure(arguments.sizes[0], arguments.edits, sentences_of(arguments.corpus)))
        return
    print(
        " documents   build s    idle s    edit s    open s  ask ms     p95   kB each"
        "  GB build    GB ask"
    )
    for size in arguments.sizes:  # each in a process of its own, for its memory
        command = [sys.executable, "-m", "benchmarks.size", str(arguments.corpus)]
        options = ["--sizes", str(size), "--edits", str(arguments.edits)]
        print(
            subprocess.run([*command, *options], check=True, capture_output=True, text=True).stdout,
            end="",
            flush=True,
        )


if __name__ == "__main__":
    main()
