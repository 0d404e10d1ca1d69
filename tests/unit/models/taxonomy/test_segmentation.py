import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credence_models.taxonomy.segmentation import MAX_WORDS, best_cut, cut, probabilities


def all_cuts(size: int) -> list[list[tuple[int, int]]]:
    cuts = []
    for count in range(size):
        for inner in itertools.combinations(range(1, size), count):
            edges = (0, *inner, size)
            cuts.append(list(itertools.pairwise(edges)))
    return cuts


@st.composite
def scored(draw: st.DrawFn) -> tuple[int, dict[tuple[int, int], float]]:
    size = draw(st.integers(1, 6))
    spans = [(a, b) for b in range(1, size + 1) for a in range(b)]
    return size, {span: draw(st.floats(-20, 20)) for span in spans}


@given(scored())
def test_the_best_cut_is_the_best_of_all(case: tuple[int, dict[tuple[int, int], float]]) -> None:
    size, scores = case
    best = max(sum(scores[span] for span in spans) for spans in all_cuts(size))
    assert sum(scores[span] for span in best_cut(scores, size)) == pytest.approx(best)


@given(scored())
def test_probabilities_are_those_of_all_cuts(case: tuple[int, dict[tuple[int, int], float]]) -> None:
    size, scores = case
    weights = [(spans, math.exp(sum(scores[span] for span in spans))) for spans in all_cuts(size)]
    total = sum(weight for _, weight in weights)
    found = probabilities(scores, size)
    for span in scores:
        assert found[span] == pytest.approx(sum(w for spans, w in weights if span in spans) / total, abs=1e-9)


def test_parallel_names_are_cut_apart() -> None:
    run = "barley types kinds of barley strains of barley varieties of barley"
    assert cut("types of barley", run) == [
        "barley types",
        "kinds of barley",
        "strains of barley",
        "varieties of barley",
    ]


def test_acronyms_are_names() -> None:
    assert cut("natural language processing", "NLP") == ["NLP"]


def test_a_plain_word_that_the_label_does_not_hold_is_left_out() -> None:
    assert cut("private law", "systems") == []


def test_nothing_gives_nothing_and_much_is_cut_in_time() -> None:
    assert cut("x", "") == []
    names = cut("words", " ".join(f"word{n}" for n in range(400)))
    assert all(len(name.split()) <= MAX_WORDS for name in names)
