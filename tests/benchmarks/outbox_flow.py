"""How fast events flow from a commit to another service's database: `PYTHONPATH=tests python tests/benchmarks/outbox_flow.py`.

Prints events/s that the relay sends, events/s that a consumer applies, and the time from the acknowledged write to its effect.
"""

import logging
import sys
import time
from collections.abc import Sequence
from statistics import median, quantiles

import sqlalchemy as sa

from credence.platform.kafka.consumer import BatchConsumer
from credence.platform.kafka.events import Received
from credence.platform.local import LocalKafka, LocalPostgres
from credence.platform.names import last_id
from credence.platform.sql.database import Transaction
from credence.platform.sql.relay import OutboxRelay
from support.databases import ServiceDatabase, ServiceDatabases
from support.running import Running
from support.things import VERSIONS, ThingHandler, put, thing_event, things
from support.topics import fresh_topic
from support.waiting import eventually

COUNT = 20_000
BODY = "x" * 2000

_PUT_MANY = sa.text("""
INSERT INTO things (thing, revision, body, applied)
SELECT thing, 1, body, 1 FROM unnest(CAST(:things AS text[]), CAST(:bodies AS text[])) AS new (thing, body)
ON CONFLICT (tenant, thing) DO UPDATE SET body = excluded.body
""")


class Many(ThingHandler):
    def apply(self, tx: Transaction, events: Sequence[Received], prepared: Sequence[str]) -> None:
        tx.execute(
            _PUT_MANY, {"things": [last_id(r.event.subject) for r in events], "bodies": list(prepared)}
        )


def waiting(made: ServiceDatabase) -> int:
    with made.database.system() as connection:
        return connection.execute(sa.text("SELECT count(*) FROM outbox")).scalar_one()


def main() -> int:
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    with LocalKafka() as kafka, LocalPostgres() as postgres:
        databases = ServiceDatabases(postgres)
        first, second = databases("things", VERSIONS), databases("things", VERSIONS)
        topic = fresh_topic(kafka, partitions=6)
        started = time.perf_counter()
        for start in range(0, COUNT, 500):
            with first.database.transaction("acme") as tx:
                tx.publish(*(thing_event(topic, "acme", f"t{start + i}", BODY) for i in range(500)))
        print(
            f"publish, 500 a transaction: {COUNT / (time.perf_counter() - started):,.0f} events/s of {len(BODY)} bytes"
        )

        relay = Running(OutboxRelay(first.urls.system, kafka.bootstrap))
        started = time.perf_counter()
        relay.start()
        eventually(lambda: waiting(first) == 0, within=120, every=0.02)
        print(f"relay: {COUNT / (time.perf_counter() - started):,.0f} events/s")

        handler = Many()
        consumer = Running(BatchConsumer(kafka.bootstrap, [topic], "bench", handler, second.database))
        consumer.start()
        eventually(lambda: handler.seen_after_commit, within=120)
        begun, started = len(handler.seen_after_commit), time.perf_counter()
        eventually(lambda: len(handler.seen_after_commit) == COUNT, within=120)
        print(f"consume: {(COUNT - begun) / (time.perf_counter() - started):,.0f} events/s")
        assert len(things(second.database, "acme")) == COUNT

        delays = []
        for i in range(200):
            with first.database.transaction("acme") as tx:
                put(tx, f"t{i}", BODY, revision=2)
                event = thing_event(topic, "acme", f"t{i}", BODY, revision=2)
                tx.publish(event)
            started = time.perf_counter()
            eventually(lambda event=event: handler.seen_after_commit[-1] == event.id, every=0.0005)
            delays.append(time.perf_counter() - started)
        print(
            f"commit here to commit there: p50 {median(delays) * 1e3:.1f} ms, p99 {quantiles(delays, n=100)[98] * 1e3:.1f} ms"
        )
        consumer.stop()
        relay.stop()
        databases.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
