"""How fast an index is built, against the model alone, on the same passages in one run.

    python -m benchmarks.build DIR [--rounds N]

DIR is a folder of sources. Three routes take turns: a bare `SentenceTransformer.encode` in
bfloat16, the same in float32 (every peer's default), and `build_index` into an empty folder,
reading, splitting, token bits and all writing included (the model is loaded before the clock
starts on each). Printed: the median of the rounds, and the build's throughput as a ratio.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer

from index import build_index
from index.embedder import load_embedder
from index.library import Library
from index.settings import DEFAULT_MODEL
from index.weights import model_folder


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("sources", type=Path, metavar="DIR")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    embedder = load_embedder(DEFAULT_MODEL)
    with tempfile.TemporaryDirectory() as index:
        build_index(arguments.sources, index)
        library = Library.open(index)
        passages = [text for _, text, _ in library.texts(library.passage_keys())]
        library.close()
    bare = {
        name: SentenceTransformer(str(model_folder(DEFAULT_MODEL)), model_kwargs={"dtype": dtype})
        for name, dtype in (("bf16", torch.bfloat16), ("fp32", torch.float32))
    }
    seconds: dict[str, list[float]] = {"bf16": [], "fp32": [], "build": []}
    for _ in range(arguments.rounds):
        for name, model in bare.items():
            began = time.perf_counter()
            model.encode(passages, show_progress_bar=False)
            seconds[name].append(time.perf_counter() - began)
        with tempfile.TemporaryDirectory() as index:
            began = time.perf_counter()
            build_index(arguments.sources, index)
            seconds["build"].append(time.perf_counter() - began)
    median = {name: statistics.median(times) for name, times in seconds.items()}
    print(f"{len(passages)} passages, {arguments.rounds} rounds; build_index by {embedder.runtime}")
    for name, time_ in median.items():
        print(f"{name:6} {len(passages) / time_:6.1f} passages/s")
    print(f"build_index against bare bf16 encode: {median['bf16'] / median['build']:.2f}")
    print(f"build_index against bare fp32 encode: {median['fp32'] / median['build']:.2f}")


if __name__ == "__main__":
    main()
