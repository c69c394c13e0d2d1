"""From the start of a process to its first hit, and to its help.

    python -m benchmarks.start DIR QUESTION [--rounds N] [--peers PYTHON]

DIR is the folder of an index. PYTHON is that of an environment made of
benchmarks/peers/requirements.txt: LangChain then answers from the same passages and the same model,
kept by FAISS, in turn with us. Printed: medians in ms, and what they are of others.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from index.library import Library
from index.settings import DEFAULT_MODEL
from index.weights import model_folder


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("index", type=Path, metavar="DIR")
    parser.add_argument("question", metavar="QUESTION")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", metavar="PYTHON", help="of the peers' environment")
    arguments = parser.parse_args()
    cli = [sys.executable, "-m", "ui.cli"]
    with tempfile.TemporaryDirectory() as place:
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "commentary --help": [*cli, "--help"],
            "commentary search": [*cli, "search", "--index", str(arguments.index), "-k", "3",
                                  arguments.question],
            "import gradio": [sys.executable, "-c", "import gradio"],
        }  # fmt: skip
        if arguments.peers:
            library = Library.open(arguments.index)
            passages = [text for _, text, _ in library.texts(library.passage_keys())]
            library.close()
            Path(place, "passages.json").write_text(json.dumps(passages), encoding="utf-8")
            peer = [arguments.peers, str(Path(__file__).parent / "peers" / "langchain_faiss.py"),
                    str(model_folder(DEFAULT_MODEL)), place]  # fmt: skip
            subprocess.run([*peer, "build"], check=True, stdout=subprocess.DEVNULL)
            commands["LangChain, FAISS"] = [*peer, "ask", arguments.question]
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(arguments.rounds):
            for name, command in commands.items():
                began = time.perf_counter()
                subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
                times[name].append(time.perf_counter() - began)
    median = {name: statistics.median(found) for name, found in times.items()}
    for name, found in median.items():
        print(f"{name:18} {1000 * found:7.0f} ms")
    if arguments.peers:
        share = median["commentary search"] / median["LangChain, FAISS"]
        print(f"first hit: 1/{1 / share:.1f} of LangChain's time")


if __name__ == "__main__":
    main()
