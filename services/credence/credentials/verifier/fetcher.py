"""The one way from a verification to the network, made so that a credential cannot choose whom this machine talks to.

Only https, to public addresses: the name is resolved once, every address must be public, and the connection goes to the
address that was checked (so a second answer of the name server changes nothing). No redirects, no credentials, no proxies; size
and time are bounded. Copies are kept for a while, failures for a shorter one.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from .documents import DocumentUnavailable

__all__ = ["GuardedFetcher"]

_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_TARGET: Final = re.compile(r"[!-~]+")
_MOST_KEPT: Final = 1024
_FAILURE_TTL_S: Final = 15.0


class _Copy(NamedTuple):
    fetched: float
    body: bytes | None
    reason: str = ""
    lasting: bool = False
    gone: bool = False


class _Target(NamedTuple):
    host: str
    """the name for TLS and the Host header"""
    port: int
    path: str
    development: tuple[str, int] | None


class GuardedFetcher:
    """Documents from the network. Thread-safe.

    `development_hosts` is for development only: it maps a host (`name`, `name:port`, or `.suffix` for all names under it) to a
    plain http origin on the loopback interface, e.g. `{".credence-demo.test": "http://127.0.0.1:41873"}`. A request to such a host
    keeps its path and Host header. ValueError: an origin that is not `http://` on 127.0.0.0/8, ::1 or localhost.
    """

    def __init__(
        self,
        *,
        development_hosts: Mapping[str, str] | None = None,
        timeout_s: float = 5.0,
        max_bytes: int = 2 * 1024 * 1024,
        ttl_s: float = 300.0,
    ) -> None:
        self._development = {
            name.lower(): _loopback(origin) for name, origin in (development_hosts or {}).items()
        }
        self._timeout_s = timeout_s
        self._max_bytes = max_bytes
        self._ttl_s = ttl_s
        self._copies: OrderedDict[str, _Copy] = OrderedDict()
        self._lock = threading.Lock()
        self._tls = ssl.create_default_context()

    def get(self, url: str, max_age_s: float | None = None) -> bytes:
        now = time.monotonic()
        with self._lock:
            copy = self._copies.get(url)
        if copy is not None:
            keep = (
                _FAILURE_TTL_S
                if copy.body is None
                else min(self._ttl_s, max_age_s if max_age_s is not None else self._ttl_s)
            )
            if now - copy.fetched < keep:
                return self._given(url, copy)
        try:
            copy = _Copy(now, self._fetch(url))
        except DocumentUnavailable as missing:
            copy = _Copy(now, None, missing.reason, missing.lasting, missing.gone)
        with self._lock:
            self._copies[url] = copy
            self._copies.move_to_end(url)
            while len(self._copies) > _MOST_KEPT:
                self._copies.popitem(last=False)
        return self._given(url, copy)

    def _given(self, url: str, copy: _Copy) -> bytes:
        if copy.body is None:
            raise DocumentUnavailable(url, copy.reason, copy.lasting, copy.gone)
        return copy.body

    def _fetch(self, url: str) -> bytes:
        target = self._target(url)
        deadline = time.monotonic() + self._timeout_s
        try:
            address = target.development or (self._public_address(url, target), target.port)
            with (
                socket.create_connection(address, timeout=self._timeout_s) as plain,
                _hung_up_at(plain, deadline),
            ):
                if target.development is not None:
                    return self._exchange(url, target, plain, deadline)
                with self._tls.wrap_socket(plain, server_hostname=target.host) as secure:
                    return self._exchange(url, target, secure, deadline)
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, TimeoutError) or time.monotonic() >= deadline:
                raise DocumentUnavailable(url, f"no answer within {self._timeout_s:g} s") from None
            raise DocumentUnavailable(url, f"cannot be fetched ({type(error).__name__})") from None

    def _target(self, url: str) -> _Target:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise DocumentUnavailable(url, "not an address", lasting=True) from None
        host = (parts.hostname or "").lower()
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if parts.scheme != "https" or parts.username is not None or parts.password is not None:
            raise DocumentUnavailable(url, "not an https address", lasting=True)
        if _HOST.fullmatch(host) is None or _TARGET.fullmatch(path) is None:
            raise DocumentUnavailable(url, "not an address", lasting=True)
        return _Target(host, port or 443, path, self._development_origin(host, port))

    def _development_origin(self, host: str, port: int | None) -> tuple[str, int] | None:
        named = self._development.get(f"{host}:{port}" if port else host)
        if named is not None:
            return named
        return next(
            (
                origin
                for name, origin in self._development.items()
                if name.startswith(".") and host.endswith(name)
            ),
            None,
        )

    def _public_address(self, url: str, target: _Target) -> str:
        """The first address of the host, when all of them are public; the connection goes there and to no second look-up."""
        try:
            found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError):
            raise DocumentUnavailable(url, "the host has no address") from None
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not addresses or not all(_is_public(address) for address in addresses):
            raise DocumentUnavailable(url, "the host is not on the public internet")
        return addresses[0]

    def _exchange(self, url: str, target: _Target, sock: socket.socket, deadline: float) -> bytes:
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.sock = sock
        default_port = target.port == 443
        connection.putrequest("GET", target.path, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", target.host if default_port else f"{target.host}:{target.port}")
        connection.putheader(
            "Accept", "application/json, application/did+json, application/vc, application/jwt, */*;q=0.1"
        )
        # no compression: what is sent is what is counted
        connection.putheader("Accept-Encoding", "identity")
        connection.putheader("Connection", "close")
        connection.endheaders()
        response = connection.getresponse()
        if response.status != 200:
            gone = response.status == http.client.GONE
            raise DocumentUnavailable(url, f"the host answered {response.status}", gone=gone)
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise DocumentUnavailable(url, "the answer is compressed")
        chunks: list[bytes] = []
        size = 0
        while True:
            chunk = response.read1(65_536)
            if not chunk:
                # a connection that was cut reads like one that ended
                if time.monotonic() >= deadline:
                    raise TimeoutError
                if response.length:
                    raise http.client.IncompleteRead(b"", response.length)
                return b"".join(chunks)
            size += len(chunk)
            if size > self._max_bytes:
                raise DocumentUnavailable(url, f"larger than {self._max_bytes} bytes")
            chunks.append(chunk)


@contextlib.contextmanager
def _hung_up_at(sock: socket.socket, deadline: float) -> Iterator[None]:
    """Ends the connection at the deadline, whatever is being waited for: a server that sends a byte now and then keeps every single read
    in time. The handle of its own outlives TLS, which takes the socket over."""
    handle = sock.dup()

    def hang_up() -> None:
        with contextlib.suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        handle.close()


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        # an IPv4 address in any of its IPv6 disguises is judged as what it is
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return _is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


def _loopback(origin: str) -> tuple[str, int]:
    parts = urlsplit(origin)
    host = parts.hostname or ""
    try:
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
        port = parts.port
    except ValueError:
        local, port = False, None
    if (
        parts.scheme != "http"
        or not local
        or port is None
        or parts.path not in ("", "/")
        or parts.username is not None
    ):
        raise ValueError(
            f"a development origin is http on the loopback interface with a port, not {origin!r}"
        )
    return ("127.0.0.1" if host == "localhost" else host), port
