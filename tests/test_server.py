"""Who is let in, which port is taken, and how serving ends."""

import contextlib
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect
from web_fixtures import IGNORED, Site, browser_type_launch_args, library, site

from index.errors import LibraryMissing, SettingsError
from ui import server
from ui.service import Options, serve

pytestmark = IGNORED
__all__ = ["browser_type_launch_args", "library", "site"]

# Serves a library as the command does, and tells of every address outside this machine that is
# looked up or connected to.
LIBRARY = """
import sys, webbrowser

def watch(event, values):
    if event in ("socket.getaddrinfo", "socket.connect"):
        place = values[0] if event == "socket.getaddrinfo" else values[1]
        name = place[0] if isinstance(place, tuple) else place
        if name not in ("127.0.0.1", "localhost", "::1", None):
            print("OUTSIDE", event, place, file=sys.stderr, flush=True)

sys.addaudithook(watch)
webbrowser.open = lambda address: print("opened", address, flush=True)
from pathlib import Path
from ui.service import Options, serve
index = Path(sys.argv[1])
serve(index / "none", index, Options(port=int(sys.argv[2]), open_browser=True),
      ready=lambda address: print("ready", address, flush=True))
print("ended", flush=True)
"""
# Serves a page that never ends.
ENDLESS = """
import asyncio
from ui.server import run

async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"more", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass

run(app, "127.0.0.1", 0)
print("ended", flush=True)
"""


@contextlib.contextmanager
def started(program: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A Python program that is ended in any case."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:80"}, 200),
        ({"Host": "192.168.1.9:7860"}, 200),
        ({"Host": "[::1]:7860"}, 200),
        ({"Host": "evil.example"}, 400),
        ({"Host": "127.0.0.1.evil.example"}, 400),
        ({"Host": "[::1"}, 400),
        ({"Host": ""}, 400),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Origin": "http://localhost:1"}, 403),
    ],
)
def test_only_this_machine_and_its_own_page_get_in(
    site: Site, headers: dict[str, str], status: int
) -> None:
    assert httpx.get(site.url, headers=headers).status_code == status


def test_the_page_itself_may_post(site: Site) -> None:
    reply = httpx.post(f"{site.url}/gradio_api/reset", headers={"Origin": site.url}, json={})
    assert reply.status_code != 403


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=https://example.org/x",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file/etc/passwd",
        "/gradio_api/proxy=https://example.org/",
        "/gradio_api/upload",
        "/docs",
        "/openapi.json",
        "/monitoring",
    ],
)
def test_no_files_and_no_way_out(site: Site, path: str) -> None:
    assert httpx.get(site.url + path).status_code == 404


def test_answers_name_the_policy(site: Site) -> None:
    headers = httpx.get(site.url).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_private_functions_are_not_listed(site: Site) -> None:
    listed = httpx.get(f"{site.url}/gradio_api/info").json()
    assert sorted(listed["named_endpoints"]) == ["/ask", "/retrieve"]
    assert listed["unnamed_endpoints"] == {}


def test_serving_ends_while_a_page_is_open(page: Page, library: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with started(LIBRARY, str(library), str(port)) as process:
            said = line_of(process)
            address = said.split()[3]
            assert line_of(process) == f"opened {address}\n"
            assert line_of(process) == f"ready {address}\n"
            page.goto(address)
            expect(page.get_by_label("Your question")).to_be_visible()
            process.send_signal(signal.SIGTERM)
            output, errors = process.communicate(timeout=5)
            assert process.returncode == 0
    assert said == f"Commentary is at {address} (Ctrl-C ends it)\n"
    assert output == "ended\n"
    assert errors == f"Port {port} is taken; using {address.rsplit(':', 1)[1]}.\n"


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_an_open_stream_is_no_obstacle(end: signal.Signals) -> None:
    with started(ENDLESS) as process:
        address = line_of(process).split()[3]
        with httpx.stream("GET", address) as stream:
            pieces = stream.iter_text()
            assert next(pieces) == "more"
            process.send_signal(end)
            assert list(pieces) == []
        output, errors = process.communicate(timeout=5)
        assert process.returncode == 0
    assert (output, errors) == ("ended\n", "")


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"cannot serve at 203\.0\.113\.1"):
        server.run(FastAPI(), "203.0.113.1", 0)


def test_no_server_without_a_library(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissing):
        serve(tmp_path, tmp_path / "nothing", Options())
