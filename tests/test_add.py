"""Adding sources: what may be asked for, what is taken, and what is written. Every server here runs
on this machine."""

import errno
import gzip
import http.client
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
import tracemalloc
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unicodedata import category, normalize

import frontmatter
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index import keep
from index.add import _in_utf8, add_source
from index.add.connect import is_public
from index.add.fetch import Fetched, fetch
from index.add.fields import FIELDS, block, with_fields
from index.add.names import safe_stem
from index.add.sniff import ending_of
from index.errors import SourceError
from index.readers import READERS, read
from index.readers.common import make_document
from index.readers.markdown import read_markdown
from index.records import Document

TEXT = "A first line\n\nThe second of them stands here.\n"
PDF = b"%PDF-1.7 and so on"
PAGE = b"<!doctype html><title>x</title><p>Body</p>"


# ---- which addresses -------------------------------------------------------------------------

PUBLIC = """
8.8.8.8 1.1.1.1 93.184.216.34 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.167.1.1
192.0.1.1 198.17.0.1 198.20.0.1 223.255.255.254 2606:4700::1111 2a00:1450:4001::1
2001:4860:4860::8888 ::ffff:8.8.8.8 64:ff9b::8.8.8.8
""".split()
NOT_PUBLIC = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.1.2.3 169.254.0.1
169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.9 192.0.0.170 192.0.2.1 192.88.99.1
192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1
255.255.255.255 :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254
64:ff9b::7f00:1 64:ff9b::10.0.0.1 64:ff9b:1::1 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2
2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:808:808::1 3fff::1 5f00::1 fc00::1
fd00:ec2::254 fe80::1 fe80::1%1 fec0::1 ff02::1 ff0e::1 localhost 127.1 2130706433 1.2.3
""".split()


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", [*NOT_PUBLIC, "", " 8.8.8.8"])
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_the_same_inside_an_ipv6_one(address: object) -> None:
    for prefix in ("::ffff:", "64:ff9b::"):
        assert is_public(f"{prefix}{address}") == is_public(str(address))


# ---- a server --------------------------------------------------------------------------------

Route = Callable[[BaseHTTPRequestHandler], None]


class Server(ThreadingHTTPServer):
    daemon_threads = True
    routes: dict[str, Route]
    asked: list[http.client.HTTPMessage]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what half of these tests are about."""

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.headers)
        self.server.routes[self.path.partition("?")[0]](self)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    served = Server(("127.0.0.1", 0), Handler)
    served.routes, served.asked = {}, []
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield served
    served.shutdown()
    thread.join()
    served.server_close()


def answer(
    body: bytes, status: int = 200, length: bool = True, **headers: str
) -> Callable[[BaseHTTPRequestHandler], None]:
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


def here(address: str) -> bool:
    return address == "127.0.0.1"


def get(url: str, **options: object) -> Fetched:
    return fetch(url, **({"reachable": here, "seconds": 5.0} | options))  # type: ignore[arg-type]


# ---- fetch: what is taken --------------------------------------------------------------------


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
        ("attachment; filename*=UTF-8", "page.pdf"),
        ("inline", "page.pdf"),
        (";;;=", "page.pdf"),
    ],
)
def test_the_name_that_a_server_suggests(server: Server, disposition: str, name: str) -> None:
    server.routes["/a/page.pdf"] = answer(PDF, Content_Disposition=disposition)
    found = get(server.url("/a/page.pdf?x=/y.zip")).name
    assert found == name or (disposition.endswith("UTF-8") and found == "UTF-8")


def test_an_address_without_a_path_is_named_for_its_host(server: Server) -> None:
    server.routes["/"] = answer(b"text")
    assert get(f"http://127.0.0.1:{server.server_port}").name == "127.0.0.1"


