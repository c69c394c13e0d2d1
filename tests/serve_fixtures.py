"""A whole served site over a library of its own."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp
from web_fixtures import GRAIN, LIGHTS

from index import build_index
from qa import Assistant
from ui.server import Guard
from ui.service import Service


@dataclass(frozen=True)
class Place:
    """Where a library lies."""

    sources: Path
    index: Path


def make_place(folder: Path) -> Place:
    """A library of two texts."""
    place = Place(folder / "source_texts", folder / ".index")
    place.sources.mkdir()
    (place.sources / "grain.txt").write_text(GRAIN, "utf-8")
    (place.sources / "lights.md").write_text(LIGHTS, "utf-8")
    build_index(place.sources, place.index)
    return place


@contextmanager
def service_of(place: Place, read_only: bool = False) -> Iterator[Service]:
    assistant = Assistant.open(place.index)
    try:
        yield Service(assistant, place.index, place.sources, read_only=read_only)
    finally:
        assistant.close()


@contextmanager
def running(app: ASGIApp) -> Iterator[str]:
    """The address at which an app is served from a thread, behind the guard."""
    guard = Guard(app, "127.0.0.1")
    config = uvicorn.Config(guard, port=0, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < deadline, "the server did not start in time"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=5)


async def no_chat(scope: object, receive: object, send: object) -> None:
    """Stands where the chat would, in tests of what is beside it."""
    raise AssertionError("the chat was asked")
