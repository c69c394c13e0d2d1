"""What each store is asked to do, and what it says of it. The same for all.

    python PEER.py MODEL PLACE build | fill | ask QUESTION | warm | change

PLACE holds passages.json and questions.json (texts); the store lies in a folder of its own in it.
`build` makes the store, the clock starting once the model is loaded; `fill` does so without the
model; `ask` opens it and answers; `warm` is the median of the questions but the first; `change` is
the median of changes of one passage, each on disk when the clock stops, without the model. Without
the model there are vectors that cost nothing: those of `encode` of sentence-transformers, which all
peers call. Figures are printed as JSON, in seconds.
"""

import json
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from zlib import crc32

import numpy as np

_DIMENSION = 384
_FIRST, _EDITS = 2, 3  # the first load what is needed later
NEAREST = 3


class Store(Protocol):
    """Passages in a folder. What else it measured it gives by a method `also`, where it has one."""

    def __init__(self, model: str, folder: Path) -> None: ...

    def prepare(self, texts: list[str]) -> None:
        """Load the model, and whatever else is not counted."""

    def build(self, texts: list[str]) -> None:
        """Write a store of these into the folder, which is empty."""

    def open(self) -> None:
        """Open what was written, and load the model."""

    def search(self, question: str) -> object:
        """The NEAREST passages."""

    def change(self, number: int, text: str) -> None:
        """Put another text in the place of passage `number`, on disk."""


def without_model() -> None:
    from sentence_transformers import SentenceTransformer

    def encode(self: object, inputs: str | list[str], *_: Any, **__: Any) -> np.ndarray:
        return vectors([inputs])[0] if isinstance(inputs, str) else vectors(list(inputs))

    SentenceTransformer.encode = encode  # type: ignore[assignment]


def run(make: type[Store], without_model: Callable[[], None] = without_model) -> None:
    """Do what the command line says."""
    model, place, task, *question = sys.argv[1:]
    folder = Path(place, Path(sys.argv[0]).stem)
    if task in ("fill", "change"):
        without_model()
    store = make(model, folder)
    if task in ("build", "fill"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        passages = _texts(place, "passages")
        store.prepare(passages)
        found = {"seconds": _seconds(lambda: store.build(passages))}
    elif task == "ask":
        store.open()
        found = {"found": str(store.search(question[0]))}
    else:
        store.open()
        if task == "warm":
            works = [partial(store.search, asked) for asked in _texts(place, "questions")]
        else:
            works = [
                partial(store.change, number, f"Edited at {time.time_ns()}. {text[100:]}")
                for number, text in enumerate(_texts(place, "passages")[: _FIRST + _EDITS])
            ]
        found = {"seconds": statistics.median([_seconds(work) for work in works][_FIRST:])}
    print(json.dumps(found | getattr(store, "also", dict)()))


def vectors(texts: list[str]) -> np.ndarray:
    """float32 (n, d), unit length, the same for the same text."""
    rows = [
        np.random.default_rng(crc32(text.encode())).standard_normal(_DIMENSION, np.float32)
        for text in texts
    ]
    return np.stack([row / np.linalg.norm(row) for row in rows])


def _texts(place: str, name: str) -> list[str]:
    return json.loads(Path(place, f"{name}.json").read_text(encoding="utf-8"))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
