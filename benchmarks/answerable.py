"""Learns the weights of qa/answerable.py and says how well they do.

    python -m benchmarks.answerable DIR [DIR ...]

Each DIR is in BEIR form, its queries with `answerable` in their metadata. Five kinds of cases:
a folder's own questions, by what its metadata says; every answerable question once more with the
passages that answer it taken away (a near miss); both again with each title's documents as a
small library of their own; each folder's questions asked of the others (other matters); and of
what was found for a question one document alone, the one that answers or the best other one,
which is measured and not learned from.
Printed: per kind AUROC (of other matters: against the folder's own answerable questions) and errors
at the threshold with weights from the other folds (5-fold cross-validation by question), the
expected calibration error, what other thresholds would give, then the weights from all cases.
"""

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.folders import read_queries
from index import build_index
from qa import Assistant
from qa.answerable import FEATURES, THRESHOLD, features
from qa.conversation import turns
from qa.evaluation.beir import Query
from qa.retrieve import Signals

Floats = NDArray[np.float64]
_FOLDS = 5
_SMALL = 3  # documents of one title that make a small library
_RIDGE = 1.0
_MADE = 0.12
_OWN, _OTHERS, _ONE, _FEW = ": own", ": other matters", ": one document", ": small"
_THRESHOLDS = (0.2, 0.23, THRESHOLD, 0.3, 0.35)


@dataclass(frozen=True)
class Case:
    """One question asked of one library: what was found, and whether it answers."""

    kind: str
    fold: int
    values: Floats
    answers: bool


def cases(folders: Sequence[Path], work: Path) -> Iterator[Case]:
    """All cases of the folders, in the five kinds."""
    questions = {folder: read_queries(folder) for folder in folders}
    for folder in folders:
        assistant = _library(work / folder.name, _documents(folder))
        for fold, query in enumerate(questions[folder]):
            ranked = _search(assistant, query, history=True)
            if ranked and query.answerable is not None:
                yield Case(f"{folder.name}{_OWN}", fold, features(ranked), query.answerable)
                yield from _near_miss(f"{folder.name}: near miss", fold, query, ranked)
                yield from _one_document(f"{folder.name}{_ONE}", fold, query, ranked)
        for other in folders:
            if other != folder:
                for fold, query in enumerate(questions[other][:150]):
                    ranked = _search(assistant, query, history=False)
                    yield Case(f"{folder.name}{_OTHERS}", fold, features(ranked), False)
        assistant.close()
        yield from _small(folder, questions[folder], work)


def _small(folder: Path, questions: Sequence[Query], work: Path) -> Iterator[Case]:
    by_title = defaultdict(list)
    for document in _documents(folder):
        by_title[document.get("title")].append(document)
    for number, (title, documents) in enumerate(sorted(by_title.items(), key=str)):
        if not title or len(documents) < _SMALL:
            continue
        ids = {document["_id"] for document in documents}
        assistant = _library(work / f"{folder.name}-{number}", documents)
        for fold, query in enumerate(questions):
            if query.relevant and set(query.relevant) <= ids:
                ranked = _search(assistant, query, history=False)
                yield Case(f"{folder.name}{_FEW}", fold, features(ranked), True)
                yield from _near_miss(f"{folder.name}{_FEW}", fold, query, ranked)
        assistant.close()


def _near_miss(kind: str, fold: int, query: Query, ranked: Sequence[Signals]) -> Iterator[Case]:
    """The same question with the passages that answer it taken away."""
    rest = [
        signals for signals in ranked if signals.found.passage.document_id not in query.relevant
    ]
    if query.relevant and rest:
        yield Case(kind, fold, features(rest), False)


def _one_document(kind: str, fold: int, query: Query, ranked: Sequence[Signals]) -> Iterator[Case]:
    """The same question asked of the document that answers it, and of the best other one."""
    found = list(dict.fromkeys(signals.found.passage.document_id for signals in ranked))
    other = next((document for document in found if document not in query.relevant), None)
    for document, answers in ((query.gold, bool(query.answerable)), (other, False)):
        alone = [s for s in ranked if s.found.passage.document_id == document]
        if alone:
            yield Case(kind, fold, features(alone), answers)


