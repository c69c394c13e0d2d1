"""One web address to its bytes: the only room that asks another host for anything, and only when a
user has said so.

What a web server says is not trusted: every hop is checked (connect.py), one clock runs from
the first name to the last byte, and the size is counted as it comes in and as it unpacks. Proxies
named in the environment are not used: they would resolve names themselves, after the check.
"""

import ssl
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from email.utils import collapse_rfc2231_value
from http import HTTPStatus
from urllib.parse import unquote

import httpcore
import httpx

from index.add.connect import Clock, PublicBackend, is_public
from index.errors import SourceError

INSTEAD = "save it with a browser and add the file"

_HEADERS = [
    (b"User-Agent", b"commentary-qa (fetches one document, at its user's word)"),
    (b"Accept", b"text/html,application/xhtml+xml,application/pdf,text/*;q=0.9,*/*;q=0.8"),
    (b"Accept-Encoding", b"gzip"),
    (b"Connection", b"close"),
]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave. `url` is the one after redirects, without a fragment; `media_type` is
    in lower case without parameters and `charset` the parameter of that name, "" where the server
    names none; `data` is unpacked; `name` is the file name that the server suggests, or the last
    part of the address, or the host: not yet safe to write to."""

    url: str
    media_type: str
    charset: str
    data: bytes
    name: str


def fetch(
    url: str,
    *,
    limit: int = 50_000_000,
    seconds: float = 60.0,
    redirects: int = 5,
    reachable: Callable[[str], bool] = is_public,
    tls: ssl.SSLContext | None = None,
) -> Fetched:
    """What stands at an http or https address, followed over at most `redirects` redirects.

    `limit` counts bytes, packed and unpacked alike; `seconds` holds for everything together.
    `reachable` says of an IP address whether it may be connected to, and `tls` how servers prove
    who they are (by the system's and certifi's authorities without one); both are there for tests.
    No cookies, referrer or credentials are sent.

    Raises SourceError when the address, a redirect or the answer is not one to be taken, and when
    a limit is reached.
    """
    clock = Clock(seconds)
    address = _address(url)
    try:
        with httpcore.ConnectionPool(
            ssl_context=tls or httpcore.default_ssl_context(),
            network_backend=PublicBackend(reachable, clock),
        ) as pool:
            for _ in range(redirects + 1):
                wanted = httpcore.URL(
                    scheme=address.scheme,
                    host=address.raw_host,
                    port=address.port,
                    target=address.raw_path,
                )
                headers = [(b"Host", address.netloc), *_HEADERS]
                with pool.stream("GET", wanted, headers=headers) as response:
                    location = _header(response, b"location")
                    if response.status not in (301, 302, 303, 307, 308) or not location:
                        return _received(address, response, limit)
                address = _redirected(address, location)
    except httpcore.TimeoutException as error:
        raise SourceError(
            f"{address.host} had not sent all of it after {seconds:g} seconds; "
            f"try again later, or {INSTEAD}"
        ) from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise SourceError(_broken(address, error)) from error
    raise SourceError(
        f"it redirects more than {redirects} times; open it in a browser and add the address "
        "that it ends at"
    )


def _address(text: str) -> httpx.URL:
    """A web address that may be asked for. Names and passwords are refused, since the address is
    written beside the text; so are ports on which mail, shells and databases of old listen."""
    try:
        url = httpx.URL(text.strip()).copy_with(fragment=None)
    except httpx.InvalidURL as error:
        raise SourceError(f"not a web address: {error}; copy it from a browser") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise SourceError(
            "expected an address that begins with https:// or http://, "
            f"found {text.strip()[:100]!r}"
        )
    if url.userinfo:
        raise SourceError(f"the address holds a name or a password; {INSTEAD}")
    if url.port is not None and (url.port not in (80, 443) and not 1024 <= url.port <= 65535):
        raise SourceError(f"no web page is asked for on port {url.port}; {INSTEAD}")
    return url


def _redirected(address: httpx.URL, location: str) -> httpx.URL:
    """Where a redirect leads; it may not lead out of TLS."""
    try:
        url = _address(str(address.join(location)))
    except (SourceError, httpx.InvalidURL) as error:
        raise SourceError(f"{address.host} redirects to what cannot be asked: {error}") from error
    if address.scheme == "https" and url.scheme != "https":
        raise SourceError(
            f"{address.host} redirects from https to http, to {url.host}, where anybody on the "
            f"way could change it; {INSTEAD}"
        )
    return url


def _received(address: httpx.URL, response: httpcore.Response, limit: int) -> Fetched:
    """The answer's body, if it is one."""
    if response.status not in (200, 203):
        known = {status.value: f" {status.phrase}" for status in HTTPStatus}
        todo = "try again later" if response.status >= 500 else "check the address"
        raise SourceError(
            f"{address.host} answered {response.status}{known.get(response.status, '')} instead "
            f"of a document; {todo}, or {INSTEAD}"
        )
    kind = Message()
    kind["content-type"] = _header(response, b"content-type")
    return Fetched(
        url=str(address),
        media_type=kind["content-type"].partition(";")[0].strip().lower(),
        charset=kind.get_content_charset("") or "",
        data=_body(address, response, limit),
        name=_name(_header(response, b"content-disposition"), address),
    )


