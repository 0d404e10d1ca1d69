"""A credential that most of the pool holds says less: measured at the turn of a day, and never while the pool fills."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from credence.credentials.grading import grade_state
from credence.credentials.key_history import KeyHistoryStore
from credence.credentials.profiles import Grader
from credence.credentials.reevaluation import Reevaluation
from credence.credentials.registry import IssuerStore
from credence.credentials.scarcity import PoolStore
from credence.credentials.store import ProfileStore
from credence.credentials.verifier import StaticRegistry
from credence.credentials.verifier.pool import VerifierPool
from credence_models.coverage import load_policy
from credence_models.linker import Linker
from support.badges import Shelf
from support.databases import ServiceDatabase, ServiceDatabases
from support.states import state_with_credential

DAY_ONE = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass
class MovingClock:
    at: datetime = DAY_ONE

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def database(service_databases: ServiceDatabases) -> ServiceDatabase:
    return service_databases("credentials")


def test_scarcity_is_measured_on_the_second_day(
    database: ServiceDatabase, verifying: tuple[VerifierPool, Shelf], linker: Linker
) -> None:
    clock, store, issuers, pools = MovingClock(), ProfileStore(), IssuerStore(), PoolStore()
    grader = Grader(load_policy(), "t", "l", timedelta(hours=1), timedelta(minutes=5))
    pool, shelf = verifying
    reevaluation = Reevaluation(
        database.database,
        grader,
        store,
        issuers,
        pools,
        pool,
        KeyHistoryStore(database.database),
        shelf,
        clock,
        linker,
    )
    common = state_with_credential("https://issuer.example/achievements/common", DAY_ONE)
    rare = state_with_credential("https://issuer.example/achievements/rare", DAY_ONE)
    with database.database.transaction("acme") as tx:
        registry = issuers.present(tx)
        for i in range(60):
            profile, _, verifications = grader.next_profile(
                "acme",
                f"c{i:02}",
                replace(rare if i == 0 else common, external_id=str(i)),
                registry,
                clock.now(),
                before=None,
                candidate_revision=1,
                cause="CANDIDATE_CHANGED",
            )
            store.put(tx, [profile])
            store.replace_verifications(tx, [profile.id], [(profile.id, v) for v in verifications])

    reevaluation.run()
    assert factor(database, "c01") == (1.0, "SCARCITY_NOT_MEASURED", 1, "CANDIDATE_CHANGED")

    clock.at += timedelta(days=1)
    reevaluation.run()
    value, code, revision, cause = factor(database, "c01")
    assert (code, revision, cause) == ("SCARCITY_COMMON", 2, "POOL_CHANGED")
    assert 0.7 <= value < 0.75
    assert factor(database, "c00")[:2] == (1.0, "SCARCITY_UNCOMMON")

    reevaluation.run()
    assert factor(database, "c01")[2] == 2


def factor(database: ServiceDatabase, candidate_id: str) -> tuple[float, str, int, str]:
    with database.database.transaction("acme", read_only=True) as tx:
        stored = ProfileStore().get(tx, candidate_id)
    assert stored is not None
    assert stored.body is not None
    (scarcity,) = [f for f in stored.body.evidence[0].factors if f.name == "scarcity"]
    return scarcity.value, scarcity.code, stored.revision, stored.body.cause


def test_a_pool_share_only_lowers_a_strength_and_never_under_seven_tenths() -> None:
    from credence.credentials.scarcity import PoolShares

    state, policy = state_with_credential("https://issuer.example/a", DAY_ONE), load_policy()
    alone = grade_state(state, StaticRegistry(), policy, DAY_ONE).evidence[0].strength
    for share in (0.0, 0.3, 0.6, 1.0):
        pool = PoolShares(date(2026, 11, 21), {"https://issuer.example/a": share})
        graded = grade_state(state, StaticRegistry(), policy, DAY_ONE, pool).evidence[0].strength
        assert 0.7 * alone - 1e-12 <= graded <= alone
