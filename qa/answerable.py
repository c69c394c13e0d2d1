"""How probable it is that the sources answer a question: a logistic model of a few signals.

The weights are learned by `python -m benchmarks.answerable`, which prints them with their
cross-validation; nothing in them knows a question's words.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.retrieve import Signals

# The best passages that are looked at.
_LOOKED_AT = 5
# What a passage scores that does not answer: it stands for those that a search did not find, so
# that a document asked alone is not one without a lead.
_RIVAL = 0.4
FEATURES = ("sentence", "mean", "cosine", "weakest", "lead", "literal", "names", "contrast")
BIAS = -6.91
WEIGHTS = (1.36, 2.49, 4.51, 2.09, 4.96, 1.94, 0.55, 3.89)
# Below this the answer is no: one threshold for all libraries, chosen on the dev sets.
THRESHOLD = 0.26


def features(ranked: Sequence[Signals]) -> NDArray[np.float64]:
    """float64 (8,), in the order of FEATURES, each the best among the first passages of what a
    search found (not empty).

    sentence: late interaction of the best sentence, in [-1, 1], helped by the one before it.
    mean: cosine of the question's mean token and a sentence's.
    cosine: question against passage, in [-1, 1].
    weakest: the best token of the question's worst word, in [-1, 1].
    lead: the first passage's score less the mean of the four that follow.
    literal: the share of the question's words, by rarity, that stand there, in [0, 1].
    names: 1 where every name and number of the question stands there, else the cosine of the
        best token of the one that fits least.
    contrast: late interaction of the first passage's best sentence alone, less the mean of its
        sentences: where all say the same of a question, none answers it.
    """
    best = ranked[:_LOOKED_AT]
    rivals = [signals.score for signals in best[1:]]
    own = best[0].own or (0.0,)
    rivals += [_RIVAL] * (_LOOKED_AT - len(best))
    return np.array(
        [
            max(max(signals.sentences, default=0.0) for signals in best),
            max(max(signals.means, default=0.0) for signals in best),
            max(signals.dense for signals in best),
            max(min((cosine for _, cosine in s.words), default=0.0) for s in best),
            best[0].score - sum(rivals) / len(rivals),
            max(_literal(signals) for signals in best),
            max(_names(signals) for signals in best),
            max(own) - sum(own) / len(own),
        ]
    )


def probability(ranked: Sequence[Signals]) -> float:
    """The probability, in [0, 1], that what was found answers the question; 0 for nothing."""
    if not ranked:
        return 0.0
    return 1 / (1 + math.exp(-BIAS - float(features(ranked) @ np.array(WEIGHTS))))


def _literal(signals: Signals) -> float:
    total = sum(word.rarity for word, _ in signals.words)
    found = sum(word.rarity for word, _ in signals.words if word.stands_in(signals.there))
    return found / total if total else 0.0


def _names(signals: Signals) -> float:
    return min(
        (
            1.0 if word.stands_in(signals.there) else cosine
            for word, cosine in signals.words
            if word.is_name
        ),
        default=1.0,
    )
