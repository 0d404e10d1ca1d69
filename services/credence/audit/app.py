"""Where the parts of the audit service meet."""

from collections.abc import Callable

from credence.audit.consumer import FactsHandler
from credence.audit.grpc_api import AuditApi
from credence.audit.handlers import Auditor
from credence.audit.programmes import Catalogue, Recommender
from credence.audit.settings import AuditSettings
from credence.audit.store import AuditStore
from credence.platform.clock import clock_of
from credence.platform.grpc.server import Binding, bind
from credence.platform.kafka.consumer import BatchConsumer
from credence.platform.lifecycle import Part
from credence.platform.pages import PageTokens
from credence.platform.sql.database import Database
from credence.platform.sql.housekeeping import housekeeping
from credence.platform.sql.relay import OutboxRelay
from credence.topics import PROFILES, ROLES
from credence_models.coverage import load_policy
from credence_models.linker import load_linker
from credencepb.audit.v1 import audit_service_pb2


def build(settings: AuditSettings) -> tuple[list[Part], list[Binding], list[Callable[[], None]]]:
    """The parts in their order of start, what gRPC serves, and what to close at the end."""
    database = Database(settings.database_url, settings.system_database_url)
    clock = clock_of(settings.clock_at)
    linker = load_linker()
    policy = load_policy(settings.policy_file)
    store = AuditStore()
    auditor = Auditor(store, linker, policy, clock)
    api = AuditApi(
        database,
        store,
        auditor,
        Catalogue(store, linker),
        Recommender(store, auditor, policy),
        clock,
        PageTokens(settings.page_token_secret.encode()),
    )
    parts: list[Part] = [
        OutboxRelay(settings.system_database_url, settings.kafka_bootstrap),
        housekeeping(database),
        BatchConsumer(
            settings.kafka_bootstrap, [PROFILES, ROLES], settings.service, FactsHandler(store), database
        ),
    ]
    service = audit_service_pb2.DESCRIPTOR.services_by_name["AuditService"]
    return parts, [bind(service, api)], [database.close]
