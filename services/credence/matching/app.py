"""Where the parts of the matching service meet."""

from collections.abc import Callable

from credence.matching.consumer import ProfileHandler
from credence.matching.decision_store import DecisionStore
from credence.matching.decisions import DecisionHandlers
from credence.matching.feed import ProfileFeed
from credence.matching.grpc_api import MatchingApi
from credence.matching.handlers import RoleHandlers
from credence.matching.pools import Pools
from credence.matching.profile_store import ProfileStore
from credence.matching.ranking_cache import RankingCache
from credence.matching.ranking_store import RankingStore
from credence.matching.rankings import Rankings
from credence.matching.settings import MatchingSettings
from credence.matching.skills import load_skills
from credence.matching.store import RoleStore
from credence.platform.clock import clock_of
from credence.platform.grpc.server import Binding, bind
from credence.platform.kafka.consumer import BatchConsumer
from credence.platform.lifecycle import Loop, Part
from credence.platform.pages import PageTokens
from credence.platform.sql.database import Database
from credence.platform.sql.housekeeping import housekeeping
from credence.platform.sql.relay import OutboxRelay
from credence.topics import PROFILES
from credence_models.coverage import load_policy
from credencepb.matching.v1 import matching_service_pb2

_HOUR_S = 3600.0


def build(settings: MatchingSettings) -> tuple[list[Part], list[Binding], list[Callable[[], None]]]:
    """The parts in their order of start, what gRPC serves, and what to close at the end."""
    database = Database(
        settings.database_url, settings.system_database_url, pool_size=settings.max_concurrent_calls // 2
    )
    clock = clock_of(settings.clock_at)
    roles, profiles, log, decisions = RoleStore(), ProfileStore(), RankingStore(), DecisionStore()
    skills = load_skills(settings.encoder_threads)
    pools, cache = Pools(), RankingCache()
    rankings = Rankings(database, roles, log, profiles, pools, cache, skills, load_policy(), clock)
    api = MatchingApi(
        database,
        RoleHandlers(roles, skills, clock),
        rankings,
        DecisionHandlers(decisions, roles, profiles, log, cache, clock),
        PageTokens(settings.page_token_secret.encode()),
        max_answer_bytes=settings.max_message_bytes * 3 // 4,
    )

    def forget_erased() -> None:
        for tenant in database.tenants():
            with database.transaction(tenant) as tx:
                profiles.forget_erased(tx)

    parts: list[Part] = [
        OutboxRelay(settings.system_database_url, settings.kafka_bootstrap),
        housekeeping(database),
        Loop("forget-erased", forget_erased, every=_HOUR_S),
        ProfileFeed(settings.database_url, database, profiles, pools, on_removal=cache.forget),
        BatchConsumer(
            settings.kafka_bootstrap,
            [PROFILES],
            settings.service,
            ProfileHandler(profiles, log, decisions),
            database,
        ),
    ]
    service = matching_service_pb2.DESCRIPTOR.services_by_name["MatchingService"]
    return parts, [bind(service, api)], [database.close]
