"""Row-level security, with a whole company in the databases: no table gives a row up to a tenant that is not its own."""

import psycopg
import pytest
from sqlalchemy.engine import make_url

from credence.cli.stack import SERVICES
from credence.platform.sql.database import conninfo
from support.sealing import rows_given_up, tables_without_seal
from support.workplace import Workplace

HOLDING = {
    "candidates": {"candidates", "candidate_changes", "tenants"},
    "credentials": {"profiles", "verifications", "issuers", "inbox", "tenants"},
    "matching": {"profiles", "roles", "inbox", "tenants"},
    "audit": {"profiles", "roles", "cohorts", "programmes", "inbox", "tenants"},
}
"""Tables that hold rows of the company once it has moved in."""


@pytest.mark.parametrize("service", SERVICES)
def test_no_row_for_another_tenant(place: Workplace, service: str) -> None:
    """With the service's own role: another tenant set, an empty one, none at all, or one that a careless pattern would match."""
    urls = place.stack.urls[service]
    assert HOLDING[service] <= set(rows_given_up(urls, place.company.tenant)), "there is something to give up"
    for other in ("nobody", "", "%", place.company.tenant[:-1], place.company.tenant.upper(), None):
        assert rows_given_up(urls, other) == {}, f"tenant {other!r}"


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_is_sealed(place: Workplace, service: str) -> None:
    assert tables_without_seal(place.stack.urls[service]) == set()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reaches_no_other_database(place: Workplace, service: str) -> None:
    """Its role may connect to its own database only."""
    mine = make_url(place.stack.urls[service].service)
    for other in SERVICES:
        url = mine.set(database=make_url(place.stack.urls[other].service).database)
        text = conninfo(url.render_as_string(hide_password=False))
        if other == service:
            psycopg.connect(text).close()
            continue
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(text)
