"""Row-level security: with the service's own role, no table gives another tenant's row up or takes one in."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, ProgrammingError

from credence.platform.kafka.topics import Topic
from credence.platform.sql.database import driver_url
from support.databases import ServiceDatabase
from support.sealing import rows_given_up, tables_without_seal
from support.things import put, thing_event, things

TOPIC = Topic("seal.v1", partitions=1, owner="things", key="tenant/thing")


def fill(made: ServiceDatabase, tenant: str) -> None:
    """At least one row of `tenant` in every table that the service may write."""
    with made.database.transaction(tenant) as tx:
        put(tx, "a", f"of {tenant}")
        tx.publish(thing_event(TOPIC, tenant, "a", "x"))
        tx.execute(sa.text("INSERT INTO inbox (consumer, event_id) VALUES ('c', 'e')"))
        tx.execute(
            sa.text(
                "INSERT INTO request_ids (method, request_id, digest, response) VALUES ('m', 'r', '', '')"
            )
        )


def test_no_table_gives_up_a_row_of_another_tenant(made: ServiceDatabase) -> None:
    fill(made, "acme")
    assert rows_given_up(made.urls, tenant="globex") == {}
    assert rows_given_up(made.urls, tenant=None) == {}
    assert set(rows_given_up(made.urls, tenant="acme")) == {
        "inbox",
        "outbox",
        "request_ids",
        "tenants",
        "things",
    }


def test_every_table_is_sealed(made: ServiceDatabase) -> None:
    assert tables_without_seal(made.urls) == set()


def test_a_table_made_without_the_helper_is_noticed_and_closed(made: ServiceDatabase) -> None:
    owner = sa.create_engine(driver_url(made.urls.owner))
    with owner.begin() as connection:
        connection.execute(sa.text("CREATE TABLE bare (tenant text)"))
        connection.execute(sa.text("INSERT INTO bare VALUES ('acme')"))
    owner.dispose()
    assert tables_without_seal(made.urls) == {"bare"}
    with pytest.raises(ProgrammingError, match="permission denied"), made.database.transaction("acme") as tx:
        tx.execute(sa.text("SELECT FROM bare"))


def test_two_tenants_in_one_table(made: ServiceDatabase) -> None:
    fill(made, "acme")
    fill(made, "globex")
    assert things(made.database, "acme") == {"a": "of acme"}
    assert things(made.database, "globex") == {"a": "of globex"}
    assert made.database.tenants() == ["acme", "globex"]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO things (tenant, thing, revision, body, applied) VALUES ('globex', 'b', 1, '', 1)",
        "UPDATE things SET tenant = 'globex'",
    ],
)
def test_no_row_can_be_put_into_another_tenant(made: ServiceDatabase, statement: str) -> None:
    fill(made, "acme")
    with pytest.raises(DBAPIError, match="row-level security"), made.database.transaction("acme") as tx:
        tx.execute(sa.text(statement))


def test_without_a_tenant_nothing_can_be_written(made: ServiceDatabase) -> None:
    with pytest.raises(DBAPIError), made.database.transaction() as tx:
        put(tx, "a", "x")
    # a connection that served a tenant before has an empty setting, not none
    fill(made, "acme")
    with pytest.raises(DBAPIError), made.database.transaction() as tx:
        put(tx, "a", "x")


def test_the_seal_ends_with_the_transaction(made: ServiceDatabase) -> None:
    fill(made, "acme")
    with made.database.transaction() as tx:
        assert tx.execute(sa.text("SELECT count(*) FROM things")).scalar_one() == 0


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE things DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON things",
        "SET row_security = off; SELECT * FROM things",
        "SET ROLE postgres",
        "CREATE TABLE mine (tenant text)",
        "TRUNCATE things",
        "DELETE FROM alembic_version",
    ],
)
def test_the_service_cannot_break_the_seal(made: ServiceDatabase, statement: str) -> None:
    with pytest.raises(DBAPIError), made.database.transaction("acme") as tx:
        tx.execute(sa.text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM things",
        "SELECT event_id FROM inbox",
        "SELECT response FROM request_ids",
        "DELETE FROM tenants",
        "DELETE FROM things",
        "UPDATE outbox SET value = NULL",
        "INSERT INTO tenants (tenant) VALUES ('x')",
    ],
)
def test_the_system_role_does_only_its_work(made: ServiceDatabase, statement: str) -> None:
    fill(made, "acme")
    with pytest.raises(ProgrammingError, match="permission denied"), made.database.system() as connection:
        connection.execute(sa.text(statement))


def test_the_owner_is_sealed_too(made: ServiceDatabase) -> None:
    fill(made, "acme")
    owner = sa.create_engine(driver_url(made.urls.owner))
    with owner.begin() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM things")).scalar_one() == 0
    owner.dispose()
