"""The index follows the database: every change, in every replica, soon."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from credence.matching.feed import ProfileFeed
from credence.matching.pools import Pools
from credence.matching.profile_store import ProfileRow, ProfileStore, State
from credence.platform.errors import NotReady
from support.databases import ServiceDatabase, ServiceDatabases
from support.matching import SQL, TENANT, changed, deleted, profile, purged, take_in
from support.running import running
from support.sealing import rows_given_up, tables_without_seal
from support.waiting import eventually


class Replica:
    """The feed and the indexes of one process."""

    def __init__(self, made: ServiceDatabase) -> None:
        self.pools = Pools()
        self.left: list[str] = []
        self.feed = ProfileFeed(
            made.urls.service, made.database, ProfileStore(), self.pools, self.left.append
        )

    def revision(self, candidate: str, tenant: str = TENANT) -> int:
        found = self.pools.of(tenant).get(candidate)
        return found.revision if found else 0


@pytest.fixture
def made(service_databases: ServiceDatabases) -> ServiceDatabase:
    return service_databases("matching")


@pytest.fixture
def replicas(made: ServiceDatabase) -> Iterator[tuple[Replica, Replica]]:
    take_in(made.database, changed(profile("early", [(SQL, 0.5)])))
    one, other = Replica(made), Replica(made)
    with pytest.raises(NotReady):
        one.pools.of(TENANT)
    with running(one.feed, other.feed):
        yield one, other


def test_every_replica_holds_every_change(made: ServiceDatabase, replicas: tuple[Replica, Replica]) -> None:
    one, other = replicas
    for replica in replicas:
        assert replica.revision("early") == 1, "loaded before ready"
    take_in(made.database, changed(profile("late", revision=4)), changed(profile("early", revision=2)))
    take_in(made.database, changed(profile("x", tenant="acme"), "acme"))
    for replica in replicas:
        eventually(lambda r=replica: (r.revision("late"), r.revision("early")) == (4, 2))
        eventually(
            lambda r=replica: r.revision("x", "acme") == 1, what="a tenant that was not there at the start"
        )
        assert replica.pools.of("acme").get("late") is None
    assert one.pools.of(TENANT).state() == other.pools.of(TENANT).state()
    assert one.pools.of(TENANT).state().position == 6


def test_each_change_arrives_alone(made: ServiceDatabase, replicas: tuple[Replica, Replica]) -> None:
    for revision in range(2, 32):
        take_in(made.database, changed(profile("early", [(SQL, 0.5)], revision=revision)))
        eventually(lambda r=revision: replicas[0].revision("early") == r, every=0.001)


def test_a_commit_that_comes_late_is_not_skipped(
    made: ServiceDatabase, replicas: tuple[Replica, Replica]
) -> None:
    """A transaction begins, a later one commits and is read, then the first commits: its number is the smaller one."""
    content = profile("slow").SerializeToString(deterministic=True)
    with made.database.transaction(TENANT) as tx:
        ProfileStore().put(tx, [ProfileRow("slow", 1, State.LIVE, content)])
        for revision in range(2, 6):
            take_in(made.database, changed(profile("early", revision=revision)))
            eventually(lambda r=revision: replicas[0].revision("early") == r)
        assert replicas[0].revision("slow") == 0
    for replica in replicas:
        eventually(lambda r=replica: r.revision("slow") == 1)


def test_who_is_deleted_or_purged_leaves_and_may_come_back(
    made: ServiceDatabase, replicas: tuple[Replica, Replica]
) -> None:
    one = replicas[0]
    take_in(made.database, deleted("early", 2))
    eventually(lambda: one.revision("early") == 0)
    assert one.left == [TENANT]
    take_in(made.database, changed(profile("early", revision=1)))
    take_in(made.database, changed(profile("early", revision=3)))
    eventually(lambda: one.revision("early") == 3)
    take_in(made.database, purged("early"))
    eventually(lambda: one.revision("early") == 0)
    # the same id again, from revision 1: also in one step with the purge
    take_in(made.database, changed(profile("early", [(SQL, 0.9)])))
    eventually(lambda: one.revision("early") == 1)
    take_in(made.database, purged("early"), changed(profile("early", [(SQL, 0.1)])))
    eventually(lambda: one.pools.of(TENANT).get("early").strengths[0] == 0.1)


def test_what_is_loaded_and_what_is_followed_are_the_same(
    made: ServiceDatabase, replicas: tuple[Replica, Replica]
) -> None:
    for number in range(60):
        take_in(made.database, changed(profile(f"c{number}", [(SQL, 0.5)], revision=number + 1)))
    take_in(made.database, deleted("c7", 100), purged("c8"), changed(profile("c9", revision=100)))
    eventually(lambda: replicas[0].revision("c9") == 100)
    fresh = Replica(made)
    with running(fresh.feed):
        assert fresh.pools.of(TENANT).state() == replicas[0].pools.of(TENANT).state()


def test_any_event_may_come_twice_and_the_newest_of_a_batch_stays(made: ServiceDatabase) -> None:
    one, two = profile("a", [(SQL, 0.1)]), profile("a", [(SQL, 0.2)], revision=2)
    b, gone = profile("b", [(SQL, 0.3)]), deleted("b", 2)
    batches = [[changed(one), changed(two)], [changed(two), changed(one)], [changed(b), gone], [changed(b)]]
    states = []
    for events in batches:
        for _ in range(2):
            take_in(made.database, *events)
            with made.database.transaction(TENANT) as tx:
                rows = tx.execute(
                    text("SELECT candidate, revision, state, content FROM profiles ORDER BY 1")
                ).all()
            states.append([tuple(row) for row in rows])
    assert states[0::2] == states[1::2]
    content = two.SerializeToString(deterministic=True)
    assert states[-1] == [("a", 2, "live", content), ("b", 2, "deleted", None)]


def test_erased_ids_are_forgotten_after_a_while(made: ServiceDatabase) -> None:
    take_in(made.database, purged("a"), changed(profile("b")))
    with made.database.transaction(TENANT) as tx:
        ProfileStore().forget_erased(tx)
        assert ProfileStore().states(tx, ["a", "b"]) == {"a": State.ERASED, "b": State.LIVE}
    with made.database.transaction(TENANT) as tx:
        tx.execute(text("UPDATE profiles SET change_time = now() - interval '8 days'"))
        ProfileStore().forget_erased(tx)
        assert ProfileStore().states(tx, ["a", "b"]) == {"b": State.LIVE}


def test_every_table_is_sealed(made: ServiceDatabase) -> None:
    take_in(made.database, changed(profile("a")))
    assert tables_without_seal(made.urls) == set()
    assert rows_given_up(made.urls, None) == {}
    assert rows_given_up(made.urls, "acme") == {}
    assert rows_given_up(made.urls, TENANT)["profiles"] == 1
