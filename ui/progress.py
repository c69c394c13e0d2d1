"""How far a long command is, on stderr: a bar for each stage, with rate and time left."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Never

if TYPE_CHECKING:
    from index.stage import Progress


@contextmanager
def progress() -> Iterator["Progress"]:
    """What a build or a check calls to say how far it is; shown on a terminal only."""
    from tqdm import tqdm

    bars: dict[str, tqdm[Never]] = {}

    def tell(stage: str, done: int, total: int) -> None:
        if stage not in bars:
            for bar in bars.values():
                bar.close()
            bars[stage] = tqdm(
                desc=stage,
                total=total,
                unit=" documents",
                file=sys.stderr,
                disable=not sys.stderr.isatty(),
                leave=False,
                delay=0.5,
            )
        bars[stage].total = total
        bars[stage].update(done - bars[stage].n)

    try:
        yield tell
    finally:
        for bar in bars.values():
            bar.close()
