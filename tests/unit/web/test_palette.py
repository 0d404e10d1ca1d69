"""WCAG 2.2: 4.5 to 1 for text, 3 to 1 for what marks a control or carries meaning, in both schemes."""

import re

import pytest

from credence.web.rendering import STATIC

CSS = (STATIC / "credence.css").read_text()
SCHEMES = [
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block))
    for block in re.findall(r":root \{(.*?)\}", CSS, re.S)[:2]
]
TEXT = [
    *(
        (ink, ground)
        for ink in ("ink", "soft", "accent", "accent-deep", "red", "amber")
        for ground in ("paper", "sheet")
    ),
    *(
        ("on-accent", "accent"),
        ("on-accent", "accent-deep"),
        ("accent-deep", "wash"),
        ("red", "red-wash"),
        ("amber", "amber-wash"),
    ),
    *(("ink", "wash"), ("ink", "red-wash"), ("ink", "amber-wash"), ("soft", "wash")),
]
MARKS = [("edge", "paper"), ("edge", "sheet"), ("hatch", "paper"), ("accent", "paper")]


def channels(colour: str) -> list[float]:
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(d * 2 for d in digits)
    values = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]


def contrast(one: str, other: str) -> float:
    lights = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (channels(one), channels(other))]
    return (max(lights) + 0.05) / (min(lights) + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES, ids=["light", "dark"])
@pytest.mark.parametrize(("one", "other"), TEXT)
def test_text_can_be_read(scheme: dict[str, str], one: str, other: str) -> None:
    assert contrast(scheme[one], scheme[other]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES, ids=["light", "dark"])
@pytest.mark.parametrize(("one", "other"), MARKS)
def test_marks_can_be_seen(scheme: dict[str, str], one: str, other: str) -> None:
    assert contrast(scheme[one], scheme[other]) >= 3


def test_the_css_asks_for_nothing_from_elsewhere() -> None:
    assert "url(" not in CSS
    assert "@import" not in CSS
