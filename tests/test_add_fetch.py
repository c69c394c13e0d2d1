"""What is taken of an answer: its name, type and bytes, within limits of size and time."""

import gzip
import socket
import time
import tracemalloc
from http.server import BaseHTTPRequestHandler

import pytest
from add_fixtures import PDF, Route, Server, answer, get, server, to

from index.add.fetch import Fetched
from index.errors import SourceError

__all__ = ["server"]


def test_a_page_comes_with_its_type_name_and_last_address(server: Server) -> None:
    server.routes["/old"] = to("/new/r%C3%A9sum%C3%A9.txt?a=1#part", 301)
    server.routes["/new/r%C3%A9sum%C3%A9.txt"] = answer(
        b"text", Content_Type="Text/Plain; Charset=ISO-8859-1"
    )
    assert get(server.url("/old#top")) == Fetched(
        url=server.url("/new/r%C3%A9sum%C3%A9.txt?a=1"),
        media_type="text/plain",
        charset="iso-8859-1",
        data=b"text",
        name="résumé.txt",
    )


def test_a_request_tells_nothing_but_what_it_wants(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    server.routes["/a"] = answer(b"", 302, Location="/b", Set_Cookie="who=you; Path=/")
    server.routes["/b"] = answer(b"text")
    get(server.url("/a"))
    for headers in server.asked:
        assert set(headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
        assert headers["Host"] == f"127.0.0.1:{server.server_port}"
        assert headers["User-Agent"].startswith("commentary-qa")
    assert len(server.asked) == 2


@pytest.mark.parametrize("packing", ["gzip", "x-gzip", "GZIP"])
def test_a_packed_page_is_unpacked(server: Server, packing: str) -> None:
    server.routes["/"] = answer(gzip.compress(b"text" * 9), Content_Encoding=packing)
    assert get(server.url("/")).data == b"text" * 9


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="Report 5.pdf"', "Report 5.pdf"),
        ("attachment; filename*=UTF-8''%E2%82%AC%20rates.pdf", "€ rates.pdf"),
        ("attachment; filename=\"plain.pdf\"; filename*=UTF-8''b%C3%A9.pdf", "bé.pdf"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="C:\\\\secret\\\\x.pdf"', "x.pdf"),
        ("attachment; filename*=bogus''x.pdf", "x.pdf"),
        ('attachment; filename=""', "page.pdf"),
        ("inline", "page.pdf"),
        (";;;=", "page.pdf"),
    ],
)
def test_the_name_that_a_server_suggests(server: Server, disposition: str, name: str) -> None:
    server.routes["/a/page.pdf"] = answer(PDF, Content_Disposition=disposition)
    assert get(server.url("/a/page.pdf?x=/y.zip")).name == name


def test_a_name_that_is_only_its_encoding_does_no_harm(server: Server) -> None:
    server.routes["/page.pdf"] = answer(PDF, Content_Disposition="inline; filename*=UTF-8")
    assert get(server.url("/page.pdf")).name in ("page.pdf", "UTF-8")  # by Python's version


def test_an_address_without_a_path_is_named_for_its_host(server: Server) -> None:
    server.routes["/"] = answer(b"text")
    assert get(f"http://127.0.0.1:{server.server_port}").name == "127.0.0.1"


@pytest.mark.parametrize(
    "status", [204, 206, 300, 304, 400, 401, 403, 404, 410, 418, 429, 500, 503, 799]
)
def test_an_answer_that_is_no_document(server: Server, status: int) -> None:
    empty = status in (204, 304)
    server.routes["/"] = answer(b"" if empty else b"error", status, length=not empty)
    with pytest.raises(SourceError, match=f"answered {status}.* instead of a document"):
        get(server.url("/"))


# ---- limits ----------------------------------------------------------------------------------


def test_a_length_above_the_limit_is_not_even_read(server: Server) -> None:
    def route(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000001")
        handler.end_headers()
        time.sleep(0.1)

    server.routes["/"] = route
    with pytest.raises(SourceError, match="larger than 1,000,000 bytes"):
        get(server.url("/"), limit=1_000_000)


def test_the_limit_itself_is_allowed(server: Server) -> None:
    server.routes["/"] = answer(b"x" * 1000)
    assert len(get(server.url("/"), limit=1000).data) == 1000
    with pytest.raises(SourceError, match="larger than 999 bytes"):
        get(server.url("/"), limit=999)


def test_a_stream_without_length_or_end_is_cut_off(server: Server) -> None:
    def route(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 10_000)

    server.routes["/"] = route
    with pytest.raises(SourceError, match="larger than 100,000 bytes"):
        get(server.url("/"), limit=100_000)


@pytest.mark.parametrize("twice", [False, True])
def test_a_bomb_does_not_go_off(server: Server, twice: bool) -> None:
    bomb = gzip.compress(bytes(50_000_000), 6)
    server.routes["/"] = answer(
        gzip.compress(bomb) if twice else bomb, Content_Encoding="gzip, gzip" if twice else "gzip"
    )
    tracemalloc.start()
    with pytest.raises(SourceError, match=r"larger than|only gzip was asked"):
        get(server.url("/"), limit=1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


@pytest.mark.parametrize(
    ("body", "packing", "reason"),
    [
        (gzip.compress(b"text" * 99)[:-9], "gzip", "only a part"),
        (b"", "gzip", "only a part"),
        (b"not gzip at all", "gzip", "cannot be unpacked"),
        (gzip.compress(b"text") + b"more", "gzip", "cannot be unpacked"),
        (b"text", "br", "only gzip was asked"),
        (b"text", "deflate", "only gzip was asked"),
    ],
)
def test_damaged_packing(server: Server, body: bytes, packing: str, reason: str) -> None:
    server.routes["/"] = answer(body, Content_Encoding=packing)
    with pytest.raises(SourceError, match=reason):
        get(server.url("/"))


def dripping(start: bytes) -> Route:
    def route(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(start)
        for _ in range(100):
            handler.wfile.write(b"x")
            time.sleep(0.03)

    return route


@pytest.mark.parametrize(
    "start",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Long: ",
        b"HTTP/1.1 200 ",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
    ],
)
def test_a_server_that_drips_is_cut_off(server: Server, start: bytes) -> None:
    server.routes["/"] = dripping(start)
    began = time.monotonic()
    with pytest.raises(SourceError, match=r"not sent all of it after 0\.3 seconds"):
        get(server.url("/"), seconds=0.3)
    assert time.monotonic() - began < 1.5


def test_the_time_holds_over_redirects(server: Server) -> None:
    def route(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.2)
        to("/")(handler)

    server.routes["/"] = route
    began = time.monotonic()
    with pytest.raises(SourceError, match=r"after 0\.5 seconds"):
        get(server.url("/"), seconds=0.5, redirects=100)
    assert time.monotonic() - began < 1.5


def cut(start: bytes) -> Route:
    def route(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(start)
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)

    return route


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"HTTP/1.1 20",
        b"HTTP/1.1 200 OK\r\nContent-Len",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nonly",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 200_000,
    ],
)
def test_a_server_that_hangs_up_or_talks_nonsense(server: Server, start: bytes) -> None:
    server.routes["/"] = cut(start)
    with pytest.raises(SourceError, match=r"the connection to 127\.0\.0\.1 failed"):
        get(server.url("/"))


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(SourceError, match=r"the connection to 127\.0\.0\.1 failed"):
        get(f"http://127.0.0.1:{port}/")
