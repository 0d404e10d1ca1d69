"""Programme recommendation: hand computations, the exhaustive optimum, budgets, notes."""

from itertools import combinations
from math import inf, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credence_models.coverage import IssuerStanding, Rigor, load_policy
from credence_models.programmes import (
    Budget,
    PersonCoverage,
    Programme,
    Recommendation,
    evidence_of_programme,
    payback_months,
    recommend,
    search,
)
from credence_models.programmes.options import Options

FREE = Budget()
TARGET = 0.7


def team(**coverages: dict[str, float]) -> list[PersonCoverage]:
    return [PersonCoverage(p, c, value) for p, row in coverages.items() for c, value in row.items()]


def test_a_recommendation_by_hand() -> None:
    """ada lacks .7 of python and .2 of sql, bo .3 of python; python weighs 2.

    alpha (python .5) closes 2 * (.5 + .3) = 1.6; beta (sql .9) closes .2; after alpha, gamma (python .4)
    closes 2 * (.7 - .5) = .4 for ada and nothing for bo.
    """
    people = team(ada={"python": 0.0, "sql": 0.5}, bo={"python": 0.4, "sql": 0.8})
    catalogue = [
        Programme("beta", 500, 5.0, {"sql": 0.9}),
        Programme("gamma", 1000, 10.0, {"python": 0.4}),
        Programme("alpha", 2000, 20.0, {"python": 0.5}),
        Programme("useless", 1, 1.0, {"painting": 0.9}),
        Programme("empty", 1, 1.0, {}),
    ]
    weights = {"python": 2.0, "sql": 1.0}
    result = recommend(people, weights, TARGET, catalogue, FREE)
    assert [line.programme_id for line in result.programmes] == ["alpha", "gamma", "beta"]
    assert result.gap_before == pytest.approx(2 * (0.7 + 0.3) + 0.2)
    assert result.gap_after == pytest.approx(0.0, abs=1e-12)
    alpha, gamma, beta = result.programmes
    assert alpha.gap_closed == pytest.approx(1.6)
    assert gamma.gap_closed == pytest.approx(0.4)
    assert beta.gap_closed == pytest.approx(0.2)
    assert alpha.participants == ("ada", "bo")
    assert beta.participants == ("ada",)
    assert (alpha.cost_minor, beta.cost_minor) == (4000, 500)
    assert alpha.cost_per_point_minor == pytest.approx(4000 / 1.6)
    assert beta.cost_per_point_minor == pytest.approx(500 / 0.2)
    assert beta.competencies == ("sql",)
    assert result.total_cost_minor == 4000 + 2000 + 500
    assert result.total_hours == 35.0
    assert result.method == "exact"
    assert result.at_most == pytest.approx(2.2)
    assert result.notes == ()
    assert recommend(people[::-1], weights, TARGET, catalogue[::-1], FREE) == result


def test_seats_go_to_the_people_most_short() -> None:
    people = team(ada={"python": 0.5}, bo={"python": 0.1}, cem={"python": 0.3}, dee={"python": 0.7})
    (line,) = recommend(
        people, {"python": 1.0}, TARGET, [Programme("p", 100, 1.0, {"python": 0.9}, seats=2)], FREE
    ).programmes
    assert line.participants == ("bo", "cem")
    assert line.cost_minor == 200
    assert line.gap_closed == pytest.approx(0.6 + 0.4)
    (everybody,) = recommend(
        people, {"python": 1.0}, TARGET, [Programme("p", 100, 1.0, {"python": 0.9})], FREE
    ).programmes
    assert everybody.participants == ("ada", "bo", "cem")  # dee is not short


def test_the_best_per_dollar_is_not_taken_when_it_blocks_the_best_set() -> None:
    """Greedy by gain takes `big` for the whole budget; two others together close more."""
    people = team(ada={"a": 0.0, "b": 0.0})
    catalogue = [
        Programme("big", 100, 1.0, {"a": 0.6}),
        Programme("left", 50, 1.0, {"a": 0.55}),
        Programme("right", 50, 1.0, {"b": 0.55}),
        Programme("trifle", 1, 1.0, {"b": 0.02}),  # the best per money
    ]
    result = recommend(people, {"a": 1.0, "b": 1.0}, TARGET, catalogue, Budget(cost_minor=100))
    assert {line.programme_id for line in result.programmes} == {"left", "right"}


@pytest.mark.parametrize(
    ("people", "budget", "note"),
    [
        (team(ada={"a": 0.9}), FREE, "Nobody is short"),
        (team(ada={"a": 0.0}), Budget(cost_minor=9), "budget allows no further"),
        (team(ada={"a": 0.0}), Budget(hours=0.5), "budget allows no further"),
        (team(ada={"a": 0.0}), FREE, "No further programme of the catalogue"),
        ([], FREE, "Nobody is short"),
    ],
)
def test_fewer_than_three_say_why(people: list[PersonCoverage], budget: Budget, note: str) -> None:
    result = recommend(people, {"a": 1.0}, TARGET, [Programme("p", 10, 1.0, {"a": 0.6})], budget)
    assert note in result.notes[0]


