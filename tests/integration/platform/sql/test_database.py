import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from credence.platform.errors import NotReady, TooLarge
from credence.platform.kafka.topics import Topic
from credence.platform.local import LocalPostgres
from credence.platform.sql.outbox import MAX_PAYLOAD_BYTES
from support.databases import ServiceDatabase
from support.things import put, thing_erased, thing_event, things
from support.waiting import eventually

TOPIC = Topic("database.v1", partitions=1, owner="things", key="tenant/thing")

_OUTBOX = sa.text("SELECT tenant, key, value IS NULL AS erased, headers, event_id FROM outbox ORDER BY id")


def outbox(made: ServiceDatabase) -> list[sa.Row]:
    with made.database.system() as connection:
        return list(connection.execute(_OUTBOX))


def test_state_and_events_commit_together(made: ServiceDatabase) -> None:
    with made.database.transaction("acme") as tx:
        put(tx, "a", "x")
        tx.publish(thing_event(TOPIC, "acme", "a", "x"))
    assert things(made.database, "acme") == {"a": "x"}
    assert [row.key for row in outbox(made)] == ["acme/a"]


def test_a_failed_transaction_leaves_neither(made: ServiceDatabase) -> None:
    with pytest.raises(RuntimeError, match="no"), made.database.transaction("acme") as tx:  # noqa: PT012 - after writes
        put(tx, "a", "x")
        tx.publish(thing_event(TOPIC, "acme", "a", "x"))
        tx.flush()
        raise RuntimeError("no")
    assert things(made.database, "acme") == {}
    assert outbox(made) == []
    assert made.database.tenants() == []
    # the tenant that was rolled back is not taken for a known one
    with made.database.transaction("acme") as tx:
        put(tx, "a", "x")
    assert made.database.tenants() == ["acme"]


def test_events_keep_their_order_over_calls_and_tenants(made: ServiceDatabase) -> None:
    with made.database.transaction() as tx:
        for tenant in ("acme", "globex", "acme"):
            tx.set_tenant(tenant)
            tx.publish(*(thing_event(TOPIC, tenant, f"t{i}", "x") for i in range(30)))
            tx.publish(thing_erased(TOPIC, tenant, "t0", revision=2))
    rows = outbox(made)
    expected = [f"{tenant}/t{i}" for tenant in ("acme", "globex", "acme") for i in (*range(30), 0)]
    assert [row.key for row in rows] == expected
    assert [row.erased for row in rows] == ([False] * 30 + [True]) * 3
    assert rows[30].headers["revision"] == "2"


def test_an_event_of_another_tenant_is_refused(made: ServiceDatabase) -> None:
    with pytest.raises(ValueError, match="globex"), made.database.transaction("acme") as tx:
        tx.publish(thing_event(TOPIC, "globex", "a", "x"))


def test_an_event_that_the_broker_would_refuse_is_refused_at_once(made: ServiceDatabase) -> None:
    with pytest.raises(TooLarge), made.database.transaction("acme") as tx:
        tx.publish(thing_event(TOPIC, "acme", "a", "x" * MAX_PAYLOAD_BYTES))


def test_read_only_writes_nothing(made: ServiceDatabase) -> None:
    with (
        pytest.raises(DBAPIError, match="read-only"),
        made.database.transaction("acme", read_only=True) as tx,
    ):
        put(tx, "a", "x")
    assert made.database.tenants() == []


def test_an_older_revision_is_ignored(made: ServiceDatabase) -> None:
    with made.database.transaction("acme") as tx:
        put(tx, "a", "new", revision=3)
        put(tx, "a", "old", revision=2)
        put(tx, "a", "same", revision=3)
    assert things(made.database, "acme") == {"a": "new"}


def test_a_killed_server_is_not_ready_and_serves_again(
    made: ServiceDatabase, postgres: LocalPostgres
) -> None:
    with made.database.transaction("acme") as tx:
        put(tx, "a", "x")
    try:
        with pytest.raises(NotReady), made.database.transaction("acme") as tx:  # noqa: PT012 - in its middle
            put(tx, "b", "lost")
            postgres.kill()
            tx.execute(sa.text("SELECT 1"))
        with pytest.raises(NotReady):
            things(made.database, "acme")
    finally:
        postgres.start()
    assert things(made.database, "acme") == {"a": "x"}


def test_a_deadlock_is_not_ready_for_one_of_the_two(made: ServiceDatabase) -> None:
    with made.database.transaction("acme") as tx:
        put(tx, "a", "x")
        put(tx, "b", "x")
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def work(first: str, second: str) -> None:
        try:
            with made.database.transaction("acme") as tx:
                put(tx, first, "y", revision=2)
                barrier.wait(10)
                put(tx, second, "y", revision=3)
            outcomes.append("done")
        except NotReady:
            outcomes.append("not ready")

    threads = [threading.Thread(target=work, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    eventually(lambda: len(outcomes) == 2)
    assert sorted(outcomes) == ["done", "not ready"]
