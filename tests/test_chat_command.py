"""`commentary chat` as it is started: what it says, and what decides."""

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import HARBOUR

from index import build_index

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGINT for another process")
_PATIENCE = 60.0  # seconds for what takes a few on an idle machine


class Chat:
    """A started chat; its lines, of both streams, are waited for."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.said: list[str] = []
        self.process = process
        self._lines: queue.Queue[str] = queue.Queue()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def wait_for(self, part: str) -> None:
        while not (self.said and part in self.said[-1]):
            self.said.append(self._lines.get(timeout=_PATIENCE))

    def end(self) -> None:
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(_PATIENCE) == 0
        self._thread.join(_PATIENCE)
        while not self._lines.empty():
            self.said.append(self._lines.get())

    def count(self, part: str) -> int:
        return sum(part in line for line in self.said)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)


@contextmanager
def chat(sources: Path, index: Path, **environment: str) -> Iterator[Chat]:
    command = ["chat", "--sources", sources, "--index", index, "--port", "17860"]
    with subprocess.Popen(
        [sys.executable, "-m", "ui.cli", *command],
        cwd=Path(__file__).parents[1], env={**os.environ, **environment}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        try:
            yield Chat(process)
        finally:
            process.kill()


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "harbour.md").write_text(HARBOUR, "utf-8")
    return folder


def test_each_notice_is_said_once(sources: Path, tmp_path: Path) -> None:
    (sources / "bad.pdf").write_bytes(b"no pdf")
    with chat(sources, tmp_path / "index", GRADIO_SERVER_PORT="7999") as started:
        started.wait_for("Commentary is at http://127.0.0.1:178")
        (sources / "worse.pdf").write_bytes(b"no pdf either")
        started.wait_for("worse.pdf")
        (sources / "owls.txt").write_text("Owls nest in the lighthouse.")
        started.wait_for("1 document added, 0 changed, 0 removed, 1 unchanged")
        started.end()
    assert started.count("bad.pdf") == 1
    assert started.count("worse.pdf") == 1
    assert started.count("document added") == 2
    assert started.count("Nothing changed") == 0
    assert started.count("GRADIO_SERVER_PORT=7999 is not read; say it with --port") == 1


@pytest.mark.parametrize("port", ["", "abc"])
def test_folders_that_are_not_there_are_said(sources: Path, tmp_path: Path, port: str) -> None:
    build_index(sources, tmp_path / "index")
    with chat(tmp_path / "nope", tmp_path / "index", GRADIO_SERVER_PORT=port) as started:
        started.wait_for("Commentary is at http://127.0.0.1:178")
        started.end()
    assert started.count(f"there is no folder {tmp_path / 'nope'}; answers come from") == 1
