"""The service as a process of its own, on a real broker and a real database."""

from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from kafka import KafkaProducer

from credence.platform.kafka.events import Event, headers_of, parse_record
from credence.platform.kafka.topics import dlq_of, ensure_topics
from credence.platform.local import LocalKafka
from credence.topics import DECISIONS, PROFILES, ROLES, SHORTLISTS
from credencepb.matching.v1 import matching_service_pb2 as pb
from credencepb.matching.v1 import ranking_pb2
from credencepb.matching.v1.matching_events_pb2 import DecisionRecorded, RoleChanged, ShortlistGiven
from support.databases import ServiceDatabases
from support.matching import (
    SQL,
    TENANT,
    candidate_name,
    changed,
    pool,
    profile,
    purged,
    role,
)
from support.matching_process import MatchingProcess
from support.topics import read_topic, write_raw
from support.waiting import eventually

OTHERS = [SQL, "esco:ccd0a1d9-afda-43d9-b901-96344886e14d", *(f"esco:{n}" for n in range(50))]


@pytest.fixture
def matching(
    kafka: LocalKafka, service_databases: ServiceDatabases, tmp_path: Path
) -> Iterator[MatchingProcess]:
    ensure_topics(kafka.bootstrap, [PROFILES, ROLES, SHORTLISTS, DECISIONS])
    service = MatchingProcess(service_databases("matching"), kafka.bootstrap, tmp_path)
    service.start()
    try:
        yield service
    finally:
        service.process.stop()


def send(kafka: LocalKafka, *events: Event) -> None:
    producer = KafkaProducer(bootstrap_servers=kafka.bootstrap, acks="all")
    for event in events:
        producer.send(event.topic, key=event.key.encode(), value=event.value, headers=headers_of(event))
    producer.flush(30)
    producer.close()


def test_from_topic_to_ranking_and_back_over_a_kill(matching: MatchingProcess, kafka: LocalKafka) -> None:
    stub = matching.stub()
    made = stub.CreateRole(pb.CreateRoleRequest(parent=f"tenants/{TENANT}", role=role(), role_id="analyst"))
    events = [changed(p) for p in pool(300, OTHERS)]
    dead = [(b"nothing", b"no tenant"), (f"{TENANT}/x".encode(), b"\xff\xfe not an envelope")]
    write_raw(kafka, PROFILES.name, *dead)
    send(kafka, *events, *events[:50])  # delivery is at least once

    def rank(**fields: object) -> pb.RankCandidatesResponse:
        return matching.stub().RankCandidates(
            pb.RankCandidatesRequest(role=made.name, page_size=500, **fields)
        )

    eventually(lambda: rank().total_size == 300, within=60)
    before = rank()
    reasons = {h[0]: h[1] for r in read_topic(kafka, dlq_of(PROFILES), 2) for h in r.headers}
    assert reasons["dlq-reason"] in (b"NO_KEY", b"NOT_AN_ENVELOPE")

    decision = ranking_pb2.Decision(
        role=made.name,
        candidate=before.candidates[0].candidate,
        outcome=ranking_pb2.DECISION_OUTCOME_ADVANCE,
        reason="The strongest verified evidence of all.",
        ranking=before.provenance.ranking,
    )
    recorded = stub.RecordDecision(pb.RecordDecisionRequest(decision=decision))
    assert (recorded.rank, recorded.score) == (1, before.candidates[0].score)

    matching.process.kill()
    matching.start()
    after = rank()
    assert after.SerializeToString(deterministic=True) == before.SerializeToString(deterministic=True)
    assert check_health(matching) == health_pb2.HealthCheckResponse.SERVING
    with urlopen(f"http://{matching.facts['metrics']}/metrics") as page:
        assert b"credence" in page.read()

    [shortlist] = (
        record.record
        for record in told(kafka, SHORTLISTS.name, ShortlistGiven, 1)
        if record.record.provenance.ranking == before.provenance.ranking
    )
    assert shortlist.asked_by == "dana"
    assert [e.score for e in shortlist.entries] == [c.score for c in before.candidates[:100]]
    assert told(kafka, ROLES.name, RoleChanged, 1)[-1].role == made
    assert told(kafka, DECISIONS.name, DecisionRecorded, 1)[-1].decision == recorded

    leaver = before.candidates[0].candidate.rpartition("/")[2]
    send(kafka, purged(leaver), changed(profile("newcomer", [(SQL, 0.99, 5, True)])))
    eventually(lambda: rank().candidates[0].candidate == candidate_name("newcomer"))
    eventually(lambda: leaver not in str(rank().candidates))
    listed = stub_after = matching.stub().ListDecisions(pb.ListDecisionsRequest(parent=f"tenants/{TENANT}"))
    assert [d.candidate for d in listed.decisions] == [""], stub_after


def told(kafka: LocalKafka, topic: str, message: type, at_least: int) -> list:
    """The payloads of one type on a topic."""
    found = []
    for r in read_topic(kafka, topic, at_least):
        event = parse_record(r.topic, r.partition, r.offset, r.key, r.value, r.headers, r.timestamp)
        if event.type == message.DESCRIPTOR.full_name and event.tenant == TENANT:
            found.append(message.FromString(event.payload))
    return found


def check_health(matching: MatchingProcess) -> int:
    with grpc.insecure_channel(matching.facts["grpc"]) as plain:
        answer = health_pb2_grpc.HealthStub(plain).Check(
            health_pb2.HealthCheckRequest(service="credencepb.matching.v1.MatchingService")
        )
    return answer.status
