"""A matching service in this process, over a real database and the real linker."""

from collections.abc import Iterator

import pytest

from support.databases import ServiceDatabases
from support.matching import Api, serving


@pytest.fixture(scope="package")
def api(service_databases: ServiceDatabases) -> Iterator[Api]:
    """Shared: let each test use a tenant of its own."""
    with serving(service_databases("matching")) as api:
        yield api
