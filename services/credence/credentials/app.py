"""Where the parts of the credentials service meet."""

from collections.abc import Callable
from typing import Literal, cast

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
from credence.credentials.verifier import Documents, GuardedFetcher, NoDocuments, StaticRegistry
from credence.credentials.verifier.pool import VerifierPool
from credence.platform.clock import clock_of
from credence.platform.grpc.server import Binding, bind
from credence.platform.kafka.consumer import BatchConsumer
from credence.platform.lifecycle import Loop, Part
from credence.platform.pages import PageTokens
from credence.platform.sql.database import Database
from credence.platform.sql.housekeeping import housekeeping
from credence.platform.sql.relay import OutboxRelay
from credence.topics import CANDIDATES
from credence_models.coverage import load_policy
from credence_models.linker import load_linker
from credencepb.credentials.v1 import credentials_service_pb2

MAX_BATCH = 128
"""Candidates in one transaction: small enough that the next service begins while this one goes on."""


def build(settings: CredentialsSettings) -> tuple[list[Part], list[Binding], list[Callable[[], None]]]:
    """The parts in their order of start, what gRPC serves, and what to close at the end."""
    database = Database(settings.database_url, settings.system_database_url)
    clock = clock_of(settings.clock_at)
    documents: Documents = (
        NoDocuments() if settings.offline else GuardedFetcher(development_hosts=settings.development_hosts)
    )
    # trust differs from tenant to tenant and is judged when graded, so the workers know no registry
    pool = VerifierPool(
        documents=documents,
        registry=StaticRegistry(),
        workers=settings.verifier_workers,
        timeout_s=settings.verification_timeout_seconds,
    )
    linker = load_linker(cast("Literal['onnx', 'sentence-transformers']", settings.encoder))
    grader = Grader(
        load_policy(settings.policy_file),
        linker.taxonomy.version,
        linker.version,
        settings.status_every,
        settings.unreachable_retry,
    )
    store, issuers, pools = ProfileStore(), IssuerStore(), PoolStore()
    histories = KeyHistoryStore(database)
    descriptions = DescriptionStore(database)
    handler = CandidateHandler(pool, histories, descriptions, linker, grader, store, issuers, pools, clock)
    clockwork = Reevaluation(
        database, grader, store, issuers, pools, pool, histories, documents, clock, linker
    )
    api = CredentialsApi(
        database,
        store,
        issuers,
        pool,
        histories,
        linker,
        clock,
        PageTokens(settings.page_token_secret.encode()),
        Renewals(store, issuers, pools, grader.policy),
        descriptions,
        frozenset(settings.registry_keys.replace(",", " ").split()),
    )
    service = credentials_service_pb2.DESCRIPTOR.services_by_name["CredentialsService"]
    parts: list[Part] = [
        OutboxRelay(settings.system_database_url, settings.kafka_bootstrap),
        housekeeping(database),
        BatchConsumer(
            settings.kafka_bootstrap, [CANDIDATES], settings.service, handler, database, max_batch=MAX_BATCH
        ),
        Loop("standing-clock", clockwork.run, every=settings.clock_seconds),
    ]
    return parts, [bind(service, api)], [pool.close, database.close]
