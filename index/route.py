"""What runs a model: the same texts to the same vectors, whichever runtime does it.

`torch_route` is sentence-transformers, the reference; `openvino_route` runs what `prepare` made of
the same weights. Vectors of one route are used beside those of another in one index.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Spans = NDArray[np.int32]

DOCUMENT, QUERY = "document", "query"

# Ordinary English of many matters; its mean token is the point that the bits are taken around.
SAMPLE = (
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
class Encoded:
    """A text, with the prompt of its task before it, through the model once.

    vector: float32 (d,), unit length.
    tokens: float32 (n, d), a row for each token, special ones included; n is 0 for a model without
        usable token vectors.
    spans: int32 (n, 2), where each of them stands in prompt and text together, in characters;
        empty for special tokens.
    length: how many tokens the text has, of which the model may have read fewer.
    """

    vector: Floats
    tokens: Floats
    spans: Spans
    length: int


class Route(Protocol):
    """A loaded model. Safe to share between threads.

    name: the runtime and its precision.
    dimension: d, of vectors and of tokens.
    longest: the most tokens that it reads, special ones and prompt included.
    prompts: what it wants before a text, by task.
    """

    name: str
    dimension: int
    longest: int
    prompts: Mapping[str, str]

    @property
    def mean(self) -> Floats:
        """The mean token vector of SAMPLE, float32 (d,): a constant of the model."""
        ...

    def spans(self, texts: Sequence[str], special: bool) -> list[Spans]:
        """Where the tokens of each text stand in it, int32 (n, 2); nothing is cut off. With
        `special`, the special tokens that the model wants around a text count."""
        ...

    def encode(self, texts: Sequence[str], task: str) -> list[Encoded]:
        """Texts through the model, in the order given; what is too long is cut off."""
        ...


def mean_token(encoded: Sequence[Encoded]) -> Floats:
    """The mean of all tokens, float32 (d,)."""
    return np.asarray(np.concatenate([e.tokens for e in encoded]).mean(axis=0), dtype=np.float32)
