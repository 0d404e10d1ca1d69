"""Generated candidates and roles, and the whole way from facts to a score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import strategies as st

from credence_models.coverage import (
    Competency,
    EvidenceFacts,
    EvidenceKind,
    IssuerStanding,
    Necessity,
    Piece,
    Policy,
    Repeatable,
    Rigor,
    Score,
    VerificationOutcome,
    grade,
    rank_repetitions,
    score,
)

TODAY = date(2026, 6, 15)
CONCEPTS = ("python", "sql", "kanban")
CONCEPT_KINDS = ("technology", "skill", "knowledge", "transversal", "language", "unheard-of")


def facts_of(**changes: Any) -> EvidenceFacts:
    """A new, valid credential of a recognised issuer with the best assessment, changed as told."""
    values: dict[str, Any] = {
        "kind": EvidenceKind.VERIFIED_CREDENTIAL,
        "verification": VerificationOutcome.VALID,
        "issuer": IssuerStanding.RECOGNISED,
        "rigor": Rigor.PROCTORED_EXAM_PROJECT_PORTFOLIO,
        "concept_kind": "technology",
        "observed_on": TODAY,
        "expired": False,
        "pool_share": None,
        "ordinal": 1,
    }
    return EvidenceFacts(**(values | changes))


def competency(id: str = "python", **changes: Any) -> Competency:  # noqa: A002
    values: dict[str, Any] = {"weight": 1.0, "required_level": 0, "necessity": Necessity.MUST, "gate": None}
    return Competency(id, **(values | changes))


def piece(evidence_id: str, strength: float, **changes: Any) -> Piece:
    values: dict[str, Any] = {"competency_id": "python", "similarity": 1.0, "level": 0, "verified": True}
    return Piece(evidence_id=evidence_id, strength=strength, **(values | changes))


@dataclass(frozen=True)
class Role:
    """Competencies and the similarity of each (competency, concept)."""

    competencies: tuple[Competency, ...]
    similarity: Mapping[tuple[str, str], float]


def rate(evidence: Sequence[Repeatable], role: Role, policy: Policy, as_of: date = TODAY) -> Score:
    """Ordinals, grades, pieces, score: as the services do it."""
    graded = rank_repetitions(evidence, policy, as_of)
    pieces = [
        Piece(
            item.evidence_id,
            line.id,
            role.similarity[line.id, item.concept_id],
            grade(graded[item.evidence_id], policy, as_of).strength,
            item.level,
            item.facts.verified,
        )
        for item in evidence
        for line in role.competencies
    ]
    return score(role.competencies, pieces, policy)


days = st.dates(date(1996, 1, 1), date(2026, 12, 31))

facts = st.builds(
    EvidenceFacts,
    kind=st.sampled_from(EvidenceKind),
    verification=st.sampled_from(VerificationOutcome),
    issuer=st.sampled_from(IssuerStanding),
    rigor=st.sampled_from(Rigor),
    concept_kind=st.sampled_from(CONCEPT_KINDS),
    observed_on=st.none() | days,
    expired=st.booleans(),
    pool_share=st.none() | st.floats(0, 1),
    ordinal=st.integers(1, 9),
)

similarities = st.one_of(st.just(1.0), st.floats(-1, 1), st.floats(0.6, 1))


@st.composite
def roles(draw: st.DrawFn) -> Role:
    ids = draw(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True))
    weights = draw(
        st.lists(st.floats(0, 10), min_size=len(ids), max_size=len(ids)).filter(lambda w: sum(w) > 1e-3)
    )
    lines = tuple(
        Competency(
            id_,
            weight,
            draw(st.integers(0, 5)),
            draw(st.sampled_from(Necessity)),
            draw(st.none() | st.floats(0, 1)),
        )
        for id_, weight in zip(ids, weights, strict=True)
    )
    return Role(lines, {(id_, concept): draw(similarities) for id_ in ids for concept in CONCEPTS})


@st.composite
def portfolios(draw: st.DrawFn, most: int = 8) -> list[Repeatable]:
    """Evidence of one candidate, with many repetitions among it."""
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from(("acme", "zeta", "")),
                st.sampled_from(CONCEPTS),
                st.integers(0, 5),
                facts,
            ),
            max_size=most,
        )
    )
    names = draw(st.permutations([f"e{n}" for n in range(len(rows))]))
    return [Repeatable(name, *row) for name, row in zip(names, rows, strict=True)]
