"""Text -> vectors, by whichever route runs the model (`choice` says which).

One forward pass gives a text's pooled vector and its tokens' vectors (contextual spans from one
pass: Günther et al. 2024, arXiv 2409.04701). Of a token's vector one bit a dimension is kept: the
sign of its difference from the model's mean token, 48 bytes a token for 384 dimensions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from index.choice import choose
from index.errors import ModelError
from index.route import DOCUMENT, QUERY, Floats, Route, Spans
from index.settings import DEFAULT_MODEL
from index.together import Together
from index.weights import model_folder, weights_sha256

# More questions in one go take longer, each, than one after the other (benchmarks/encode.py).
_TOGETHER = 8


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
    """An embedding model, loaded. Safe to share between threads.

    Raises ModelError when it cannot be loaded, or when the default model's weights are not the
    upstream ones.
    """

    def __init__(self, name: str = DEFAULT_MODEL, route: Route | None = None) -> None:
        """`route` is the one that fits this machine unless one is given."""
        self.name = name
        self.sha256 = weights_sha256(name) if model_folder(name) else ""
        self._route = route or choose(name)
        self.sha256 = self.sha256 or weights_sha256(name)
        self.dimension = self._route.dimension
        self.runtime = self._route.name
        self._together = Together(self._queries, _TOGETHER)

    @cached_property
    def window(self) -> int:
        """The most tokens that the model reads, special tokens and prompt left out."""
        used = self._route.spans(list(self._route.prompts.values()), special=True)
        return self._route.longest - max(len(spans) for spans in used)

    def starts(self, texts: Sequence[str]) -> list[list[int]]:
        """Where the model's tokens start in each text, in characters; nothing is cut off."""
        return [
            spans[spans[:, 1] > spans[:, 0], 0].tolist()
            for spans in self._route.spans(texts, special=False)
        ]

    def embed(self, texts: Sequence[str]) -> list[Embedding]:
        """Embed passages, in the order given. A text beyond the model's window raises ModelError:
        nothing is ever cut off silently."""
        return [
            Embedding(vector, np.packbits(tokens > 0, axis=1), spans[:, 0].copy())
            for vector, tokens, spans in self._encode(texts, DOCUMENT)
        ]

    def queries(self, texts: Sequence[str]) -> list[Query]:
        """Embed questions together, with those that other threads ask just now; what goes beyond
        the model's window is left out."""
        return self._together(texts)

    def _queries(self, texts: Sequence[str]) -> list[Query]:
        results = []
        for vector, tokens, spans in self._encode(texts, QUERY):
            norms = np.maximum(np.linalg.norm(tokens, axis=1, keepdims=True), 1e-9)
            places = tuple((start, end) for start, end in spans.tolist())
            results.append(Query(vector, (tokens / norms).astype(np.float32), places))
        return results

    def _encode(self, texts: Sequence[str], task: str) -> Iterator[tuple[Floats, Floats, Spans]]:
        """For each text: its vector, its tokens less the mean token, and where these stand."""
        before = self._route.prompts[task]
        prompt = len(before)
        for text, found in zip(texts, self._route.encode(texts, task), strict=True):
            if found.length > self._route.longest and task == DOCUMENT:
                raise ModelError(
                    f"a passage of {found.length} tokens, the model {self.name!r} reads "
                    f"{self._route.longest}: lower passage_tokens (the passage begins "
                    f"{text[:60]!r})"
                )
            spans = found.spans[: len(found.tokens)]
            is_special = spans[:, 1] == spans[:, 0]
            spans = _from_letters(before + text, spans)
            own = ~is_special & (spans[:, 0] >= prompt)
            tokens = found.tokens[own]
            if len(tokens):
                tokens = tokens - self._route.mean
            yield found.vector, tokens, spans[own] - prompt


def _from_letters(text: str, spans: Spans) -> Spans:
    """The spans without the blanks that some tokenizers count to the word behind them: a token
    belongs to the sentence and the word that it says something of."""
    blanks = [at for at, start in enumerate(spans[:, 0].tolist()) if text[start : start + 1] == " "]
    if not blanks:
        return spans
    spans = spans.copy()
    for at in blanks:
        start, end = spans[at].tolist()
        spans[at, 0] = end - len(text[start:end].lstrip())
    return spans


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
