"""No way to the network, and a note of who tried: names resolve by a table, and a connection is refused by an error that nobody catches."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading
from collections.abc import Iterator, Mapping
from typing import Any
from unittest import mock


class NetworkUsed(BaseException):
    """Not an Exception: no handler in the product may swallow it."""


@contextlib.contextmanager
def no_network(
    hosts: Mapping[str, str | tuple[str, ...]], answers: Mapping[str, bytes]
) -> Iterator[list[str]]:
    """Bars look-ups other than of `hosts` and numbers, and connections other than to an address in `answers`, which gets those bytes
    for whatever it is asked. Yields the addresses that were called. NetworkUsed: anything else."""
    called: list[str] = []
    talking: list[threading.Thread] = []

    def look_up(host: Any, port: Any, *args: Any, **kwargs: Any) -> list[Any]:
        name = host.decode() if isinstance(host, bytes) else str(host)
        found = hosts.get(name)
        if found is None:
            found = _number(name)
        if found is None:
            raise NetworkUsed(f"asked for the address of {name}")
        addresses = (found,) if isinstance(found, str) else found
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, port),
            )
            for address in addresses
        ]

    def connect(address: tuple[str, int], *args: Any, **kwargs: Any) -> socket.socket:
        where = f"{address[0]}:{address[1]}"
        called.append(where)
        if where not in answers:
            raise NetworkUsed(f"called {where}")
        ours, theirs = socket.socketpair()
        talk = threading.Thread(target=_say, args=(theirs, answers[where]))
        talking.append(talk)
        talk.start()
        return ours

    def barred(*args: Any, **kwargs: Any) -> Any:
        raise NetworkUsed("opened a connection")

    with (
        mock.patch.object(socket, "getaddrinfo", look_up),
        mock.patch.object(socket, "create_connection", connect),
        mock.patch.object(socket.socket, "connect", barred),
        mock.patch.object(socket.socket, "connect_ex", barred),
    ):
        try:
            yield called
        finally:
            for talk in talking:
                talk.join()


def _say(end: socket.socket, answer: bytes) -> None:
    """Until the other end has heard enough."""
    with end, contextlib.suppress(OSError):
        end.sendall(answer)
        end.shutdown(socket.SHUT_WR)


def _number(name: str) -> str | None:
    """What a C library makes of a host that is a number, in any of the spellings that inet_aton takes."""
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_address(name.partition("%")[0]))
    with contextlib.suppress(OSError):
        return socket.inet_ntoa(socket.inet_aton(name))
    return None
