"""How fast a shortlist comes: `PYTHONPATH=tests python tests/benchmarks/ranking.py [--candidates 10000]`.

The service is a process of its own on one core, over real PostgreSQL and Kafka; the pages hold 50 candidates with reasons. Prints

- RankCandidates of a role never asked for before, of one whose pool has changed since (the usual case: ranked, logged, explained), and
  of one where nothing has changed;
- the time from a committed profile to the changed ranking, and from start to ready;
- the index alone beside brute force by the reference, in this process.
"""

import argparse
import logging
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, quantiles

from credence.matching import convert
from credence.matching.index import Line, PostingIndex, Query
from credence.matching.index.reference import ReferenceIndex
from credence.matching.profiles import indexed
from credence.matching.skills import Skills, load_skills
from credence.platform.kafka.topics import ensure_topics
from credence.platform.local import LocalKafka, LocalPostgres
from credence.topics import PROFILES, ROLES, SHORTLISTS
from credence_models.coverage import load_policy
from credencepb.credentials.v1.profile_pb2 import Factor, Profile
from credencepb.matching.v1 import matching_service_pb2 as pb
from credencepb.matching.v1.role_pb2 import NECESSITY_MUST, NECESSITY_SHOULD, Competency, Role
from support.databases import ServiceDatabases
from support.matching import TENANT, changed, pool, take_in
from support.matching_process import MatchingProcess
from support.waiting import eventually

ROLES_ASKED = 40
COMPETENCIES = 8
HELD = 1500
"""Concepts that anybody in the pool has; a role asks for some of the hundred that most have."""
FACTORS = [
    Factor(
        name=name,
        value=0.9,
        code=f"{name.upper()}_KNOWN",
        sentence="One plain sentence of the usual length of them.",
    )
    for name in ("kind", "verification", "issuer", "rigor", "recency", "scarcity", "repetition")
]


def profiles(count: int, concepts: Sequence[str]) -> list[Profile]:
    made = list(pool(count, concepts))
    for profile in made:
        for piece in profile.evidence:
            del piece.factors[:]
            piece.factors.extend(FACTORS)
    return made


def roles(skills: Skills, concepts: Sequence[str], count: int) -> list[Role]:
    """Roles that ask for what many have."""
    source = random.Random(2)
    made = []
    for number in range(count):
        chosen = source.sample(concepts[:100], COMPETENCIES)
        made.append(
            Role(
                title=f"Role {number}",
                competencies=[
                    Competency(
                        id=f"c{place}",
                        concept=concept,
                        wording=skills.taxonomy.get(concept).label,  # type: ignore[union-attr]
                        weight=source.randint(1, 5),
                        required_level=source.randint(0, 4),
                        necessity=NECESSITY_MUST if place < 3 else NECESSITY_SHOULD,
                    )
                    for place, concept in enumerate(chosen)
                ],
            )
        )
    return made


def timed(call: Callable[[], object], times: list[float]) -> None:
    started = time.perf_counter()
    call()
    times.append(time.perf_counter() - started)


def told(what: str, times: Sequence[float]) -> None:
    p99 = quantiles(times, n=100)[98] if len(times) > 1 else times[0]
    print(f"{what:<62} p50 {median(times) * 1e3:7.1f} ms   p99 {p99 * 1e3:7.1f} ms")


def bench_service(skills: Skills, made: list[Profile], asked: list[Role], process: MatchingProcess) -> None:
    stub = process.stub()
    parent = f"tenants/{TENANT}"
    names = [stub.CreateRole(pb.CreateRoleRequest(parent=parent, role=role)).name for role in asked]

    def rank(name: str) -> pb.RankCandidatesResponse:
        return stub.RankCandidates(pb.RankCandidatesRequest(role=name, page_size=50))

    fresh: list[float] = []
    renewed: list[float] = []
    again: list[float] = []
    followed: list[float] = []
    for name in names:
        timed(lambda name=name: rank(name), fresh)
    source = random.Random(3)
    for step in range(4 * len(names)):
        name = names[step % len(names)]
        before = rank(name).provenance
        profile = source.choice(made)
        profile.revision += 1
        take_in(process.made.database, changed(profile))
        started = time.perf_counter()
        others = names[(step + 1) % len(names)]
        eventually(
            lambda b=before, n=others: rank(n).provenance.index_position > b.index_position, every=0.001
        )
        followed.append(time.perf_counter() - started)
        timed(lambda name=name: rank(name), renewed)
        timed(lambda name=name: rank(name), again)
    answer = rank(names[0])
    told(f"RankCandidates, {len(made)} candidates, a new role", fresh)
    told(f"RankCandidates, {len(made)} candidates, the pool changed", renewed)
    told(f"RankCandidates, {len(made)} candidates, nothing changed", again)
    told("from the committed profile to a changed ranking, with its call", followed)
    print(f"{'a page of 50 on the wire':<62} {answer.ByteSize() / 1024:11.0f} KiB")


def bench_index(skills: Skills, made: list[Profile], asked: list[Role]) -> None:
    policy = load_policy()
    index, reference = PostingIndex(), ReferenceIndex()
    everyone = [indexed(profile.SerializeToString(deterministic=True)) for profile in made]
    index.apply(everyone)
    reference.apply(everyone)
    threshold = policy.similarity.threshold
    ours: list[float] = []
    brute: list[float] = []
    for number, role in enumerate(asked):
        lines = (
            Line(convert.scored(c), skills.neighbours(c.concept, c.wording, threshold))
            for c in role.competencies
        )
        query = Query(tuple(lines), policy)
        timed(lambda q=query: index.rank(q), ours)
        if number < 3:
            timed(lambda q=query: reference.rank(q), brute)
            same = [p.candidate for p in index.rank(query).profiles] == [
                p.candidate for p in reference.rank(query).profiles
            ]
            assert same, "the engine and the reference disagree"
    told(f"the index alone, {len(made)} candidates", ours)
    told("brute force by the reference", brute)
    print(f"{'ratio of the medians, reference to index':<62} {median(brute) / median(ours):11.0f} x")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--candidates", type=int, default=10_000)
    given = arguments.parse_args()
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    skills = load_skills(1)
    concepts = [concept.id for concept in skills.taxonomy.concepts]
    random.Random(1).shuffle(concepts)
    concepts = concepts[:HELD]
    made, asked = profiles(given.candidates, concepts), roles(skills, concepts, ROLES_ASKED)
    with LocalKafka() as kafka, LocalPostgres() as postgres, tempfile.TemporaryDirectory() as folder:
        databases = ServiceDatabases(postgres)
        ensure_topics(kafka.bootstrap, [PROFILES, ROLES, SHORTLISTS])
        database = databases("matching")
        for start in range(0, len(made), 500):
            take_in(database.database, *(changed(profile) for profile in made[start : start + 500]))
        process = MatchingProcess(database, kafka.bootstrap, Path(folder))
        started = time.perf_counter()
        process.start()
        print(f"{f'start to ready, {len(made)} candidates':<62} {time.perf_counter() - started:11.1f} s")
        os.sched_setaffinity(process.process.pid, {0})
        try:
            bench_service(skills, made, asked, process)
        finally:
            process.process.stop()
        databases.close()
    bench_index(skills, made, asked)
    return 0


if __name__ == "__main__":
    sys.exit(main())
