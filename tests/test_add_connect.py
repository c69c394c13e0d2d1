"""Which addresses are asked: those of the public internet, checked when they are connected to and
again at every redirect, and nothing else."""

import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from add_fixtures import Server, answer, folder, get, resolves, running, server, to
from hypothesis import given
from hypothesis import strategies as st

from index.add import add_source
from index.add.connect import is_public
from index.add.fetch import fetch
from index.errors import SourceError

__all__ = ["folder", "server"]


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


def test_adding_asks_only_web_addresses(folder: Path) -> None:
    for url in ("ftp://x/y.txt", "file:///etc/passwd"):
        with pytest.raises(SourceError, match="begins with https"):
            add_source(url, folder)


def test_a_private_host_is_not_even_connected_to(server: Server) -> None:
    server.routes["/"] = answer(b"secret")
    with pytest.raises(SourceError, match=r"at 127\.0\.0\.1, which is not a public address"):
        fetch(server.url("/"))
    assert not server.asked


# ---- redirects -------------------------------------------------------------------------------


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


# ---- names -----------------------------------------------------------------------------------


def test_a_name_is_looked_up_once_and_that_address_is_asked(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = resolves(monkeypatch, {"moves.test": [["127.0.0.1"], ["127.0.0.2"]]})
    server.routes["/"] = answer(b"text")
    assert get(server.url("/", "moves.test")).data == b"text"
    assert asked == ["moves.test"]  # connecting looked up nothing


def test_each_redirect_is_looked_up_and_checked_anew(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolves(monkeypatch, {"moves.test": [["127.0.0.1"], ["127.0.0.2"]]})
    server.routes["/"] = to("/secret")
    with pytest.raises(SourceError, match=r"moves\.test is at 127\.0\.0\.2"):
        get(server.url("/", "moves.test"))
    assert len(server.asked) == 1


def test_one_address_that_is_not_public_is_enough_to_refuse(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolves(monkeypatch, {"two.test": [["127.0.0.1", "10.0.0.1"]]})
    with pytest.raises(SourceError, match=r"two\.test is at 10\.0\.0\.1"):
        get(server.url("/", "two.test"))
    assert not server.asked


def test_a_second_address_is_tried_when_the_first_takes_no_connection(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolves(monkeypatch, {"two.test": [["127.0.0.3", "127.0.0.1"]]})
    server.routes["/"] = answer(b"text")
    url = server.url("/", "two.test")
    assert get(url, reachable=lambda address: True).data == b"text"


def test_a_host_without_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: object, **options: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    with pytest.raises(SourceError, match=r"no address for the host nowhere\.test"):
        fetch("https://nowhere.test/")


def test_a_slow_resolver_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*args: object, **options: object) -> list[object]:
        time.sleep(0.6)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    began = time.monotonic()
    with pytest.raises(SourceError, match=r"after 0\.2 seconds"):
        fetch("https://slow.test/", seconds=0.2)
    assert time.monotonic() - began < 0.5


# ---- TLS -------------------------------------------------------------------------------------


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
def secure(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*certificate)
    table = [["127.0.0.1"]] * 4
    resolves(monkeypatch, {"secure.test": list(table), "other.test": list(table)})
    with running(Server(tls)) as served:
        yield served


def test_tls_is_verified_against_the_name(secure: Server, certificate: tuple[Path, Path]) -> None:
    trusted = ssl.create_default_context(cafile=certificate[0])
    secure.routes["/"] = answer(b"text")
    url = secure.url("/", "secure.test", "https")
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
        get(secure.url("/", "secure.test", "https"), tls=trusted)
    assert not server.asked
