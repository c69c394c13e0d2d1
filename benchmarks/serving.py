"""The real server in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PORT = "7997"  # or the next that is free


@contextmanager
def served(sources: Path, index: Path) -> Iterator[tuple[str, int]]:
    """`commentary chat` as a process: its address, once it answers there, and its process."""
    command = [
        sys.executable, "-m", "ui.cli", "chat", "--port", _PORT,
        "--sources", str(sources), "--index", str(index),
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            said = server.stdout.readline().split()
            if not said:
                raise SystemExit("the server did not start; what it said stands above")
            yield said[3], server.pid
        finally:
            server.terminate()
