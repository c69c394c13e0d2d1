"""How fast the user's own library answers on this machine."""

import os
import platform
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from index.choice import route_of
from index.embedder import load_embedder
from index.library import Library
from index.settings import DEFAULT_MODEL
from qa.assistant import Assistant

_QUESTIONS, _PASSAGES = 40, 64
_LONG = 60  # characters of a question


@dataclass(frozen=True, slots=True)
class Bench:
    """What was measured.

    machine: system, processor and how many cores this process may use.
    route: what runs the model, and why.
    passages: how many the library holds.
    load: seconds until the index was open and the model loaded.
    encode: median ms to encode a question; ask50, ask95: p50 and p95 ms to answer one.
    build: passages a second through the model, from a sample of the library's own.
    """

    machine: str
    route: str
    passages: int
    load: float
    encode: float
    ask50: float
    ask95: float
    build: float


def bench(index: str | Path) -> Bench:
    """Measure the index in this folder; nothing is written. Questions are the beginnings of its own
    sentences.

    Raises what `Assistant.open` does. Figures of an empty library are 0.
    """
    with closing(Library.open(Path(index))) as library:
        model = library.meta("model") or DEFAULT_MODEL
        keys = library.passage_keys()
        step = max(1, len(keys) // _PASSAGES)
        texts = [text for _, text, _ in islice(library.texts(keys[::step]), _PASSAGES)]
    questions = [text[:_LONG] for text in texts[:_QUESTIONS]]
    began = time.perf_counter()
    with closing(Assistant.open(index)) as assistant:
        load = time.perf_counter() - began
        embedder = load_embedder(model)
        for question in questions[:3]:
            assistant.ask(question)
        encode = [_ms(partial(embedder.queries, [question])) for question in questions]
        ask = sorted(_ms(partial(assistant.ask, question)) for question in questions)
        embedder.embed(texts)
        build = _ms(partial(embedder.embed, texts))
    return Bench(
        machine=_machine(),
        route=route_of(model),
        passages=len(keys),
        load=load,
        encode=statistics.median(encode) if encode else 0.0,
        ask50=statistics.median(ask) if ask else 0.0,
        ask95=ask[int(0.95 * len(ask))] if ask else 0.0,
        build=1000 * len(texts) / build if texts else 0.0,
    )


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{platform.system()} {platform.machine()}, {_processor()}, {cores} cores"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
        return next(named, platform.processor())
    except OSError:
        return platform.processor()
