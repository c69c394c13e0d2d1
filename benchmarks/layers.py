"""Which of the model's layers make a token's vector (`index.torch_route.LAYERS`).

    python -m benchmarks.layers DIR [DIR ...]

The folders (BEIR form) are merged into one library, built anew for each choice of layers by
sentence-transformers in float32, the weights as they are. Printed for each choice: nDCG@10 of each
folder, and what else it can be measured on: how often the answer's first sentence holds it, and
one of the first three, refused or not; sentence F1 from the relevant document; AUROC of
answerability.
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

import index.embedder
from index.settings import DEFAULT_MODEL
from index.torch_route import LAYERS, TorchRoute
from index.weights import model_folder
from qa.evaluation.beir import read_folder
from qa.evaluation.records import Result
from qa.evaluation.run import evaluate

# Counted from the last.
CHOICES = ((1,), (2,), LAYERS, (1, 3), (1, 2, 3), (1, 2, 3, 4))


def figures(result: Result) -> Iterator[str]:
    """The figures of a folder, each with its name."""
    if result.retrieval is not None:
        yield f"nDCG@10 {result.retrieval.ndcg_at_10:.3f}"
    if (one := result.answer_sentence) is not None:
        yield f"first {one.ranked_first:.3f}, first three {one.ranked_first_three:.3f}"
    if (quotes := result.from_passage) is not None and quotes.sentence_f1 is not None:
        yield f"F1 {quotes.sentence_f1:.3f}"
    if (known := result.answerability) is not None and known.auroc is not None:
        yield f"AUROC {known.auroc:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    folders = [read_folder(folder, folder.name) for folder in parser.parse_args().folders]
    for layers in CHOICES:
        route = TorchRoute(model_folder(DEFAULT_MODEL) or DEFAULT_MODEL, True, layers)
        index.embedder._load_embedder.cache_clear()
        index.embedder.choose = lambda name, route=route: route
        with tempfile.TemporaryDirectory() as work:
            for result in evaluate(folders, Path(work), merge=True):
                print(f"layers {layers}: {result.name}:", "; ".join(figures(result)), flush=True)


if __name__ == "__main__":
    main()
