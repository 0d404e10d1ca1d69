"""The candidates service on a real database, behind its real gRPC server."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import grpc
import pytest

from credence.candidates.app import build
from credence.candidates.settings import CandidatesSettings
from credence.platform.grpc.client import channel
from credence.platform.grpc.server import GrpcServer
from credence.platform.tokens import mint_token, new_key, public_jwks
from credencepb.candidates.v1.candidates_service_pb2_grpc import CandidatesServiceStub
from support.databases import ServiceDatabase, ServiceDatabases
from support.running import running

KEY = new_key()
ALL_SCOPES = ("candidates.read", "candidates.write", "candidates.identity")


@dataclass(frozen=True)
class Candidates:
    """A running service; `stub` takes the tenant and the scopes of its token."""

    database: ServiceDatabase
    port: int
    stub: Callable[..., CandidatesServiceStub]


@pytest.fixture
def candidates(service_databases: ServiceDatabases) -> Iterator[Candidates]:
    database = service_databases("candidates")
    settings = CandidatesSettings(
        kafka_bootstrap="127.0.0.1:1",  # nobody is there: gRPC must not need Kafka
        database_url=database.urls.service,
        system_database_url=database.urls.system,
        token_keys=public_jwks(KEY),
        page_token_secret="for the tests only",
    )
    _, bindings, close = build(settings)
    server = GrpcServer(settings, bindings)
    channels: list[grpc.Channel] = []

    def stub(tenant: str = "acme", scopes: tuple[str, ...] = ALL_SCOPES) -> CandidatesServiceStub:
        token = mint_token(KEY, subject="tester", tenant=tenant, scopes=scopes)
        channels.append(channel(f"127.0.0.1:{server.port}", token))
        return CandidatesServiceStub(channels[-1])

    with running(server):
        yield Candidates(database, server.port, stub)
        for opened in channels:
            opened.close()
    for function in close:
        function()
