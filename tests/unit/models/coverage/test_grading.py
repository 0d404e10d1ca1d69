"""Strength of one piece of evidence: hand computations, ageing and when it changes."""

import dataclasses
import math
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credence_models.coverage import (
    EvidenceFacts,
    EvidenceKind,
    IssuerStanding,
    Policy,
    Rigor,
    VerificationOutcome,
    grade,
    next_change_on,
)
from credence_models.coverage.recency import completed_on, whole_months
from unit.models.coverage.cases import TODAY, days, facts, facts_of

VALID, NOT_APPLICABLE = VerificationOutcome.VALID, VerificationOutcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("evidence", "strength"),
    [
        (facts_of(), 0.95),
        (facts_of(verification=VerificationOutcome.INDETERMINATE), 0.95 * 0.6),
        (facts_of(verification=VerificationOutcome.INVALID), 0.0),
        (facts_of(issuer=IssuerStanding.KNOWN, rigor=Rigor.PROJECT), 0.95 * 0.85 * 0.8),
        (facts_of(observed_on=date(2023, 6, 15)), 0.95 * 0.5),  # one half-life of a technology
        (facts_of(observed_on=date(2018, 6, 15), concept_kind="knowledge"), 0.95 * 0.5),
        (facts_of(observed_on=date(2021, 6, 15), concept_kind="unheard-of"), 0.95 * 0.5),
        (facts_of(observed_on=None), 0.95 * 0.5),
        (facts_of(expired=True), 0.95 * 0.5),
        (facts_of(expired=True, observed_on=date(2020, 6, 15)), 0.95 * 0.25),
        (facts_of(pool_share=0.5), 0.95),
        (facts_of(pool_share=0.75), 0.95 * 0.85),
        (facts_of(pool_share=1.0), 0.95 * 0.7),
        (facts_of(ordinal=3), 0.95 * 0.25),
        (
            facts_of(
                kind=EvidenceKind.SELF_CLAIMED,
                verification=NOT_APPLICABLE,
                issuer=IssuerStanding.NOT_APPLICABLE,
                rigor=Rigor.NOT_APPLICABLE,
            ),
            0.15,
        ),
    ],
)
def test_strength_by_hand(policy: Policy, evidence: EvidenceFacts, strength: float) -> None:
    assert grade(evidence, policy, TODAY).strength == pytest.approx(strength, abs=1e-12)


@given(facts, days)
def test_the_strength_is_the_product_of_its_named_factors(
    policy: Policy, evidence: EvidenceFacts, day: date
) -> None:
    result = grade(evidence, policy, day)
    assert [factor.name for factor in result.factors] == [
        "kind",
        "verification",
        "issuer",
        "rigor",
        "recency",
        "scarcity",
        "repetition",
    ]
    assert result.strength == math.prod(factor.value for factor in result.factors)
    for factor in result.factors:
        assert 0.0 <= factor.value <= 1.0
        assert factor.code.startswith(factor.name.upper() + "_")
        assert factor.sentence.endswith(".")
        assert factor.sentence[0].isupper() or factor.sentence[0].isdigit()


@given(facts, st.floats(0, 1), st.floats(0, 1))
def test_a_commoner_credential_never_counts_more_nor_loses_over_30_percent(
    policy: Policy, evidence: EvidenceFacts, share: float, other: float
) -> None:
    rare, common = (
        grade(dataclasses.replace(evidence, pool_share=s), policy, TODAY) for s in sorted((share, other))
    )
    assert common.strength <= rare.strength
    unmeasured = grade(dataclasses.replace(evidence, pool_share=None), policy, TODAY)
    assert common.strength >= 0.7 * unmeasured.strength - 1e-15
    assert unmeasured.factors[5].code == "SCARCITY_NOT_MEASURED"


@given(facts, days, days)
def test_evidence_never_grows_stronger_with_age(
    policy: Policy, evidence: EvidenceFacts, day: date, other: date
) -> None:
    earlier, later = sorted((day, other))
    assert grade(evidence, policy, later).strength <= grade(evidence, policy, earlier).strength


