"""What people decide about candidates: recorded with a reason, never made by the system."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from credence.matching import domain
from credence.matching.convert import role_name
from credence.matching.decision_store import DecisionStore
from credence.matching.profile_store import ProfileStore, State
from credence.matching.ranking_cache import RankingCache
from credence.matching.ranking_store import RankingStore
from credence.matching.store import RoleStore
from credence.platform.clock import Clock
from credence.platform.errors import Deleted, InvalidField, NotFound
from credence.platform.kafka.events import new_event
from credence.platform.names import last_id, new_id, parse_name
from credence.platform.sql.database import Transaction
from credence.topics import DECISIONS
from credencepb.matching.v1.matching_events_pb2 import DecisionRecorded
from credencepb.matching.v1.ranking_pb2 import DECISION_OUTCOME_UNSPECIFIED, Decision

RANKING = "tenants/{tenant}/rankings/{ranking}"


@dataclass(frozen=True, slots=True)
class DecisionHandlers:
    decisions: DecisionStore
    roles: RoleStore
    profiles: ProfileStore
    rankings: RankingStore
    cache: RankingCache
    clock: Clock

    def record(self, tx: Transaction, sent: Decision, decided_by: str) -> Decision:
        """Raises InvalidField, InvalidResourceName, NotFound (role, candidate, ranking) and Deleted (candidate)."""
        wrong = domain.reason_violations(sent.reason, "decision.reason")
        if sent.outcome == DECISION_OUTCOME_UNSPECIFIED:
            wrong.append(("decision.outcome", "must be ADVANCE, HOLD or REJECT"))
        if wrong:
            raise InvalidField.several(wrong)
        role = parse_name("tenants/{tenant}/roles/{role}", sent.role, "decision.role")["role"]
        candidate = candidate_id(sent.candidate, "decision.candidate")
        if self.roles.get(tx, role) is None:
            raise NotFound(sent.role)
        check_present(tx, self.profiles, candidate)
        decision = Decision(
            name=f"tenants/{tx.tenant}/decisions/{new_id()}",
            role=sent.role,
            candidate=sent.candidate,
            outcome=sent.outcome,
            reason=sent.reason.strip(),
            decided_by=decided_by,
        )
        decision.decide_time.FromDatetime(self.clock.now())
        if sent.ranking:
            decision.ranking = sent.ranking
            decision.rank, decision.score = self._place(tx, sent, candidate)
        self.decisions.add(tx, last_id(decision.name), role, candidate, decision)
        event = DecisionRecorded(decision=decision)
        tx.publish(
            new_event(DECISIONS, event, tenant=tx.tenant, subject=decision.name, revision=1, key=candidate)
        )
        return decision

    def newest(
        self,
        tx: Transaction,
        *,
        role: str,
        candidate: str,
        before: tuple[datetime, str] | None,
        limit: int,
    ) -> Sequence[Decision]:
        """Newest first, of a role and a candidate, each "" for any."""
        return self.decisions.newest(tx, role=role, candidate=candidate, before=before, limit=limit)

    def _place(self, tx: Transaction, sent: Decision, candidate: str) -> tuple[int, float]:
        """Rank and score in the ranking that was looked at: from the log, past its first places from what this process still holds."""
        ranking = parse_name(RANKING, sent.ranking, "decision.ranking")["ranking"]
        logged = self.rankings.place(tx, ranking, candidate)
        if logged is None:
            raise NotFound(sent.ranking)
        if role_name(tx.tenant, logged.role) != sent.role:
            raise InvalidField("decision.ranking", "is a ranking of another role")
        if logged.rank is not None and logged.score is not None:
            return logged.rank, logged.score
        given = self.cache.get(sent.ranking)
        place = given.ranking.find(candidate) if given else None
        return (place.rank, place.score) if place else (0, 0.0)


def candidate_id(name: str, field: str) -> str:
    return parse_name("tenants/{tenant}/candidates/{candidate}", name, field)["candidate"]


def check_present(tx: Transaction, profiles: ProfileStore, candidate: str) -> None:
    """Raises NotFound, or Deleted for one that is soft-deleted."""
    name = f"tenants/{tx.tenant}/candidates/{candidate}"
    match profiles.states(tx, [candidate]).get(candidate):
        case State.LIVE:
            return
        case State.DELETED:
            raise Deleted(name)
        case _:
            raise NotFound(name)
