"""Coverage, score and contributions against hand computations, gates and tiers, level and similarity."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credence_models.coverage import (
    Necessity,
    Policy,
    level_factor,
    load_policy,
    missing,
    ranking_key,
    score,
    similarity_weight,
)
from unit.models.coverage.cases import competency, piece

PLAIN = {"similarity": {"exponent": 2, "threshold": 0.5}, "level": {"below": 0.5, "unknown_counts_as": 1}}


def test_a_score_by_hand() -> None:
    """Weights 3 and 1; python: .8 and, at half similarity, .5 * .25; sql: one level short of .6."""
    policy = load_policy(overrides=PLAIN)
    role = [competency("python", weight=3.0), competency("sql", required_level=3, necessity=Necessity.SHOULD)]
    pieces = [
        piece("a", 0.8),
        piece("b", 0.5, similarity=0.5, verified=False),
        piece("c", 0.6, competency_id="sql", level=2),
        piece("d", 0.9, similarity=0.49),
    ]
    result = score(role, pieces, policy)
    python, sql = result.coverages
    assert python.coverage == pytest.approx(1 - 0.2 * 0.875)
    assert python.verified_coverage == pytest.approx(0.8)
    assert (python.pieces, python.met, python.gate) == (2, True, 0.5)
    assert python.max_points == 75.0
    assert python.points == pytest.approx(75 * 0.825)
    assert sql.coverage == pytest.approx(0.3)
    assert (sql.met, sql.gate, sql.max_points) == (False, 0.4, 25.0)
    assert result.total == pytest.approx(75 * 0.825 + 25 * 0.3)
    assert result.verified_only == pytest.approx(75 * 0.8 + 25 * 0.3)
    assert result.must_haves_met
    logs = math.log(0.2) + math.log(0.875)
    assert [(c.evidence_id, c.competency_id) for c in result.contributions] == [
        ("a", "python"),
        ("c", "sql"),
        ("b", "python"),
    ]
    assert [c.points for c in result.contributions] == pytest.approx(
        [75 * 0.825 * math.log(0.2) / logs, 25 * 0.3, 75 * 0.825 * math.log(0.875) / logs]
    )
    assert [c.x for c in result.contributions] == pytest.approx([0.8, 0.3, 0.125])


def test_nothing_scores_nothing(policy: Policy) -> None:
    result = score([competency()], [], policy)
    assert (result.total, result.verified_only, result.must_haves_met) == (0.0, 0.0, False)
    assert result.contributions == ()
    assert result.coverages[0].pieces == 0
    # what is worth nothing is no piece and no contribution either
    assert score([competency()], [piece("invalid", 0.0)], policy) == result


def test_complete_evidence_shares_evenly_and_leaves_the_rest_nothing(policy: Policy) -> None:
    result = score([competency()], [piece("a", 1.0), piece("b", 0.9), piece("c", 1.0)], policy)
    assert result.total == 100.0
    assert [(c.evidence_id, c.points) for c in result.contributions] == [("a", 50.0), ("c", 50.0), ("b", 0.0)]


def test_smallest_numbers_stay_finite(policy: Policy) -> None:
    tiny = [piece(f"e{n}", 5e-324) for n in range(3)]
    result = score([competency()], tiny, policy)
    assert result.total == 0.0
    assert [c.points for c in result.contributions] == [0.0, 0.0, 0.0]


def test_must_haves_tier_the_ranking_but_remove_nobody(policy: Policy) -> None:
    role = [competency("must"), competency("nice", weight=9.0, necessity=Necessity.NICE)]
    lacking = score(role, [piece("a", 0.9, competency_id="nice")], policy)
    having = score(role, [piece("b", 0.5, competency_id="must")], policy)
    assert lacking.total > having.total
    assert having.must_haves_met
    assert not lacking.must_haves_met
    entries = [("z", lacking), ("y", having), ("x", having)]
    assert [name for name, result in sorted(entries, key=lambda e: ranking_key(e[1], e[0]))] == [
        "x",
        "y",
        "z",
    ]


def test_a_role_sets_its_own_gate(policy: Policy) -> None:
    half = [piece("a", 0.5)]
    assert score([competency(gate=0.5)], half, policy).must_haves_met
    assert not score([competency(gate=0.51)], half, policy).must_haves_met
    assert score([competency(gate=0.0)], [], policy).must_haves_met


def test_missing_names_must_haves_first_then_the_most_points(policy: Policy) -> None:
    role = [
        competency("have", weight=5.0),
        competency("small-must"),
        competency("big-nice", weight=8.0, necessity=Necessity.NICE),
        competency("big-must", weight=3.0),
        competency("should", weight=2.0, necessity=Necessity.SHOULD),
    ]
    result = score(role, [piece("a", 0.9, competency_id="have")], policy)
    assert [line.competency_id for line in missing(result, role)] == [
        "big-must",
        "small-must",
        "should",
        "big-nice",
    ]


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_similarity_counts_from_the_threshold_and_never_falls(
    policy: Policy, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    assert similarity_weight(low, policy) <= similarity_weight(high, policy)
    assert (similarity_weight(low, policy) == 0.0) == (low < policy.similarity.threshold)
    assert similarity_weight(1.0000002, policy) == 1.0


@given(st.integers(1, 5), st.integers(0, 5))
def test_level_is_monotone_and_unknown_lies_between(policy: Policy, level: int, required: int) -> None:
    assert level_factor(level, required, policy) <= level_factor(min(5, level + 1), required, policy)
    assert level_factor(level, required, policy) >= level_factor(level, min(5, required + 1), policy)
    assert level_factor(0, required, policy) >= level_factor(0, min(5, required + 1), policy)
    assert level_factor(level, level, policy) == level_factor(level, 0, policy) == 1.0
    assert (
        level_factor(1, required, policy)
        <= level_factor(0, required, policy)
        <= level_factor(5, required, policy)
    )
    assert level_factor(level, required, policy) > 0.0


@pytest.mark.parametrize(
    ("role", "pieces", "message"),
    [
        ([], [], "positive weight"),
        ([competency(weight=0.0)], [], "positive weight"),
        ([competency(), competency()], [], "'python' is given twice"),
        ([competency(weight=-1.0), competency("sql", weight=3.0)], [], "weight must be 0 or more"),
        ([competency(weight=math.inf)], [], "weight must be 0 or more"),
        ([competency(weight=math.nan)], [], "weight must be 0 or more"),
        ([competency(required_level=6)], [], "level must be 0 to 5"),
        ([competency(gate=1.5)], [], "gate must be 0 to 1"),
        ([competency()], [piece("a", 1.1)], "'a': a strength lies between"),
        ([competency()], [piece("a", math.nan)], "'a': a strength lies between"),
        ([competency()], [piece("a", 0.5, level=7)], "'a': the level must be"),
        ([competency()], [piece("a", 0.5, similarity=math.nan)], "similarity lies between"),
        ([competency()], [piece("a", 0.5, similarity=1.5)], "similarity lies between"),
        ([competency()], [piece("a", 0.5, competency_id="sql")], "not in this role"),
    ],
)
def test_bad_input_is_refused_by_name(policy: Policy, role: list, pieces: list, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        score(role, pieces, policy)
