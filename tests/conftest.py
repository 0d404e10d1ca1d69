"""Root of all tests: shared fixtures, and no way to the network.

Unit tests, attacks and fuzzing open no sockets at all; the others reach this machine only.
"""

from pathlib import Path

import pytest
import pytest_socket

pytest_plugins = ["support.fixtures"]

_ALONE = [Path(__file__).parent / name for name in ("unit", "attacks", "fuzz")]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if any(item.path.is_relative_to(folder) for folder in _ALONE):
        pytest_socket.disable_socket(allow_unix_socket=True)
    else:
        pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)
