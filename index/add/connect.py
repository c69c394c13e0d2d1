"""Connections to hosts on the public internet and to nothing else, all on one clock.

A host is resolved once, every address that it has must be a public one, and the connection is made
to an address that was checked: a name that points elsewhere a moment later changes nothing. TLS is
still verified against the host's name, which httpcore hands on.
"""

import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence

import httpcore

from index.errors import SourceError

# What `is_global` lets through on some version of Python: relays and transition networks. Of IPv6,
# only 2000::/3 holds addresses of single hosts that anybody may ask.
_UNICAST = ipaddress.ip_network("2000::/3")
_NEVER = tuple(
    ipaddress.ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20")
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address is that of one host on the public internet: not of this machine, its
    network or its provider, not reserved, no group, and not a way to wrap one of these. An IPv4
    address inside an IPv6 one, mapped or for NAT64, is judged itself."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip not in _UNICAST:
            return False
    outside = any(ip in network for network in _NEVER)
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or outside)


class Clock:
    """One time limit over everything."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds, above 0. Raises httpcore.ReadTimeout when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("out of time")
        return left


class PublicBackend(httpcore.NetworkBackend):
    """Connects to addresses that were checked, and to nothing else."""

    def __init__(self, reachable: Callable[[str], bool], clock: Clock) -> None:
        self._reachable = reachable
        self._clock = clock

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first of the host's addresses that takes one."""
        addresses = _resolve(host, port, self._clock)
        for address in addresses:
            if not self._reachable(address):
                raise SourceError(
                    f"{host} is at {address}, which is not a public address; only hosts on the "
                    "public internet are asked, so save the text yourself and add the file"
                )
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            try:
                stream = httpcore.SyncBackend().connect_tcp(
                    address, port, timeout=self._clock.left() / left, socket_options=socket_options
                )
                return _Stream(stream, self._clock)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if left == 1:
                    raise
        raise httpcore.ConnectError(f"{host} has no address")


class _Stream(httpcore.NetworkStream):
    """A connection on which every step has only the time that is left over all."""

    def __init__(self, stream: httpcore.NetworkStream, clock: Clock) -> None:
        self._stream = stream
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._clock.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._clock.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._clock.left())
        return _Stream(stream, self._clock)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _resolve(host: str, port: int, clock: Clock) -> Sequence[str]:
    """The host's addresses, in the system's order. The system's resolver knows no time limit, so
    it is asked in a thread that is left behind when it takes too long."""
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put([str(entry[4][0]) for entry in found])
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=clock.left())
    except queue.Empty:
        raise httpcore.ConnectTimeout(f"no address for {host} yet") from None
    if isinstance(answer, Exception):
        raise SourceError(
            f"there is no address for the host {host}; check its spelling and the connection"
        ) from answer
    return answer
