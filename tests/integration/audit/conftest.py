from collections.abc import Iterator
from functools import cache
from unittest.mock import patch

import pytest

from credence.audit import app
from support.audit import Bureau, open_bureau
from support.databases import ServiceDatabases


@pytest.fixture(scope="session", autouse=True)
def one_linker() -> Iterator[None]:
    """The real one, loaded once for all the services that these tests build."""
    with patch.object(app, "load_linker", cache(app.load_linker)):
        yield


@pytest.fixture
def bureau(service_databases: ServiceDatabases) -> Iterator[Bureau]:
    with open_bureau(service_databases("audit")) as opened:
        yield opened
