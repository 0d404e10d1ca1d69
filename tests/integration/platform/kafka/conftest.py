import pytest

from support.databases import ServiceDatabase, ServiceDatabases
from support.things import VERSIONS


@pytest.fixture
def made(service_databases: ServiceDatabases) -> ServiceDatabase:
    """A fresh database of the service of things."""
    return service_databases("things", VERSIONS)
