"""Where the parts of the candidates service meet."""

from collections.abc import Callable

from credence.candidates.grpc_api import CandidatesApi, page_tokens
from credence.candidates.handlers import Handlers
from credence.candidates.settings import CandidatesSettings
from credence.candidates.store import CandidateStore
from credence.platform.clock import clock_of
from credence.platform.grpc.server import Binding, bind
from credence.platform.lifecycle import Part
from credence.platform.sql.database import Database
from credence.platform.sql.housekeeping import housekeeping
from credence.platform.sql.relay import OutboxRelay
from credencepb.candidates.v1 import candidates_service_pb2


def build(settings: CandidatesSettings) -> tuple[list[Part], list[Binding], list[Callable[[], None]]]:
    """The parts in their order of start, what gRPC serves, and what to close at the end."""
    database = Database(
        settings.database_url, settings.system_database_url, pool_size=settings.max_concurrent_calls // 2
    )
    handlers = Handlers(CandidateStore(), clock_of(settings.clock_at))
    api = CandidatesApi(handlers, database, page_tokens(settings.page_token_secret))
    service = candidates_service_pb2.DESCRIPTOR.services_by_name["CandidatesService"]
    relay = OutboxRelay(settings.system_database_url, settings.kafka_bootstrap)
    return [relay, housekeeping(database)], [bind(service, api)], [database.close]