def test_an_empty_catalogue() -> None:
    result = recommend(team(ada={"a": 0.0}), {"a": 1.0}, TARGET, [], FREE)
    assert result.programmes == ()
    assert result.gap_after == result.gap_before == pytest.approx(0.7)


def test_bad_input_is_refused() -> None:
    people, programme = team(ada={"a": 0.0}), Programme("p", 1, 1.0, {"a": 0.5})
    with pytest.raises(ValueError, match="given twice"):
        recommend(people, {"a": 1.0}, TARGET, [programme, programme], FREE)
    with pytest.raises(ValueError, match="'a' has no weight"):
        recommend(people, {"b": 1.0}, TARGET, [programme], FREE)
    with pytest.raises(ValueError, match="target"):
        recommend(people, {"a": 1.0}, 1.5, [programme], FREE)
    with pytest.raises(ValueError, match="at least one"):
        recommend(people, {"a": 1.0}, TARGET, [programme], FREE, most=0)
    for bad in ({"cost_minor": -1}, {"hours": inf}, {"seats": 0}, {"teaches": {"a": 1.5}}):
        with pytest.raises(ValueError, match="'p'"):
            Programme(**({"id": "p", "cost_minor": 1, "hours": 1.0, "teaches": {}} | bad))


# The same gain, written down without arrays, and every set tried.


def gain_of(
    people: list[PersonCoverage],
    weights: dict[str, float],
    chosen: tuple[Programme, ...],
    takers: dict[str, set[str]],
) -> float:
    total = 0.0
    for line in people:
        left = prod(
            1.0 - m.teaches.get(line.competency_id, 0.0) for m in chosen if line.person_id in takers[m.id]
        )
        after = 1.0 - (1.0 - line.coverage) * left
        total += weights[line.competency_id] * (min(TARGET, after) - min(TARGET, line.coverage))
    return total


def takers_of(people: list[PersonCoverage], weights: dict[str, float], programme: Programme) -> set[str]:
    need: dict[str, float] = {}
    for line in people:
        if programme.teaches.get(line.competency_id, 0.0) > 0.0:
            short = max(0.0, TARGET - line.coverage) * weights[line.competency_id]
            need[line.person_id] = need.get(line.person_id, 0.0) + short
    ordered = sorted((p for p in need if need[p] > 0.0), key=lambda p: (-need[p], p))
    return set(ordered[: programme.seats])


def best_by_trying_all(
    people: list[PersonCoverage],
    weights: dict[str, float],
    catalogue: list[Programme],
    budget: Budget,
    most: int,
) -> float:
    takers = {m.id: takers_of(people, weights, m) for m in catalogue}
    best = 0.0
    for size in range(1, most + 1):
        for chosen in combinations(catalogue, size):
            cost = sum(m.cost_minor * len(takers[m.id]) for m in chosen)
            hours = sum(m.hours for m in chosen)
            if cost <= (budget.cost_minor or inf) and hours <= (budget.hours or inf):
                best = max(best, gain_of(people, weights, chosen, takers))
    return best


coarse = st.integers(0, 20).map(lambda n: n / 20)
COMPETENCIES = ("a", "b", "c")


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[PersonCoverage], dict[str, float], list[Programme], Budget, int]:
    people = [
        PersonCoverage(f"p{n}", c, draw(coarse)) for n in range(draw(st.integers(1, 4))) for c in COMPETENCIES
    ]
    weights = {c: draw(st.integers(1, 5)) * 1.0 for c in COMPETENCIES}
    catalogue = [
        Programme(
            f"m{n}",
            draw(st.integers(0, 50)),
            float(draw(st.integers(0, 40))),
            draw(st.dictionaries(st.sampled_from(COMPETENCIES), coarse, max_size=3)),
            draw(st.none() | st.integers(1, 4)),
        )
        for n in range(draw(st.integers(0, 8)))
    ]
    budget = Budget(draw(st.none() | st.integers(1, 300)), draw(st.none() | st.integers(1, 100).map(float)))
    return people, weights, catalogue, budget, draw(st.integers(1, 5))


def check(result: Recommendation, catalogue: list[Programme], budget: Budget, most: int) -> float:
    closed = result.gap_before - result.gap_after
    assert len(result.programmes) <= most
    assert result.total_cost_minor <= (budget.cost_minor or inf)
    assert result.total_hours <= (budget.hours or inf)
    assert sum(line.gap_closed for line in result.programmes) == pytest.approx(closed, abs=1e-9)
    marginal = [line.gap_closed for line in result.programmes]
    assert marginal == pytest.approx(sorted(marginal, reverse=True), abs=1e-9)
    assert all(gain > 0.0 for gain in marginal)
    return closed