def _body(address: httpx.URL, response: httpcore.Response, limit: int) -> bytes:
    """All bytes of the answer, unpacked; never holds more than `limit` of them and a chunk."""
    packing = _header(response, b"content-encoding").lower()
    if packing not in ("", "identity", "gzip", "x-gzip"):
        raise SourceError(
            f"{address.host} packs it as {packing[:40]!r}, only gzip was asked for; {INSTEAD}"
        )
    announced = _header(response, b"content-length")
    too_large = SourceError(
        f"it is larger than {limit:,} bytes, more than is downloaded; {INSTEAD}"
    )
    if announced.isdecimal() and int(announced) > limit:
        raise too_large
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16) if "gzip" in packing else None
    data = bytearray()
    received = 0
    try:
        for chunk in response.iter_stream():
            received += len(chunk)
            data += inflate.decompress(chunk, limit + 1 - len(data)) if inflate else chunk
            if max(received, len(data)) > limit:
                raise too_large
            if inflate and inflate.unused_data:
                raise zlib.error("more follows behind its end")
    except zlib.error as error:
        raise SourceError(f"what {address.host} sent cannot be unpacked: {error}") from error
    if inflate and not inflate.eof:
        raise SourceError(f"{address.host} sent only a part of it; try again")
    return bytes(data)


def _header(response: httpcore.Response, name: bytes) -> str:
    """A header's value; "" where it is missing."""
    value = next((value for key, value in response.headers if key.lower() == name), b"")
    try:
        return value.decode("utf-8").strip()
    except UnicodeDecodeError:
        return value.decode("latin-1").strip()


def _name(disposition: str, address: httpx.URL) -> str:
    """The file name in a Content-Disposition, the one that names its encoding first; else the last
    part of the address, else its host."""
    header = Message()
    header["content-disposition"] = disposition
    parameters = header.get_params([], header="content-disposition")
    names = [value for key, value in parameters if key.lower() == "filename"]
    names.sort(key=lambda value: not isinstance(value, tuple))
    named = collapse_rfc2231_value(names[0]) if names else ""
    last = unquote(address.raw_path.decode("ascii").partition("?")[0]).rstrip("/")
    for name in (named, last):
        part = name.replace("\\", "/").rpartition("/")[2].strip()
        if part:
            return part
    return address.host


def _broken(address: httpx.URL, error: Exception) -> str:
    reason = next(iter(error.args), None)
    if isinstance(reason, ssl.SSLCertVerificationError):
        return (
            f"{address.host} does not prove to be itself: {reason.verify_message}; "
            f"check the address, or {INSTEAD}"
        )
    return f"the connection to {address.host} failed: {error}; check the address or try again"
