"""sentence-transformers on torch: how any model is named and loaded, and on a GPU run; the
reference for every other route. Both are imported when a model is loaded.
"""

import copy
import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import ModelError
from index.route import DOCUMENT, QUERY, SAMPLE, Encoded, Floats, Spans, mean_token

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_BATCH = 32
# Layers that make a token's vector, counted from the last: the one before it knows more of the
# word, the last more of its sense (`python -m benchmarks.layers`; sums of layers: Devlin et al.
# 2019, arXiv 1810.04805, table 7).
LAYERS = (1, 2)
# Under these names sentence-transformers hands on what its modules found.
_TOKENS, _HIDDEN = "token_embeddings", "all_layer_embeddings"


class TorchRoute:
    """A sentence-transformers model. Raises ModelError when it cannot be loaded."""

    def __init__(
        self, source: str | Path, full: bool = False, layers: Sequence[int] = LAYERS
    ) -> None:
        """`full` keeps float32 also where bfloat16 would pay."""
        self.source = source
        self.model = _load(str(source), full)
        self.modules = [type(module).__name__ for module in self.model]
        _sum_layers(self.model, layers)
        # One of its own, which only one thread uses at a time: being told to cut or not changes it.
        self._tokenizer: Any = copy.deepcopy(self.model.tokenizer)
        self._turn = Lock()
        self.dimension = int(self.model.get_embedding_dimension() or 0)
        if not self.dimension:
            raise ModelError(f"the model {str(source)!r} does not say how long its vectors are")
        self.longest = int(self.model.get_max_seq_length() or 512)
        self.name = f"sentence-transformers, {str(self.model.dtype).removeprefix('torch.')}"
        self.prompts: Mapping[str, str] = {task: self._prompt(task) for task in (DOCUMENT, QUERY)}

    @property
    def is_full(self) -> bool:
        """Whether it calculates in float32."""
        return str(self.model.dtype) == "torch.float32"

    @property
    def is_on_gpu(self) -> bool:
        return self.model.device.type != "cpu"

    @cached_property
    def mean(self) -> Floats:
        return mean_token(self.encode(SAMPLE, DOCUMENT))

    def spans(self, texts: Sequence[str], special: bool) -> list[Spans]:
        return self._spans(texts, special=special, cut=False)

    def encode(self, texts: Sequence[str], task: str) -> list[Encoded]:
        if not texts:
            return []
        encode = self.model.encode_query if task == QUERY else self.model.encode_document
        prompt = self.prompts[task]
        outputs: Any = encode(
            list(texts),
            prompt=prompt,
            output_value=None,
            batch_size=_BATCH,
            show_progress_bar=False,
        )
        whole = [prompt + text for text in texts]
        lengths = [len(spans) for spans in self._spans(whole, special=True, cut=False)]
        results = []
        for output, length, spans in zip(
            outputs, lengths, self._spans(whole, special=True, cut=True), strict=True
        ):
            vector = output["sentence_embedding"].float().cpu().numpy()
            vector = vector / max(float(np.linalg.norm(vector)), 1e-9)
            tokens = output.get(_TOKENS)
            if tokens is None or tokens.shape[-1] != self.dimension:
                kept = np.zeros((0, self.dimension), dtype=np.float32)
            else:
                kept = tokens[output["attention_mask"].bool()].float().cpu().numpy()
            spans = spans[: len(kept)]
            results.append(Encoded(vector.astype(np.float32), kept[: len(spans)], spans, length))
        return results

    def _spans(self, texts: Sequence[str], special: bool, cut: bool) -> list[Spans]:
        if not texts:
            return []
        with self._turn:
            encoded = self._tokenizer(
                list(texts),
                add_special_tokens=special,
                truncation=cut,
                max_length=self.longest if cut else None,
                return_offsets_mapping=True,
                return_attention_mask=False,
                verbose=False,
            )
        return [np.array(o, dtype=np.int32).reshape(-1, 2) for o in encoded["offset_mapping"]]

    def _prompt(self, task: str) -> str:
        """What the model wants before a text, under the names that sentence-transformers reads."""
        names = (QUERY,) if task == QUERY else (DOCUMENT, "passage", "corpus")
        return next((str(p) for name in names if (p := self.model.prompts.get(name))), "")


def _load(source: str, full: bool) -> "SentenceTransformer":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    dtype = torch.float32 if full else _dtype(torch)
    try:
        model = SentenceTransformer(source, model_kwargs={"dtype": dtype})
    except Exception as error:  # each model type fails in its own way; all mean "not usable"
        reason = " ".join(str(error).split())[:300]
        raise ModelError(
            f"the model {source!r} cannot be loaded: {reason}; name a sentence-transformers model "
            "that is on this machine, or a folder that holds one"
        ) from error
    model.eval()
    return model


def _sum_layers(model: "SentenceTransformer", counted: Sequence[int]) -> None:
    """Let a token's vector be the sum of those that these layers give it, each of unit length; the
    pooled vector stays as it is. A model that does not show its layers keeps its tokens."""
    import torch

    class SumOfLayers(torch.nn.Module):
        def forward(self, features: dict[str, Any]) -> dict[str, Any]:
            layers, last = features.pop(_HIDDEN, ()), features.get(_TOKENS)
            if last is not None and [x.shape for x in layers[-1:]] == [last.shape]:
                unit = torch.nn.functional.normalize
                features[_TOKENS] = sum(unit(layers[-back], dim=-1) for back in counted)
            return features

    config = getattr(getattr(model[0], "model", None), "config", None)
    if config is not None:
        config.output_hidden_states = True
        model.append(SumOfLayers())


def _dtype(torch: Any) -> Any:
    """bfloat16 where it pays: on a GPU, and on a CPU with matrix units for it (AMX). Without them
    torch is slower in bf16 than in fp32 (0.7 of its speed with avx512_bf16 alone); vectors agree
    to .9999."""
    if torch.cuda.is_available() or torch.cpu.get_capabilities().get("amx_bf16"):
        return torch.bfloat16
    return torch.float32
