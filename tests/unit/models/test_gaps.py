"""Gap maths against hand computations, and causes by what would have had to be different."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credence_models.coverage import (
    Competency,
    EvidenceFacts,
    EvidenceKind,
    IssuerStanding,
    Necessity,
    Piece,
    Rigor,
    VerificationOutcome,
    grade,
    load_policy,
)
from credence_models.gaps import Cause, Holding, audit_gaps, suppress_small_cells, top_gaps
from unit.models.coverage.cases import TODAY, facts, facts_of

POLICY = load_policy()
PYTHON = Competency("python", 2.0, 3, Necessity.MUST, None)
SQL = Competency("sql", 1.0, 0, Necessity.SHOULD, None)


def holding(evidence: EvidenceFacts, competency: Competency = PYTHON, **changes: Any) -> Holding:
    graded = grade(evidence, POLICY, TODAY)
    values: dict[str, Any] = {"similarity": 1.0, "level": 3}
    piece = Piece(
        evidence_id=repr(evidence),
        competency_id=competency.id,
        strength=graded.strength,
        verified=evidence.verified,
        **(values | changes),
    )
    return Holding(piece, {factor.name: factor.value for factor in graded.factors})


def bare(competency: Competency, strength: float, *, verified: bool = True) -> Holding:
    factors = {"kind": strength, "verification": 1.0, "issuer": 1.0, "rigor": 1.0, "recency": 1.0}
    return Holding(Piece("e", competency.id, 1.0, strength, 3, verified), factors)


CLAIM = facts_of(
    kind=EvidenceKind.SELF_CLAIMED,
    verification=VerificationOutcome.NOT_APPLICABLE,
    issuer=IssuerStanding.NOT_APPLICABLE,
    rigor=Rigor.NOT_APPLICABLE,
)


def causes_of(*held: Holding, target: float = 0.7) -> tuple[Cause, ...]:
    return audit_gaps({"ada": held}, [PYTHON], POLICY, target=target).shortfalls[0].causes


def test_gaps_by_hand() -> None:
    """Target .7. python (weight 2): .2 + .7 + 0 short; sql (weight 1): .1 + .7 + .3 short."""
    people: Mapping[str, list[Holding]] = {
        "cem": [bare(PYTHON, 0.9), bare(SQL, 0.4, verified=False)],
        "ada": [bare(PYTHON, 0.5), bare(SQL, 0.6)],
        "bo": [],
    }
    audit = audit_gaps(people, [SQL, PYTHON], POLICY, target=0.7)
    sql, python = audit.gaps
    assert (python.competency_id, python.weight, python.people, python.people_short) == ("python", 2.0, 3, 2)
    assert python.gap == pytest.approx(2 * 0.9)
    assert python.mean_shortfall == pytest.approx(0.45)
    assert python.mean_coverage == pytest.approx(1.4 / 3)
    assert sql.gap == pytest.approx(1.1)
    assert sql.people_short == 3
    assert sql.mean_coverage == pytest.approx(1.0 / 3)
    assert sql.mean_verified_coverage == pytest.approx(0.2)
    assert [(line.person_id, line.competency_id) for line in audit.shortfalls] == [
        ("ada", "sql"),
        ("ada", "python"),
        ("bo", "sql"),
        ("bo", "python"),
        ("cem", "sql"),
        ("cem", "python"),
    ]
    assert [line.shortfall for line in audit.shortfalls] == pytest.approx([0.1, 0.2, 0.7, 0.7, 0.3, 0.0])
    assert audit.shortfalls[-1].causes == ()
    assert [gap.competency_id for gap in top_gaps(audit.gaps)] == ["python", "sql"]
    assert [gap.competency_id for gap in top_gaps(audit.gaps, 1)] == ["python"]
    again = audit_gaps(dict(reversed(people.items())), [SQL, PYTHON], POLICY, target=0.7)
    assert repr(again) == repr(audit)


def test_the_policy_sets_the_target_and_nobody_short_is_no_gap() -> None:
    audit = audit_gaps({"ada": [bare(PYTHON, 0.9)]}, [PYTHON], POLICY)
    assert audit.target == POLICY.target_coverage == 0.7
    assert top_gaps(audit.gaps) == ()
    assert audit.gaps[0].mean_shortfall == 0.0
    empty = audit_gaps({}, [PYTHON], POLICY)
    assert (empty.gaps[0].people, empty.gaps[0].gap, empty.shortfalls) == (0, 0.0, ())
    with pytest.raises(ValueError, match="target"):
        audit_gaps({}, [PYTHON], POLICY, target=0.0)


UNVERIFIED = facts_of(
    kind=EvidenceKind.UNVERIFIED_CREDENTIAL, verification=VerificationOutcome.NOT_APPLICABLE
)
OLD = facts_of(observed_on=TODAY.replace(year=2020))
TAMPERED = facts_of(verification=VerificationOutcome.INVALID)


@pytest.mark.parametrize(
    ("held", "causes"),
    [
        ([], [Cause.NO_EVIDENCE]),
        ([holding(TAMPERED)], [Cause.NO_EVIDENCE]),
        ([holding(CLAIM)], [Cause.UNVERIFIED_ONLY]),
        ([holding(UNVERIFIED), holding(CLAIM)], [Cause.UNVERIFIED_ONLY]),
        ([holding(OLD)], [Cause.STALE_OR_EXPIRING]),
        ([holding(facts_of(expired=True))], [Cause.STALE_OR_EXPIRING]),
        # .95 * .7 ** 2 = .4655
        ([holding(facts_of(), level=1)], [Cause.LEVEL_TOO_LOW]),
        ([holding(facts_of(rigor=Rigor.NOT_STATED))], [Cause.ISSUER_OR_RIGOR_WEAK]),
        ([holding(facts_of(issuer=IssuerStanding.RED_FLAGGED))], [Cause.ISSUER_OR_RIGOR_WEAK]),
        # only both together suffice: .95 * .7 ** 2 * .25
        ([holding(OLD, level=1)], [Cause.STALE_OR_EXPIRING, Cause.LEVEL_TOO_LOW]),
        # either suffices: old .76 * .7 = .53; new .76 * .9; level .95 * .8
        (
            [holding(facts_of(observed_on=TODAY.replace(year=2025)), level=2)],
            [Cause.STALE_OR_EXPIRING, Cause.LEVEL_TOO_LOW],
        ),
        # three are not enough, the issuer has to be known as well
        (
            [holding(facts_of(issuer=IssuerStanding.UNKNOWN, expired=True))],
            [Cause.STALE_OR_EXPIRING, Cause.ISSUER_OR_RIGOR_WEAK],
        ),
        # only for a neighbouring skill: .8 ** 4 * .95 is the best it could be
        ([holding(CLAIM, similarity=0.8)], [Cause.NO_EVIDENCE]),
        # the very skill, but everybody has it: .95 * .7 = .665
        ([holding(facts_of(pool_share=1.0))], [Cause.ISSUER_OR_RIGOR_WEAK]),
        # something verified counts, so "unverified only" is not what is wrong
        ([holding(CLAIM), holding(facts_of(rigor=Rigor.PARTICIPATION))], [Cause.ISSUER_OR_RIGOR_WEAK]),
    ],
)
def test_causes(held: list[Holding], causes: list[Cause]) -> None:
    target = 0.66 if causes == [Cause.STALE_OR_EXPIRING, Cause.LEVEL_TOO_LOW] else 0.7
    assert causes_of(*held, target=target) == tuple(causes)


def test_a_planted_gap_is_found_with_its_cause() -> None:
    """Ten people who hold everything, except that seven hold python at level 1 only."""
    people = {
        f"p{n}": [holding(facts_of(), level=1 if n < 7 else 3), holding(facts_of(), SQL)] for n in range(10)
    }
    audit = audit_gaps(people, [SQL, PYTHON], POLICY)
    (gap,) = top_gaps(audit.gaps)
    assert (gap.competency_id, gap.people_short, gap.causes) == ("python", 7, ((Cause.LEVEL_TOO_LOW, 7),))
    assert gap.gap == pytest.approx(7 * 2.0 * (0.7 - 0.95 * 0.49))


@given(st.lists(st.tuples(facts, st.floats(0, 1), st.integers(0, 5)), max_size=5), st.floats(0.01, 1))
def test_whoever_is_short_has_a_cause_and_nobody_else(
    held: list[tuple[EvidenceFacts, float, int]], target: float
) -> None:
    holdings = [holding(f, similarity=similarity, level=level) for f, similarity, level in held]
    audit = audit_gaps({"ada": holdings}, [PYTHON], POLICY, target=target)
    (line,) = audit.shortfalls
    assert line.shortfall == max(0.0, target - line.coverage)
    assert bool(line.causes) == (line.shortfall > 0.0)
    assert list(line.causes) == [cause for cause in Cause if cause in line.causes]
    assert (Cause.NO_EVIDENCE in line.causes) <= (line.causes == (Cause.NO_EVIDENCE,))
    assert audit.gaps[0].gap == line.shortfall * 2.0


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ({"a": 7, "b": 12}, {"a": 7, "b": 12}),
        ({"a": 5, "b": 0}, {"a": 5, "b": 0}),
        ({"a": 3, "b": 4, "c": 20}, {"a": None, "b": None, "c": 20}),
        # one hidden cell alone could be had by subtraction
        ({"a": 3, "b": 20, "c": 9}, {"a": None, "b": 20, "c": None}),
        ({"a": 3, "b": 0, "c": 9}, {"a": None, "b": 0, "c": None}),
        ({"a": 3, "b": 0}, {"a": None, "b": None}),
        ({"a": 3}, {"a": None}),
        ({}, {}),
    ],
)
def test_small_cells_are_hidden(cells: dict[str, int], shown: dict[str, int | None]) -> None:
    assert suppress_small_cells(cells) == shown


def test_repairs_use_the_policy_they_are_given() -> None:
    strict = load_policy(overrides={"kind": {"verified_credential": 0.6}})
    # verified would be worth .6 here, so verifying alone cannot be what is missing
    assert audit_gaps({"ada": [holding(CLAIM)]}, [PYTHON], strict, target=0.7).shortfalls[0].causes == (
        Cause.ISSUER_OR_RIGOR_WEAK,
    )
