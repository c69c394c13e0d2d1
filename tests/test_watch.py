"""Following the sources as people and programs change them."""

import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.build import BuildReport
from index.errors import CommentaryError, SourceError
from index.library import Library
from index.watch import follow
from qa import Assistant

_PATIENCE = 30.0  # seconds for what takes one on an idle machine


class Follower:
    """`follow` in a thread; what it yields is waited for."""

    def __init__(self, sources: Path, index: Path) -> None:
        self._stop = threading.Event()
        self._results: queue.Queue[BuildReport | CommentaryError] = queue.Queue()
        self._thread = threading.Thread(target=self._run, args=(sources, index))
        self._thread.start()

    def next(self) -> BuildReport | CommentaryError:
        return self._results.get(timeout=_PATIENCE)

    def report(self) -> BuildReport:
        result = self.next()
        assert isinstance(result, BuildReport)
        return result

    def is_quiet(self, seconds: float) -> bool:
        time.sleep(seconds)
        return self._results.empty()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(_PATIENCE)
        assert not self._thread.is_alive()

    def _run(self, sources: Path, index: Path) -> None:
        for result in follow(sources, index, stop=self._stop):
            self._results.put(result)


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "a.txt").write_text("Salt is good for ships.")
    return tmp_path / "sources", tmp_path / "index"


@pytest.fixture
def follower(place: tuple[Path, Path]) -> Iterator[Follower]:
    started = Follower(*place)
    assert started.report().added == 1
    yield started
    started.close()


def names(index: Path) -> set[str]:
    library = Library.open(index)
    try:
        return {document.id for document in library.documents()}
    finally:
        library.close()


def test_every_kind_of_change(place: tuple[Path, Path], follower: Follower) -> None:
    sources, index = place
    assistant = Assistant.open(index)
    (sources / "a.txt").write_text("Salt is good for big ships.")
    assert follower.report().changed == 1
    assert assistant.retrieve("salt")[0].text == "Salt is good for big ships."

    (sources / ".a.txt.swp").write_text("Salt is good for no ship.")  # an editor saves
    (sources / ".a.txt.swp").replace(sources / "a.txt")
    assert follower.report().changed == 1

    (sources / "deep").mkdir()
    (sources / "a.txt").rename(sources / "deep" / "b.txt")
    report = follower.report()
    assert (report.added, report.removed) == (1, 1)
    assert report.embedded <= 1  # the title, which is the file's name

    (sources / "deep" / "c.txt").write_text("A new folder is followed too.")
    assert follower.report().added == 1
    shutil.rmtree(sources / "deep")
    assert follower.report().removed == 2
    assert names(index) == set()

    (sources / "bad.pdf").write_bytes(b"no pdf")
    assert follower.report().failed[0][0] == "bad.pdf"
    (sources / ".hidden.txt").write_text("This is no source.")
    assert follower.is_quiet(1.5)
    assistant.close()


def test_a_burst_is_few_builds(place: tuple[Path, Path], follower: Follower) -> None:
    sources, index = place
    for number in range(1000):
        (sources / f"{number}.txt").write_text("Owls nest in the lighthouse.")
    added, builds = 0, 0
    while added < 1000:
        added, builds = added + follower.report().added, builds + 1
    assert builds <= 5
    assert len(names(index)) == 1001


def test_a_folder_that_goes_and_comes_back(place: tuple[Path, Path], follower: Follower) -> None:
    sources, index = place
    sources.rename(sources.with_name("elsewhere"))
    assert isinstance(follower.next(), SourceError)
    assert names(index) == {"a.txt"}  # a folder that is not there empties nothing
    sources.with_name("elsewhere").rename(sources)
    (sources / "b.txt").write_text("It is back.")
    assert follower.report().added == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGINT for another process")
def test_watching_ends_well_with_ctrl_c(place: tuple[Path, Path]) -> None:
    sources, index = place
    command = ["index", "--watch", "--sources", sources, "--index", index]
    process = subprocess.Popen(
        [sys.executable, "-m", "ui.cli", *command],
        cwd=Path(__file__).parents[1], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert "1 document added" in process.stdout.readline()
    (sources / "b.txt").write_text("Followed from the command line.")
    assert "1 document added" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=_PATIENCE)
    assert (process.returncode, said) == (0, f"Following {sources}; Ctrl-C ends it.\n")
