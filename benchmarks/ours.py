"""Ours, asked to do what peers/common.py says, for benchmarks/compare.py.

    python -m benchmarks.ours MODEL PLACE build | fill | ask QUESTION | warm | change

The passages are documents, a thousand in a JSON lines file, those that will be changed in files of
their own. A build has to find out by itself what changed.
"""

import json
import re
import statistics
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.measure import seconds
from benchmarks.peers.common import NEAREST, run, vectors
from index import build_index
from index.embedder import Embedder, Embedding
from qa import Assistant

_FILES, _LINES, _IDLE = 10, 1000, 9


class Ours:
    def __init__(self, model: str, folder: Path) -> None:
        self.sources, self.index = folder / "sources", folder / "index"
        self.is_changed = False
        self.in_model = 0.0

    def prepare(self, texts: list[str]) -> None:
        with TemporaryDirectory() as place:  # what the peers import when they start is imported
            Path(place, "warm.txt").write_text("The model is loaded and warm.", encoding="utf-8")
            build_index(place, Path(place, ".index"))
        self.sources.mkdir()
        for number, text in enumerate(texts[:_FILES]):
            (self.sources / f"{number}.txt").write_text(text, encoding="utf-8")
        for first in range(_FILES, len(texts), _LINES):
            lines = [
                json.dumps({"_id": f"d{number}", "text": text})
                for number, text in enumerate(texts[first : first + _LINES], first)
            ]
            name = f"{first // _LINES:03}.jsonl"
            (self.sources / name).write_text("\n".join(lines), encoding="utf-8")

    def build(self, texts: list[str]) -> None:
        embed = Embedder.embed

        def timed(embedder: Embedder, some: Sequence[str]) -> list[Embedding]:
            found: list[Embedding] = []
            self.in_model += seconds(lambda: found.extend(embed(embedder, some)))
            return found

        Embedder.embed = timed  # type: ignore[method-assign]
        build_index(self.sources, self.index)

    def open(self) -> None:
        self.assistant = Assistant.open(self.index)

    def search(self, question: str) -> object:
        return self.assistant.retrieve(question, k=NEAREST)

    def change(self, number: int, text: str) -> None:
        self.is_changed = True
        (self.sources / f"{number}.txt").write_text(text, encoding="utf-8")
        build_index(self.sources, self.index)

    def also(self) -> dict[str, float]:
        """Seconds in the model while building; of a build that finds nothing changed."""
        if not self.is_changed:
            return {"model": self.in_model}
        idle = [build_index(self.sources, self.index).seconds for _ in range(_IDLE)]
        return {"idle": statistics.median(idle)}


def without_model() -> None:
    def embed(_: Embedder, texts: Sequence[str]) -> list[Embedding]:
        rng = np.random.default_rng(0)
        found = []
        for text, vector in zip(texts, vectors(list(texts)), strict=True):
            starts = np.array([w.start() for w in re.finditer(r"\w{1,6}|\S", text)], dtype=np.int32)
            bits = rng.integers(0, 256, (len(starts), (len(vector) + 7) // 8), dtype=np.uint8)
            found.append(Embedding(vector, bits, starts))
        return found

    Embedder.embed = embed  # type: ignore[method-assign]


if __name__ == "__main__":
    run(Ours, without_model)
