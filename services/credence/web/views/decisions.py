"""What people decided, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass

from credence.web import words
from credence.web.resources import last
from credence.web.sessions import BLIND_MARK
from credencepb.matching.v1.ranking_pb2 import Decision

WITHHELD = "The reason was written by somebody who saw names. It is hidden in blind mode."


@dataclass(frozen=True, slots=True)
class DecisionView:
    """`role` is the role's id."""

    outcome: str
    role: str
    reason: str
    withheld: bool
    by: str
    blind: bool
    when: str
    place: str


def decision_views(decisions: Iterable[Decision], *, blind: bool) -> tuple[DecisionView, ...]:
    """A blind session reads only reasons that were written in one: others may name the person."""
    return tuple(_view(decision, blind=blind) for decision in decisions)


def _view(decision: Decision, *, blind: bool) -> DecisionView:
    was_blind = decision.decided_by.endswith(BLIND_MARK)
    withheld = blind and not was_blind
    return DecisionView(
        outcome=words.DECISION.get(decision.outcome, "Decided"),
        role=last(decision.role),
        reason=WITHHELD if withheld else decision.reason,
        withheld=withheld,
        by=words.code(decision.decided_by.removesuffix(BLIND_MARK).replace("-", " ")),
        blind=was_blind,
        when=words.moment(decision.decide_time),
        place=f"rank {decision.rank}, score {decision.score:.1f}" if decision.rank else "",
    )
