"""Folders in BEIR form (corpus.jsonl, queries.jsonl, qrels/test.tsv) for the scripts that learn."""

import json
import math
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index import build_index
from qa import Assistant


@dataclass(frozen=True)
class Query:
    """A question of a BEIR folder with its graded documents and metadata."""

    text: str
    relevant: dict[str, float]
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def history(self) -> list[dict[str, str]]:
        return list(self.metadata.get("history") or [])


def read_queries(folder: Path) -> list[Query]:
    """The queries of a BEIR folder."""
    relevant: dict[str, dict[str, float]] = {}
    for line in (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        relevant.setdefault(query, {})[document] = float(grade)
    with (folder / "queries.jsonl").open(encoding="utf-8") as lines:
        values = [json.loads(line) for line in lines]
    return [Query(v["text"], relevant.get(v["_id"], {}), v.get("metadata") or {}) for v in values]


def ndcg(ranked: Sequence[str], relevant: dict[str, float], k: int = 10) -> float:
    """nDCG@k with linear gains (Järvelin and Kekäläinen 2002), as trec_eval computes it."""

    def dcg(grades: Sequence[float]) -> float:
        return sum(grade / math.log2(rank + 2) for rank, grade in enumerate(grades[:k]))

    best = dcg(sorted(relevant.values(), reverse=True))
    return dcg([relevant.get(id, 0.0) for id in ranked]) / best if best else 0.0


def merged(folders: Sequence[Path], work: Path, index: Path | None) -> Assistant:
    """One library of all folders' documents, built in `index` or in the folder `work`."""
    for folder in folders:
        (work / "sources" / folder.name).mkdir(parents=True)
        shutil.copy(folder / "corpus.jsonl", work / "sources" / folder.name)
    built = build_index(work / "sources", index or work / "index")
    print(f"{built.passages} passages, built in {built.seconds:.1f} s")
    return Assistant.open(index or work / "index")
