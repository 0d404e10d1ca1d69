"""Two services, two hops: what one commits arrives applied once in the other's database, whatever is killed on the way."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from credence.platform.errors import NotReady
from credence.platform.kafka.consumer import BatchConsumer
from credence.platform.kafka.topics import Topic, dlq_of
from credence.platform.local import LocalKafka, LocalPostgres
from credence.platform.sql.relay import OutboxRelay
from credence.platform.tokens import new_key, public_jwks
from support.databases import ServiceDatabase, ServiceDatabases
from support.launcher import LaunchedService
from support.running import Running
from support.things import VERSIONS, ThingHandler, put, thing_event, things
from support.things.__main__ import Forwarding
from support.topics import fresh_topic, read_topic
from support.waiting import eventually

COUNT = 1500


@dataclass
class Chain:
    """first -> topic -> second -> onward -> third"""

    databases: tuple[ServiceDatabase, ServiceDatabase, ServiceDatabase]
    topics: tuple[Topic, Topic]
    parts: Running

    def write(self, start: int, stop: int) -> None:
        """One transaction a thing; a write that the database could not take is repeated, as a caller would."""
        for i in range(start, stop):
            while True:
                try:
                    with self.databases[0].database.transaction("acme") as tx:
                        put(tx, f"t{i:05}", f"body {i}")
                        tx.publish(thing_event(self.topics[0], "acme", f"t{i:05}", f"body {i}"))
                    break
                except NotReady:
                    threading.Event().wait(0.05)

    def arrived(self) -> bool:
        return len(things(self.databases[2].database, "acme")) == COUNT


@pytest.fixture
def chain(kafka: LocalKafka, service_databases: ServiceDatabases) -> Chain:
    first, second, third = (service_databases("things", VERSIONS) for _ in range(3))
    topic, onward = fresh_topic(kafka, partitions=3), fresh_topic(kafka, partitions=3)
    parts = Running(
        OutboxRelay(first.urls.system, kafka.bootstrap),
        BatchConsumer(kafka.bootstrap, [topic], f"second-{topic.name}", Forwarding(onward), second.database),
        OutboxRelay(second.urls.system, kafka.bootstrap),
        BatchConsumer(kafka.bootstrap, [onward], f"third-{topic.name}", ThingHandler(), third.database),
    )
    return Chain((first, second, third), (topic, onward), parts)


def kill_broker(kafka: LocalKafka, postgres: LocalPostgres) -> None:
    kafka.kill()
    kafka.start()


def kill_database(kafka: LocalKafka, postgres: LocalPostgres) -> None:
    postgres.kill()
    postgres.start()


def kill_nothing(kafka: LocalKafka, postgres: LocalPostgres) -> None:
    pass


@pytest.mark.parametrize("fault", [kill_nothing, kill_broker, kill_database])
def test_all_arrive_and_each_is_applied_once(
    chain: Chain,
    kafka: LocalKafka,
    postgres: LocalPostgres,
    fault: Callable[[LocalKafka, LocalPostgres], None],
) -> None:
    chain.parts.start()
    eventually(chain.parts.ready, within=30)
    writer = threading.Thread(target=chain.write, args=(0, COUNT))
    writer.start()
    eventually(lambda: count_safely(chain) > COUNT // 10, within=60)
    fault(kafka, postgres)
    writer.join(60)
    eventually(chain.arrived, within=60)
    chain.parts.stop()
    assert chain.parts.failures == []
    check_each_once(chain, kafka)


def check_each_once(chain: Chain, kafka: LocalKafka) -> None:
    for made in chain.databases[1:]:
        assert things(made.database, "acme") == {f"t{i:05}": f"BODY {i}" for i in range(COUNT)}
        with made.database.transaction("acme", read_only=True) as tx:
            assert tx.execute(sa.text("SELECT max(applied) FROM things")).scalar_one() == 1
            assert tx.execute(sa.text("SELECT count(*) FROM inbox")).scalar_one() == COUNT
    for topic in chain.topics:
        assert read_topic(kafka, dlq_of(topic)) == []


def count_safely(chain: Chain) -> int:
    try:
        return len(things(chain.databases[1].database, "acme"))
    except NotReady:
        return 0


def test_a_service_killed_in_the_middle_loses_and_doubles_nothing(
    kafka: LocalKafka, service_databases: ServiceDatabases, tmp_path: Path
) -> None:
    first, second, third = (service_databases("things", VERSIONS) for _ in range(3))
    topic, onward = fresh_topic(kafka, partitions=3), fresh_topic(kafka, partitions=3)
    ends = Running(
        OutboxRelay(first.urls.system, kafka.bootstrap),
        BatchConsumer(kafka.bootstrap, [onward], f"third-{topic.name}", ThingHandler(), third.database),
    )
    chain = Chain((first, second, third), (topic, onward), ends)
    middle = LaunchedService(
        "things",
        tmp_path,
        kafka=kafka,
        database=second,
        token_keys=public_jwks(new_key()),
        module="support.things",
        settings={"TAKES": topic.name, "GIVES": onward.name},
    )
    ends.start()
    with middle:
        writer = threading.Thread(target=chain.write, args=(0, COUNT))
        writer.start()
        for share in (10, 3):
            eventually(lambda share=share: count_safely(chain) > COUNT // share, within=60)
            middle.kill()
            middle.start()
        writer.join(60)
        eventually(chain.arrived, within=60)
        middle.stop()
        assert middle.returncode == 0, middle.log_tail()
    ends.stop()
    assert ends.failures == []
    check_each_once(chain, kafka)
