import contextlib
import random
import socket
from pathlib import Path

# Below the ephemeral ranges of Linux (32768 up) and macOS (49152 up). A port from those could be
# taken as the source port of any outgoing connection while its server is down for a restart; a
# client that retries such a port on loopback can even connect to itself.
_RANGE = range(15_000, 32_000)


def free_port() -> int:
    """A loopback TCP port that nobody listens on now. Nothing reserves it."""
    while True:
        port = random.choice(_RANGE)  # noqa: S311 - not a secret
        if is_free(port):
            return port


def is_free(port: int) -> bool:
    """Whether a server could listen there; connections of an earlier one in TIME_WAIT do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def remembered_port(path: Path) -> int:
    """The port written in `path` if it is still free, else a new one, which is written there.

    A warm restart so finds its clients' addresses unchanged.
    """
    with contextlib.suppress(OSError, ValueError):
        port = int(path.read_text())
        if is_free(port):
            return port
    port = free_port()
    path.write_text(f"{port}\n")
    return port
