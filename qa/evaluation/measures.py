"""The measures, each on plain values. What each means stands in docs/evaluation.md."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rouge_score.rouge_scorer import RougeScorer

_BRACKETS = re.compile(r"-(?:LRB|RRB|LSB|RSB|LCB|RCB)-", re.IGNORECASE)
_APART = re.compile(r"[\W_]+")


def retrieval(
    ranked: Mapping[str, Sequence[str]], relevant: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, float]]:
    """Query id -> ndcg_at_10, recall_at_5, recall_at_10 and mrr, each in [0, 1].

    `ranked` holds document ids, best first; `relevant` has a grade above 0 for each query.
    """
    from ir_measures import RR, Qrel, R, ScoredDoc, iter_calc, nDCG

    names = {nDCG @ 10: "ndcg_at_10", R @ 5: "recall_at_5", R @ 10: "recall_at_10", RR: "mrr"}
    figures = {query: dict.fromkeys(names.values(), 0.0) for query in relevant}
    qrels = [Qrel(q, d, grade) for q, judged in relevant.items() for d, grade in judged.items()]
    run = [
        ScoredDoc(query, document, float(-rank))
        for query in relevant
        for rank, document in enumerate(ranked[query])
    ]
    if run:
        for metric in iter_calc(list(names), qrels, run):
            figures[metric.query_id][names[metric.measure]] = float(metric.value)
    return figures


def letters(text: str) -> str:
    """The letters and digits of a text and nothing between them, lower case: the same for a text
    and its tokenised form (`` for a quotation mark, -LRB- for a bracket, spaces before commas)."""
    return _APART.sub("", _BRACKETS.sub(" ", text)).casefold()


def sentence_f1(quotes: Sequence[str], annotations: Sequence[Sequence[str]]) -> float:
    """F1 of the quotes against the sentences of that annotation which they fit best.

    A quote and a sentence match where, by `letters`, one contains the other: splitters differ.
    """
    quoted = [text for text in map(letters, quotes) if text]
    return max((_f1(quoted, [t for t in map(letters, a) if t]) for a in annotations), default=0.0)


def _f1(quoted: Sequence[str], selected: Sequence[str]) -> float:
    def match(one: str, other: str) -> bool:
        return one in other or other in one

    if not quoted or not selected:
        return 0.0
    precision = sum(any(match(q, s) for s in selected) for q in quoted) / len(quoted)
    recall = sum(any(match(q, s) for q in quoted) for s in selected) / len(selected)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def rouge_l(answer: str, references: Sequence[str]) -> float:
    """ROUGE-L F of the answer against the reference that it fits best (Lin 2004), stemmed."""
    return max(float(_scorer().score(r, answer)["rougeL"].fmeasure) for r in references)


@cache
def _scorer() -> "RougeScorer":
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer(["rougeL"], use_stemmer=True)


def auroc(chances: Sequence[float], answers: Sequence[bool]) -> float | None:
    """Area under the ROC curve; None where only one class is there."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(answers, chances)) if len(set(answers)) == 2 else None


def bins(
    chances: Sequence[float], answers: Sequence[bool], count: int = 10
) -> list[tuple[int, float, float]]:
    """Of each equal bin of [0, 1] that is not empty: how many, mean chance, share of yes."""
    chance, answer = np.asarray(chances, float), np.asarray(answers, float)
    place = np.minimum((chance * count).astype(int), count - 1)
    return [
        (int(here.sum()), float(chance[here].mean()), float(answer[here].mean()))
        for here in (place == number for number in range(count))
        if here.any()
    ]


def calibration_error(chances: Sequence[float], answers: Sequence[bool]) -> float:
    """Expected calibration error over ten equal bins (Naeini et al. 2015)."""
    return sum(n * abs(mean - share) for n, mean, share in bins(chances, answers)) / len(chances)


def mean(values: Sequence[float]) -> float | None:
    """None for nothing."""
    return sum(values) / len(values) if values else None
