"""A library that is served whole, behind its gate, over sources that a test may change."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from web_fixtures import GRAIN, LIGHTS, threaded

from index import build_index
from qa import Assistant
from ui.accounts import Accounts, add_token, add_user
from ui.metrics import MeteredAssistant
from ui.rebuild import Rebuild
from ui.service import Options, application

NAME, PASSWORD = "ada", "correct horse"


@dataclass(frozen=True)
class Served:
    """A served library: `token` is an access token where it has accounts."""

    url: str
    sources: Path
    index: Path
    assistant: Assistant
    rebuild: Rebuild
    token: str = ""
    client: httpx.Client = field(default_factory=httpx.Client)

    def settle(self) -> None:
        """Wait until no build is at work."""
        deadline = time.monotonic() + 60
        while self.rebuild.state.running:
            assert time.monotonic() < deadline, "the build did not end"
            time.sleep(0.02)


def make_library(folder: Path) -> tuple[Path, Path]:
    """Sources and index of two small texts."""
    sources, index = folder / "source_texts", folder / ".index"
    sources.mkdir()
    (sources / "grain.txt").write_text(GRAIN, "utf-8")
    (sources / "lights.md").write_text(LIGHTS, "utf-8")
    build_index(sources, index)
    return sources, index


@contextmanager
def serving(
    folder: Path, options: Options | None = None, accounts: bool = False
) -> Iterator[Served]:
    """A library of two texts, served from a thread."""
    options = options or Options()
    sources, index = make_library(folder)
    token = ""
    if accounts:
        add_user(folder / "users", NAME, PASSWORD)
        token = add_token(folder / "users", NAME)
    assistant = MeteredAssistant(index)
    rebuild = Rebuild(sources, index)
    known = Accounts(folder / "users") if accounts else None
    app = application(assistant, sources, index, rebuild, options, known)
    try:
        with (
            threaded(app, "critical") as url,
            httpx.Client(base_url=url, timeout=30) as client,
            rebuild.open(),
        ):
            served = Served(url, sources, index, assistant, rebuild, token, client)
            yield served
            served.settle()
    finally:
        assistant.close()
