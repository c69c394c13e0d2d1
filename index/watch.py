"""Following the sources: a build whenever something changes in their folder.

Changes are told by the system (watchfiles); where it misses some, as on many network drives, a
look every minute finds them.
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.build import BuildReport, build_index
from index.errors import CommentaryError, LibraryBusy
from index.settings import Settings

# Milliseconds: without a change that end a burst, and how long one may last before it is taken up.
_QUIET, _LONGEST = 300, 5000
_TICK = 500
_LOOK = 60.0  # seconds between two looks of our own


def follow(
    sources: str | Path,
    index: str | Path,
    settings: Settings | None = None,
    build: Callable[[], BuildReport] | None = None,
    stop: threading.Event | None = None,
) -> Iterator[BuildReport | CommentaryError]:
    """Keep the index like its sources until `stop` is set.

    Yields the report of the first build and of each that changed something or found other sources
    that cannot be read; or the error that ended one, once. An error is no end: it is tried again.
    `build` is called in place of `build_index`, by one who shares builds with others.
    """
    sources, stop = Path(sources), stop or threading.Event()
    said: object = None
    for tick in _ticks(sources, stop):
        try:
            report = build() if build else build_index(sources, index, settings)
        except LibraryBusy:
            tick.again = True  # that build may have looked before the change
            continue
        except CommentaryError as error:
            tick.again = not sources.is_dir()
            if str(error) != said:
                said = str(error)
                yield error
            continue
        if said is None or report.is_change or report.failed != said:
            yield report
        said = report.failed


@dataclass(slots=True)
class _Tick:
    """A time to build; `again` asks for another one soon."""

    again: bool = False


def _ticks(sources: Path, stop: threading.Event) -> Iterator[_Tick]:
    """Once at the beginning, then after every burst of changes, and every _LOOK seconds."""
    while not stop.is_set():
        tick, looked = _Tick(again=True), time.monotonic()
        try:
            # The first of these comes when the system is already watching: nothing is missed.
            for changes in _watch(sources, stop):
                if changes or tick.again or time.monotonic() - looked > _LOOK:
                    tick, looked = _Tick(), time.monotonic()
                    yield tick
        except (OSError, RuntimeError):  # the folder is not there, or is gone
            yield tick
        stop.wait(_TICK / 1000)


def _watch(sources: Path, stop: threading.Event) -> Iterator[object]:
    from watchfiles import Change, watch

    root = sources.resolve()

    def is_source(_: Change, path: str) -> bool:
        below = Path(path).parts[len(root.parts) :]
        return not any(part.startswith(".") for part in below)

    return watch(
        root,
        watch_filter=is_source,
        debounce=_LONGEST,
        step=_QUIET,
        stop_event=stop,
        rust_timeout=_TICK,
        yield_on_timeout=True,
    )
