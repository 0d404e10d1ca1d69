"""What producers write today says what the golden records say, every consumer reads all of them, and reading one twice changes nothing."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict

from credence.audit.consumer import FactsHandler
from credence.audit.store import AuditStore
from credence.candidates.convert import from_proto
from credence.candidates.handlers import Handlers
from credence.candidates.store import CandidateStore
from credence.matching.consumer import ProfileHandler
from credence.matching.decision_store import DecisionStore
from credence.matching.handlers import RoleHandlers
from credence.matching.profile_store import ProfileStore
from credence.matching.ranking_store import RankingStore
from credence.matching.store import RoleStore
from credence.platform.clock import FixedClock
from credence.platform.kafka.events import Event, Received, parse_record
from credence.platform.kafka.handler import BatchHandler
from credence.topics import AUDITS, CANDIDATES, PROFILES, ROLES, TOPICS
from credence_models.linker import Linker, load_linker
from credencepb.audit.v1 import audit_pb2, audit_service_pb2
from credencepb.candidates.v1 import candidate_pb2
from credencepb.credentials.v1 import profile_pb2
from support import golden
from support.audit import PARENT, open_bureau
from support.badges import Shelf
from support.credentials import Desk, new_pool, open_desk
from support.databases import ServiceDatabase, ServiceDatabases
from support.matching import NOW, TENANT
from support.people import EMAIL, SQL, badge

CANDIDATE = "7f3a"
VOLATILE = {"time", "traceparent", "causation_id"}
PROSE = {"sentence", "text", "message"}
"""What people read may be said better."""
COMPUTED = {"versions", "policy_version", "taxonomy_version", "linker_version"}
"""Under which versions something was computed."""


@pytest.fixture(scope="module")
def linker() -> Linker:
    return load_linker()


@pytest.fixture
def desk(service_databases: ServiceDatabases, linker: Linker) -> Iterator[Desk]:
    shelf = Shelf()
    with new_pool(shelf) as pool, open_desk(service_databases("credentials"), linker, pool, shelf) as opened:
        yield opened


def everything() -> candidate_pb2.Candidate:
    """A candidate with every field set that may be."""
    made = candidate_pb2.Candidate(
        external_id="ATS-4711",
        identity=candidate_pb2.Identity(
            display_name="Ilva Brandtsund", emails=[EMAIL], dids=["did:example:ilva"]
        ),
        region="DE-BE",
        availability=candidate_pb2.AVAILABILITY_THREE_MONTHS,
        population=candidate_pb2.POPULATION_EMPLOYEE,
        labels={"team": "data", "site": "north"},
        experiences=[
            candidate_pb2.Experience(
                title="Analyst",
                organisation="Bluefen Logistics",
                start_date="2021-03",
                end_date="2024-05-17",
                summary="Weekly reporting.",
                highlights=["Wrote SQL queries for the depots."],
            )
        ],
        portfolio=[
            candidate_pb2.PortfolioItem(
                title="Library loans",
                url="https://code.example/loans",
                description="A data warehouse of loans.",
                skills=["SQL"],
                date="2026-05",
                authorship=candidate_pb2.AUTHORSHIP_CHECKED,
            )
        ],
        claims=[candidate_pb2.Claim(skill="SQL", level=4, last_used="2026-10")],
        assessments=[
            candidate_pb2.EmployerAssessment(
                skill="statistics", level=3, date="2026-09-01", method="work sample"
            )
        ],
    )
    made.credentials.add(id="cred-1", document=badge())
    made.credentials.add(id="link-1").claimed.CopyFrom(
        candidate_pb2.ClaimedCredential(
            title="Python", issuer="Some Academy", url="https://share.example/1", awarded="2025"
        )
    )
    return made


def outbox(made: ServiceDatabase) -> list[Event]:
    """What was published, as a consumer would get it."""
    with made.database.system() as connection:
        rows = connection.exec_driver_sql("SELECT topic, key, value, headers FROM outbox ORDER BY id").all()
    return [
        parse_record(
            row.topic, 0, i, row.key.encode(), row.value, [(n, t.encode()) for n, t in row.headers.items()], 0
        )
        for i, row in enumerate(rows)
    ]


def written_by_candidates(made: ServiceDatabase) -> list[Event]:
    handlers = Handlers(CandidateStore(), FixedClock(NOW))
    with made.database.transaction(TENANT) as tx:
        handlers.create(tx, from_proto(everything()), candidate_id=CANDIDATE, actor="dana")
    with made.database.transaction(TENANT) as tx:
        handlers.delete(tx, CANDIDATE, etag="", actor="dana")
    with made.database.transaction(TENANT) as tx:
        handlers.purge(tx, CANDIDATE, force=False)
    return outbox(made)


def agrees(topic: str, event: Event) -> None:
    """`event`, as it is written today, says what the golden record of its type says."""
    path = golden.keep(topic, event)
    assert path.exists(), "a new event: CREDENCE_WRITE_GOLDEN=1 records it"
    if event.tombstone:
        record = json.loads(path.read_text())
        assert record["key"] == event.key
        assert (record["headers"]["subject"], int(record["headers"]["revision"])) == (
            event.subject,
            event.revision,
        )
        return
    before = golden.readable(golden.envelope(path))
    today = golden.readable(golden.Envelope.FromString(event.value or b"")) | {"id": before["id"]}
    if _pick(before, COMPUTED) == _pick(today, COMPUTED):
        assert list(_differences(before, today)) == []
    # under another taxonomy or policy other skills are found and other numbers come out, in fields that are the same
    assert _shape(before) - _shape(today) == set(), "consumers may rely on these: raise the schema version"


def _pick(said: Any, names: set[str]) -> list[Any]:
    if isinstance(said, dict):
        own = [value for name, value in sorted(said.items()) if name in names]
        return own + [
            v for name, value in sorted(said.items()) if name not in names for v in _pick(value, names)
        ]
    return [v for item in said for v in _pick(item, names)] if isinstance(said, list) else []


def _shape(said: Any, path: str = "") -> set[str]:
    """The paths of all fields that are set, whatever their place in a list."""
    if isinstance(said, dict):
        return {path} | {p for name, value in said.items() for p in _shape(value, f"{path}.{name}")}
    return {p for item in said for p in _shape(item, path)} if isinstance(said, list) else {path}


def _differences(before: Any, today: Any, path: str = "") -> Iterator[str]:
    if isinstance(before, dict) and isinstance(today, dict):
        for name in sorted((before.keys() | today.keys()) - VOLATILE - COMPUTED - PROSE):
            if name not in before or name not in today:
                yield f"{path}.{name}: only {'before' if name in before else 'today'}"
            else:
                yield from _differences(before[name], today[name], f"{path}.{name}")
    elif isinstance(before, list) and isinstance(today, list) and len(before) == len(today):
        for i, pair in enumerate(zip(before, today, strict=True)):
            yield from _differences(*pair, f"{path}[{i}]")
    elif isinstance(before, float) and isinstance(today, float | int):
        if before != pytest.approx(today, abs=1e-9):
            yield f"{path}: {before} is {today}"
    elif before != today:
        yield f"{path}: {before!r} is {today!r}"


def test_candidates_writes_what_the_golden_records_say(service_databases: ServiceDatabases) -> None:
    events = written_by_candidates(service_databases("candidates"))
    assert [e.type.rpartition(".")[2] or "tombstone" for e in events] == [
        "CandidateChanged",
        "CandidateDeleted",
        "tombstone",
    ]
    for event in events:
        agrees(CANDIDATES.name, event)


def test_credentials_writes_what_the_golden_records_say(desk: Desk) -> None:
    for received in golden.received(CANDIDATES.name, desk.handler.consumes):
        desk.take(received.event)
    events = outbox(desk.made)
    assert [e.type.rpartition(".")[2] or "tombstone" for e in events] == [
        "ProfileChanged",
        "ProfileDeleted",
        "tombstone",
    ]
    for event in events:
        agrees(PROFILES.name, event)


def test_audit_writes_what_the_golden_records_say(service_databases: ServiceDatabases) -> None:
    made = service_databases("audit")
    with open_bureau(made) as bureau:
        handler = FactsHandler(AuditStore())
        facts = [
            r.event
            for topic in (PROFILES, ROLES)
            for r in golden.received(topic.name, handler.consumes)
            if r.event.type.endswith("Changed")
        ]
        bureau.take(*facts)
        roles = [e.subject for e in facts if e.topic == ROLES.name]
        stub = bureau.stub()
        cohort = audit_pb2.Cohort(display_name="Team data", labels={"team": "data"})
        stub.CreateCohort(
            audit_service_pb2.CreateCohortRequest(parent=PARENT, cohort_id="data", cohort=cohort)
        )
        stub.AuditCohort(audit_service_pb2.AuditCohortRequest(cohort=f"{PARENT}/cohorts/data", role=roles[0]))
    (event,) = outbox(made)
    audit = golden.payload(golden.Envelope.FromString(event.value or b"")).audit  # type: ignore[attr-defined]
    assert audit.role == roles[0]
    assert not audit.person_gaps
    agrees(AUDITS.name, _named(event, audit.name))


def test_matching_erases_a_role_as_the_golden_record_says(service_databases: ServiceDatabases) -> None:
    """All else that matching writes is compared beside matching's own golden records."""
    made = service_databases("matching")
    path = golden.FOLDERS[1] / ROLES.name / "RoleChanged.v1.binpb"
    role = golden.payload(golden.envelope(path)).role  # type: ignore[attr-defined]
    with made.database.transaction(TENANT) as tx:
        RoleStore().put(tx, "analyst", role)
    skills: Any = None  # deleting a role reads none
    with made.database.transaction(TENANT) as tx:
        RoleHandlers(RoleStore(), skills, FixedClock(NOW)).delete(tx, "analyst", "")
    (event,) = outbox(made)
    assert event.tombstone
    agrees(ROLES.name, event)