@pytest.mark.parametrize(
    ("observed", "as_of", "months"),
    [
        (date(2025, 1, 31), date(2025, 2, 28), 0),
        (date(2025, 1, 31), date(2025, 3, 1), 1),
        (date(2025, 1, 31), date(2025, 3, 31), 2),
        (date(2024, 2, 29), date(2025, 2, 28), 11),
        (date(2024, 2, 29), date(2025, 3, 1), 12),
        (date(2025, 12, 5), date(2026, 1, 4), 0),
        (date(2025, 12, 5), date(2026, 1, 5), 1),
        (date(2026, 1, 5), date(2025, 1, 5), 0),
    ],
)
def test_whole_months(observed: date, as_of: date, months: int) -> None:
    assert whole_months(observed, as_of) == months


@given(days, st.integers(1, 500))
def test_months_complete_on_the_first_day_that_counts_them(observed: date, months: int) -> None:
    day = completed_on(observed, months)
    assert day is not None
    assert whole_months(observed, day) == months
    assert whole_months(observed, day - timedelta(days=1)) == months - 1


@settings(max_examples=60)
@given(facts, days, st.none() | st.integers(1, 80))
def test_next_change_is_the_first_day_with_another_grade(
    policy: Policy, evidence: EvidenceFacts, as_of: date, expires_in: int | None
) -> None:
    """Compared with grading anew on every one of the next 80 days."""
    expired_from = None if expires_in is None or evidence.expired else as_of + timedelta(days=expires_in)

    def graded(day: date) -> object:
        expired = evidence.expired or (expired_from is not None and day >= expired_from)
        return grade(dataclasses.replace(evidence, expired=expired), policy, day)

    today = graded(as_of)
    within = (as_of + timedelta(days=n) for n in range(1, 81))
    first = next((day for day in within if graded(day) != today), None)
    said = next_change_on(evidence, policy, as_of, expired_from=expired_from)
    if first is not None:
        assert said == first
    else:
        assert said is None or said > as_of + timedelta(days=80)


def test_next_change_by_hand(policy: Policy) -> None:
    evidence = facts_of(observed_on=date(2026, 1, 31))
    assert next_change_on(evidence, policy, date(2026, 2, 10)) == date(2026, 3, 1)
    assert next_change_on(evidence, policy, date(2026, 2, 10), expired_from=date(2026, 2, 20)) == date(
        2026, 2, 20
    )
    # an expired technology credential stays at its cap until it is one half-life old
    expired = facts_of(observed_on=date(2026, 1, 15), expired=True)
    assert next_change_on(expired, policy, TODAY) == date(2029, 2, 15)
    assert next_change_on(facts_of(observed_on=None), policy, TODAY) is None
    assert next_change_on(facts_of(observed_on=None), policy, TODAY, expired_from=date(2027, 1, 1)) == date(
        2027, 1, 1
    )
    assert next_change_on(facts_of(verification=VerificationOutcome.INVALID), policy, TODAY) is None
    assert next_change_on(facts_of(observed_on=date(9999, 12, 31)), policy, TODAY) is None


def test_only_what_somebody_else_checked_is_verified() -> None:
    assert facts_of().verified
    assert not facts_of(verification=VerificationOutcome.INDETERMINATE).verified
    assert not facts_of(verification=NOT_APPLICABLE).verified
    assert facts_of(kind=EvidenceKind.PORTFOLIO_AUTHORED, verification=NOT_APPLICABLE).verified
    assert facts_of(kind=EvidenceKind.EMPLOYER_ASSESSMENT, verification=VALID).verified
    for kind in EvidenceKind.PORTFOLIO, EvidenceKind.EXPERIENCE, EvidenceKind.SELF_CLAIMED:
        assert not facts_of(kind=kind, verification=VALID).verified


@pytest.mark.parametrize("changes", [{"pool_share": 1.1}, {"pool_share": float("nan")}, {"ordinal": 0}])
def test_facts_that_cannot_be(changes: dict) -> None:
    with pytest.raises(ValueError, match=next(iter(changes))):
        facts_of(**changes)