def _documents(folder: Path) -> list[dict[str, str]]:
    with (folder / "corpus.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _library(work: Path, documents: Sequence[dict[str, str]]) -> Assistant:
    (work / "sources").mkdir(parents=True)
    lines = "\n".join(json.dumps(document) for document in documents)
    (work / "sources" / "corpus.jsonl").write_text(lines, encoding="utf-8")
    build_index(work / "sources", work / "index")
    return Assistant.open(work / "index")


def _search(assistant: Assistant, query: Query, history: bool) -> list[Signals]:
    return assistant.search(turns(query.text, query.history if history else []))


def fit(values: Floats, answers: Floats, weights: Floats) -> Floats:
    """Weights of a logistic regression, bias first, by Newton's method with a ridge penalty;
    `values` (n, d), `answers` 0 or 1 (n,), `weights` of the cases (n,)."""
    inputs = np.column_stack([np.ones(len(values)), values])
    learned = np.zeros(inputs.shape[1])
    penalty = np.eye(len(learned)) * _RIDGE
    penalty[0, 0] = 0.0
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(inputs @ learned)))
        slope = inputs.T @ (weights * (chance - answers)) + penalty @ learned
        curve = (inputs * (weights * chance * (1 - chance))[:, None]).T @ inputs + penalty
        learned = learned - np.linalg.solve(curve, slope)
    return learned


def _counts(kind: str) -> float:
    """What a case counts: one that we made (a near miss, a small library, other matters) less than
    a folder's own, so that a probability means what it says of questions that people ask."""
    return 1.0 if kind.endswith(_OWN) else 0.0 if kind.endswith(_ONE) else _MADE


def predict(learned: Floats, values: Floats) -> Floats:
    return 1 / (1 + np.exp(-(learned[0] + values @ learned[1:])))


def auroc(chances: Floats, answers: Floats) -> float:
    """Area under the ROC curve by ranks (Mann and Whitney); 0.5 where only one class is there."""
    order = np.argsort(np.argsort(chances)) + 1
    positive = int(answers.sum())
    negative = len(answers) - positive
    if not positive or not negative:
        return 0.5
    return float((order[answers == 1].sum() - positive * (positive + 1) / 2) / positive / negative)


def calibration_error(chances: Floats, answers: Floats, bins: int = 10) -> float:
    """Expected calibration error over equal bins (Naeini et al. 2015)."""
    place = np.minimum((chances * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(chances[place == b].mean() - answers[place == b].mean()) * (place == b).mean()
            for b in range(bins)
            if (place == b).any()
        )
    )


def trade(some: Sequence[Case], chances: Floats, threshold: float) -> str:
    """The shares wrongly refused and wrongly answered at a threshold, for each kind of library."""
    parts = []
    for kind in (_OWN, _OTHERS, _FEW):
        pairs = [
            (c.answers, p) for c, p in zip(some, chances, strict=True) if c.kind.endswith(kind)
        ]
        refused = [p < threshold for answers, p in pairs if answers]
        answered = [p >= threshold for answers, p in pairs if not answers]
        shares = f"{np.mean(refused):.3f} refused, " if refused else ""
        parts.append(f"{kind[2:]} {shares}{np.mean(answered):.3f} answered")
    return "; ".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        found = list(cases(arguments.folders, Path(work)))
    kinds = sorted({case.kind for case in found})
    values = np.stack([case.values for case in found])
    answers = np.array([float(case.answers) for case in found])
    kind = np.array([kinds.index(case.kind) for case in found])
    weights = np.array([_counts(case.kind) for case in found])
    chances = np.zeros(len(found))
    fold = np.array([case.fold % _FOLDS for case in found])
    for held in range(_FOLDS):
        learned = fit(values[fold != held], answers[fold != held], weights[fold != held])
        chances[fold == held] = predict(learned, values[fold == held])
    print(f"{'':26} {'cases':>6} {'AUROC':>6} {'wrongly refused':>16} {'wrongly answered':>17}")
    for at, name in enumerate(kinds):
        here = kind == at
        yes, no = here & (answers == 1), here & (answers == 0)
        refused = f"{(chances[yes] < THRESHOLD).mean():.3f}" if yes.any() else "-"
        answered = f"{(chances[no] >= THRESHOLD).mean():.3f}" if no.any() else "-"
        folder = name.partition(":")[0]
        among = here
        if name.endswith(_OTHERS):
            among = here | ((kind == kinds.index(f"{folder}{_OWN}")) & (answers == 1))
        area = auroc(chances[among], answers[among])
        print(f"{name:26} {here.sum():6} {area:6.3f} {refused:>16} {answered:>17}")
    for label, here in (("all but one document", weights > 0), ("own questions", weights == 1)):
        area = auroc(chances[here], answers[here])
        error = calibration_error(chances[here], answers[here])
        print(f"{label}: AUROC {area:.3f}, expected calibration error {error:.3f}")
    for threshold in _THRESHOLDS:
        print(f"threshold {threshold}:", trade(found, chances, threshold))
    learned = fit(values, answers, weights)
    print(
        "weights: bias",
        *(f"{w:.2f}" for w in learned[:1]),
        *(f"{name} {w:.2f}" for name, w in zip(FEATURES, learned[1:], strict=True)),
    )


if __name__ == "__main__":
    main()
