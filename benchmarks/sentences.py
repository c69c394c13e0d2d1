"""Learns which sentences go with the one that answers best (`qa.sentences.JOINS`).

    python -m benchmarks.sentences DIR [DIR ...]

DIR is in BEIR form, its queries' metadata with `selected_sentences`: for each annotator the
sentences of the relevant document that answer (ClapNQ: Rosenthal et al. 2025). A logistic model is
learned over the relevant documents' sentences. Printed: sentence F1 (the best annotator's) of what
is chosen from the relevant document with the weights of the other folds, then the weights.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.answerable import fit
from benchmarks.folders import arguments, merged, read_queries
from qa import Assistant, sentences
from qa.candidates import candidates
from qa.conversation import turns
from qa.evaluation.beir import Query
from qa.evaluation.measures import letters, sentence_f1

Floats = NDArray[np.float64]
_FOLDS = 5


@dataclass(frozen=True)
class Case:
    """The sentences of one relevant document: what `JOINS` reads of each (n, 5), and the share of
    annotators who chose it (n,)."""

    fold: int
    values: Floats
    chosen: Floats


def is_among(sentence: str, chosen: Sequence[str]) -> bool:
    """Whether a sentence is one of these, or a part of one, or the other way round."""
    own = letters(sentence)
    return bool(own) and any(own in letters(one) or letters(one) in own for one in chosen)


def case(assistant: Assistant, fold: int, query: Query) -> Case | None:
    """None where nothing of the document is found."""
    filters = {"document": next(iter(query.relevant))}
    found = assistant.found(turns(query.text), filters)
    row = candidates(query.text, found)
    if not row:
        return None
    own, mean = max(c.own for c in row), max(c.mean for c in row)
    values = np.array([sentences.features(c, own, mean) for c in row])
    by = [[is_among(c.text, one) for c in row] for one in query.selected]
    return Case(fold, values, np.mean(by, axis=0))


def main() -> None:
    given = arguments(__doc__)
    with tempfile.TemporaryDirectory() as work:
        assistant = merged(given.folders, Path(work), given.index)
        queries = [
            query
            for folder in given.folders
            for query in read_queries(folder)
            if query.relevant and query.selected
        ]
        cases = [case(assistant, number % _FOLDS, query) for number, query in enumerate(queries)]

        def learned(left_out: int) -> tuple[float, ...]:
            some = [c for c in cases if c is not None and c.fold != left_out]
            values = np.concatenate([c.values for c in some])
            chosen = np.concatenate([c.chosen for c in some])
            return tuple(fit(values, chosen, np.ones(len(chosen))).tolist())

        scores = []
        for fold in range(_FOLDS):
            sentences.JOINS = learned(fold)
            for query in queries[fold::_FOLDS]:
                filters = {"document": next(iter(query.relevant))}
                found = assistant.found(turns(query.text), filters)
                quotes = [c.text for c in sentences.choose(query.text, found, found)]
                scores.append((sentence_f1(quotes, query.selected), len(quotes)))
        mean, length = np.mean(scores, axis=0)
        print(f"sentence F1 {mean:.4f}, {length:.2f} sentences an answer, n = {len(scores)}")
        print("JOINS =", tuple(round(weight, 2) for weight in learned(-1)))


if __name__ == "__main__":
    main()
