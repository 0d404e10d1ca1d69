"""The index follows the database: every change, in every replica, soon."""

import time
from collections.abc import Iterator

import pytest

from credence.matching.feed import ProfileFeed
from credence.matching.pools import Pools
from credence.matching.profile_store import ProfileStore
from credence.platform.errors import NotReady
from support.databases import ServiceDatabase, ServiceDatabases
from support.matching import SQL, TENANT, changed, deleted, profile, purged, take_in
from support.running import running
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


def test_a_change_arrives_within_milliseconds(
    made: ServiceDatabase, replicas: tuple[Replica, Replica]
) -> None:
    took = []
    for revision in range(2, 32):
        take_in(made.database, changed(profile("early", [(SQL, 0.5)], revision=revision)))
        began = time.perf_counter()
        eventually(lambda r=revision: replicas[0].revision("early") == r, every=0.001)
        took.append(time.perf_counter() - began)
    assert sorted(took)[len(took) // 2] < 0.1  # some 5 ms on an idle machine


def test_a_commit_that_comes_late_is_not_skipped(
    made: ServiceDatabase, replicas: tuple[Replica, Replica]
) -> None:
    """A transaction begins, a later one commits and is read, then the first commits: its number is the smaller one."""
    from credence.matching.profile_store import ProfileRow, State

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
