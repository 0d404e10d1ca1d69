"""Which piece is the first of its kind, and why the groups are as they are."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credence_models.coverage import (
    Competency,
    EvidenceKind,
    Necessity,
    Policy,
    Repeatable,
    Rigor,
    rank_repetitions,
)
from credence_models.coverage.facts import VerificationOutcome
from unit.models.coverage.cases import TODAY, Role, facts_of, portfolios, rate

ANY_LEVEL = Role((Competency("a", 1.0, 0, Necessity.MUST, None),), {("a", "python"): 1.0})
EXPERT = Role((Competency("a", 1.0, 5, Necessity.MUST, None),), {("a", "python"): 1.0})


def ordinals(policy: Policy, *pieces: Repeatable) -> dict[str, int]:
    return {name: facts.ordinal for name, facts in rank_repetitions(pieces, policy, TODAY).items()}


def test_strongest_first_ties_by_id(policy: Policy) -> None:
    strong, weak = facts_of(), facts_of(rigor=Rigor.QUIZ, ordinal=7)
    pieces = [
        Repeatable("b", "acme", "python", 3, strong),
        Repeatable("a", "acme", "python", 3, strong),
        Repeatable("0", "acme", "python", 3, weak),
    ]
    assert ordinals(policy, *pieces) == {"a": 1, "b": 2, "0": 3}


def test_another_issuer_skill_level_or_an_unverified_piece_is_no_repetition(policy: Policy) -> None:
    unverified = facts_of(
        kind=EvidenceKind.UNVERIFIED_CREDENTIAL, verification=VerificationOutcome.NOT_APPLICABLE
    )
    pieces = [
        Repeatable("a", "acme", "python", 3, facts_of()),
        Repeatable("b", "zeta", "python", 3, facts_of()),
        Repeatable("c", "acme", "sql", 3, facts_of()),
        Repeatable("d", "acme", "python", 4, facts_of()),
        Repeatable("e", "acme", "python", 3, unverified),
    ]
    assert set(ordinals(policy, *pieces).values()) == {1}


def test_a_strong_piece_of_a_low_level_does_not_push_a_good_expert_piece_back(policy: Policy) -> None:
    """The case for which the level is part of the group."""
    expert = Repeatable("e", "acme", "python", 5, facts_of(rigor=Rigor.REVIEWED_PROJECT))
    beginner = Repeatable("b", "acme", "python", 1, facts_of())
    assert rate([expert, beginner], EXPERT, policy).total > rate([expert], EXPERT, policy).total


def test_ten_of_the_same_add_little_to_two(policy: Policy) -> None:
    quizzes = [Repeatable(f"q{n}", "acme", "python", 0, facts_of(rigor=Rigor.QUIZ)) for n in range(10)]
    two, ten = (rate(quizzes[:n], ANY_LEVEL, policy).total for n in (2, 10))
    assert two < ten
    # strengths .38, .19, .095, ... sum to under .76
    assert two == pytest.approx(100 * (1 - 0.62 * 0.81))
    assert ten < 60


@given(portfolios(), st.randoms())
def test_every_group_is_counted_from_one_whatever_the_order(
    policy: Policy, pieces: list[Repeatable], random: st.DataObject
) -> None:
    ranked = rank_repetitions(pieces, policy, TODAY)
    groups: dict[tuple, list[int]] = {}
    for piece in pieces:
        key = (piece.issuer, piece.concept_id, piece.level, piece.facts.verified)
        groups.setdefault(key, []).append(ranked[piece.evidence_id].ordinal)
    for group in groups.values():
        assert sorted(group) == list(range(1, len(group) + 1))
    shuffled = list(pieces)
    random.shuffle(shuffled)
    assert rank_repetitions(shuffled, policy, TODAY) == ranked


def test_the_same_id_twice_is_an_error(policy: Policy) -> None:
    piece = Repeatable("a", "acme", "python", 0, facts_of(observed_on=date(2020, 1, 1)))
    with pytest.raises(ValueError, match="'a' is given twice"):
        rank_repetitions([piece, piece], policy, TODAY)
