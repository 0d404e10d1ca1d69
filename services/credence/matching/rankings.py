"""Ranking, explaining, comparing: exact, reproducible, logged."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from credence.matching import convert, filters
from credence.matching.decisions import check_present
from credence.matching.explain import Target
from credence.matching.index import Line, Place, Query, State
from credence.matching.pools import Pools
from credence.matching.profile_store import ProfileStore
from credence.matching.ranking_cache import Given, RankingCache
from credence.matching.ranking_store import RankingStore
from credence.matching.skills import Skills
from credence.matching.store import RoleStore
from credence.platform.clock import Clock
from credence.platform.errors import Deleted, NotFound
from credence.platform.kafka.events import new_event
from credence.platform.names import last_id
from credence.platform.sql.database import Database
from credence.topics import SHORTLISTS
from credence_models.coverage import Policy
from credencepb.matching.v1 import ranking_pb2 as pb
from credencepb.matching.v1.matching_events_pb2 import ShortlistGiven
from credencepb.matching.v1.matching_service_pb2 import RankingFilter
from credencepb.matching.v1.role_pb2 import Role

LOGGED_PLACES = 100
_TARGETS = 1000


@dataclass(frozen=True, slots=True)
class Rankings:
    """Everything that a ranking depends on is in its provenance, whose digest is its name: the same name, the same ranking."""

    database: Database
    roles: RoleStore
    log: RankingStore
    profiles: ProfileStore
    pools: Pools
    cache: RankingCache
    skills: Skills
    policy: Policy
    clock: Clock
    _targets: "OrderedDict[tuple[str, int], Target]" = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def rank(self, tenant: str, role_id: str, wanted: RankingFilter) -> Given:
        """The ranking of all who pass the filter. Raises NotFound (role), NotReady."""
        return self._rank(self._target(tenant, role_id), wanted)

    def again(self, tenant: str, role_id: str, wanted: RankingFilter, name: str) -> Given:
        """The ranking that was given under this name, as it was.

        Taken from what this process keeps, or made anew where nothing has changed since; else raises Deleted.
        """
        given = self.cache.get(name)
        if given is None:
            given = self.rank(tenant, role_id, wanted)
            if given.provenance.ranking != name:
                raise Deleted(
                    name,
                    f"{name} is no longer kept and the data has changed: start again from the first page",
                )
        return given

    def note(self, given: Given, asked_by: str) -> None:
        """Logs that somebody was given this ranking: once, whoever asks again."""
        name, tenant = given.provenance.ranking, given.target.tenant
        if self.cache.is_logged(name):
            return
        record = pb.RankingRecord(
            provenance=given.provenance,
            asked_by=asked_by,
            candidates=len(given.ranking),
            entries=[_entry(tenant, place) for place in given.ranking.page(0, LOGGED_PLACES)],
        )
        record.rank_time.FromDatetime(self.clock.now())
        with self.database.transaction(tenant) as tx:
            if self.log.add(tx, last_id(name), last_id(given.target.role.name), record):
                event = ShortlistGiven(record=record)
                tx.publish(new_event(SHORTLISTS, event, tenant=tenant, subject=name, revision=1))
        self.cache.mark_logged(name)

    def places(self, tenant: str, role_id: str, candidates: Sequence[str]) -> tuple[Given, list[Place]]:
        """Where these candidates stand in the ranking of everyone, now. Raises NotFound, Deleted (candidate), NotReady."""
        given = self.rank(tenant, role_id, RankingFilter())
        places = [given.ranking.find(candidate) for candidate in candidates]
        for candidate, place in zip(candidates, places, strict=True):
            if place is None:
                with self.database.transaction(tenant, read_only=True) as tx:
                    check_present(tx, self.profiles, candidate)
                raise NotFound(f"tenants/{tenant}/candidates/{candidate}")  # it arrived just now
        return given, [place for place in places if place is not None]

    def _rank(self, target: Target, wanted: RankingFilter) -> Given:
        index = self.pools.of(target.tenant)
        said = filters.canonical(wanted)
        given = self.cache.get(self._provenance(target, index.state(), said).ranking)
        if given is None:
            query = Query(target.lines, self.policy, filters.conditions(wanted), wanted.must_haves_met_only)
            ranking = index.rank(query)
            given = Given(target, ranking, self._provenance(target, ranking.state, said))
            self.cache.put(given)
        return given

    def _target(self, tenant: str, role_id: str) -> Target:
        with self.database.transaction(tenant, read_only=True) as tx:
            role = self.roles.get(tx, role_id)
        if role is None:
            raise NotFound(convert.role_name(tenant, role_id))
        key = (role.name, role.revision)
        with self._lock:
            target = self._targets.get(key)
        if target is None:
            target = self.target_of(tenant, role)
            with self._lock:
                self._targets[key] = target
                while len(self._targets) > _TARGETS:
                    self._targets.popitem(last=False)
        return target

    def target_of(self, tenant: str, role: Role) -> Target:
        """The role with the concepts that count for each of its competencies."""
        threshold = self.policy.similarity.threshold
        lines = tuple(
            Line(convert.scored(c), self.skills.neighbours(c.concept, c.wording, threshold))
            for c in role.competencies
        )
        return Target(tenant, role, lines, self.policy)

    def _provenance(self, target: Target, state: State, said: str) -> pb.Provenance:
        provenance = pb.Provenance(
            role=target.role.name,
            role_revision=target.role.revision,
            index_position=state.position,
            index_digest=state.digest,
            policy_version=self.policy.version,
            taxonomy_version=self.skills.taxonomy_version,
            encoder_version=self.skills.encoder_version,
            filter=said,
        )
        digest = hashlib.sha256(provenance.SerializeToString(deterministic=True)).hexdigest()[:32]
        provenance.ranking = f"tenants/{target.tenant}/rankings/{digest}"
        return provenance


def _entry(tenant: str, place: Place) -> pb.RankingEntry:
    return pb.RankingEntry(
        candidate=f"tenants/{tenant}/candidates/{place.profile.candidate}",
        rank=place.rank,
        score=place.score,
        verified_score=place.verified_score,
        must_haves_met=place.must_haves_met,
    )
