"""Folders in BEIR form (corpus.jsonl, queries.jsonl, qrels/test.tsv) for the scripts that learn."""

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

from index import build_index
from qa import Assistant
from qa.evaluation.beir import Query, read_folder


def arguments(description: str | None) -> argparse.Namespace:
    """`folders` and `index` of the command line."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--index", type=Path, help="keep the library here and use it again")
    return parser.parse_args()


def read_queries(folder: Path) -> tuple[Query, ...]:
    """The questions of a folder that are judged."""
    return read_folder(folder, folder.name).queries


def merged(folders: Sequence[Path], work: Path, index: Path | None) -> Assistant:
    """One library of all folders' documents, built in `index` or in the folder `work`."""
    for folder in folders:
        (work / "sources" / folder.name).mkdir(parents=True)
        shutil.copy(folder / "corpus.jsonl", work / "sources" / folder.name)
    built = build_index(work / "sources", index or work / "index")
    print(f"{built.passages} passages, built in {built.seconds:.1f} s")
    return Assistant.open(index or work / "index")
