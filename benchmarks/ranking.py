"""Learns what each signal counts in a passage's score (`qa.retrieve`), and says how well it ranks.

    python -m benchmarks.ranking DIR [DIR ...]

The folders (BEIR form) are merged into one library. Each question that has relevant documents is
searched for; over its candidates a listwise model is learned (softmax over the passages, the
likelihood of the relevant ones: ListNet, Cao et al. 2007, section 4), once for questions that
stand alone and once for follow-ups. Printed: nDCG@10 by each signal alone, by the weights of the
other folds (5-fold cross-validation by question), by those without each signal, by those in use,
and the weights.
"""

import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

from benchmarks.folders import arguments, merged, read_queries
from qa import Assistant
from qa.conversation import turns
from qa.retrieve import ALONE, FOLLOW_UP, SIGNALS

Floats = NDArray[np.float64]
_FOLDS = 5
_RIDGE = 0.003
# Alone, the first search only finds candidates: with it in the score, others rank worse.
_ALONE = ("passage", "sentence", "mean")


@dataclass(frozen=True)
class Case:
    """A question's candidates: their documents, signals (n, 7), and which are relevant (n,)."""

    folder: str
    fold: int
    follows: bool
    documents: list[str]
    values: Floats
    wanted: NDArray[np.bool_]
    relevant: dict[str, int]


def cases(assistant: Assistant, folders: Sequence[Path]) -> list[Case]:
    """All questions with relevant documents."""
    found = []
    for folder in folders:
        judged = [query for query in read_queries(folder) if query.relevant]
        for number, query in enumerate(judged):
            asked = turns(query.text, query.history)
            ranked = assistant.search(asked)
            documents = [signals.found.passage.document_id for signals in ranked]
            values = np.stack([signals.values for signals in ranked]).astype(np.float64)
            wanted = np.array([document in query.relevant for document in documents])
            found.append(
                Case(
                    folder.name,
                    number % _FOLDS,
                    len(asked) > 1,
                    documents,
                    values,
                    wanted,
                    query.relevant,
                )
            )
    return found


def learn(some: Sequence[Case], columns: Sequence[int], scale: Floats) -> Floats:
    """A weight for each of these columns, in units of `scale`; each folder counts the same."""
    usable = [case for case in some if case.wanted.any()]
    names = [case.folder for case in usable]
    share = np.array([1 / names.count(name) for name in names])
    inputs = [case.values[:, columns] / scale[columns] for case in usable]

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, slope = 0.0, np.zeros(len(weights))
        for case, rows, part in zip(usable, inputs, share / share.sum(), strict=True):
            scores = rows @ weights
            all_of_it, wanted = logsumexp(scores), logsumexp(scores[case.wanted])
            total += part * (all_of_it - wanted)
            slope += part * (np.exp(scores - all_of_it) @ rows)
            slope -= part * (np.exp(scores[case.wanted] - wanted) @ rows[case.wanted])
        return total + _RIDGE * float(weights @ weights), slope + 2 * _RIDGE * weights

    return np.asarray(minimize(loss, np.zeros(len(columns)), jac=True, method="L-BFGS-B").x)


def ndcg(ranked: Sequence[str], relevant: dict[str, int], k: int = 10) -> float:
    """nDCG@k with linear gains (Järvelin and Kekäläinen 2002), as trec_eval computes it."""

    def dcg(grades: Sequence[float]) -> float:
        return sum(grade / math.log2(rank + 2) for rank, grade in enumerate(grades[:k]))

    best = dcg(sorted(relevant.values(), reverse=True))
    return dcg([relevant.get(id, 0.0) for id in ranked]) / best if best else 0.0


def quality(case: Case, scores: Floats) -> float:
    """nDCG@10 of the documents in this order of their passages."""
    order = np.argsort(-scores, kind="stable")
    return ndcg(list(dict.fromkeys(case.documents[at] for at in order)), case.relevant)


def crossed(some: Sequence[Case], columns: Sequence[int], scale: Floats) -> dict[str, float]:
    """nDCG@10 of each folder's questions, with the weights of the other folds."""
    found: dict[str, list[float]] = {}
    for fold in range(_FOLDS):
        weights = learn([case for case in some if case.fold != fold], columns, scale)
        for case in some:
            if case.fold == fold:
                scores = case.values[:, columns] / scale[columns] @ weights
                found.setdefault(case.folder, []).append(quality(case, scores))
    return {name: float(np.mean(values)) for name, values in found.items()}


def by_folder(some: Sequence[Case], weights: Floats) -> dict[str, float]:
    """nDCG@10 of each folder's questions, with a weight for each of SIGNALS."""
    found: dict[str, list[float]] = {}
    for case in some:
        found.setdefault(case.folder, []).append(quality(case, case.values @ weights))
    return {folder: float(np.mean(values)) for folder, values in found.items()}


def report(label: str, some: Sequence[Case], names: Sequence[str], in_use: Sequence[float]) -> None:
    columns = [SIGNALS.index(name) for name in names]
    scale = np.sqrt(np.mean([case.values.var(axis=0) for case in some], axis=0)) + 1e-9
    print(f"\n{label}: {len(some)} questions")
    for column, name in enumerate(SIGNALS):
        if any(case.values[:, column].any() for case in some):
            _line(f"{name} alone", by_folder(some, np.eye(len(SIGNALS))[column]))
    _line("all, cross-validated", crossed(some, columns, scale))
    for name, column in zip(names, columns, strict=True):
        _line(f"without {name}", crossed(some, [c for c in columns if c != column], scale))
    _line("weights in use", by_folder(some, np.array(in_use)))
    weights = learn(some, columns, scale) / scale[columns]
    shares = weights / weights.sum()
    print("shares:", ", ".join(f"{n} {s:.3f}" for n, s in zip(names, shares, strict=True)))


def _line(label: str, values: dict[str, float]) -> None:
    print(f"{label:24}", *(f"{name} {value:.4f}" for name, value in values.items()), sep="  ")


def main() -> None:
    given = arguments(__doc__)
    with tempfile.TemporaryDirectory() as work:
        assistant = merged(given.folders, Path(work), given.index)
        found = cases(assistant, given.folders)
        report("alone", [case for case in found if not case.follows], _ALONE, ALONE)
        report("follow-ups", [case for case in found if case.follows], SIGNALS, FOLLOW_UP)


if __name__ == "__main__":
    main()