@settings(max_examples=150)
@given(problems())
def test_exact_is_the_optimum_of_all_sets(problem: tuple) -> None:
    people, weights, catalogue, budget, most = problem
    with pytest.MonkeyPatch.context() as patch:
        # else greedy, which starts it, would hide what it overlooks
        patch.setattr(search, "_greedy", lambda *_: ())
        result = recommend(people, weights, TARGET, catalogue, budget, most=most)
    assert result.method == "exact"
    best = best_by_trying_all(people, weights, catalogue, budget, most)
    assert check(result, catalogue, budget, most) == pytest.approx(best, abs=1e-9)


@settings(max_examples=150)
@given(problems())
def test_greedy_comes_close_and_its_bound_holds(problem: tuple) -> None:
    people, weights, catalogue, budget, most = problem
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "EXACT_WORK", -1.0)
        result = recommend(people, weights, TARGET, catalogue, budget, most=most)
    closed = check(result, catalogue, budget, most)
    best = best_by_trying_all(people, weights, catalogue, budget, most)
    assert result.at_most >= best - 1e-9
    assert result.at_most >= closed - 1e-9
    assert closed >= 0.9 * best - 1e-9


def test_a_seed_that_adds_nothing_is_dropped() -> None:
    row = {("ada", "a"): 0.0}
    teaches = [({"a": 0.1}, None), ({"a": 0.75}, None), ({"a": 0.65}, None)]
    options = Options.of(row, {"a": 1.0}, TARGET, teaches, [(1.0, 1.0)] * 3, (None, None))
    for by_share in (False, True):
        assert search._completed(options, np.arange(3), 3, (0,), by_share) == (1,)
        assert search._completed(options, np.array([0, 2]), 3, (0,), by_share) == (0, 2)


def test_the_best_set_is_found_wherever_it_stands_in_the_catalogue() -> None:
    """Nothing overlaps, so the best three are the last three."""
    names = [f"c{n}" for n in range(8)]
    people = [PersonCoverage("ada", name, 0.0) for name in names]
    catalogue = [Programme(name, 1, 1.0, {name: 0.2 + n / 50}) for n, name in enumerate(names)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_greedy", lambda *_: ())
        result = recommend(people, dict.fromkeys(names, 1.0), TARGET, catalogue, FREE, most=3)
    assert [line.programme_id for line in result.programmes] == ["c7", "c6", "c5"]


@given(problems(), st.data())
def test_gains_for_many_are_the_gain_of_each(problem: tuple, data: st.DataObject) -> None:
    people, weights, catalogue, _, _ = problem
    options = Options.of(
        {(line.person_id, line.competency_id): line.coverage for line in people},
        weights,
        TARGET,
        [(m.teaches, m.seats) for m in catalogue],
        [(m.cost_minor, m.hours) for m in catalogue],
        (None, None),
    )
    chosen = tuple(data.draw(st.sets(st.integers(0, len(catalogue) - 1)))) if catalogue else ()
    gains = options.gains(options.left(chosen), np.arange(options.count))
    assert gains == pytest.approx([options.gain((*chosen, m)) for m in range(options.count)], abs=1e-12)


def test_a_large_catalogue_is_answered_greedily_with_its_bound() -> None:
    people = [
        PersonCoverage(f"p{n}", f"c{j}", (n * 7 + j * 3) % 10 / 20) for n in range(40) for j in range(8)
    ]
    weights = {f"c{j}": 1.0 + j % 3 for j in range(8)}
    catalogue = [
        Programme(
            f"m{n:03}",
            100 + n * 37 % 900,
            5.0 + n % 20,
            {f"c{n % 8}": 0.3 + n % 5 / 10, f"c{n * 3 % 8}": 0.4},
        )
        for n in range(120)
    ]
    budget = Budget(cost_minor=40_000, hours=40.0)
    result = recommend(people, weights, TARGET, catalogue, budget)
    assert result.method == "greedy"
    closed = check(result, catalogue, budget, 5)
    assert closed >= 0.7 * result.at_most


def test_what_a_programme_gives_is_what_its_evidence_would_score() -> None:
    policy = load_policy()

    def x(level: int = 3, required: int = 3, similarity: float = 1.0) -> float:
        return evidence_of_programme(similarity, IssuerStanding.KNOWN, Rigor.PROJECT, level, required, policy)

    assert x() == pytest.approx(0.95 * 0.85 * 0.8)
    assert x(level=2) == pytest.approx(0.95 * 0.85 * 0.8 * 0.7)
    assert x(similarity=0.8) == pytest.approx(0.95 * 0.85 * 0.8 * 0.8**4)
    assert x(similarity=0.2) == 0.0


def test_payback() -> None:
    assert payback_months(1200, 14_000) == pytest.approx(1.03, abs=0.005)
    assert payback_months(1200, 0) is None
