"""What each thing costs as the library grows, the model's own work left out.

    python -m benchmarks.size DIR [--sizes 1000 10000] [--edits 9] [--keep PLACE] [--json FILE]

DIR holds corpus.jsonl in BEIR form, whose sentences are recombined into documents of a passage,
seldom two, a thousand in a file, that go through the real write path. Only the vectors are not the
model's: each is a mixture of two real ones, with the token bits of the first. For each size: the
full build; a build that finds nothing changed; the median of builds after one document, in a file
of its own, was edited; opening, with the model loaded; asking (median, and the 95th of 100); the
nearest ten by vector, in ms, and how many of them are those of an exact search in float32; the disk
for a passage; and the memory at its highest of the process that built, and of a fresh one that
opened and answered.

--keep leaves the library of each size in PLACE, where it is measured again without being built.
--json adds the figures, besides being printed in Markdown, to FILE, a line for each size, which
benchmarks/plot.py draws.
"""

import argparse
import json
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from benchmarks.measure import alone, disk, memory, seconds
from benchmarks.update import SENTENCES, sentences_of, writer
from index import build_index
from index.embedder import Embedder, Embedding, load_embedder
from index.library import Library
from index.mend import derived
from index.settings import DEFAULT_MODEL, Settings
from qa import Assistant

_POOL = 500  # real embeddings, of texts like the documents,
_SOURCE = 1000  # made of so many sentences
_FILE = 1000  # documents
_STEP = 10_000  # vectors of the exact search
_QUESTIONS, _K = 100, 10
_BUILT = "built.json"  # what the build took; is there once it has ended

Figures = dict[str, float]


def mix(sentences: Sequence[str]) -> None:
    """In place of `Embedder.embed`: vectors that lie where real ones lie, at next to no cost."""
    embedder, rng = load_embedder(DEFAULT_MODEL), random.Random(0)
    texts = [" ".join(rng.sample(sentences[:_SOURCE], SENTENCES)) for _ in range(_POOL)]
    limit = Settings().passage_tokens
    ends = [starts[limit:] for starts in embedder.starts(texts)]
    pool = embedder.embed(
        [text[: end[0]] if end else text for text, end in zip(texts, ends, strict=True)]
    )

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

    Embedder.embed = embed  # type: ignore[method-assign]


def build(place: Path) -> float:
    return build_index(place / "sources", place / "index").seconds


def shuffled(corpus: Path) -> list[str]:
    """The sentences of a corpus, always in the same order, none like the ones beside it."""
    sentences = sentences_of(corpus)
    random.Random(0).shuffle(sentences)
    return sentences


def built(place: Path, size: int, sentences: list[str]) -> Figures:
    """The library made in `place`."""
    rng = random.Random(size)
    sources = place / "sources"
    edit(sources, rng, sentences)
    for first in range(0, size - 1, _FILE):
        with (sources / f"{first // _FILE:05}.jsonl").open("w", encoding="utf-8") as file:
            for number in range(first, min(first + _FILE, size - 1)):
                text = " ".join(rng.sample(sentences, SENTENCES))
                file.write(json.dumps({"_id": f"d{number}", "text": text}) + "\n")
    mix(sentences)
    return {"build": build(place), "build_gb": memory()}


def edited(place: Path, edits: int, sentences: list[str]) -> Figures:
    """Builds after nothing and after one document was changed."""
    mix(sentences)
    rng = random.Random(time.time_ns())
    time.sleep(3)
    build(place)  # files that were too young to be known by their stamps
    idle = [build(place) for _ in range(edits)]
    times = []
    for _ in range(edits):
        edit(place / "sources", rng, sentences)
        times.append(build(place))
    return {"idle": statistics.median(idle), "edit": statistics.median(times)}


