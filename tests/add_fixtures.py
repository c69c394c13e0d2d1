"""A server on this machine, a folder to add to, and sources of each format by real writers."""

import io
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from ssl import SSLContext

import docx
import pytest
from reader_checks import epub, paragraph, pdf

from index.add.fetch import Fetched, fetch

TEXT = "A first line\n\nThe second of them stands here.\n"
SENTENCE = "The roads were built by the monks, who needed salt for the winter."
PDF = pdf([paragraph(SENTENCE)])
BOOK = epub([f"<p>{SENTENCE}</p>"])


def word() -> bytes:
    source = docx.Document()
    source.add_paragraph(SENTENCE)
    out = io.BytesIO()
    source.save(out)
    return out.getvalue()


def page(title: str = "Salt: the “roads”\n of it", head: str = "<meta charset=utf-8>") -> str:
    """A web page: an article of two paragraphs between a menu and a footer."""
    return (
        f"<!doctype html><html><head>{head}<title>{title}</title></head><body>"
        "<nav><ul><li><a href=/>Home</a></li><li><a href=/a>About us</a></li></ul></nav>"
        f"<article><p>{SENTENCE}</p><p>Then the railway came to the valley.</p></article>"
        "<footer>Cookie policy</footer></body></html>"
    )


WORD = word()
PAGE = page().encode()


# ---- folders and files -----------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where sources are added to; not there yet."""
    return tmp_path / "texts" / "sources"


def file(tmp_path: Path, name: str, data: bytes | str) -> str:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return str(path)


def held(folder: Path) -> list[str]:
    """Every file of the folder, hidden ones too."""
    return sorted(path.name for path in folder.rglob("*")) if folder.exists() else []


def gives(
    data: bytes, media_type: str, name: str = "name", charset: str = ""
) -> Callable[[str], Fetched]:
    """A download without a server."""
    return lambda url: Fetched(url, media_type, charset, data, name)


# ---- a server --------------------------------------------------------------------------------

Route = Callable[[BaseHTTPRequestHandler], None]


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, tls: SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.routes: dict[str, Route] = {}
        self.asked: list[HTTPMessage] = []
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what half of these tests are about."""

    def url(self, path: str, host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.server_port}{path}"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.headers)
        self.server.routes[self.path.partition("?")[0]](self)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def running(served: Server) -> Iterator[Server]:
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield served
    finally:
        served.shutdown()
        thread.join()
        served.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    with running(Server()) as served:
        yield served


def answer(body: bytes, status: int = 200, length: bool = True, **headers: str) -> Route:
    def route(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        if length:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return route


def to(location: str, status: int = 302) -> Route:
    return answer(b"elsewhere", status, Location=location)


def get(url: str, **options: object) -> Fetched:
    """What `fetch` gives when this machine's own server may be asked."""
    only = {"reachable": lambda address: address == "127.0.0.1", "seconds": 5.0}
    return fetch(url, **(only | options))  # type: ignore[arg-type]


def resolves(monkeypatch: pytest.MonkeyPatch, table: dict[str, list[list[str]]]) -> list[str]:
    """Make each name have the addresses of its list, the next one each time that it is looked up;
    what was looked up."""
    real = socket.getaddrinfo
    asked: list[str] = []

    def lookup(host: str, port: int, *rest: object, **options: object) -> list[tuple[object, ...]]:
        if host not in table:
            return real(host, port, *rest, **options)  # type: ignore[arg-type, return-value]
        asked.append(host)
        addresses = table[host].pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return asked
