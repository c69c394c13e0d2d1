"""How probable it is that the sources answer a question: a logistic model of a few signals.

The weights are learned by `python -m benchmarks.answerable`, which prints them with their
cross-validation; nothing in them knows a question's words.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.lexical import terms
from qa.expects import fits
from qa.retrieve import Signals

# The best passages that are looked at.
_LOOKED_AT = 5
FEATURES = ("sentence", "own", "mean", "cosine", "weakest", "lead", "literal", "names", "fits")
BIAS = -6.97
WEIGHTS = (2.07, 0.0, 0.0, 5.46, 2.01, 5.29, 1.65, 0.80, 0.0)
# Below this the answer is no: one threshold for all libraries, chosen on the dev sets.
THRESHOLD = 0.3


def features(question: str, ranked: Sequence[Signals]) -> NDArray[np.float64]:
    """float64 (9,), in the order of FEATURES, each the best among the first passages of what a
    search found (not empty).

    sentence: late interaction of the best sentence, in [-1, 1], helped by the one before it.
    own: the same without help.
    mean: cosine of the question's mean token and a sentence's.
    cosine: question against passage, in [-1, 1].
    weakest: the best token of the question's worst word, in [-1, 1].
    lead: the first passage's score less the mean of those that follow, >= 0.
    literal: the share of the question's words, by rarity, that stand there, in [0, 1].
    names: 1 where every name and number of the question stands there, else the cosine of the
        best token of the one that fits least.
    fits: 1 where the best sentence of the first passage has the kind of thing that is asked for.
    """
    best = ranked[:_LOOKED_AT]
    present = [_terms(signals) for signals in best]
    rest = [signals.score for signals in best[1:]]
    return np.array(
        [
            max(max(signals.sentences, default=0.0) for signals in best),
            max(max(signals.own, default=0.0) for signals in best),
            max(max(signals.means, default=0.0) for signals in best),
            max(signals.dense for signals in best),
            max(min((cosine for _, cosine in s.words), default=0.0) for s in best),
            best[0].score - sum(rest) / len(rest) if rest else 0.0,
            max(_literal(s, there) for s, there in zip(best, present, strict=True)),
            max(_names(s, there) for s, there in zip(best, present, strict=True)),
            float(_fits(question, best[0])),
        ]
    )


def probability(question: str, ranked: Sequence[Signals]) -> float:
    """The probability, in [0, 1], that what was found answers the question; 0 for nothing."""
    if not ranked:
        return 0.0
    return 1 / (1 + math.exp(-BIAS - float(features(question, ranked) @ np.array(WEIGHTS))))


def _fits(question: str, signals: Signals) -> bool:
    passage = signals.found.passage
    if not signals.sentences:
        return False
    sentence = passage.sentences[int(np.argmax(signals.sentences))]
    return fits(
        question, passage.text[sentence.start - passage.start : sentence.end - passage.start]
    )


def _terms(signals: Signals) -> set[str]:
    passage = signals.found.passage
    return set(terms(f"{passage.text} {passage.title} {passage.heading}"))


def _literal(signals: Signals, present: set[str]) -> float:
    total = sum(word.rarity for word, _ in signals.words)
    found = sum(word.rarity for word, _ in signals.words if word.term in present)
    return found / total if total else 0.0


def _names(signals: Signals, present: set[str]) -> float:
    return min(
        (1.0 if word.term in present else cosine for word, cosine in signals.words if word.is_name),
        default=1.0,
    )
