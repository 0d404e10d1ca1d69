import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import average_precision_score, label_ranking_average_precision_score, ndcg_score

from credence_models.evaluation import metrics
from credence_models.evaluation.metrics import Ranked, ranked

ALL = {**metrics.LINKING, **metrics.NORMALISATION, **metrics.RETRIEVAL}


def of(*ranks: int) -> Ranked:
    return Ranked(ranks, (1.0,) * len(ranks))


def test_by_hand() -> None:
    two_and_five = of(2, 5)
    assert metrics.reciprocal_rank(two_and_five) == 1 / 2
    assert metrics.r_precision(two_and_five, 1) == 0
    assert metrics.r_precision(two_and_five, 2) == 1 / 2
    assert metrics.r_precision(two_and_five, 5) == 1
    assert metrics.precision(two_and_five, 5) == 2 / 5
    assert metrics.average_precision(two_and_five) == (1 / 2 + 2 / 5) / 2
    ideal = 1 + 1 / math.log2(3)
    assert metrics.ndcg(two_and_five, 10) == pytest.approx((1 / math.log2(3) + 1 / math.log2(6)) / ideal)
    assert metrics.ndcg(two_and_five, 4) == pytest.approx(1 / math.log2(3) / ideal)


def test_fewer_right_ones_than_places_can_be_all_found() -> None:
    assert metrics.r_precision(of(1), 10) == 1
    assert metrics.r_precision(of(*range(1, 21)), 10) == 1, "more right ones than places"
    assert metrics.r_precision(of(1, 11), 10) == 1 / 2


def test_gain_is_the_relevance() -> None:
    low_first = Ranked((1, 2), (1.0, 3.0))
    assert metrics.ndcg(low_first, 10) == pytest.approx((1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)))


def test_ranks_are_counted_among_all_candidates() -> None:
    scores = np.array([0.1, 0.9, 0.5, 0.7], dtype=np.float32)
    assert ranked(scores, {2: 1.0}) == of(3)
    assert ranked(scores, {0: 1.0, 1: 2.0}) == Ranked((1, 4), (2.0, 1.0))


def test_where_scores_tie_the_right_one_comes_last() -> None:
    same = np.ones(5, dtype=np.float32)
    assert ranked(same, {0: 1.0}) == of(5)
    assert ranked(same, {0: 1.0, 3: 1.0}) == of(4, 5)
    assert ranked(np.array([1, 2, 2, 0], dtype=np.float32), {1: 1.0}) == of(2)
    assert ranked(same, {0: 2.0, 1: 1.0}) == Ranked((4, 5), (1.0, 2.0)), "the more relevant one last too"


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(ValueError, match="without a right candidate"):
        ranked(np.zeros(3), {})
    with pytest.raises(ValueError, match="not a number"):
        ranked(np.array([1.0, np.nan]), {0: 1.0})


@st.composite
def queries(draw: st.DrawFn) -> tuple[np.ndarray, dict[int, float]]:
    """Scores, often the same ones, and which candidates are right."""
    size = draw(st.integers(1, 40))
    scores = draw(hnp.arrays(np.float32, size, elements=st.integers(-3, 12).map(float)))
    right = draw(st.sets(st.integers(0, size - 1), min_size=1, max_size=15))
    return scores, {position: float(draw(st.integers(1, 3))) for position in right}


@given(queries())
def test_every_figure_is_a_share(query: tuple[np.ndarray, dict[int, float]]) -> None:
    found = ranked(*query)
    assert list(found.ranks) == sorted(set(found.ranks))
    assert found.ranks[0] >= 1
    assert found.ranks[-1] <= len(query[0])
    for metric in ALL.values():
        assert 0 <= metric(found) <= 1 + 1e-12
    assert metrics.average_precision(found) <= 1
    assert metrics.r_precision(found, 10) >= metrics.precision(found, 10)
    assert metrics.r_precision(found, len(query[0])) == 1


@given(queries())
def test_a_perfect_ranking_has_all_and_more_score_never_hurts(
    query: tuple[np.ndarray, dict[int, float]],
) -> None:
    scores, gold = query
    best = scores.copy()
    for position, relevance in gold.items():
        best[position] = 100 + relevance
    perfect = ranked(best, gold)
    assert perfect.ranks == tuple(range(1, len(gold) + 1))
    for name, metric in ALL.items():
        if not name.startswith("p@"):
            assert metric(perfect) == pytest.approx(1)
    lifted = scores.copy()
    lifted[next(iter(gold))] += 1
    once, more = ranked(scores, gold), ranked(lifted, gold)
    for metric in (metrics.reciprocal_rank, metrics.average_precision):
        assert metric(more) >= metric(once) - 1e-12


@given(queries(), st.randoms(use_true_random=False))
def test_the_order_of_candidates_changes_nothing(query: tuple[np.ndarray, dict[int, float]], random) -> None:
    scores, gold = query
    order = list(range(len(scores)))
    random.shuffle(order)
    moved = {order.index(position): relevance for position, relevance in gold.items()}
    assert ranked(scores[order], moved) == ranked(scores, gold)


@given(queries())
def test_scikit_learn_finds_the_same_where_nothing_ties(query: tuple[np.ndarray, dict[int, float]]) -> None:
    scores, gold = query
    distinct = np.argsort(np.argsort(scores, kind="stable")).astype(np.float64)
    truth = np.array([gold.get(position, 0.0) for position in range(len(scores))])
    found = ranked(distinct, gold)
    assert metrics.average_precision(found) == pytest.approx(average_precision_score(truth > 0, distinct))
    if len(scores) > 1:
        assert metrics.ndcg(found, 10) == pytest.approx(ndcg_score([truth], [distinct], k=10))
    if len(gold) == 1:  # then it is the reciprocal rank
        expected = label_ranking_average_precision_score([truth > 0], [distinct])
        assert metrics.reciprocal_rank(found) == pytest.approx(expected)
