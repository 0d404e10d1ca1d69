"""From an import to the ranking, on the whole stack: `PYTHONPATH=tests python tests/benchmarks/flow.py [--candidates 2000]`.

Prints the time to start (a new installation, and one with data), candidates/s from the first message of an import to the last of them in
the ranking (two signed credentials each on average, of three formats), the processor time that each process spent on a candidate, and the
time from an acknowledged write to the changed ranking. Beside each stands what the bare parts do on the same machine in the same run: the
broker alone, the two servers alone. On a machine with other work the ratios and the processor times say more than the times.
"""

import argparse
import logging
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

import psutil
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from credence.demo import Company, generate
from credence.platform.kafka.topics import Topic, ensure_topics
from credence.platform.local import LocalKafka, LocalPostgres
from credencepb.candidates.v1 import candidate_pb2
from credencepb.candidates.v1 import candidates_service_pb2 as api
from support.waiting import eventually
from support.workplace import REFERENCE, Workplace, open_workplace

ROLE = "Data Analyst"
SCRATCH = Topic("bench.v1", partitions=1, owner="benchmarks", key="none")
AIMS = {"candidates/s": 300.0, "freshness p50": 1.0, "warm start": 10.0}


def say(what: str, figure: str, beside: str = "") -> None:
    print(f"{what:<58} {figure:>16}   {beside}".rstrip(), flush=True)


@contextmanager
def clock() -> Iterator[list[float]]:
    """One number: the seconds that the block took."""
    taken: list[float] = []
    started = time.perf_counter()
    yield taken
    taken.append(time.perf_counter() - started)


def processor_seconds(place: Workplace) -> dict[str, float]:
    """Of each process with its children, by name."""
    found = {}
    for name, pid in place.stack.supervisor._state.pids.items():
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        found[name] = sum(sum(p.cpu_times()[:2]) for p in family)
    return found


def servers_alone(folder: Path) -> float:
    """Seconds until the stopped stack's own broker and database answer again, one after the other: nothing else runs."""
    kafka, postgres = LocalKafka(folder / "kafka"), LocalPostgres(folder / "postgres")
    with clock() as taken:
        postgres.start()
        kafka.start()
    kafka.stop()
    postgres.stop()
    return taken[0]


def broker_alone(place: Workplace, people: list[candidate_pb2.Candidate]) -> tuple[float, float]:
    """(records/s written and read again, median seconds of one record there and back): the same bytes, no service in between."""
    ensure_topics(place.stack.bootstrap, [SCRATCH])
    producer = KafkaProducer(bootstrap_servers=place.stack.bootstrap, acks="all")
    consumer = KafkaConsumer(bootstrap_servers=place.stack.bootstrap, enable_auto_commit=False)
    partition = TopicPartition(SCRATCH.name, 0)
    consumer.assign([partition])
    consumer.seek_to_beginning(partition)
    bodies = [person.SerializeToString() for person in people]
    with clock() as taken:
        for body in bodies:
            producer.send(SCRATCH.name, value=body)
        producer.flush()
        while consumer.position(partition) < len(bodies):
            consumer.poll(timeout_ms=200)
    trips = []
    for body in bodies[:200]:
        with clock() as trip:
            producer.send(SCRATCH.name, value=body).get(timeout=10)
            while not consumer.poll(timeout_ms=200):
                pass
        trips += trip
    consumer.close()
    producer.close()
    return len(bodies) / taken[0], median(trips)


def imported(place: Workplace) -> tuple[float, dict[str, float]]:
    """(seconds from the first message to everybody in the ranking, processor milliseconds a candidate by process)"""
    people = place.company.candidates
    role = place.roles[ROLE].name
    before = processor_seconds(place)
    with clock() as taken:
        place.take_in(people)
        eventually(
            lambda: place.rank_page(role, page_size=1).total_size == len(people), within=600, every=0.2
        )
    after = processor_seconds(place)
    return taken[0], {name: (after[name] - before[name]) / len(people) * 1e3 for name in after}


def freshness(place: Workplace, rounds: int) -> list[float]:
    """Seconds from the answer to an update until a ranking shows another state of the pool, one update at a time."""
    role = place.roles[ROLE].name
    source = random.Random(5)
    found = []
    for number in range(rounds):
        present = place.candidate(source.choice(place.company.candidates).external_id)
        change = candidate_pb2.Candidate(name=present.name, claims=present.claims)
        change.claims.add(skill="SQL", level=1 + number % 5, last_used=f"20{number % 25:02}")
        before = place.rank_page(role, page_size=1).provenance.index_position
        place.candidates.UpdateCandidate(api.UpdateCandidateRequest(candidate=change))
        with clock() as taken:
            eventually(
                lambda b=before: place.rank_page(role, page_size=1).provenance.index_position > b,
                every=0.001,
            )
        found += taken
    return found


def run(company: Company, folder: Path, rounds: int) -> None:
    with clock() as cold:
        workplace = open_workplace(folder, company)
        place = workplace.__enter__()
    try:
        place.set_up()
        place.settle()
        seconds, costs = imported(place)
        place.settle()
        fresh = freshness(place, rounds)
        raw, trip = broker_alone(place, company.candidates)
    finally:
        workplace.__exit__(None, None, None)
    alone = servers_alone(folder)
    started = time.perf_counter()
    with open_workplace(folder, company) as again:
        role = f"{again.tenant}/roles/{ROLE.lower().replace(' ', '-')}"
        assert again.rank_page(role, page_size=1).total_size == len(company.candidates)
        warm = time.perf_counter() - started

    rate = len(company.candidates) / seconds
    say(
        "start to ready, new data directory",
        f"{cold[0]:.1f} s",
        f"{cold[0] / alone:.1f} x broker and database alone",
    )
    say("start to ready, with data", f"{warm:.1f} s", f"{warm / alone:.1f} x; aim {AIMS['warm start']:.0f} s")
    say("broker and database alone", f"{alone:.1f} s")
    signed = company.expectations.signed / len(company.candidates)
    say(
        f"import to rankable, {len(company.candidates)} candidates, {signed:.1f} credentials each",
        f"{rate:.0f} candidates/s",
        f"{rate / raw:.4f} of the broker alone; aim {AIMS['candidates/s']:.0f}",
    )
    say("the broker alone, the same bytes there and back", f"{raw:.0f} records/s")
    for name, cost in sorted(costs.items(), key=lambda item: -item[1]):
        say(f"  processor time of {name}", f"{cost:.2f} ms/candidate")
    total = sum(costs.values())
    say(
        "  processor time of all",
        f"{total:.2f} ms/candidate",
        f"at most {2000 / total:.0f} candidates/s on two free cores",
    )
    p90 = quantiles(fresh, n=10)[8]
    say(
        "acknowledged write to changed ranking",
        f"p50 {median(fresh) * 1e3:.0f} ms",
        f"p90 {p90 * 1e3:.0f} ms; {median(fresh) / trip:.0f} x the broker alone; aim {AIMS['freshness p50'] * 1e3:.0f} ms",
    )
    say("one record through the broker alone and back", f"p50 {trip * 1e3:.1f} ms")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--candidates", type=int, default=2_000)
    arguments.add_argument("--updates", type=int, default=60)
    given = arguments.parse_args()
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    company = generate(reference=REFERENCE, candidates=given.candidates)
    with tempfile.TemporaryDirectory() as folder:
        run(company, Path(folder), given.updates)
    return 0


if __name__ == "__main__":
    sys.exit(main())