# ---- fetch: what is refused ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.org/x", "begins with https"),
        ("file:///etc/passwd", "begins with https"),
        ("gopher://example.org", "begins with https"),
        ("https://", "begins with https"),
        ("http:///x", "begins with https"),
        ("http://user:secret@example.org/", "a name or a password"),
        ("http://user@example.org/", "a name or a password"),
        ("http://example.org:22/", "port 22"),
        ("http://example.org:25/", "port 25"),
        ("http://example.org:0/", "port 0"),
        ("http://example.org:99999/", "port 99999"),
        ("http://example.org:x/", "not a web address"),
        ("http://exa\nmple.org/", "not a web address"),
        ("http://①②⑦.0.0.1/", "not a web address"),
        ("http://127.0.0.1/", "not a public address"),
        ("http://2130706433/", "not a public address"),
        ("http://0x7f.1/", "not a public address"),
        ("http://[::1]/", "not a public address"),
        ("http://[::ffff:127.0.0.1]/", "not a public address"),
        ("http://169.254.169.254/latest/meta-data/", "not a public address"),
        ("http://0.0.0.0:8000/", "not a public address"),
        ("https://localhost/", "not a public address"),
    ],
)
def test_addresses_that_are_not_asked(url: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        fetch(url)


def test_a_private_host_is_not_even_connected_to(server: Server) -> None:
    server.routes["/"] = answer(b"secret")
    with pytest.raises(SourceError, match=r"at 127\.0\.0\.1, which is not a public address"):
        fetch(server.url("/"))
    assert not server.asked


def test_a_redirect_to_a_private_host_is_refused(server: Server) -> None:
    server.routes["/"] = to(f"http://127.0.0.2:{server.server_port}/secret")
    with pytest.raises(SourceError, match=r"at 127\.0\.0\.2, which is not a public address"):
        get(server.url("/"))
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "ftp://x/", "http://a:b@x/", "http://x:22/", "http://x:y/"]
)
def test_a_redirect_to_what_is_no_page_is_refused(server: Server, location: str) -> None:
    server.routes["/"] = to(location)
    with pytest.raises(SourceError, match="redirects to what cannot be asked"):
        get(server.url("/"))


def test_as_many_redirects_as_allowed_and_no_more(server: Server) -> None:
    for number in range(6):
        server.routes[f"/{number}"] = to(f"/{number + 1}", 307)
    server.routes["/6"] = answer(b"text")
    assert get(server.url("/1")).data == b"text"
    with pytest.raises(SourceError, match="more than 5 times"):
        get(server.url("/0"))


def test_a_circle_of_redirects_ends(server: Server) -> None:
    server.routes["/"] = to("/")
    with pytest.raises(SourceError, match="more than 2 times"):
        get(server.url("/"), redirects=2)
    assert len(server.asked) == 3


Lookup = Callable[..., list[tuple[object, ...]]]


def names(monkeypatch: pytest.MonkeyPatch, table: dict[str, list[list[str]]]) -> list[str]:
    """Make each name have the addresses of its list, the next one each time that it is looked up;
    what was looked up."""
    real: Lookup = socket.getaddrinfo
    asked: list[str] = []

    def lookup(host: str, port: int, *rest: object, **options: object) -> list[tuple[object, ...]]:
        if host not in table:
            return real(host, port, *rest, **options)
        asked.append(host)
        addresses = table[host].pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return asked


