"""From the start of a process to its first answer, and to its help.

    python -m benchmarks.start INDEX QUESTION [--sources DIR] [--rounds N] [--peers PYTHON]

INDEX is the folder of an index, DIR that of its sources, which the chat looks through when it
starts. PYTHON is that of an environment made of benchmarks/peers/requirements.txt: the peers then
answer from the same passages and the same model, in turn with us. Printed: medians in ms, and what
they are of others.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import httpx

from benchmarks.compare import PEERS, Stores, environment
from benchmarks.measure import in_turn, seconds
from benchmarks.serving import served
from index.library import Library


def first_answer(sources: Path, index: Path, question: str) -> float:
    """Seconds from the start of the chat to its first answer over HTTP."""
    began = time.perf_counter()
    with served(sources, index) as (url, _):
        httpx.post(f"{url}/api/v1/ask", json={"question": question}, timeout=60).raise_for_status()
        return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("index", type=Path, metavar="INDEX")
    parser.add_argument("question", metavar="QUESTION")
    parser.add_argument("--sources", type=Path, default=Path("source_texts"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", metavar="PYTHON", help="of the peers' environment")
    given = parser.parse_args()
    cli, asked = [sys.executable, "-m", "ui.cli"], ["--index", str(given.index), given.question]
    with tempfile.TemporaryDirectory() as place:
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "commentary --help": [*cli, "--help"],
            "commentary search": [*cli, "search", "-k", "3", *asked],
            "commentary ask": [*cli, "ask", *asked],
            "import gradio": [sys.executable, "-c", "import gradio"],
        }
        if given.peers:
            stores = Stores(Path(place), given.peers)
            with closing(Library.open(given.index)) as library:
                stores.write(given.index, library.counts().passages)
            for name in PEERS:
                stores.run(name, "fill")
                commands[name] = stores.command(name, "ask", given.question)
        works: dict[str, Callable[[], float]] = {
            name: partial(seconds, partial(finished, command)) for name, command in commands.items()
        }
        works["commentary chat"] = partial(first_answer, given.sources, given.index, given.question)
        found = in_turn(works, given.rounds)
    median = {name: statistics.median(times) for name, times in found.items()}
    for name, took in median.items():
        share = took / median["commentary search"] if name in PEERS else 0
        print(f"{name:18} {1000 * took:7.0f} ms" + (f" {share:6.1f} x ours" if share else ""))
    print(f"the chat: {median['commentary chat'] / median['import gradio']:.2f} x import gradio")


def finished(command: list[str]) -> None:
    """Run a command to its end; 1 is that of a question that is not answered."""
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environment())
    if ended.returncode not in (0, 1):
        raise SystemExit(f"{command} failed:\n{ended.stderr}")


if __name__ == "__main__":
    main()
