"""The audit service in this process: facts in by `take`, questions by `stub`; no Kafka."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from credence.audit import app
from credence.audit.consumer import FactsHandler
from credence.audit.settings import AuditSettings
from credence.audit.store import AuditStore
from credence.platform.grpc.client import channel
from credence.platform.grpc.server import GrpcServer
from credence.platform.kafka.events import Event, Received, new_event
from credence.platform.kafka.handler import apply_once
from credence.platform.tokens import mint_token, new_key, public_jwks
from credence.topics import ROLES
from credencepb.audit.v1 import audit_pb2
from credencepb.audit.v1.audit_events_pb2 import AuditCompleted
from credencepb.audit.v1.audit_service_pb2_grpc import AuditServiceStub
from credencepb.events.v1.envelope_pb2 import Envelope
from credencepb.matching.v1.matching_events_pb2 import RoleChanged
from credencepb.matching.v1.role_pb2 import NECESSITY_MUST, Competency, Role
from support.databases import ServiceDatabase
from support.matching import NOW, TENANT
from support.running import running

PARENT = f"tenants/{TENANT}"
SCOPES = ("audits.read", "audits.write", "audits.people")
SQL = "esco:598de5b0-5b58-4ea7-8058-a4bc4d18c742"
STATISTICS = "esco:7ee4c2ea-b349-4bd2-81a3-ec31475d4833"
ROLE = f"{PARENT}/roles/analyst"


@dataclass
class Bureau:
    made: ServiceDatabase
    address: str
    key: object
    _offset: int = 0

    def stub(self, *scopes: str, tenant: str = TENANT) -> AuditServiceStub:
        token = mint_token(self.key, subject="lee", tenant=tenant, scopes=scopes or SCOPES)
        return AuditServiceStub(channel(self.address, token))

    def take(self, *events: Event) -> None:
        """As the consumer does: one batch, one transaction, each event once."""
        handler = FactsHandler(AuditStore())
        apply_once(handler, self.made.database, "audit", received(handler, events))

    def sent(self) -> list[audit_pb2.Audit]:
        """The audits that were published."""
        with self.made.database.system() as connection:
            rows = connection.exec_driver_sql("SELECT value FROM outbox ORDER BY id").scalars().all()
        return [AuditCompleted.FromString(Envelope.FromString(value).payload).audit for value in rows]


def received(handler: FactsHandler, events: Sequence[Event]) -> list[Received]:
    return [
        Received(e, None if e.payload is None else handler.consumes[e.type].FromString(e.payload), 0, i)
        for i, e in enumerate(events)
    ]


def analyst(revision: int = 1) -> Role:
    """SQL with weight 3 at level 3, statistics with weight 2 at any level."""
    return Role(
        name=ROLE,
        title="Analyst",
        revision=revision,
        competencies=[
            Competency(
                id="sql", concept=SQL, wording="SQL", weight=3, required_level=3, necessity=NECESSITY_MUST
            ),
            Competency(
                id="statistics", concept=STATISTICS, wording="Statistics", weight=2, necessity=NECESSITY_MUST
            ),
        ],
    )


def role_changed(role: Role) -> Event:
    return new_event(ROLES, RoleChanged(role=role), tenant=TENANT, subject=role.name, revision=role.revision)


@contextmanager
def open_bureau(made: ServiceDatabase) -> Iterator[Bureau]:
    key = new_key()
    settings = AuditSettings(
        kafka_bootstrap="127.0.0.1:9",
        database_url=made.urls.service,
        system_database_url=made.urls.system,
        token_keys=public_jwks(key),
        page_token_secret="a secret of the tests alone",
        clock_at=NOW,
    )
    _, bindings, close = app.build(settings)
    server = GrpcServer(settings, bindings)
    try:
        with running(server):
            yield Bureau(made, server.address, key)
    finally:
        for action in close:
            action()
