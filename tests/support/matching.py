"""Profiles, roles and a running matching service, for its tests and benchmarks."""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import grpc

from credence.matching import app
from credence.matching.consumer import ProfileHandler
from credence.matching.decision_store import DecisionStore
from credence.matching.profile_store import ProfileStore
from credence.matching.ranking_store import RankingStore
from credence.matching.settings import MatchingSettings
from credence.platform.grpc.client import channel
from credence.platform.grpc.server import GrpcServer
from credence.platform.kafka.events import Event, Received, new_event, tombstone
from credence.platform.parts import Part
from credence.platform.sql.database import Database
from credence.platform.tokens import mint_token, new_key, public_jwks
from credence.topics import PROFILES
from credencepb.credentials.v1 import profile_pb2
from credencepb.credentials.v1.credential_events_pb2 import ProfileChanged, ProfileDeleted
from credencepb.matching.v1.matching_service_pb2_grpc import MatchingServiceStub
from credencepb.matching.v1.role_pb2 import NECESSITY_MUST, NECESSITY_SHOULD, Competency, Role
from support.databases import ServiceDatabase
from support.running import running

TENANT = "matchbox"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SCOPES = ("roles.read", "roles.write", "rankings.read", "decisions.write")
SECRET = "a secret of the tests alone"

SQL = "esco:598de5b0-5b58-4ea7-8058-a4bc4d18c742"

Skill = tuple[str, float] | tuple[str, float, int, bool]


def candidate_name(candidate: str, tenant: str = TENANT) -> str:
    return f"tenants/{tenant}/candidates/{candidate}"


def profile(
    candidate: str,
    skills: Sequence[Skill] = (),
    *,
    revision: int = 1,
    external_id: str = "",
    tenant: str = TENANT,
    region: str = "",
    labels: Mapping[str, str] | None = None,
) -> profile_pb2.Profile:
    """A profile with one piece of evidence for each (concept, strength[, level, verified])."""
    made = profile_pb2.Profile(
        name=f"tenants/{tenant}/profiles/{candidate}",
        candidate=candidate_name(candidate, tenant),
        external_id=external_id or f"E-{candidate}",
        revision=revision,
        candidate_revision=revision,
        evaluated_on="2026-11-21",
        facets=profile_pb2.Facets(region=region, availability="now", labels=labels or {}),
    )
    for number, (concept, strength, *more) in enumerate(skills):
        level, verified = more or (0, False)
        kind = (
            profile_pb2.EVIDENCE_KIND_VERIFIED_CREDENTIAL
            if verified
            else profile_pb2.EVIDENCE_KIND_SELF_CLAIMED
        )
        made.evidence.add(
            id=f"{candidate}-{number}",
            concept=concept,
            concept_label=concept.rpartition(":")[2],
            concept_kind="knowledge",
            kind=kind,
            strength=strength,
            level=level,
            verified=bool(verified),
            observed_on="2025-05-17",
            source=profile_pb2.EvidenceSource(title="Applied Data Analysis", issuer="Northfield University"),
            factors=[
                profile_pb2.Factor(
                    name="rigor", value=0.9, code="RIGOR_REVIEWED_PROJECT", sentence="Assessed by a project."
                )
            ],
        )
    return made


def changed(made: profile_pb2.Profile, tenant: str = TENANT) -> Event:
    candidate = made.candidate.rpartition("/")[2]
    return new_event(
        PROFILES,
        ProfileChanged(profile=made),
        tenant=tenant,
        subject=made.name,
        revision=made.revision,
        key=candidate,
    )


def deleted(candidate: str, revision: int, tenant: str = TENANT) -> Event:
    return new_event(
        PROFILES,
        ProfileDeleted(candidate=candidate_name(candidate, tenant)),
        tenant=tenant,
        subject=f"tenants/{tenant}/profiles/{candidate}",
        revision=revision,
        key=candidate,
    )


def purged(candidate: str, revision: int = 0, tenant: str = TENANT) -> Event:
    subject = f"tenants/{tenant}/profiles/{candidate}"
    return tombstone(PROFILES, tenant=tenant, subject=subject, revision=revision, key=candidate)


def take_in(database: Database, *events: Event) -> None:
    """What the consumer does with events of one tenant, in one transaction."""
    handler = ProfileHandler(ProfileStore(), RankingStore(), DecisionStore())
    received = [
        Received(
            event,
            None if event.payload is None else handler.consumes[event.type].FromString(event.payload),
            0,
            i,
        )
        for i, event in enumerate(events)
    ]
    prepared = handler.prepare(received)
    with database.transaction(events[0].tenant) as tx:
        handler.apply(tx, received, prepared)


def role(title: str = "Data Analyst", **fields: object) -> Role:
    return Role(
        title=title,
        competencies=[
            Competency(wording="SQL", concept=SQL, weight=3, required_level=3, necessity=NECESSITY_MUST),
            Competency(wording="data visualisation software", weight=2, necessity=NECESSITY_SHOULD),
        ],
        **fields,  # type: ignore[arg-type]
    )


def pool(
    size: int, concepts: Sequence[str], *, seed: int = 1, pieces: int = 15
) -> Iterator[profile_pb2.Profile]:
    """Random profiles; concepts are drawn as skills are held: few by many, many by few (Zipf)."""
    source = random.Random(seed)
    weights = [1 / (place + 10) for place in range(len(concepts))]
    for number in range(size):
        skills = [
            (concept, round(source.random(), 3), source.randrange(6), source.random() < 0.3)
            for concept in source.choices(concepts, weights, k=pieces)
        ]
        yield profile(
            f"c{number:06}",
            skills,
            region=source.choice(["DE-BE", "DE-BY", "FR", ""]),
            external_id=f"E-{number:06}",
        )


@dataclass(frozen=True)
class Api:
    """A running service; `stub(...)` calls it with a token."""

    address: str
    key: object
    database: Database

    def stub(
        self, *, tenant: str = TENANT, scopes: Sequence[str] = SCOPES, subject: str = "dana"
    ) -> MatchingServiceStub:
        token = mint_token(self.key, subject=subject, tenant=tenant, scopes=scopes)
        return MatchingServiceStub(channel(self.address, token))

    def bare(self) -> MatchingServiceStub:
        return MatchingServiceStub(grpc.insecure_channel(self.address))


def settings_for(made: ServiceDatabase, key: object, *, kafka: str = "127.0.0.1:9") -> MatchingSettings:
    return MatchingSettings(
        kafka_bootstrap=kafka,
        database_url=made.urls.service,
        system_database_url=made.urls.system,
        token_keys=public_jwks(key),
        page_token_secret=SECRET,
        clock_at=NOW,
    )


@contextmanager
def serving(made: ServiceDatabase, *, with_kafka: str = "") -> Iterator[Api]:
    """The whole service in this process, but for what needs Kafka unless an address is given."""
    key = new_key()
    settings = settings_for(made, key, kafka=with_kafka or "127.0.0.1:9")
    parts, bindings, close = app.build(settings)
    server = GrpcServer(settings, bindings)
    kept: list[Part] = [
        part for part in parts if with_kafka or part.name not in ("outbox-relay", "consumer-matching")
    ]
    try:
        with running(*kept, server):
            yield Api(server.address, key, made.database)
    finally:
        for action in close:
            action()
