"""The same thing again counts less: which piece is the first, which the second.

Pieces repeat each other when they come from the same issuer, for the same skill, at the same level, and are
equally verified or not. Within such a group the strongest is number 1. Level and verification are part of
the group because they change what a piece is worth to a reader: a role asks for a level, and the
verified-only score leaves the rest out. Were they not, a strong piece at level 1 could push a good piece at
level 5 to number 2 and so *lower* the score for a role that asks for level 5. Inside a group every piece has
the same similarity and the same level factor for any role, so adding a piece moves the others one place down
and takes a place that is worth at least as much: the sorted values of the group never fall, and neither does
a product over them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from credence_models.coverage.facts import EvidenceFacts
from credence_models.coverage.grading import grade
from credence_models.coverage.policy import Policy


@dataclass(frozen=True, slots=True)
class Repeatable:
    """`issuer` is any stable identifier of who stands behind the piece: the issuer's id, the employer, the
    candidate for a claim; "" for nobody known (those repeat each other). The ordinal in `facts` is
    ignored."""

    evidence_id: str
    issuer: str
    concept_id: str
    level: int
    facts: EvidenceFacts


def rank_repetitions(pieces: Iterable[Repeatable], policy: Policy, as_of: date) -> dict[str, EvidenceFacts]:
    """The facts of every piece of one candidate by evidence id, with the ordinal set: 1 for the strongest of
    its group, ties by evidence id. The order of input does not matter. ValueError on an evidence id given
    twice."""
    groups: dict[tuple[str, str, int, bool], list[tuple[str, EvidenceFacts]]] = defaultdict(list)
    ids: set[str] = set()
    for piece in pieces:
        if piece.evidence_id in ids:
            raise ValueError(f"evidence {piece.evidence_id!r} is given twice")
        ids.add(piece.evidence_id)
        alone = piece.facts if piece.facts.ordinal == 1 else replace(piece.facts, ordinal=1)
        group = (piece.issuer, piece.concept_id, piece.level, alone.verified)
        groups[group].append((piece.evidence_id, alone))

    def strongest_first(entry: tuple[str, EvidenceFacts]) -> tuple[float, str]:
        return -grade(entry[1], policy, as_of).strength, entry[0]

    return {
        evidence_id: facts if ordinal == 1 else replace(facts, ordinal=ordinal)
        for group in groups.values()
        # most groups hold one piece, and grading is most of the work
        for ordinal, (evidence_id, facts) in enumerate(
            sorted(group, key=strongest_first) if len(group) > 1 else group, start=1
        )
    }
