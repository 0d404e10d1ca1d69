from collections.abc import Iterator

import pytest

from credence.credentials.verifier.pool import VerifierPool
from credence_models.linker import Linker, load_linker
from support.badges import Shelf
from support.credentials import Desk, new_pool, open_desk
from support.databases import ServiceDatabases


@pytest.fixture(scope="session")
def linker() -> Linker:
    return load_linker()


@pytest.fixture(scope="session")
def verifying() -> Iterator[tuple[VerifierPool, Shelf]]:
    """One pool of workers for all tests, and the shelf that it fetches from."""
    shelf = Shelf()
    with new_pool(shelf) as pool:
        yield pool, shelf


@pytest.fixture
def desk(
    service_databases: ServiceDatabases, linker: Linker, verifying: tuple[VerifierPool, Shelf]
) -> Iterator[Desk]:
    pool, shelf = verifying
    shelf.documents.clear()
    with open_desk(service_databases("credentials"), linker, pool, shelf) as opened:
        yield opened