def test_a_name_that_moves_after_the_check_is_not_followed(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = names(monkeypatch, {"moves.test": [["127.0.0.1"], ["127.0.0.2"]]})
    server.routes["/"] = answer(b"text")
    server.routes["/again"] = to("/")
    url = f"http://moves.test:{server.server_port}"
    assert get(url).data == b"text"
    assert asked == ["moves.test"]  # connecting looked up nothing
    with pytest.raises(SourceError, match=r"moves\.test is at 127\.0\.0\.2"):
        get(f"{url}/again")


def test_each_redirect_is_looked_up_and_checked_anew(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    names(monkeypatch, {"moves.test": [["127.0.0.1"], ["127.0.0.2"]]})
    server.routes["/"] = to("/secret")
    with pytest.raises(SourceError, match=r"moves\.test is at 127\.0\.0\.2"):
        get(f"http://moves.test:{server.server_port}/")
    assert len(server.asked) == 1


def test_one_address_that_is_not_public_is_enough_to_refuse(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    names(monkeypatch, {"two.test": [["127.0.0.1", "10.0.0.1"]]})
    with pytest.raises(SourceError, match=r"two\.test is at 10\.0\.0\.1"):
        get(f"http://two.test:{server.server_port}/")
    assert not server.asked


def test_a_second_address_is_tried_when_the_first_takes_no_connection(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    names(monkeypatch, {"two.test": [["127.0.0.3", "127.0.0.1"]]})
    server.routes["/"] = answer(b"text")
    url = f"http://two.test:{server.server_port}/"
    assert get(url, reachable=lambda address: True).data == b"text"


def test_a_host_without_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: object, **options: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    with pytest.raises(SourceError, match=r"no address for the host nowhere\.test"):
        fetch("https://nowhere.test/")


@pytest.mark.parametrize(
    "status", [204, 206, 300, 304, 400, 401, 403, 404, 410, 418, 429, 500, 503]
)
def test_an_answer_that_is_no_document(server: Server, status: int) -> None:
    empty = status in (204, 304)
    server.routes["/"] = answer(b"" if empty else b"error", status, length=not empty)
    with pytest.raises(SourceError, match=f"answered {status}.* instead of a document"):
        get(server.url("/"))


def test_a_status_that_nobody_knows(server: Server) -> None:
    server.routes["/"] = answer(b"", 799)
    with pytest.raises(SourceError, match="answered 799 instead"):
        get(server.url("/"))


# ---- fetch: limits ---------------------------------------------------------------------------


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


def test_a_slow_resolver_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*args: object, **options: object) -> list[object]:
        time.sleep(0.6)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    began = time.monotonic()
    with pytest.raises(SourceError, match=r"after 0\.2 seconds"):
        fetch("https://slow.test/", seconds=0.2)
    assert time.monotonic() - began < 0.5


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


# ---- fetch: TLS ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for secure.test that only its own holder vouches for, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes".split(),
            *"-days 2 -subj /CN=secure.test -addext subjectAltName=DNS:secure.test".split(),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key


@pytest.fixture
def secure(
    server: Server, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    served = Server(("127.0.0.1", 0), Handler)
    served.routes, served.asked = {}, []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    served.socket = context.wrap_socket(served.socket, server_side=True)
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    table = [["127.0.0.1"]] * 4
    names(monkeypatch, {"secure.test": list(table), "other.test": list(table)})
    yield served
    served.shutdown()
    thread.join()
    served.server_close()


def test_tls_is_verified_against_the_name(secure: Server, certificate: tuple[Path, Path]) -> None:
    trusted = ssl.create_default_context(cafile=certificate[0])
    secure.routes["/"] = answer(b"text")
    url = f"https://secure.test:{secure.server_port}/"
    assert get(url, tls=trusted).data == b"text"
    with pytest.raises(SourceError, match=r"other\.test does not prove to be itself"):
        get(url.replace("secure", "other"), tls=trusted)
    with pytest.raises(SourceError, match=r"secure\.test does not prove to be itself"):
        get(url)


def test_a_redirect_out_of_tls_is_refused(
    secure: Server, server: Server, certificate: tuple[Path, Path]
) -> None:
    trusted = ssl.create_default_context(cafile=certificate[0])
    secure.routes["/"] = to(server.url("/"))
    with pytest.raises(SourceError, match="redirects from https to http"):
        get(f"https://secure.test:{secure.server_port}/", tls=trusted)
    assert not server.asked


# ---- formats ---------------------------------------------------------------------------------


def a_zip(name: bytes) -> bytes:
    return b"PK\x03\x04" + bytes(26) + name


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers of formats that are bytes to us."""

    def reader(path: str, data: bytes, *beside: object) -> list[Document]:
        if b"broken" in data:
            raise SourceError("this PDF is broken")
        return [make_document(path, "text of it")]

    for ending in (".pdf", ".docx", ".epub"):
        monkeypatch.setitem(READERS, ending, reader)


@pytest.mark.parametrize(
    ("name", "data", "media_type", "ending"),
    [
        ("a.txt", b"text", None, ".txt"),
        ("A.TXT", b"text", None, ".txt"),
        ("a.markdown", b"text", None, ".markdown"),
        ("a.htm", b"text", None, ".htm"),
        ("a.pdf", PDF, None, ".pdf"),
        ("no-ending", PDF, None, ".pdf"),
        ("no-ending", PAGE, None, ".html"),
        ("a.md", PAGE, None, ".md"),  # a file is what its name says
        ("a", PDF, "application/pdf", ".pdf"),
        ("a", b"\n\0junk" + PDF, "application/pdf", ".pdf"),
        ("a", PDF, "application/octet-stream", ".pdf"),
        ("a.pdf", PAGE, "application/pdf", ".html"),
        ("a.php", b" <!-- x --> <p>text", "text/html", ".html"),
        ("a", b"\xef\xbb\xbf <HTML>", "", ".html"),
        ("a", b'<?xml version="1.0"?><html xmlns="x">', "application/xml", ".html"),
        ("a.md", b"# Title", "text/plain", ".md"),
        ("a.jsonl", b"{}", "text/plain", ".jsonl"),
        ("a.py", b"text", "text/plain", ".txt"),
        ("a.pdf", b"text", "text/plain", ".txt"),
        ("a", b"text", "text/markdown", ".md"),
        ("a.txt", b"text", "application/octet-stream", ".txt"),
        ("a", a_zip(b"word/document.xml"), "application/zip", ".docx"),
        ("a", a_zip(b"mimetypeapplication/epub+zip"), "", ".epub"),
    ],
)
@pytest.mark.usefixtures("readers")
def test_formats(name: str, data: bytes, media_type: str | None, ending: str) -> None:
    assert ending_of(name, data, media_type) == ending


@pytest.mark.parametrize(
    ("name", "data", "media_type", "reason"),
    [
        ("a.png", b"\x89PNG", None, r"ending in \.png cannot be read; expected one of \.txt"),
        ("a", b"text", None, "without an ending cannot be read"),
        ("a.md", b"\x89PNG", "image/png", "image/png cannot be read"),
        ("a.zip", a_zip(b"x"), "application/zip", "application/zip cannot be read"),
        ("a.json", b"{}", "application/json", "application/json cannot be read"),
        ("a", b"text", "", "without a type cannot be read"),
        ("a.pdf", b"text", "application/pdf", "it is not a PDF"),
        ("a", b"text", "application/epub+zip", "it is not a EPUB"),
    ],
)
@pytest.mark.usefixtures("readers")
def test_formats_that_are_not_read(
    name: str, data: bytes, media_type: str | None, reason: str
) -> None:
    with pytest.raises(SourceError, match=reason):
        ending_of(name, data, media_type)


# ---- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        (
            "Russia–NATO Relations: Crisis or Opportunity?",
            "Russia–NATO Relations Crisis or Opportunity",
        ),
        ("../../etc/passwd", "etc passwd"),
        ("a\\b/c\0d\ne", "a b c d e"),
        (".hidden", "hidden"),
        ("-rf", "rf"),
        ("con", "_con"),
        ("COM1.backup", "_COM1.backup"),
        ("lpt¹", "_lpt¹"),
        ("ReadMe", "_ReadMe"),
        ("name. . ", "name"),
        ("report.pdf", "report pdf"),
        ("notes.md", "notes md"),
        ("exe\u202egnp.txt", "exegnp txt"),
        ("e\u0301", "é"),
        ("", "source"),
        ("???", "source"),
        ("\ud800", "source"),
    ],
)
@pytest.mark.usefixtures("readers")
def test_names(text: str, stem: str) -> None:
    assert safe_stem(text) == stem


@given(st.text(max_size=120))
@example("🍑" * 100)
@example("." * 200 + "x")
@example("x" * 79 + " y")
@example("aux" + "\u200d" + ".md")
def test_every_name_is_safe(text: str) -> None:
    stem = safe_stem(text)
    assert 0 < len(stem) <= 80
    assert len(stem.encode()) <= 181
    assert not set(stem) & set('<>:"/\\|?*')
    assert not any(category(character) in ("Cc", "Cf", "Cs") for character in stem)
    assert stem[0] not in ".-~ "
    assert stem[-1] not in ". "
    assert stem.upper() not in ("README", "CON", "AUX", "NUL")
    assert normalize("NFC", stem) == stem
    assert safe_stem(stem) == stem


# ---- front matter ----------------------------------------------------------------------------

lines = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=60)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, lines)))
@settings(max_examples=200)
@example({"title": 'A "quoted": title # with -- --- ... and 🍑'})
@example({"title": "---", "author": "'", "publisher": "[x", "published": "2021-02-30"})
@example({"title": "no", "author": "yes", "publisher": "1e3", "published": "2021-11-03"})
@example({"title": "﻿x", "author": "&a *a !x", "publisher": "%x", "url": "https://x/?a=1&b"})
@example({"title": "x" * 500 + " " + "y" * 500})
def test_fields_come_back_through_the_reader(fields: dict[str, str]) -> None:
    fields = {name: " ".join(value.split()) for name, value in fields.items()}
    fields = {name: v for name, v in fields.items() if v not in ("", "~", "null")}
    for data in (TEXT.encode(), b"---\nkind: memo\n---\nBody it is.\n"):
        written = with_fields(data, fields, {})
        [document] = read_markdown("x.md", written)
        for name, value in fields.items():
            assert getattr(document, name) == value
        assert written.endswith(data.rpartition(b"---\n")[2])
        assert with_fields(written, fields, {}) == written
    head = block(fields, ascii_only=True)
    assert head.isascii()
    assert {name: str(v) for name, v in frontmatter.parse(head)[0].items()} == fields


@given(st.binary(max_size=200))
@example(b"\r\n\r\nwindows\r\n")
@example(b"latin \xe9 text")
@example(b"---\nnot closed")
def test_the_text_stays_byte_for_byte(data: bytes) -> None:
    assert with_fields(data, {}, {}) == data
    try:
        written = with_fields(data, {"title": "Ä title"}, {})
    except SourceError:
        return
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        return
    assert written.endswith(data.removeprefix(b"\xef\xbb\xbf")) or b"---" in data


def test_fields_of_a_text_are_kept_and_given_ones_win() -> None:
    data = (
        b"---\r\nTitle: Ours\r\nversion: 1.10  # as it is\r\nauthors:\r\n- A\r\n- B\r\n"
        b"link: https://own/\r\ndate: 2020\r\n---\r\nBody\r\n"
    )
    given = {"title": "Theirs", "author": "C", "published": "2021-11-03"}
    assert with_fields(data, given, {"url": "https://x/"}) == (
        b"---\ntitle: Theirs\nauthor: C\npublished: 2021-11-03\nversion: 1.10  # as it is\r\n"
        b"link: https://own/\r\n---\nBody\r\n"
    )


def test_front_matter_that_grows_without_end_is_not_followed() -> None:
    grows = "".join(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(12))
    data = f"---\na0: &a0 [x]\n{grows}title: *a12\n---\nBody\n".encode()
    written = with_fields(data, {"title": "T"}, {"url": "https://x/"})
    assert written.startswith(b"---\ntitle: T\nurl: https://x/\na0: &a0 [x]\n")


def test_a_byte_order_mark_stays_first() -> None:
    written = with_fields(b"\xef\xbb\xbfBody\n\nmore", {"title": "T"}, {})
    assert written == b"\xef\xbb\xbf---\ntitle: T\n---\n\nBody\n\nmore"


def test_utf_16_becomes_utf_8() -> None:
    written = with_fields("Café\n\nmore".encode("utf-16"), {"title": "T"}, {})
    assert written.decode() == "---\ntitle: T\n---\n\nCafé\n\nmore"


@pytest.mark.parametrize(
    "data",
    [
        b"---\n{a: b, c: d}\n---\nBody",
        b"---\ntitle: [\n---\nBody",
        b"---\ntitle: caf\xe9\n---\nBody",
        b"\xff\xfe\x00",
    ],
)
def test_front_matter_that_cannot_be_kept(data: bytes) -> None:
    with pytest.raises(SourceError):
        with_fields(data, {"title": "T"}, {})


# ---- add: files ------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "texts" / "sources"


def file(tmp_path: Path, name: str, data: bytes | str) -> str:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return str(path)


def held(folder: Path) -> list[str]:
    """Every file of the folder, hidden ones too."""
    return sorted(path.name for path in folder.rglob("*")) if folder.exists() else []


def test_a_text_without_fields_is_copied(tmp_path: Path, folder: Path) -> None:
    data = b"\xef\xbb\xbfA line\r\n\r\nand more\r\n"
    path = add_source(file(tmp_path, "a text.txt", data), folder)
    assert path == folder / "a text.txt"
    assert path.read_bytes() == data
    assert held(folder) == ["a text.txt"]


@pytest.mark.parametrize("ending", [".txt", ".text", ".md", ".markdown"])
def test_fields_stand_at_the_head_of_a_text(tmp_path: Path, folder: Path, ending: str) -> None:
    given = {"author": " Mira\nOkafor ", "title": 'The "Harbour": 🍑', "publisher": ""}
    path = add_source(file(tmp_path, f"x{ending}", TEXT), folder, given)
    assert path.name == f"x{ending}"
    assert path.read_text(encoding="utf-8") == (
        f"---\ntitle: 'The \"Harbour\": 🍑'\nauthor: Mira Okafor\n---\n\n{TEXT}"
    )
    assert read(path.name, path.read_bytes())


@pytest.mark.usefixtures("readers")
def test_fields_of_a_pdf_stand_beside_it(tmp_path: Path, folder: Path) -> None:
    path = add_source(file(tmp_path, "Report.PDF", PDF), folder, {"title": "T"})
    assert path == folder / "Report.pdf"
    assert path.read_bytes() == PDF
    assert (folder / "Report.pdf.md").read_text() == "---\ntitle: T\n---\n"
    assert held(folder) == ["Report.pdf", "Report.pdf.md"]


@pytest.mark.usefixtures("readers")
def test_a_pdf_without_fields_stands_alone(tmp_path: Path, folder: Path) -> None:
    add_source(file(tmp_path, "Report.pdf", PDF), folder)
    assert held(folder) == ["Report.pdf"]


def test_json_lines_have_no_place_for_fields(tmp_path: Path, folder: Path) -> None:
    source = file(tmp_path, "x.jsonl", '{"_id": "1", "text": "Text."}\n')
    with pytest.raises(SourceError, match="holds the title, author of each"):
        add_source(source, folder, {"author": "A", "title": "T"})
    assert add_source(source, folder).read_bytes() == Path(source).read_bytes()


def test_an_unknown_field(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(SourceError, match="no field 'editor'; known are title"):
        add_source(file(tmp_path, "x.txt", TEXT), folder, {"editor": "E"})


def test_the_same_content_is_said_and_not_added_twice(tmp_path: Path, folder: Path) -> None:
    said: list[str] = []
    first = add_source(file(tmp_path, "one.txt", TEXT), folder, {"title": "T"}, tell=said.append)
    assert not said
    below = folder / "below"
    below.mkdir()
    first = first.rename(below / "moved.txt")
    again = add_source(file(tmp_path, "two.txt", TEXT), folder, {"title": "T"}, tell=said.append)
    assert again == first
    assert said == [f"the same content is there already: {first}"]
    assert held(folder) == ["below", "moved.txt"]


def test_another_content_of_the_same_name_gets_a_number(tmp_path: Path, folder: Path) -> None:
    found = [
        add_source(file(tmp_path, name, text), folder).name
        for name, text in [("x.txt", TEXT), ("X.txt", "Another."), ("x.txt", "A third one.")]
    ]
    assert found == ["x.txt", "X (2).txt", "x (3).txt"]
    assert (folder / "x.txt").read_text() == TEXT


@pytest.mark.usefixtures("readers")
def test_fields_beside_what_is_there_already(tmp_path: Path, folder: Path) -> None:
    source = file(tmp_path, "r.pdf", PDF)
    path = add_source(source, folder)
    assert add_source(source, folder, {"title": "T", "url": "https://x/"}) == path
    assert add_source(source, folder, {"title": "T"}) == path
    assert add_source(source, folder) == path
    with pytest.raises(SourceError, match=r"with other fields; change them in .*r\.pdf\.md"):
        add_source(source, folder, {"title": "Another"})
    assert "title: T\n" in (folder / "r.pdf.md").read_text()


@pytest.mark.usefixtures("readers")
def test_stray_fields_are_not_taken_for_those_of_a_new_source(tmp_path: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "r.pdf.md").write_text("---\ntitle: Another\n---\n")
    assert add_source(file(tmp_path, "r.pdf", PDF), folder).name == "r (2).pdf"
    assert add_source(file(tmp_path, "s.pdf.md", TEXT), folder).name == "s pdf.md"


@pytest.mark.usefixtures("readers")
def test_what_cannot_be_read_is_not_added(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(SourceError, match="this PDF is broken"):
        add_source(file(tmp_path, "x.pdf", PDF + b"broken"), folder, {"title": "T"})
    with pytest.raises(SourceError, match="cannot be read"):
        add_source(file(tmp_path, "x.png", b"\x89PNG"), folder)
    with pytest.raises(SourceError, match="it is empty"):
        add_source(file(tmp_path, "x.txt", b" \n"), folder)
    assert not folder.exists()


def test_paths_that_are_no_file(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.txt")
    for name, reason in [
        ("missing.txt", "no such file"),
        ("dangling", "no such file"),
        ("www.example.org", "begins with https"),
        ("", "folder"),
        (".", "it is a folder"),
        ("pipe.txt", "not a file with a content|no such file"),
        ("null\0.txt", "leads to no file"),
        ("loop", "leads to no file|cannot be used"),
        ("x" * 300, "cannot be used"),
    ]:
        with pytest.raises(SourceError, match=reason):
            add_source(f"{tmp_path}/{name}", folder)


def test_a_source_that_is_one_already(tmp_path: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "x.txt").write_text(TEXT)
    (tmp_path / "link.txt").symlink_to(folder / "x.txt")
    (tmp_path / "outside.txt").write_text(TEXT)
    (folder / "inside.txt").symlink_to(tmp_path / "outside.txt")
    for path in (folder / "x.txt", tmp_path / "link.txt", folder / "inside.txt"):
        with pytest.raises(SourceError, match=r"lies in .* already"):
            add_source(str(path), folder)


def test_a_folder_that_cannot_be_one(tmp_path: Path) -> None:
    source = file(tmp_path, "x.txt", TEXT)
    with pytest.raises(SourceError, match="is a file, expected the folder"):
        add_source(file(tmp_path, "y.txt", TEXT), Path(source))
    with pytest.raises(SourceError, match="cannot be used"):
        add_source(file(tmp_path, "y.txt", TEXT), Path(source) / "below")


@pytest.mark.usefixtures("readers")
@pytest.mark.parametrize("fails", [1, 2])
def test_a_full_disk_leaves_nothing(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    calls = []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == fails:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(keep.os, "fsync", full)
    with pytest.raises(SourceError, match="No space left"):
        add_source(file(tmp_path, "x.pdf", PDF), folder, {"title": "T"})
    assert held(folder) == []


def test_a_file_system_without_links(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*args: object) -> None:
        raise PermissionError(errno.EPERM, "no links here")

    monkeypatch.setattr(keep.os, "link", no_links)
    assert add_source(file(tmp_path, "x.txt", TEXT), folder).read_text() == TEXT
    assert held(folder) == ["x.txt"]


def test_many_at_once_get_names_of_their_own(tmp_path: Path, folder: Path) -> None:
    places = [tmp_path / str(number) for number in range(8)]
    for number, place in enumerate(places):
        place.mkdir()
        (place / "x.txt").write_text(f"Text {number}.")
    threads = [
        threading.Thread(target=add_source, args=(str(place / "x.txt"), folder)) for place in places
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(path.read_text() for path in folder.iterdir()) == [
        f"Text {number}." for number in range(8)
    ]


# ---- add: pages and downloads ----------------------------------------------------------------


@dataclass(frozen=True)
class Article:
    title: str
    author: str
    publisher: str
    published: str
    url: str
    markdown: str


@pytest.fixture
def article(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """A stand-in for the reader of web pages: the article that it finds, and what it was given."""
    found: dict[str, object] = {
        "title": "A: “title”\n of it", "author": "Mira", "publisher": "", "published": "2021-11-03",
        "url": "", "markdown": "Body of it.\n\nMore.\n\n",
    }  # fmt: skip

    def extract(data: bytes, url: str = "") -> Article:
        values = {name: found[name] for name in Article.__dataclass_fields__}
        found["given"] = (data, url)
        return Article(**values)  # type: ignore[arg-type]

    module = types.ModuleType("index.readers.html")
    module.extract = extract  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "index.readers.html", module)
    return found


def gives(
    data: bytes, media_type: str, name: str = "name", charset: str = ""
) -> Callable[[str], Fetched]:
    return lambda url: Fetched(url, media_type, charset, data, name)


def test_a_page_becomes_markdown(tmp_path: Path, folder: Path, article: dict[str, object]) -> None:
    path = add_source(
        file(tmp_path, "p.HTM", PAGE), folder, {"publisher": "RUSI", "url": "https://u/"}
    )
    assert path.name == "A “title” of it.md"
    assert path.read_text(encoding="utf-8") == (
        "---\ntitle: 'A: “title” of it'\nauthor: Mira\npublisher: RUSI\npublished: 2021-11-03\n"
        "url: https://u/\n---\n\nBody of it.\n\nMore.\n"
    )
    assert article["given"] == (PAGE, "https://u/")
    [document] = read(path.name, path.read_bytes())
    assert (document.title, document.published) == ("A: “title” of it", "2021-11-03")


def test_a_page_without_a_title_is_named_for_its_file(
    tmp_path: Path, folder: Path, article: dict[str, object]
) -> None:
    article["title"] = ""
    path = add_source(file(tmp_path, "my-page.html", PAGE), folder)
    assert path.name == "my page.md"
    assert "title: my page\n" in path.read_text()


def test_a_page_without_text_is_refused(
    tmp_path: Path, folder: Path, article: dict[str, object]
) -> None:
    article["markdown"] = " \n"
    with pytest.raises(SourceError, match="no text"):
        add_source(file(tmp_path, "p.html", PAGE), folder)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("own", "kept"),
    [
        ("", "https://www.rusi.org/a?b=1"),
        ("https://rusi.org/a", "https://rusi.org/a"),
        ("https://another.org/a", "https://www.rusi.org/a?b=1"),
        ("https://[", "https://www.rusi.org/a?b=1"),
    ],
)
def test_a_page_names_no_other_host_as_its_own(
    folder: Path, article: dict[str, object], own: str, kept: str
) -> None:
    article["url"] = own
    path = add_source("https://www.rusi.org/a?b=1", folder, fetch=gives(PAGE, "text/html"))
    assert frontmatter.parse(path.read_text())[0]["url"] == kept


@pytest.mark.usefixtures("readers")
def test_downloads_know_their_address(folder: Path) -> None:
    pdf = add_source(
        "https://x.org/r", folder, fetch=gives(PDF, "application/pdf", "Download.ASPX")
    )
    assert pdf.name == "Download.pdf"
    assert (folder / "Download.pdf.md").read_text() == "---\nurl: https://x.org/r\n---\n"
    text = add_source(
        "HTTPS://x.org/t", folder, {"title": "T"}, fetch=gives(b"Text.", "text/plain")
    )
    assert text.read_text() == "---\ntitle: T\nurl: HTTPS://x.org/t\n---\n\nText."
    given = add_source(
        "https://x.org/g", folder, {"url": "https://y.org/"}, fetch=gives(b"Text.", "text/markdown")
    )
    assert given.name == "name.md"
    assert "url: https://y.org/" in given.read_text()
    lines = b'{"_id": "1", "text": "Text."}'
    assert (
        add_source("https://x/", folder, fetch=gives(lines, "application/jsonl")).suffix == ".jsonl"
    )


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("café".encode("cp1252"), "iso-8859-1", "café"),
        ("“café”".encode("cp1252"), "iso-8859-1", "“café”"),
        ("кризис".encode("koi8-r"), "koi8-r", "кризис"),
        ("café".encode(), "iso-8859-1", "café"),
        ("café".encode(), "nonsense", "café"),
    ],
)
def test_the_encoding_that_a_server_names(
    folder: Path, data: bytes, charset: str, text: str
) -> None:
    path = add_source("https://x/", folder, fetch=gives(data, "text/plain", charset=charset))
    assert path.read_text(encoding="utf-8").endswith(f"\n{text}")


@pytest.mark.parametrize("charset", ["nonsense", "rot13", "idna", "zlib", "utf-7", "undefined"])
def test_an_encoding_that_is_none_changes_nothing(charset: str) -> None:
    assert _in_utf8(b"caf\xe9", charset, marked=False) == b"caf\xe9"


def test_the_encoding_of_a_page_reaches_its_reader(
    folder: Path, article: dict[str, object]
) -> None:
    page = "<!doctype html><meta charset=utf-8><p>кризис".encode("koi8-r")
    add_source("https://x/", folder, fetch=gives(page, "text/html", charset="koi8-r"))
    assert article["given"] == (b"\xef\xbb\xbf" + page.decode("koi8-r").encode(), "https://x/")


@pytest.mark.usefixtures("readers")
def test_an_error_page_served_as_a_pdf_is_a_page(folder: Path, article: dict[str, object]) -> None:
    path = add_source("https://x/r.pdf", folder, fetch=gives(PAGE, "application/pdf", "r.pdf"))
    assert path.suffix == ".md"


def test_only_web_addresses_are_asked(folder: Path) -> None:
    for url in ("ftp://x/y.txt", "file:///etc/passwd"):
        with pytest.raises(SourceError, match="begins with https"):
            add_source(url, folder)


def test_from_the_address_to_the_folder(server: Server, folder: Path) -> None:
    server.routes["/a"] = to("/t?x=1")
    server.routes["/t"] = answer(
        "Ä text.".encode("cp1252"),
        Content_Type="text/plain; charset=windows-1252",
        Content_Disposition='attachment; filename="../Ä name: x.txt"'.encode().decode("latin-1"),
    )
    path = add_source(server.url("/a"), folder, {"published": "2021-11-03"}, fetch=get)
    assert path.name == "Ä name x.txt"
    assert path.read_text(encoding="utf-8") == (
        f"---\npublished: 2021-11-03\nurl: {server.url('/t?x=1')}\n---\n\nÄ text."
    )


def test_nothing_that_asks_other_hosts_is_loaded_for_a_file() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import index.add, sys; print('httpcore' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    )
    assert done.stdout.strip() == "False"
