"""How fast the model alone is: our route against sentence-transformers in float32, in turn.

    python -m benchmarks.encode DIR [--rounds N] [--texts N]

DIR is the folder of an index whose passages and first sentences (as questions) are encoded.
Printed: passages a second, token bits included; a question's p50 in ms; questions a second when
1, 4, 16 and 64 threads ask, encoded together where they arrive together and one by one.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

from benchmarks.measure import seconds
from index.embedder import Embedder
from index.library import Library
from index.settings import DEFAULT_MODEL
from index.torch_route import TorchRoute
from index.weights import model_folder


def asked_at_once(ask: Callable[[str], object], questions: list[str], threads: int) -> str:
    """Questions a second, and the p95 of one in ms."""
    with ThreadPoolExecutor(threads) as pool:
        began = time.perf_counter()
        each = sorted(pool.map(lambda question: seconds(lambda: ask(question)), questions))
        rate = len(questions) / (time.perf_counter() - began)
    return f"{rate:7.1f}/s, p95 {1000 * each[int(0.95 * len(each))]:6.1f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("index", type=Path, metavar="DIR")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--texts", type=int, default=300)
    arguments = parser.parse_args()
    library = Library.open(arguments.index)
    passages = [text for _, text, _ in library.texts(library.passage_keys()[: arguments.texts])]
    library.close()
    questions = [text.split(". ")[0][:80] for text in passages[:200]]
    ours = Embedder(DEFAULT_MODEL)
    bare = TorchRoute(model_folder(DEFAULT_MODEL) or DEFAULT_MODEL, full=True).model
    passage_times: dict[str, list[float]] = {"ours": [], "plain": []}
    question_times: dict[str, list[float]] = {"ours": [], "plain": []}
    ours.embed(passages[:32])
    for _ in range(arguments.rounds):
        passage_times["plain"].append(
            seconds(lambda: bare.encode(passages, show_progress_bar=False))
        )
        passage_times["ours"].append(seconds(lambda: ours.embed(passages)))
        # Not question by question: torch's threads wait for more work by spinning, on the cores
        # that the other one needs.
        for name, ask in (
            ("plain", lambda text: bare.encode_query([text], show_progress_bar=False)),
            ("ours", lambda text: ours.queries([text])),
        ):
            time.sleep(1)
            question_times[name] += [seconds(lambda: ask(text)) for text in questions]  # noqa: B023
    print(f"{len(passages)} passages, {arguments.rounds} rounds; ours by {ours.runtime}")
    for unit, times, count in (
        ("passages/s", passage_times, len(passages)),
        ("questions/s", question_times, 1),
    ):
        plain, own = statistics.median(times["plain"]), statistics.median(times["ours"])
        print(
            f"{unit}: plain fp32 {count / plain:.1f}, ours {count / own:.1f}; "
            f"ours takes {own / plain:.2f} of the time"
        )
    one_by_one = Lock()

    def alone(question: str) -> None:
        with one_by_one:
            ours._queries([question])

    for threads in (1, 4, 16, 64):
        together = asked_at_once(lambda question: ours.queries([question]), 2 * questions, threads)
        print(f"{threads:3} threads: together {together};", end=" ")
        print(f"one by one {asked_at_once(alone, 2 * questions, threads)}")


if __name__ == "__main__":
    main()
