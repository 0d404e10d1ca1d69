"""Session fixtures: the real servers, started when first asked for and gone at the end."""

from collections.abc import Iterator

import pytest

from credence.platform.local import LocalKafka, LocalPostgres
from support.databases import ServiceDatabases


@pytest.fixture(scope="session")
def kafka() -> Iterator[LocalKafka]:
    """One broker for all tests: let topics and groups have names of their own. A test that kills it must
    restart it.
    """
    with LocalKafka() as broker:
        yield broker


@pytest.fixture(scope="session")
def postgres() -> Iterator[LocalPostgres]:
    """One server for all tests. A test that kills it must restart it."""
    with LocalPostgres(fsync=False) as server:
        yield server


@pytest.fixture(scope="session")
def service_databases(postgres: LocalPostgres) -> Iterator[ServiceDatabases]:
    """`service_databases("candidates")` is a fresh database of that service, migrated, with its roles."""
    databases = ServiceDatabases(postgres)
    yield databases
    databases.close()
