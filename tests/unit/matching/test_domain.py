from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credence.matching.domain import (
    CompetencyLine,
    RoleProfile,
    reason_violations,
    slug,
    violations,
    with_ids,
)
from credence.matching.vague import is_vague, warnings
from credence_models.coverage import Necessity

LINE = CompetencyLine(wording="SQL", weight=1.0, necessity=Necessity.MUST)


def fields(role: RoleProfile) -> list[str]:
    return [field for field, _ in violations(role)]


def test_a_sound_role_has_no_violations() -> None:
    assert violations(RoleProfile("Analyst", (LINE, replace(LINE, wording="R")))) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"weight": 0.0}, "weight"),
        ({"weight": float("inf")}, "weight"),
        ({"weight": float("nan")}, "weight"),
        ({"required_level": 6}, "required_level"),
        ({"necessity": None}, "necessity"),
        ({"gate": float("nan")}, "gate"),
        ({"gate": 1.01}, "gate"),
        ({"wording": " "}, "wording"),
        ({"wording": "x" * 501}, "wording"),
        ({"standard": "x" * 501}, "standard"),
        ({"id": "-a"}, "id"),
        ({"id": "a" * 64}, "id"),
    ],
)
def test_a_violation_names_its_field(change: dict[str, object], field: str) -> None:
    role = RoleProfile("Analyst", (LINE, replace(LINE, **change)))
    assert fields(role) == [f"role.competencies[1].{field}"]


def test_lengths_and_counts() -> None:
    assert fields(RoleProfile("", (LINE,))) == ["role.title"]
    assert fields(RoleProfile("x" * 201, (LINE,), summary="x" * 5001)) == ["role.title", "role.summary"]
    assert fields(RoleProfile("Analyst", (LINE,) * 51)) == ["role.competencies"]


@pytest.mark.parametrize(
    ("wording", "expected"),
    [
        ("SQL", "sql"),
        ("C++", "cpp"),
        ("C#", "csharp"),
        ("Qualitätssicherung & Prüfung", "qualitatssicherung-prufung"),
        ("数据", "competency"),
        ("x" * 90, "x" * 40),
    ],
)
def test_slugs(wording: str, expected: str) -> None:
    assert slug(wording) == expected


@given(
    st.lists(
        st.tuples(st.sampled_from(["", "sql", "sql-2"]), st.sampled_from(["SQL", "sql", "R"])), max_size=8
    )
)
def test_made_ids_are_unique_and_leave_given_ones(pairs: list[tuple[str, str]]) -> None:
    seen: set[str] = set()
    lines = [replace(LINE, id=id, wording=w) for id, w in pairs if not id or not (id in seen or seen.add(id))]  # noqa: A001
    named = with_ids(lines)
    assert len({line.id for line in named}) == len(lines)
    assert [line.id for line, before in zip(named, lines, strict=True) if before.id] == [
        line.id for line in lines if line.id
    ]


def test_a_reason_must_say_something() -> None:
    assert reason_violations("         x", "reason")
    assert reason_violations("x" * 4001, "reason")
    assert not reason_violations("Strong, verified SQL work.", "reason")


@pytest.mark.parametrize(
    "wording",
    [
        "understanding cloud computing",
        "A good understanding of SQL",
        "Knowledge of R",
        "strong familiarity with Git",
        "be aware",
    ],
)
def test_vague_wordings(wording: str) -> None:
    assert is_vague(wording) is (wording != "be aware")


@pytest.mark.parametrize(
    "wording",
    ["deploy and monitor containers on AWS ECS", "machine learning", "explain models to a board", "SQL"],
)
def test_observable_wordings(wording: str) -> None:
    assert not is_vague(wording)


def test_warnings_of_a_role() -> None:
    lines = [
        replace(LINE, wording="knowledge of SQL", concept="esco:1", concept_label="SQL"),
        replace(LINE, wording="query data", concept="esco:1", concept_label="SQL"),
        replace(LINE, wording="Knowledge management", concept="esco:2", concept_label="knowledge management"),
    ]
    first, second = warnings(lines)
    assert first.startswith("'knowledge of SQL' says 'knowledge'")
    assert second.startswith("'knowledge of SQL' and 'query data' are the same skill")
