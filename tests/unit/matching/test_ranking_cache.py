import numpy as np
import pytest

from credence.matching import ranking_cache
from credence.matching.explain import Target
from credence.matching.index import Ranking, State
from credence.matching.ranking_cache import Given, RankingCache
from credence_models.coverage import load_policy
from credencepb.matching.v1.ranking_pb2 import Provenance
from credencepb.matching.v1.role_pb2 import Role


def given(name: str, places: int = 1, tenant: str = "meridian") -> Given:
    ranking = Ranking(State(1, "", places), [None] * places, np.zeros(places), np.zeros(places), 0, ())  # type: ignore[list-item]
    target = Target(tenant, Role(), (), load_policy())
    return Given(target, ranking, Provenance(ranking=f"tenants/{tenant}/rankings/{name}"))


def test_the_ones_used_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking_cache, "MAX_RANKINGS", 2)
    cache = RankingCache()
    for name in "ab":
        cache.put(given(name))
    assert cache.get("tenants/meridian/rankings/a")
    cache.put(given("c"))
    assert cache.get("tenants/meridian/rankings/b") is None
    assert cache.get("tenants/meridian/rankings/a")


def test_places_are_bounded_but_one_ranking_always_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking_cache, "MAX_PLACES", 10)
    cache = RankingCache()
    cache.put(given("a", 6))
    cache.put(given("a", 6))
    cache.put(given("b", 4))
    assert cache.get("tenants/meridian/rankings/a")
    cache.put(given("huge", 99))
    assert cache.get("tenants/meridian/rankings/huge")
    assert cache.get("tenants/meridian/rankings/a") is None


def test_a_tenant_is_forgotten_alone() -> None:
    cache = RankingCache()
    cache.put(given("a"))
    cache.put(given("a", tenant="meridian-2"))
    cache.forget("meridian")
    assert cache.get("tenants/meridian/rankings/a") is None
    assert cache.get("tenants/meridian-2/rankings/a")
