"""A full disk, a folder that cannot be written to, two builds at once, many readers beside them."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from index import build_index
from index.library import Library
from index.verify import verify
from qa import Assistant

ROOT = Path(__file__).parents[1]
QUESTION = "When was the port of Eastmouth founded?"
FACT = "The port of Eastmouth was founded in 1684 by salt traders."


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, Path]:
    """A sources folder with a text, and its index."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "fact.txt").write_text(FACT + "\n", encoding="utf-8")
    build_index(tmp_path / "sources", tmp_path / "index")
    return tmp_path / "sources", tmp_path / "index"


def many(sources: Path, count: int = 60) -> None:
    for number in range(count):
        text = f"Report {number} says that {number * 13} metres were dredged.\n\n" * 3
        (sources / f"{number}.txt").write_text(text, encoding="utf-8")


def run(code: str, *arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True, text=True, check=False, timeout=120, **{"cwd": ROOT, **options},
    )  # type: ignore[call-overload,no-any-return]  # fmt: skip


LIMITED = """
import resource, signal, sys
from ui.cli import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
main(["index", "--sources", sys.argv[1], "--index", sys.argv[2]])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a limit on the size of files")
@pytest.mark.parametrize("size", [1_000, 70_000, 200_000, 400_000])
def test_a_disk_that_is_full(place: tuple[Path, Path], size: int) -> None:
    sources, index = place
    many(sources)
    result = run(LIMITED, sources, index, size)
    assert result.returncode == 1
    assert result.stderr.startswith("error: ")
    assert "Traceback" not in result.stderr
    assistant = Assistant.open(index)
    assert assistant.ask(QUESTION).citations[0].quote == FACT
    assistant.close()
    assert verify(index).problems == []
    report = build_index(sources, index)
    assert report.added + report.unchanged == 61
    assert verify(index).problems == []


COMMAND = "import sys; from ui.cli import main; main(sys.argv[1:])"


def obey_permissions() -> None:
    """Take from root what lets it write anywhere (capabilities(7)): CAP_DAC_OVERRIDE."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)  # PR_CAPBSET_DROP


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs permissions as on POSIX")
def test_a_folder_that_cannot_be_written_to(place: tuple[Path, Path]) -> None:
    sources, index = place
    for path in (index, *index.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        if run("open('x', 'w')", cwd=index, preexec_fn=obey_permissions).returncode == 0:
            pytest.skip("needs a system that keeps root from writing")
        for missing in (None, "vectors.faiss.json"):
            if missing:  # what is derived is then made in memory
                index.chmod(0o755)
                (index / missing).unlink()
                index.chmod(0o555)
            asked = run(COMMAND, "ask", "--index", index, QUESTION, preexec_fn=obey_permissions)
            assert (asked.returncode, FACT in asked.stdout) == (0, True), asked.stderr
        checked = run(COMMAND, "verify", "--index", index, preexec_fn=obey_permissions)
        assert "vectors.faiss: is missing" in checked.stdout
        command = ("index", "--sources", sources, "--index", index)
        built = run(COMMAND, *command, preexec_fn=obey_permissions)
        assert built.returncode == 1
        assert "cannot be written to" in built.stderr
        assert "Traceback" not in built.stderr + asked.stderr + checked.stderr
    finally:
        for path in (index, *index.rglob("*")):
            path.chmod(0o755)
    build_index(sources, index)
    assert verify(index).problems == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGINT for another process")
def test_ctrl_c_keeps_what_was_finished(place: tuple[Path, Path]) -> None:
    sources, index = place
    for number in range(900):
        text = f"Report {number} of the harbour says that {number * 13} metres were dredged."
        (sources / f"{number}.txt").write_text(text * 3, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "index", "--sources", sources, "--index", index],
        cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    log = index / "library.sqlite3-wal"
    while not log.exists() or log.stat().st_size < 1_000_000:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    said, warned = process.communicate(timeout=60)
    assert (process.returncode, said) == (1, "")
    assert warned == "stopped; what was finished is kept, and the next build goes on\n"
    rest = build_index(sources, index)
    assert rest.added == 900
    assert 0 < rest.embedded < 2 * 900


def test_two_builds_at_once_do_the_work_once(place: tuple[Path, Path]) -> None:
    sources, index = place
    many(sources)
    command = [sys.executable, "-c", COMMAND, "index", "--sources", sources, "--index", index]
    both = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    for process in both:
        _, said = process.communicate()
        assert process.returncode == 0 or b"another build is at work" in said
    assert build_index(sources, index).added == 0
    assert verify(index).problems == []


def test_questions_beside_builds_never_fail_and_never_mix(place: tuple[Path, Path]) -> None:
    sources, index = place
    (sources / "year.txt").write_text("The mill of Lindal was built in year 0.", encoding="utf-8")
    build_index(sources, index)
    assistant = Assistant.open(index)
    stop, found, failures = threading.Event(), [], []

    def ask() -> None:
        while not stop.is_set():
            try:
                answer = assistant.ask("When was the mill of Lindal built?")
                quotes = [c.document.text[c.start : c.end] for c in answer.citations]
                found.append((quotes == [c.quote for c in answer.citations], quotes[:1]))
            except Exception as error:
                failures.append(error)

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    for year in range(1, 25):
        text = f"The mill of Lindal was built in year {year}."
        (sources / "year.txt").write_text(text, encoding="utf-8")
        build_index(sources, index)
    stop.set()
    for asker in askers:
        asker.join()
    assert failures == []
    assert found
    assert all(exact and quotes for exact, quotes in found)
    answer = assistant.ask("When was the mill of Lindal built?")
    assert answer.citations[0].quote.endswith("year 24.")
    assistant.close()


def test_a_check_takes_no_locks_from_readers(place: tuple[Path, Path]) -> None:
    sources, index = place
    library = Library.open(index)  # holds its place in SQLite's log
    assert library.counts().documents == 1
    verify(index)
    many(sources, 2)
    code = "import sys; from index import build_index; build_index(*sys.argv[1:])"
    assert run(code, sources, index).returncode == 0
    # The last one to close removes the log: the build was not the last.
    assert (index / "library.sqlite3-wal").exists()
    assert library.counts().documents == 3
    library.close()
