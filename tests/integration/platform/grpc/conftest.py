from collections.abc import Iterator

import pytest

from support.probe import Client, ProbeServer, probe_server


@pytest.fixture
def probe() -> Iterator[ProbeServer]:
    with probe_server() as server:
        yield server


@pytest.fixture
def client(probe: ProbeServer) -> Iterator[Client]:
    with probe.client() as connected:
        yield connected
