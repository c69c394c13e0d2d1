"""One build of the index at a time, in the background, that everyone may start and look at.

It belongs to the server and not to a page: it goes on when the page that started it is closed, and
every page sees the same.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from index import build_index
from index.build import BuildReport
from index.errors import CommentaryError, LibraryBusy
from index.remove import remove_sources
from index.settings import Settings

LOG = logging.getLogger(__name__)

# Seconds between two tries while another build is at work.
_AGAIN = 0.5
_FAULT = "the build met a fault in the program; the terminal that serves this page shows it"


@dataclass(frozen=True, slots=True)
class BuildState:
    """How far the build is, or what came of the last one.

    stage, done, total: what it is at just now; "" and zeros before its first step.
    began, ended: seconds since the epoch, 0 where there is none.
    report: what the last one did; None before, and where `error` says why there is none.
    count: builds that have ended, so that a page notices one that it did not see running.
    """

    running: bool = False
    stage: str = ""
    done: int = 0
    total: int = 0
    began: float = 0.0
    ended: float = 0.0
    report: BuildReport | None = None
    error: str = ""
    count: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Rebuild:
    """The builds of one index. Safe to share between threads."""

    def __init__(self, sources: Path, index: Path, settings: Settings | None = None) -> None:
        self._sources, self._index, self._settings = sources, index, settings
        self._lock = threading.Lock()
        self._state = BuildState()
        self._working = False  # whether the thread of ours runs
        self._wanted = False
        self._leaving: list[str] = []
        self._stop = threading.Event()

    @property
    def state(self) -> BuildState:
        return self._state

    def start(self, remove: list[str] | None = None) -> BuildState:
        """Begin a build, or one more after that which is at work, and delete these sources (paths
        below their folder) with it."""
        with self._lock:
            self._wanted = True
            self._leaving += remove or []
            if not self._working:
                self._working = True
                self._begin()
                threading.Thread(target=self._work, name="rebuild", daemon=True).start()
            return self._state

    def follow(self) -> BuildReport:
        """A build by the one who follows the sources; raises what `build_index` raises. It is
        noted only when it changed something."""
        before = self._state
        try:
            report = build_index(self._sources, self._index, self._settings, self._tell)
        except LibraryBusy:
            raise
        except CommentaryError as error:
            if str(error) != self._state.error:  # it is tried again and again
                self._ended(error)
            raise
        if report.is_change:
            self._ended(report)
        else:
            with self._lock:  # a look that found nothing to do leaves what was said before
                if not self._working and self._state.count == before.count:
                    self._state = replace(before, running=False)
        return report

    @contextmanager
    def open(self) -> Iterator["Rebuild"]:
        """Until its end; what is at work then is left to itself, and the next build goes on."""
        try:
            yield self
        finally:
            self._stop.set()

    def _tell(self, stage: str, done: int, total: int) -> None:
        with self._lock:
            if not self._state.running:
                self._begin()
            self._state = replace(self._state, stage=stage, done=done, total=total)

    def _begin(self) -> None:
        before = self._state
        self._state = BuildState(
            running=True, began=time.time(), report=before.report, count=before.count
        )

    def _ended(self, result: BuildReport | CommentaryError) -> None:
        with self._lock:
            self._state = _after(self._state, result)
            if self._working:  # ours waits for that one
                self._begin()

    def _work(self) -> None:
        while True:
            with self._lock:
                leaving, self._leaving, self._wanted = self._leaving, [], False
            result = self._build(leaving)
            with self._lock:
                self._state = _after(self._state, result)
                self._working = self._wanted and not self._stop.is_set()
                if not self._working:
                    return
                self._begin()

    def _build(self, leaving: list[str]) -> BuildReport | CommentaryError:
        while True:
            try:
                if leaving:
                    return remove_sources(leaving, self._sources, self._index)
                return build_index(self._sources, self._index, self._settings, self._tell)
            except LibraryBusy as error:
                if self._stop.wait(_AGAIN):
                    return error
            except CommentaryError as error:
                return error
            except Exception:
                LOG.exception("a build failed")
                return CommentaryError(_FAULT)


def _after(state: BuildState, result: BuildReport | CommentaryError) -> BuildState:
    return BuildState(
        began=state.began,
        ended=time.time(),
        report=None if isinstance(result, CommentaryError) else result,
        error=str(result) if isinstance(result, CommentaryError) else "",
        count=state.count + 1,
    )
