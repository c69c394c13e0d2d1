"""A cross-encoder: reads a question and a passage together and says how well they fit.

Costlier and more exact than vectors, so that only the best few passages are read by it, and only
where the settings name one. It embeds nothing: an index knows nothing of it.
"""

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class Reranker:
    """A cross-encoder by name or folder, loaded when it is first needed. Safe to share between
    threads, which wait for each other."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._model: CrossEncoder | None = None
        self._lock = threading.Lock()

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float64]:
        """How well each text fits the question, float64 (len(texts),), in [0, 1]: the sigmoid of
        what the model gives. What is longer than the model's window is cut off.

        Raises ModelError when the model cannot be loaded, or gives no numbers.
        """
        if not texts:
            return np.zeros(0)
        with self._lock:
            if self._model is None:
                self._model = _load(self._source)
            given = self._model.predict(
                [(question, text) for text in texts],
                activation_fn=_as_it_is,
                show_progress_bar=False,
            )
        logits = np.asarray(given, dtype=np.float64)
        if not np.isfinite(logits).all():
            raise ModelError(
                f"the reranker {self._source!r} gives scores that are no numbers; its weights are "
                "damaged: name another one in the settings, or none"
            )
        return 1 / (1 + np.exp(-np.clip(logits, -50, 50)))


def _as_it_is(logits: Any) -> Any:
    """In place of the model's own activation, which some have and some have not."""
    return logits


def _load(source: str) -> "CrossEncoder":
    from sentence_transformers import CrossEncoder
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        model: CrossEncoder = CrossEncoder(source)
        labels = int(model.num_labels)
        kinds = list(getattr(model.config, "architectures", None) or [])
    except Exception as error:  # each model type fails in its own way; all mean "not usable"
        reason = " ".join(str(error).split())[:300]
        raise ModelError(
            f"the reranker {source!r} cannot be loaded: {reason}; name a cross-encoder that is on "
            "this machine, or a folder that holds one, or take `reranker` out of the settings"
        ) from error
    # What lacks the layer that scores is loaded all the same, with one of chance.
    if kinds and all(kind.endswith(("Model", "ForMaskedLM")) for kind in kinds):
        raise ModelError(
            f"{source!r} is no cross-encoder but {', '.join(kinds)}; name a cross-encoder as the "
            "reranker, or take `reranker` out of the settings"
        )
    if labels != 1:
        raise ModelError(
            f"the reranker {source!r} gives {labels} scores a passage, expected one; name a "
            "cross-encoder for ranking, or take `reranker` out of the settings"
        )
    model.eval()
    return model
