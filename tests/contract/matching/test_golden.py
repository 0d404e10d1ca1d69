"""Records as they are on the topics, one a message and version: every consumer must go on reading them.

`golden/<topic>/<message>.v<schema version>.binpb` is the value of a record, `.json` beside it the same for people. Old ones stay for
ever; a new schema version adds a file. `CREDENCE_WRITE_GOLDEN=1` writes the ones that do not exist yet.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from credence.matching.consumer import ProfileHandler
from credence.matching.convert import shown
from credence.matching.decision_store import DecisionStore
from credence.matching.profile_store import ProfileStore, State
from credence.matching.profiles import indexed
from credence.matching.ranking_store import RankingStore
from credence.platform.kafka.events import Event, Received, new_event, parse_message, parse_record
from credence.topics import DECISIONS, PROFILES, ROLES, SHORTLISTS
from credencepb.credentials.v1.credential_events_pb2 import ProfileChanged, ProfileDeleted
from credencepb.events.v1.envelope_pb2 import Envelope
from credencepb.matching.v1 import matching_events_pb2, ranking_pb2
from support.matching import NOW, SQL, TENANT, candidate_name, profile, role

GOLDEN = Path(__file__).with_name("golden")
MESSAGES: dict[str, type[Message]] = {
    cls.DESCRIPTOR.full_name: cls
    for cls in (
        ProfileChanged,
        ProfileDeleted,
        matching_events_pb2.RoleChanged,
        matching_events_pb2.ShortlistGiven,
        matching_events_pb2.DecisionRecorded,
    )
}


def examples() -> dict[str, Event]:
    """What the golden files were written from."""
    made = profile(
        "7f3a", [(SQL, 0.81, 4, True), ("onet:tableau", 0.15)], region="DE-BE", labels={"team": "data"}
    )
    made.flags.add(
        title="Cloud Basics", verification=f"tenants/{TENANT}/verifications/v1"
    ).flag.code = "QUIZ_ONLY"
    kept = role(name=f"tenants/{TENANT}/roles/analyst", revision=3, external_id="ATS-7", summary="Reports.")
    kept.create_time.FromDatetime(NOW)
    kept.competencies[0].id, kept.competencies[1].id = "sql", "charts"
    ranking = f"tenants/{TENANT}/rankings/0123456789abcdef0123456789abcdef"
    provenance = ranking_pb2.Provenance(
        ranking=ranking,
        role=kept.name,
        role_revision=3,
        index_position=812,
        index_digest="00ff00ff00ff00ff",
        policy_version="credence-default-0",
        taxonomy_version="esco-1",
        encoder_version="mini-1",
        filter='{"regions":["DE"]}',
    )
    entry = ranking_pb2.RankingEntry(
        candidate=candidate_name("7f3a"), rank=1, score=61.25, verified_score=60.75, must_haves_met=True
    )
    record = ranking_pb2.RankingRecord(provenance=provenance, asked_by="dana", candidates=1, entries=[entry])
    record.rank_time.FromDatetime(NOW)
    decision = ranking_pb2.Decision(
        name=f"tenants/{TENANT}/decisions/0198",
        role=kept.name,
        candidate=candidate_name("7f3a"),
        outcome=ranking_pb2.DECISION_OUTCOME_ADVANCE,
        reason="Strong, verified SQL work.",
        decided_by="dana",
        ranking=ranking,
        rank=1,
        score=61.25,
    )
    decision.decide_time.FromDatetime(NOW)

    def event(topic: Any, payload: Message, subject: str, revision: int, key: str | None = None) -> Event:
        return new_event(topic, payload, tenant=TENANT, subject=subject, revision=revision, key=key, time=NOW)

    return {
        f"{PROFILES.name}/ProfileChanged": event(PROFILES, ProfileChanged(profile=made), made.name, 1),
        f"{PROFILES.name}/ProfileDeleted": event(
            PROFILES, ProfileDeleted(candidate=made.candidate), made.name, 2
        ),
        f"{ROLES.name}/RoleChanged": event(
            ROLES, matching_events_pb2.RoleChanged(role=shown(kept)), kept.name, 3
        ),
        f"{SHORTLISTS.name}/ShortlistGiven": event(
            SHORTLISTS, matching_events_pb2.ShortlistGiven(record=record), ranking, 1
        ),
        f"{DECISIONS.name}/DecisionRecorded": event(
            DECISIONS, matching_events_pb2.DecisionRecorded(decision=decision), decision.name, 1, "7f3a"
        ),
    }


def readable(envelope: Envelope) -> dict[str, Any]:
    payload = MESSAGES[envelope.type].FromString(envelope.payload)
    said = MessageToDict(envelope, preserving_proto_field_name=True)
    return said | {"payload": MessageToDict(payload, preserving_proto_field_name=True)}


def files() -> list[Path]:
    if os.environ.get("CREDENCE_WRITE_GOLDEN"):
        for name, event in examples().items():
            path = GOLDEN / f"{name}.v{event.schema_version}.binpb"
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(event.value or b"")
                text = json.dumps(readable(Envelope.FromString(event.value or b"")), indent=2, sort_keys=True)
                path.with_suffix(".json").write_text(text + "\n")
    return sorted(GOLDEN.glob("*/*.binpb"))


@pytest.mark.parametrize("path", files(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_record_of_old_reads_as_it_did(path: Path) -> None:
    envelope = Envelope.FromString(path.read_bytes())
    assert readable(envelope) == json.loads(path.with_suffix(".json").read_text())
    payload = MESSAGES[envelope.type].FromString(envelope.payload)
    assert payload.SerializeToString(deterministic=True) == envelope.payload, "no field became unknown"


@pytest.mark.parametrize("name", sorted(examples()))
def test_what_is_written_today_has_a_golden_record(name: str) -> None:
    event = examples()[name]
    golden = Envelope.FromString((GOLDEN / f"{name}.v{event.schema_version}.binpb").read_bytes())
    assert golden.type == event.type
    today = readable(Envelope.FromString(event.value or b""))
    assert not list(lost(readable(golden), today)), "consumers may rely on these: raise the schema version"


def lost(before: Any, today: Any, path: str = "") -> Iterator[str]:
    """Paths of fields that were set before and are not today."""
    if isinstance(before, dict) and isinstance(today, dict):
        for field, value in before.items():
            if field in today:
                yield from lost(value, today[field], f"{path}.{field}")
            else:
                yield f"{path}.{field}"
    elif isinstance(before, list) and isinstance(today, list):
        for i, (value, now) in enumerate(zip(before, today, strict=False)):
            yield from lost(value, now, f"{path}[{i}]")


def received(path: Path, key: str) -> Received:
    event = parse_record(path.parent.name, 0, 0, key.encode(), path.read_bytes(), [], 0)
    return Received(event, parse_message(event, dict(ProfileHandler.consumes)), 0, 0)


def test_the_consumer_reads_every_golden_profile() -> None:
    handler = ProfileHandler(ProfileStore(), RankingStore(), DecisionStore())
    paths = sorted(GOLDEN.glob(f"{PROFILES.name}/*.binpb"))
    rows = handler.prepare([received(path, f"{TENANT}/7f3a") for path in paths])
    states = {
        path.name: (row.candidate, row.revision, row.state)
        for path, row in zip(paths, rows, strict=True)
        if row
    }
    assert states["ProfileChanged.v1.binpb"] == ("7f3a", 1, State.LIVE)
    assert states["ProfileDeleted.v1.binpb"] == ("7f3a", 2, State.DELETED)
    [content] = [row.content for row in rows if row and row.content]
    profile_as_indexed = indexed(content)
    assert profile_as_indexed.concepts == (SQL, "onet:tableau")
    assert list(profile_as_indexed.strengths) == [0.81, 0.15]
    assert profile_as_indexed.facets == (
        ("availability", "now"),
        ("labels.team", "data"),
        ("region", "DE-BE"),
    )
