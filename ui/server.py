"""Serving on this machine: who may ask, what is refused, and an end that does not hang.

Knows HTTP and nothing of questions or pages.
"""

import asyncio
import contextlib
import errno
import ipaddress
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlsplit

import uvicorn
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.errors import SettingsError
from ui.problem import problem

# Bytes of a body: a question with its history, or a file that is put among the sources.
BODY, UPLOAD = 4_000_000, 50_000_000
_UPLOAD_PATH = "/api/v1/sources"
# How many ports above the wanted one are tried when it is taken.
_PORTS = 20

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'unsafe-inline' "
    "'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; form-action 'self'; object-src 'none'; frame-src 'none'; "
    "base-uri 'self'; frame-ancestors 'none'",
    # Not "no-referrer": a form that is sent from such a page comes with the Origin "null".
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
# Gradio's ways to take or fetch files; the chat has no files, and `file=https://…` would make
# the server fetch an address that a page chose.
_REFUSED = (
    "/gradio_api/file",
    "/gradio_api/proxy",
    "/gradio_api/upload",
    "/gradio_api/stream",
    "/gradio_api/deep_link",
    "/gradio_api/process_recording",
    "/gradio_api/vibe",
    "/gradio_api/dev",
    "/monitoring",
)


class Guard:
    """Lets in only requests that name this machine and come from its own page.

    A page elsewhere could otherwise point its own name at this machine (DNS rebinding) or post
    across sites: an unknown Host gets 400, a foreign Origin 403, a file route 404, what is far
    too large 413. `names` are further host names that this machine is known by.

    Once `ending` is set the streams that open pages hold are ended; they would last as long as
    the pages.
    """

    def __init__(self, app: ASGIApp, host: str, names: Sequence[str] = ()) -> None:
        self.ending = asyncio.Event()
        self._app = app
        self._names = {"localhost", host.lower(), socket.gethostname().lower()}
        self._names |= {name.lower() for name in names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        if scope["type"] != "http":
            return  # web sockets are not used: one that is not accepted is closed
        app = self._refusal(scope) or self._app
        streaming = endless = False

        async def receive_until_end() -> Message:
            message = asyncio.ensure_future(receive())
            ending = asyncio.ensure_future(self.ending.wait())
            try:
                await asyncio.wait((message, ending), return_when=asyncio.FIRST_COMPLETED)
                # What ends of itself is left to: cut, it would be shorter than it said.
                while not message.done() and not endless:
                    await asyncio.wait((message,), timeout=0.1)
                return message.result() if message.done() else {"type": "http.disconnect"}
            finally:
                message.cancel()
                ending.cancel()

        async def send_with_headers(message: Message) -> None:
            nonlocal streaming, endless
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                endless = "content-length" not in headers
            streaming = message.get("more_body", message["type"] == "http.response.start")
            await send(message)

        await app(scope, receive_until_end, send_with_headers)
        if streaming:
            await send({"type": "http.response.body"})

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self._is_own(host):
            return PlainTextResponse("Unknown host", 400)
        if origin is not None and origin.partition("://")[2].lower() != host.lower():
            return PlainTextResponse("Requests from other sites are refused", 403)
        if scope["method"] not in ("GET", "HEAD", "OPTIONS", "DELETE"):
            length = headers.get(
                "content-length", "0" if "transfer-encoding" not in headers else ""
            )
            if not length.isascii() or not length.isdigit():
                return problem(411, "Expected the header Content-Length.")
            if int(length[:20]) > (UPLOAD if scope["path"] == _UPLOAD_PATH else BODY):
                return problem(413, "This is larger than is taken here.")
        if scope["path"].startswith(_REFUSED):
            return PlainTextResponse("Not found", 404)
        return None

    def _is_own(self, host: str) -> bool:
        """Whether a Host header names this machine; a bare address cannot be rebound."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in self._names:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def run(
    app: ASGIApp,
    host: str,
    port: int,
    open_browser: bool = False,
    ready: Callable[[str], None] | None = None,
    names: Sequence[str] = (),
) -> None:
    """Serve an app until Ctrl-C or SIGTERM, also while a page is open.

    When `port` is taken the next free one is used and said. `ready` gets the address once the
    server answers there. Raises SettingsError when nothing can be opened at `host`.
    """
    listener = _listen(host, port)
    taken = listener.getsockname()[1]
    if port not in (0, taken):
        print(f"Port {port} is taken; using {taken}.", file=sys.stderr)
    shown = "localhost" if host in ("0.0.0.0", "::") else host
    address = f"http://[{shown}]:{taken}" if ":" in shown else f"http://{shown}:{taken}"

    def started() -> None:
        print(f"Commentary is at {address} (Ctrl-C ends it)", flush=True)
        if open_browser:
            webbrowser.open(address)
        if ready is not None:
            ready(address)

    guard = Guard(app, host, names)
    config = uvicorn.Config(
        guard,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    with listener, _plain_end():
        _Server(config, started, guard.ending).run(sockets=[listener])


@contextlib.contextmanager
def _plain_end() -> Iterator[None]:
    """Make the signal that ended the server an end like any other: uvicorn raises it again once
    it has shut down."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread gets signals
        return
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGTERM, before)


class _Server(uvicorn.Server):
    """Says when it answers and when it ends."""

    def __init__(
        self, config: uvicorn.Config, started: Callable[[], None], ending: asyncio.Event
    ) -> None:
        super().__init__(config)
        self._started = started
        self._ending = ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending.set()
        await super().shutdown(sockets)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    last = port if port == 0 else min(port + _PORTS, 65535)
    for candidate in range(port, last + 1):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            listener.listen(128)
        except OSError as error:
            listener.close()
            if error.errno == errno.EADDRINUSE:
                continue
            raise SettingsError(f"cannot serve at {host}: {error.strerror}") from error
        return listener
    raise SettingsError(f"ports {port} to {last} are all taken; choose another with --port")
