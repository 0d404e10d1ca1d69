"""Programmes for the catalogue out of descriptions in CTDL."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from credence.cli.programme_files import Unstated, programmes
from credence.credentials.ctdl import Competency, Description, Descriptions

COURSE = Description(
    ctid="ce-1",
    kind="Course",
    name="Analytics",
    provider="Example Academy",
    url="https://academy.example",
    competencies=(Competency("", "SQL"), Competency("", "Qwertz")),
    refers=("ce-3",),
    assessments=("A project, reviewed by experts",),
    outcomes=("31 of 40 found work",),
    hours=40,
    price=1200.5,
    currency="USD",
)


def linked(phrases: Sequence[str]) -> list[str]:
    return [{"SQL": "esco:sql", "Python": "esco:python"}.get(phrase, "") for phrase in phrases]


def made(course: Description, unstated: Unstated | None = None):
    found = Descriptions({course.ctid: course}, {"ce-3": Competency("ce-3", "Python")})
    return programmes(found, linked, unstated or Unstated())


def test_what_it_teaches_costs_and_takes() -> None:
    (programme,), remarks = made(COURSE)
    assert remarks == []
    assert (programme.external_id, programme.title, programme.provider) == (
        "ce-1",
        "Analytics",
        "Example Academy",
    )
    assert [c.concept for c in programme.competencies] == ["esco:sql", "esco:python"]
    assert (programme.rigor, programme.issuer_standing) == ("reviewed_project", "unknown")
    assert (programme.cost_minor, programme.currency, programme.hours) == (120050, "USD", 40)
    assert programme.outcomes == "31 of 40 found work"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"price": None}, "no cost"),
        ({"hours": 0.0}, "no hours"),
        ({"competencies": (), "refers": ()}, "nothing of skills"),
    ],
)
def test_what_would_be_guessed_is_left_out_and_told(changed, said) -> None:
    course = replace(COURSE, **changed)
    none, (remark,) = made(course)
    assert none == []
    assert said in remark


def test_unless_somebody_says_what_to_take() -> None:
    (programme,), _ = made(replace(COURSE, price=None, hours=0.0), Unstated(500, "EUR", 10))
    assert (programme.cost_minor, programme.currency, programme.hours) == (50000, "EUR", 10)
