"""Against the peers: the same model, the same passages and questions, all in turn.

    python -m benchmarks.compare build | change | question INDEX PYTHON [--passages N] [--rounds N]

The passages are those of INDEX, the folder of an index; PYTHON is that of an environment made of
benchmarks/peers/requirements.txt. What each store does, in a fresh process for every round, is in
benchmarks/peers/ and benchmarks/ours.py.

build: 300 passages, from the loaded model to all on disk, and beside them the model alone,
    `SentenceTransformer.encode` in float32; how much more than its model a build of ours takes.
change: one of 10,000 passages gives way to another, without the model. Ours is `build_index`, which
    looks for what changed: how much of it that is. The disk for a passage.
question: the nearest three of 10,000 passages, in a process that has answered before.

Passages beyond those of INDEX are recombined from their sentences. Printed, in Markdown: medians,
and how many times ours that is.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path

from benchmarks.measure import disk, in_turn
from benchmarks.update import SENTENCES, ordinary
from index.library import Library
from index.settings import DEFAULT_MODEL
from index.weights import model_folder

PEERS = {
    "LangChain, FAISS": "langchain_faiss",
    "LlamaIndex": "llamaindex",
    "txtai, hybrid": "txtai_hybrid",
    "Chroma": "chroma",
}
OURS = "ours"
_FOLDER = Path(__file__).parent / "peers"
_SIZES = {"build": 300, "change": 10_000, "question": 10_000}
_QUESTIONS = 40


class Stores:
    """All stores, which keep the same passages below `place`."""

    def __init__(self, place: Path, python: str) -> None:
        self.place = place
        self.commands = {
            OURS: [sys.executable, "-m", "benchmarks.ours"],
            **{name: [python, str(_FOLDER / f"{script}.py")] for name, script in PEERS.items()},
        }

    def write(self, index: Path, count: int) -> None:
        """Put `count` passages of the index, and questions, where the stores look for them."""
        passages = passages_of(index, count)
        questions = [text[:80].rpartition(" ")[0] for text in passages[-_QUESTIONS:]]
        for name, texts in (("passages", passages), ("questions", questions)):
            (self.place / f"{name}.json").write_text(json.dumps(texts), encoding="utf-8")

    def command(self, name: str, *task: str) -> list[str]:
        return [*self.commands[name], str(model_folder(DEFAULT_MODEL)), str(self.place), *task]

    def run(self, name: str, *task: str) -> dict[str, float]:
        """What a store says of a task."""
        ended = subprocess.run(
            self.command(name, *task),
            capture_output=True,
            text=True,
            check=False,
            env=environment(),
        )
        if ended.returncode:
            raise SystemExit(f"{name} failed:\n{ended.stderr}")
        said: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
        return said

    def in_turn(self, task: str, rounds: int) -> dict[str, list[dict[str, float]]]:
        """What all say of a task, round after round."""
        return in_turn({name: partial(self.run, name, task) for name in self.commands}, rounds)

    def disk(self, name: str) -> int:
        """Bytes of what a store wrote."""
        return disk(self.place / PEERS.get(name, "ours/index"))


def environment() -> dict[str, str]:
    """That of a process that asks no model hub."""
    return os.environ | {"HF_HUB_OFFLINE": "1"}


def passages_of(index: Path, count: int) -> list[str]:
    """`count` passages of a library, evenly over it; recombined ones where it has fewer."""
    with closing(Library.open(index)) as library:
        keys = library.passage_keys()
        some = keys[:: max(1, len(keys) // count)][:count]
        found = [text for _, text, _ in library.texts(some)]
    sentences, rng = ordinary(found), random.Random(count)
    return found + [" ".join(rng.sample(sentences, SENTENCES)) for _ in range(count - len(found))]


def medians(said: dict[str, list[dict[str, float]]]) -> dict[str, float]:
    return {name: statistics.median(one["seconds"] for one in all_) for name, all_ in said.items()}


def say(found: dict[str, float], scale: float, unit: str, more: dict[str, str]) -> None:
    """A table in Markdown: what each took, how many times ours, and what else is known of it."""
    print(f"| | {unit} | x ours |{' |' if more else ''}\n|---|---|---|{'---|' if more else ''}")
    for name, seconds in found.items():
        row = f"| {name:18} | {scale * seconds:8.1f} | {seconds / found[OURS]:7.2f} |"
        print(row + (f" {more[name]} |" if more else ""))


def build(stores: Stores, count: int, rounds: int) -> None:
    stores.commands["encode in fp32"] = [sys.executable, str(_FOLDER / "plain.py")]
    said = stores.in_turn("build", rounds)
    found = medians(said)
    say(found, 1, "s", {name: f"{count / one:.1f} passages/s" for name, one in found.items()})
    more = statistics.median(one["seconds"] / one["model"] - 1 for one in said[OURS])
    print(f"ours takes {100 * more:.1f} % more than its model")


def change(stores: Stores, count: int, rounds: int) -> None:
    stores.in_turn("fill", 1)
    kept = {name: stores.disk(name) / count / 1000 for name in stores.commands}
    said = stores.in_turn("change", rounds)
    found = medians(said)
    say(found, 1000, "ms", {name: f"{size:.1f} kB a passage" for name, size in kept.items()})
    idle = statistics.median(one["idle"] for one in said[OURS])
    print(f"of ours {1000 * idle:.1f} ms are those of a build that finds nothing changed")


def question(stores: Stores, count: int, rounds: int) -> None:
    stores.in_turn("fill", 1)
    say(medians(stores.in_turn("warm", rounds)), 1000, "ms", {})


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("task", choices=("build", "change", "question"))
    parser.add_argument("index", type=Path, metavar="INDEX")
    parser.add_argument("python", metavar="PYTHON")
    parser.add_argument("--passages", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    count = given.passages or _SIZES[given.task]
    with tempfile.TemporaryDirectory() as place:
        stores = Stores(Path(place), given.python)
        stores.write(given.index, count)
        print(f"{count:,} passages, {given.rounds} rounds")
        tasks = {"build": build, "change": change, "question": question}
        tasks[given.task](stores, count, given.rounds)


if __name__ == "__main__":
    main()
