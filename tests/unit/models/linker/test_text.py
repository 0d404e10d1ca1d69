import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credence_models.linker.text import compact, core, folded, items, segments


@given(st.text())
def test_folding_moves_no_character(text: str) -> None:
    assert len(folded(text)) == len(text)


@given(st.text())
def test_segments_are_in_order_and_hold_every_letter(text: str) -> None:
    spans = list(segments(text))
    assert all(a < b for a, b in spans)
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(spans))
    kept = "".join(text[a:b] for a, b in spans)
    assert sum(map(str.isalnum, kept)) == sum(map(str.isalnum, text))


def test_sentences_lines_and_bullets_are_segments() -> None:
    text = "Wrote SQL. Ran Node.js 2.0 in prod\n• Excel\n- Python; Go"
    assert [text[a:b] for a, b in segments(text)] == [
        "Wrote SQL",
        "Ran Node.js 2.0 in prod",
        "Excel",
        "Python",
        "Go",
    ]


def test_items_of_an_enumeration() -> None:
    text = "Skills: SQL, R and Excel (advanced) | CI/CD"
    assert [text[a:b] for a, b in items(text, 0, len(text))] == [
        "Skills",
        "SQL",
        "R",
        "Excel",
        "advanced",
        "CI/CD",
    ]


@pytest.mark.parametrize(
    ("phrase", "inner"),
    [
        ("strong knowledge of SQL (advanced)", "SQL"),
        ("5+ years of experience with Docker", "Docker"),
        ("communication skills", "communication"),
        ("Ability to manage budgets.", "manage budgets"),
        (".NET", ".NET"),
        ("C++", "C++"),
        ("skills", "skills"),
        ("", ""),
    ],
)
def test_the_core_of_a_phrase(phrase: str, inner: str) -> None:
    assert core(phrase) == inner


def test_one_product_is_written_many_ways() -> None:
    assert {compact(name) for name in ("Node JS", "node.js", "NodeJS")} == {"nodejs"}
    assert compact("C++") != compact("C#") != compact("C")
