"""The credentials service with a clock that tests move and issuers' documents that tests publish."""

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import grpc
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credence.credentials.ctdl_store import DescriptionStore
from credence.credentials.grpc_api import CredentialsApi
from credence.credentials.handlers import CandidateHandler
from credence.credentials.key_history import KeyHistoryStore
from credence.credentials.profiles import Grader
from credence.credentials.reevaluation import Reevaluation
from credence.credentials.registry import IssuerStore
from credence.credentials.renewals import Renewals
from credence.credentials.scarcity import PoolStore
from credence.credentials.settings import CredentialsSettings
from credence.credentials.store import ProfileStore
from credence.credentials.verifier import StaticRegistry
from credence.credentials.verifier.pool import VerifierPool
from credence.credentials.verifier.snapshot import did_key_of
from credence.platform.grpc.client import channel
from credence.platform.grpc.server import GrpcServer, bind
from credence.platform.kafka.events import Event, Received, new_event, tombstone
from credence.platform.kafka.handler import apply_once
from credence.platform.pages import PageTokens
from credence.platform.sql.database import Database
from credence.platform.tokens import mint_token, new_key, public_jwks
from credence.topics import CANDIDATES
from credence_models.coverage import load_policy
from credence_models.linker import Linker
from credencepb.candidates.v1 import candidate_pb2
from credencepb.candidates.v1.candidate_events_pb2 import CandidateChanged, CandidateDeleted
from credencepb.credentials.v1 import credentials_service_pb2 as api
from credencepb.credentials.v1 import profile_pb2, verification_pb2
from credencepb.credentials.v1.credential_events_pb2 import ProfileChanged
from credencepb.credentials.v1.credentials_service_pb2_grpc import CredentialsServiceStub
from credencepb.events.v1.envelope_pb2 import Envelope
from support.badges import Shelf
from support.databases import ServiceDatabase
from support.running import running

TENANT = "acme"
PARENT = f"tenants/{TENANT}"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SCOPES = ("credentials.verify", "profiles.read", "issuers.write", "descriptions.write")
REGISTRY_KEY = Ed25519PrivateKey.from_private_bytes(b"the registry key of the tests   ")
"""Signs registry snapshots that the service takes."""


@dataclass
class MovingClock:
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


def candidate_name(candidate: str) -> str:
    return f"{PARENT}/candidates/{candidate}"


@dataclass
class Desk:
    """Events in by `take`, the clock round by `tick`, questions by `stub`. `sent` is what it published, in order."""

    made: ServiceDatabase
    handler: CandidateHandler
    clockwork: Reevaluation
    clock: MovingClock
    shelf: Shelf
    stub: CredentialsServiceStub
    bare: CredentialsServiceStub
    _offsets: int = field(default=0)

    @property
    def database(self) -> Database:
        return self.made.database

    def changed(self, person: candidate_pb2.Candidate, revision: int = 1) -> Event:
        """The event of a candidate whose name is set."""
        return new_event(
            CANDIDATES,
            CandidateChanged(candidate=person),
            tenant=TENANT,
            subject=person.name,
            revision=revision,
        )

    def deleted(self, candidate: str, revision: int) -> Event:
        name = candidate_name(candidate)
        return new_event(
            CANDIDATES, CandidateDeleted(candidate=name), tenant=TENANT, subject=name, revision=revision
        )

    def purged(self, candidate: str, revision: int) -> Event:
        return tombstone(CANDIDATES, tenant=TENANT, subject=candidate_name(candidate), revision=revision)

    def take(self, *events: Event) -> None:
        """As the consumer does: one batch, one transaction, each event once."""
        apply_once(self.handler, self.database, "credentials", self.received(events))

    def received(self, events: Sequence[Event]) -> list[Received]:
        found = []
        for event in events:
            message = (
                None if event.payload is None else self.handler.consumes[event.type].FromString(event.payload)
            )
            found.append(Received(event, message, 0, self._offsets))
            self._offsets += 1
        return found

    def tick(self, **passed: float) -> None:
        """Time passes (arguments of timedelta), then the standing clock looks once."""
        self.clock.at += timedelta(**passed)
        self.clockwork.run()

    def profile(self, candidate: str) -> profile_pb2.Profile:
        return self.stub.GetProfile(api.GetProfileRequest(name=f"{PARENT}/profiles/{candidate}"))

    def verifications(self, candidate: str) -> list[verification_pb2.Verification]:
        request = api.ListVerificationsRequest(parent=candidate_name(candidate), page_size=100)
        return list(self.stub.ListVerifications(request).verifications)

    def sent(self) -> list[tuple[str, Envelope | None]]:
        """(key, envelope) of everything in the outbox; None is a tombstone."""
        with self.database.system() as connection:
            rows = connection.exec_driver_sql("SELECT key, value FROM outbox ORDER BY id").all()
        return [(row.key, None if row.value is None else Envelope.FromString(row.value)) for row in rows]

    def told(self) -> list[profile_pb2.Profile]:
        """The profiles that were published, in order."""
        return [
            ProfileChanged.FromString(envelope.payload).profile
            for _, envelope in self.sent()
            if envelope is not None and envelope.type == ProfileChanged.DESCRIPTOR.full_name
        ]


@contextmanager
def open_desk(made: ServiceDatabase, linker: Linker, pool: VerifierPool, shelf: Shelf) -> Iterator[Desk]:
    """The service's own parts, served over gRPC; no Kafka. `pool` must fetch from `shelf`."""
    clock, store, issuers, pools = MovingClock(), ProfileStore(), IssuerStore(), PoolStore()
    grader = Grader(
        load_policy(), linker.taxonomy.version, linker.version, timedelta(hours=1), timedelta(minutes=5)
    )
    histories = KeyHistoryStore(made.database)
    descriptions = DescriptionStore(made.database)
    handler = CandidateHandler(pool, histories, descriptions, linker, grader, store, issuers, pools, clock)
    clockwork = Reevaluation(
        made.database, grader, store, issuers, pools, pool, histories, shelf, clock, linker
    )
    tokens = PageTokens(base64.b64encode(b"a secret of the tests"))
    served = CredentialsApi(
        made.database,
        store,
        issuers,
        pool,
        histories,
        linker,
        clock,
        tokens,
        Renewals(store, issuers, pools, grader.policy),
        descriptions,
        [did_key_of(REGISTRY_KEY)],
    )
    key = new_key()
    settings = CredentialsSettings(
        kafka_bootstrap="127.0.0.1:9",
        database_url=made.urls.service,
        system_database_url=made.urls.system,
        token_keys=public_jwks(key),
        page_token_secret="a secret of the tests alone",
    )
    server = GrpcServer(settings, [bind(api.DESCRIPTOR.services_by_name["CredentialsService"], served)])
    token = mint_token(key, subject="dana", tenant=TENANT, scopes=SCOPES)
    with (
        running(server),
        channel(server.address, token) as opened,
        grpc.insecure_channel(server.address) as bare,
    ):
        yield Desk(
            made,
            handler,
            clockwork,
            clock,
            shelf,
            CredentialsServiceStub(opened),
            CredentialsServiceStub(bare),
        )
    handler.threads.shutdown()


def new_pool(shelf: Shelf) -> VerifierPool:
    return VerifierPool(documents=shelf, registry=StaticRegistry(), workers=1, timeout_s=60)
