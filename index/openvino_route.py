"""OpenVINO on a CPU: runs a model that `prepare` made, without torch. The only importer of openvino
and tokenizers, when a model is loaded.

Two compiled forms share the graph: one that answers a question soonest, and, once there are many
texts, one that gets most of them through, in batches of texts of a length.
"""

import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from index.errors import ModelError
from index.prepared import (
    AGREES,
    COMPILED,
    GRAPH,
    TOKENIZER,
    Prepared,
    drop_damaged_compiled,
    seal_compiled,
)
from index.route import DOCUMENT, SAMPLE, Encoded, Floats, Spans

# Texts from which on the second form is worth compiling (a fifth of a second).
_MANY = 16
# Tokens of a batch, padding included: enough to keep the cores busy, few enough for their caches.
_BATCH_TOKENS = 1536
# Questions are padded to a multiple of this, so that the graph is seldom laid out for another
# length, which takes a third of a question's time.
_ROUND = 16
# How far the threads that embed many texts stand back, on the scale of `nice`.
_LOWER = 10


class OpenVinoRoute:
    """A prepared model, loaded. Raises ModelError when it cannot be run, or no longer gives the
    vectors that it gave when it was prepared."""

    def __init__(self, folder: Path, prepared: Prepared) -> None:
        import tokenizers

        self._folder = folder
        self._prepared = prepared
        self.dimension = prepared.dimension
        self.longest = prepared.longest
        self.prompts = prepared.prompts
        self.mean: Floats = np.array(prepared.mean, dtype=np.float32)
        try:
            self._ov = import_openvino()
            found = {"openvino": _version(self._ov), "tokenizers": tokenizers.__version__}
            if any(prepared.versions[name] != version for name, version in found.items()):
                raise ModelError("it was prepared by other versions")
            self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / TOKENIZER))
            self._tokenizer.no_truncation()
            self._tokenizer.no_padding()
            self._core = self._ov.Core()
            self._core.set_property({"ENABLE_MMAP": True})
            self._precision = precision(self._core, prepared.precision)
            self._soon = _Compiled(self._compile_soon(), 1, _ROUND, prepared)
            probe = self.encode(SAMPLE[:1], DOCUMENT)[0].vector
        except Exception as error:  # the libraries' own errors: a file, a graph, a processor
            raise ModelError(f"OpenVINO cannot run {folder}: {_first_line(error)}") from error
        if float(probe @ np.array(prepared.probe, dtype=np.float32)) < AGREES:
            raise ModelError(f"{folder} no longer gives the vectors that it gave")
        self.name = f"OpenVINO {_version(self._ov)}, {self._precision}"

    def spans(self, texts: Sequence[str], special: bool) -> list[Spans]:
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=special)
        return [_spans(encoding) for encoding in encodings]

    def encode(self, texts: Sequence[str], task: str) -> list[Encoded]:
        if not texts:
            return []
        whole = [self.prompts[task] + text for text in texts]
        encodings = self._tokenizer.encode_batch(whole)
        lengths = [len(encoding) for encoding in encodings]
        for at, length in enumerate(lengths):
            if length > self.longest:
                encodings[at] = self._cut.encode(whole[at])
        results: list[Encoded | None] = [None] * len(texts)
        compiled = self._many if len(texts) >= _MANY else self._soon
        for batch, vectors, tokens in compiled.run(encodings):
            for at, vector, rows in zip(batch, vectors, tokens, strict=True):
                spans = _spans(encodings[at])
                kept = rows[: len(spans)].copy()
                results[at] = Encoded(_unit(vector), kept, spans, lengths[at])
        return [result for result in results if result is not None]

    @cached_property
    def _cut(self) -> Any:
        """The tokenizer, cutting what is too long."""
        import tokenizers

        cutting = tokenizers.Tokenizer.from_str(self._tokenizer.to_str())
        cutting.enable_truncation(self.longest)
        return cutting

    @cached_property
    def _many(self) -> "_Compiled":
        """The form for many texts. Its threads, which begin as the one that makes them ends, give
        way to all others: a build can wait, a question beside it cannot."""
        with ThreadPoolExecutor(1, initializer=_give_way) as pool:
            compiled = pool.submit(self._compile, {"PERFORMANCE_HINT": "THROUGHPUT"}).result()
        count = int(compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
        return _Compiled(compiled, count + 1, 1, self._prepared)

    def _compile_soon(self) -> Any:
        """The form for questions, from OpenVINO's own cache where that is sound."""
        drop_damaged_compiled(self._folder)
        hints: dict[str, Any] = {"PERFORMANCE_HINT": "LATENCY"}
        if os.access(self._folder, os.W_OK) or (self._folder / COMPILED).is_dir():
            # Without the weights, which lie in the graph's own file.
            hints |= {"CACHE_DIR": str(self._folder / COMPILED), "CACHE_MODE": "OPTIMIZE_SIZE"}
        compiled = self._compile(hints)
        seal_compiled(self._folder)
        return compiled

    def _compile(self, hints: dict[str, Any]) -> Any:
        # Threads that are tied to cores wait for whatever else runs on these.
        hints |= {"INFERENCE_PRECISION_HINT": self._precision, "ENABLE_CPU_PINNING": False}
        return self._core.compile_model(str(self._folder / GRAPH), "CPU", hints)


class _Compiled:
    """A compiled model and its requests, of which `count` are at work at a time; texts are padded
    to a multiple of `step` tokens."""

    def __init__(self, compiled: Any, count: int, step: int, prepared: Prepared) -> None:
        self._requests = [compiled.create_infer_request() for _ in range(count)]
        self._step, self._longest = step, prepared.longest
        self._inputs = prepared.inputs
        self._lock = Lock()

    def run(self, encodings: Sequence[Any]) -> Iterator[tuple[list[int], Floats, Floats]]:
        """Batches as they are done: which texts, their vectors, float32 (n, d), and their tokens,
        float32 (n, longest, d), padded; both are overwritten once the next batch is asked for."""
        with self._lock:
            free, busy = deque(self._requests), deque[tuple[Any, list[int]]]()
            for batch in _batches([len(encoding) for encoding in encodings]):
                if not free:
                    yield from self._done(busy, free)
                request = free.popleft()
                request.start_async(self._input([encodings[at] for at in batch]))
                busy.append((request, batch))
            while busy:
                yield from self._done(busy, free)

    def _done(
        self, busy: deque[tuple[Any, list[int]]], free: deque[Any]
    ) -> Iterator[tuple[list[int], Floats, Floats]]:
        request, batch = busy.popleft()
        request.wait()
        yield batch, request.get_output_tensor(0).data, request.get_output_tensor(1).data
        free.append(request)

    def _input(self, encodings: Sequence[Any]) -> list[Any]:
        longest = max(len(encoding) for encoding in encodings)
        width = min(-(-longest // self._step) * self._step, self._longest)
        columns: dict[str, Callable[[Any], list[int]]] = {
            "input_ids": lambda encoding: encoding.ids,
            "attention_mask": lambda encoding: encoding.attention_mask,
            "token_type_ids": lambda encoding: encoding.type_ids,
        }
        inputs = []
        for name in self._inputs:
            rows = np.zeros((len(encodings), width), dtype=np.int64)
            for row, encoding in zip(rows, encodings, strict=True):
                row[: len(encoding)] = columns[name](encoding)
            inputs.append(rows)
        return inputs


def _give_way() -> None:
    """Lower the priority of this thread, and of those that it starts (Linux)."""
    if sys.platform == "linux":
        own = os.getpriority(os.PRIO_PROCESS, 0)
        with suppress(OSError):  # where a sandbox forbids it
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), own + _LOWER)


def import_openvino() -> Any:
    """openvino without its converter, which would import a client that sends telemetry, and take
    most of the time. The package goes on by itself where the converter cannot be imported."""
    converter = "openvino.tools.ovc"
    if "openvino" in sys.modules:
        return sys.modules["openvino"]
    sys.modules[converter] = None  # type: ignore[assignment]
    try:
        import openvino
    finally:
        del sys.modules[converter]
    return openvino


def _version(openvino: Any) -> str:
    return str(openvino.__version__).split("-")[0]


def precision(core: Any, wanted: str) -> str:
    """bf16 where it is wanted and the processor calculates in it."""
    return "bf16" if wanted == "bf16" and "BF16" in capabilities(core) else "f32"


def capabilities(core: Any) -> list[str]:
    return list(core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"))


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Texts of a length together, the longest first."""
    order = sorted(range(len(lengths)), key=lambda at: -lengths[at])
    while order:
        size = max(1, _BATCH_TOKENS // max(lengths[order[0]], 1))
        yield order[:size]
        order = order[size:]


def _spans(encoding: Any) -> Spans:
    return np.array(encoding.offsets, dtype=np.int32).reshape(-1, 2)


def _unit(vector: Floats) -> Floats:
    vector = vector.astype(np.float32)
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), dtype=np.float32)


def _first_line(error: Exception) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[-1] if lines else ''}"[:300]