def _named(event: Event, name: str) -> Event:
    """The same under a name that is the same each time: an audit's own is made up."""
    fixed = f"{PARENT}/audits/0123456789abcdef0123456789abcdef"

    def renamed(raw: bytes) -> bytes:
        assert len(fixed) == len(name)
        return raw.replace(name.encode(), fixed.encode())

    return replace(event, payload=renamed(event.payload or b""), subject=fixed, key=f"{TENANT}/audit")


@pytest.mark.parametrize("path", list(golden.records()), ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_a_record_of_old_reads_as_it_did(path: Path) -> None:
    envelope = golden.envelope(path)
    assert golden.readable(envelope) == json.loads(path.with_suffix(".json").read_text())
    again = golden.payload(envelope).SerializeToString(deterministic=True)
    assert len(again) == len(envelope.payload), "no field became unknown"


def test_every_event_and_every_erasure_has_a_golden_record() -> None:
    recorded = {golden.envelope(path).type for path in golden.records()}
    assert recorded == set(golden.MESSAGES)
    topics = {path.parent.name for path in golden.records()}
    assert topics == {topic.name for topic in TOPICS}
    erasable = {topic.name for topic in TOPICS if topic.compacted}
    found = {path.parent.name for folder in golden.FOLDERS for path in folder.glob("*/Tombstone.json")}
    assert found == erasable


CONSUMERS = {
    "matching": (lambda: ProfileHandler(ProfileStore(), RankingStore(), DecisionStore()), (PROFILES,)),
    "audit": (lambda: FactsHandler(AuditStore()), (PROFILES, ROLES)),
}


@pytest.mark.parametrize("service", CONSUMERS)
def test_consumers_read_all_and_twice_is_once(service: str, service_databases: ServiceDatabases) -> None:
    make, topics = CONSUMERS[service]
    handler: BatchHandler[Any] = make()
    records = [r for topic in topics for r in golden.received(topic.name, handler.consumes)]
    assert len(records) >= 3
    _twice_is_once(handler, records, service, service_databases)


def test_credentials_reads_all_and_twice_is_once(desk: Desk, service_databases: ServiceDatabases) -> None:
    records = golden.received(CANDIDATES.name, desk.handler.consumes)
    assert len(records) == 3
    _twice_is_once(desk.handler, records, "credentials", service_databases)
    desk.take(records[0].event)
    profile = desk.told()[-1]
    kinds = {profile_pb2.EvidenceKind.Name(e.kind) for e in profile.evidence}
    assert len(kinds) == 6, "every kind of source that the record holds"
    assert SQL in {e.concept for e in profile.evidence}
    text = json.dumps(MessageToDict(profile))
    assert EMAIL not in text
    assert "Bluefen" not in text


def _twice_is_once(
    handler: BatchHandler[Any], records: Sequence[Received], service: str, databases: ServiceDatabases
) -> None:
    """After each prefix of the records, applied in a database of its own past the inbox, the last one again changes nothing."""
    for end in range(1, len(records) + 1):
        made = databases(service)
        for received in records[:end]:
            _apply(handler, made, received)
        once = _state(made)
        _apply(handler, made, records[end - 1])
        assert _state(made) == once, records[end - 1].event.type or "tombstone"


def _apply(handler: BatchHandler[Any], made: ServiceDatabase, received: Received) -> None:
    prepared = handler.prepare([received])
    with made.database.transaction(received.event.tenant) as tx:
        handler.apply(tx, [received], prepared)


def _state(made: ServiceDatabase) -> dict[str, list[Any]]:
    """All rows but what merely notes when something came."""
    found = {}
    with made.database.transaction(TENANT, read_only=True) as tx:
        tables = (
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND relname NOT IN ('alembic_version', 'inbox', 'outbox', 'tenants', 'pool_shares')"
        )
        for table in tx.connection.exec_driver_sql(tables).scalars().all():
            rows = tx.connection.exec_driver_sql(
                f"SELECT to_jsonb(t) - 'changed' - 'change_time' AS row FROM {table} t ORDER BY 1"
            )
            found[table] = list(rows.scalars())
    return found