def answered(place: Path, questions: list[str]) -> Figures:
    """Opening and asking."""
    load_embedder(DEFAULT_MODEL).queries(["The model is loaded and warm."])
    began = time.perf_counter()
    assistant = Assistant.open(place / "index")
    opened = time.perf_counter() - began
    times = [1000 * seconds(lambda: assistant.ask(question)) for question in questions]  # noqa: B023
    highest = memory()
    assistant.close()
    return {
        "open": opened,
        "ask": statistics.median(times),
        "ask95": float(np.percentile(times, 95)),
        "ask_gb": highest,
    }


def recalled(place: Path, questions: list[str]) -> Figures:
    """The search by vector, and how much it finds of what there is."""
    asked = [query.vector for query in load_embedder(DEFAULT_MODEL).queries(questions)]
    with closing(Library.open(place / "index")) as library:
        vectors, _ = derived(library, place / "index")
        times, found = [], []
        for vector in asked:
            began = time.perf_counter()
            found.append(set(vectors.search(vector, _K)))
            times.append(1000 * (time.perf_counter() - began))
        best: list[list[tuple[float, int]]] = [[] for _ in asked]
        keys = library.passage_keys()
        for at in range(0, len(keys), _STEP):
            some = keys[at : at + _STEP]
            cosines = np.stack(asked) @ library.vectors(some).T
            for number, row in enumerate(cosines):
                near = np.argpartition(-row, min(_K, len(row)) - 1)[:_K]
                both = [*best[number], *((float(row[place]), some[place]) for place in near)]
                best[number] = sorted(both, reverse=True)[:_K]
    shares = [
        len(one & {key for _, key in exact}) / len(exact)
        for one, exact in zip(found, best, strict=True)
    ]
    return {
        "passages": len(keys),
        "search": statistics.median(times),
        "recall": statistics.fmean(shares),
        "disk": disk(place / "index") / len(keys) / 1000,
    }


def edit(sources: Path, rng: random.Random, sentences: list[str]) -> None:
    writer(rng, sentences)(sources / "edited.txt")


def made(keep: Path, size: int, sentences: list[str]) -> Path:
    """The folder below `keep` with the sources and the index of this size, built to its end."""
    place = keep / str(size)
    if not (place / _BUILT).exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        figures = alone(built, place, size, sentences)
        (place / _BUILT).write_text(json.dumps(figures), encoding="utf-8")
    return place


def measure(keep: Path, size: int, edits: int, sentences: list[str]) -> Figures:
    """All figures of one size."""
    place = made(keep, size, sentences)
    questions = random.Random(size).sample(sentences[_SOURCE:] or sentences, _QUESTIONS)
    return {
        "documents": size,
        **json.loads((place / _BUILT).read_text(encoding="utf-8")),
        **alone(edited, place, edits, sentences),
        **alone(answered, place, questions),
        **alone(recalled, place, questions),
    }


def line(found: Figures) -> str:
    return (
        f"| {found['passages']:,} | {found['build']:.1f} | {found['idle']:.3f} "
        f"| {found['edit']:.3f} | {found['open']:.3f} | {found['ask']:.1f} | {found['ask95']:.1f} "
        f"| {found['search']:.2f} | {found['recall']:.3f} | {found['disk']:.1f} "
        f"| {found['build_gb']:.2f} | {found['ask_gb']:.2f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("corpus", type=Path, metavar="DIR")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--edits", type=int, default=9)
    parser.add_argument("--keep", type=Path, metavar="PLACE")
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    sentences = shuffled(arguments.corpus)
    print(
        "| passages | build, s | nothing changed, s | one edited, s | open, s | ask p50, ms | p95 "
        "| search, ms | recall@10 | kB a passage | GB building | GB answering |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|---|"
    )
    for size in arguments.sizes:
        with tempfile.TemporaryDirectory() as place:
            found = measure(arguments.keep or Path(place), size, arguments.edits, sentences)
        print(line(found), flush=True)
        if arguments.json:
            with arguments.json.open("a", encoding="utf-8") as file:
                file.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
