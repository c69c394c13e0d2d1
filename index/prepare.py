"""Preparing a model for OpenVINO: its whole graph, pooling included, is taken over from
sentence-transformers once, and kept only if it gives the same vectors. Needs torch.

The graph is made by OpenVINO's frontend for torch itself; `openvino.convert_model` does the same
and more, with telemetry.
"""

import logging
import os
import shutil
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from index.cache import cache_folder
from index.errors import ModelError
from index.openvino_route import OpenVinoRoute, import_openvino, precision
from index.prepared import AGREES, COMPILED, GRAPH, TOKENIZER, WEIGHTS, Prepared, write
from index.route import DOCUMENT, QUERY, SAMPLE, Encoded, Floats, Route
from index.torch_route import TorchRoute

_INPUTS = {"input_ids", "attention_mask", "token_type_ids"}
_PLAIN = (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"])
# Passages of other lengths than those of SAMPLE, and questions.
_PASSAGES = (*SAMPLE, "Yes.", "Prag — 1968 🍑 naïve", " ".join(SAMPLE[:3]), " ".join(SAMPLE))
_QUESTIONS = ("Who founded the port?", "why", *(sentence[:40] for sentence in SAMPLE[:4]))


def prepare(reference: TorchRoute, folder: Path) -> Prepared:
    """Prepare a model in `folder`, in place of what is there, and say how well it agrees, or why it
    is refused, which is kept too.

    Raises ModelError when the model cannot be loaded, OSError when nothing can be written.
    """
    if not reference.is_full:
        reference = TorchRoute(reference.source, full=True)
    cache_folder().mkdir(parents=True, exist_ok=True)
    partial = folder.with_name(f"{folder.name}.{os.getpid()}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        prepared = _prepare(reference, partial)
        write(partial, prepared)
        shutil.rmtree(partial / COMPILED, ignore_errors=True)  # its name holds the folder's
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return prepared


def versions() -> dict[str, str]:
    """The libraries that decide how a model is prepared."""
    names = ("openvino", "sentence-transformers", "tokenizers", "torch", "transformers")
    return {name: version(name) for name in names}


def _prepare(reference: TorchRoute, folder: Path) -> Prepared:
    """The model's files in `folder`, and what is known of them."""
    fast = getattr(reference.model.tokenizer, "backend_tokenizer", None)
    if reference.modules not in _PLAIN or fast is None:
        return Prepared(versions(), refused=f"it is made of {', '.join(reference.modules)}")
    if not reference.model[1].include_prompt and any(reference.prompts.values()):
        return Prepared(versions(), refused="its prompts are left out of its vectors")
    try:
        inputs = _export(reference.model, folder)
        fast.save(str(folder / TOKENIZER))
    except Exception as error:  # whatever a model of another kind trips the frontend with
        reason = " ".join(str(error).split())[:200]
        return Prepared(versions(), refused=f"OpenVINO cannot take it over: {reason}")
    expected = [*reference.encode(_PASSAGES, DOCUMENT), *reference.encode(_QUESTIONS, QUERY)]
    prepared = Prepared(
        versions(),
        dimension=reference.dimension,
        longest=reference.longest,
        prompts=reference.prompts,
        inputs=inputs,
        mean=tuple(reference.mean.tolist()),
        probe=tuple(expected[0].vector.tolist()),
    )
    reason = ""
    for kind in dict.fromkeys((precision(import_openvino().Core(), "bf16"), "f32")):
        tried = replace(prepared, precision=kind)
        try:
            checked = _check(OpenVinoRoute(folder, tried), tried, expected)
        except ModelError as error:
            reason = str(error)
            continue
        if min(checked.cosine, checked.token_cosine) >= AGREES:
            return checked
        reason = f"OpenVINO's vectors agree to {checked.cosine:.4f} only"
    return Prepared(versions(), refused=reason)


def _export(model: Any, folder: Path) -> tuple[str, ...]:
    """Write the graph of the whole model; the names of its inputs, in order."""
    import torch

    ov = import_openvino()
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    example = {
        name: value
        for name, value in model.preprocess(list(SAMPLE[:2])).items()
        if isinstance(value, torch.Tensor)
    }
    names = tuple(example)
    if not set(names) <= _INPUTS:
        raise ValueError(f"it reads {', '.join(names)}")

    class Whole(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *inputs: Any) -> tuple[Any, Any]:
            outputs = self.model(dict(zip(names, inputs, strict=True)))
            return outputs["sentence_embedding"], outputs["token_embeddings"]

    frontend = FrontEndManager().load_by_framework("pytorch")
    with _quiet(), torch.no_grad():
        decoder = TorchScriptPythonDecoder(Whole(), example_input=tuple(example.values()))
        graph = frontend.convert(frontend.load(decoder))
    for entry in graph.inputs:
        entry.get_node().set_partial_shape(ov.PartialShape([-1, -1]))
        entry.get_node().set_element_type(ov.Type.i64)
    graph.validate_nodes_and_infer_types()
    ov.serialize(graph, str(folder / GRAPH), str(folder / WEIGHTS))
    return names


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what libraries say of a trace: its constants, old names that it looks at. What comes
    of it is checked."""
    disabled = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)


def _check(route: Route, prepared: Prepared, expected: Sequence[Encoded]) -> Prepared:
    """What is prepared, with how well it agrees with the reference."""
    # Both of the route's ways: many texts together, and few.
    found = [*route.encode(_PASSAGES, DOCUMENT), *route.encode(_QUESTIONS, QUERY)]
    pairs = list(zip(found, expected, strict=True))
    if any(one.spans.tolist() != other.spans.tolist() for one, other in pairs):
        raise ModelError("its tokenizer gives other tokens by itself")
    tokens = np.concatenate([one.tokens for one in found])
    wanted = np.concatenate([one.tokens for one in expected])
    mean = np.array(prepared.mean, dtype=np.float32)
    return replace(
        prepared,
        cosine=min(float(one.vector @ other.vector) for one, other in pairs),
        token_cosine=float(np.median(_cosines(tokens - mean, wanted - mean))),
        bits=float(np.mean((tokens > mean) != (wanted > mean))),
    )


def _cosines(one: Floats, other: Floats) -> Floats:
    norms = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return np.asarray((one * other).sum(axis=1) / np.maximum(norms, 1e-9), dtype=np.float32)
