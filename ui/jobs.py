"""Builds in the background: one at a time for an index, the same for every page and program that
asks, and independent of all of them."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from index.build import BuildReport, build_index
from index.errors import CommentaryError, LibraryBusy
from index.settings import Settings

LOG = logging.getLogger(__name__)
FAULT = "This met a fault in the program. The terminal that serves this page shows it."
_PATIENCE = 600.0  # seconds that a job waits for another program's build

Tell = Callable[[str, int, int], None]
Work = Callable[[Tell], BuildReport]


@dataclass(frozen=True, slots=True)
class JobState:
    """What the job is doing, or what came of the last one. `number` counts the jobs; `stage`,
    `done` and `total` are the build's own progress; times are seconds since the epoch."""

    state: Literal["idle", "running", "done", "failed"] = "idle"
    number: int = 0
    stage: str = ""
    done: int = 0
    total: int = 0
    started: float = 0.0
    ended: float = 0.0
    error: str = ""
    report: BuildReport | None = None

    def as_json(self) -> dict[str, object]:
        return asdict(self)


class Jobs:
    """The jobs of one index. Safe to share between threads."""

    def __init__(self, sources: Path, index: Path, settings: Settings | None = None) -> None:
        self._sources, self._index, self._settings = sources, index, settings
        self._lock = threading.Lock()
        self._state = JobState()
        self._again = False

    @property
    def state(self) -> JobState:
        return self._state

    def rebuild(self) -> JobState:
        """Start a build; where a job is at work, a build follows it."""
        with self._lock:
            if self._state.state == "running":
                self._again = True
                return self._state
            return self._start(self._build)

    def run(self, work: Work) -> JobState:
        """Start other work on the index. Raises LibraryBusy when a job is at work."""
        with self._lock:
            if self._state.state == "running":
                raise LibraryBusy("a build of this index is running; wait until it has ended")
            return self._start(work)

    def _build(self, tell: Tell) -> BuildReport:
        return build_index(self._sources, self._index, self._settings, tell)

    def _start(self, work: Work) -> JobState:
        number = self._state.number + 1
        self._state = JobState("running", number, "starting", started=time.time())
        threading.Thread(target=self._run, args=(work,), name="job", daemon=True).start()
        return self._state

    def _run(self, work: Work) -> None:
        report, error = self._attempt(work)
        with self._lock:
            if self._again and not error:
                self._again = False
                self._start(self._build)
                return
            self._again = False
            self._state = replace(
                self._state,
                state="failed" if error else "done",
                error=error,
                report=report,
                ended=time.time(),
            )

    def _attempt(self, work: Work) -> tuple[BuildReport | None, str]:
        last = time.monotonic() + _PATIENCE
        while True:
            try:
                return work(self._tell), ""
            except LibraryBusy as error:
                if time.monotonic() > last:
                    return None, str(error)
                self._tell("waiting for another build", 0, 0)
                time.sleep(0.5)
            except CommentaryError as error:
                return None, str(error)
            except Exception:
                LOG.exception("a job failed")
                return None, FAULT

    def _tell(self, stage: str, done: int, total: int) -> None:
        self._state = replace(self._state, stage=stage, done=done, total=total)
