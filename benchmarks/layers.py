"""Which of the model's layers make a token's vector (`index.torch_route.LAYERS`).

    python -m benchmarks.layers DIR [DIR ...]

The folders (BEIR form) are merged into one library, built anew for each choice of layers by
sentence-transformers in float32, the weights as they are. Printed for each choice and folder:
nDCG@10, and where the folder's metadata has answers how often the best sentence holds one, and
one of the best three.
"""

import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

import index.embedder
from benchmarks.folders import arguments, merged, read_queries
from benchmarks.ranking import ndcg
from index.settings import DEFAULT_MODEL
from index.torch_route import LAYERS, TorchRoute
from index.weights import model_folder
from qa import Assistant
from qa.candidates import candidates
from qa.conversation import turns
from qa.evaluation.beir import Query
from qa.evaluation.measures import letters

# Counted from the last.
CHOICES = ((1,), (2,), LAYERS, (1, 2, 3, 4))


def figures(assistant: Assistant, queries: Sequence[Query]) -> str:
    """What is measured of the questions that have relevant documents."""
    ranked, first, three = [], [], []
    for query in queries:
        found = assistant.found(turns(query.text, query.history))
        documents = list(dict.fromkeys(hit.document.id for _, hit in found))
        ranked.append(ndcg(documents, dict(query.relevant)))
        best = sorted(candidates(query.text, found), key=lambda one: -one.score)[:3]
        holds = [any(letters(a) in letters(one.text) for a in query.answers) for one in best]
        first.append(any(holds[:1]))
        three.append(any(holds))
    said = f"nDCG@10 {np.mean(ranked):.4f}"
    if any(query.answers for query in queries):
        said += f", best sentence {np.mean(first):.4f}, of three {np.mean(three):.4f}"
    return said


def main() -> None:
    given = arguments(__doc__)
    for layers in CHOICES:
        route = TorchRoute(model_folder(DEFAULT_MODEL) or DEFAULT_MODEL, True, layers)
        index.embedder._load_embedder.cache_clear()
        index.embedder.choose = lambda name, route=route: route
        with (
            tempfile.TemporaryDirectory() as work,
            closing(merged(given.folders, Path(work), None)) as assistant,
        ):
            for folder in given.folders:
                queries = [query for query in read_queries(folder) if query.relevant]
                print(layers, f"{folder.name}:", figures(assistant, queries), flush=True)


if __name__ == "__main__":
    main()
