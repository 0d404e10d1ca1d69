"""What an Open Badges 3.0 credential says that its holder achieved, taken as written; nothing here is believed or graded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from .model import Achievement, Alignment, EvidenceLink, Result
from .numbers import finite, unit_of
from .schema import is_achievement_credential
from .sections import as_list, identifier_of, issuer_of, name_of, text_of
from .validity import Window, parse_time
from .verdicts import Code, Verdict, indeterminate, not_applicable, valid

__all__ = ["extract"]

_MOST: Final = 256
"""of anything that comes in lists: alignments, tags, results"""
_LONGEST: Final = 20_000
"""characters of one text"""
_MOST_ASSESSMENT: Final = 100_000
"""characters of all texts about the assessment, which are searched for hints"""


def extract(
    credential: dict[str, Any], subject: int, window: Window, root: str = ""
) -> tuple[Achievement | None, Verdict]:
    """The achievement of the `subject`-th subject, and how complete it is."""
    if not is_achievement_credential(credential):
        return None, not_applicable(
            Code.NO_ACHIEVEMENT, "The credential is not one of an achievement.", f"{root}/type"
        )
    subjects = as_list(credential.get("credentialSubject"))
    holder = _without_brackets(subjects[subject]) if subject < len(subjects) else None
    credential = _without_brackets(
        {name: value for name, value in credential.items() if name not in ("credentialSubject", "proof")}
    )
    raw = holder.get("achievement") if isinstance(holder, dict) else None
    if not isinstance(holder, dict) or not isinstance(raw, dict):
        return None, indeterminate(
            Code.NO_ACHIEVEMENT, "No single achievement can be read.", f"{root}/credentialSubject/achievement"
        )
    achievement = _achievement(credential, holder, raw, window)
    missing = [name for name in ("name", "description", "criteria") if not getattr(achievement, name)]
    if missing:
        return achievement, indeterminate(
            Code.ACHIEVEMENT_INCOMPLETE,
            f"The achievement states no {' and no '.join(missing)}.",
            f"{root}/credentialSubject/achievement",
        )
    return achievement, valid(Code.OK, "The achievement was read.")


def _without_brackets(value: Any) -> Any:
    """A set of one is its member, at every depth: a graph's signature holds for either, so both must be read alike."""
    if isinstance(value, list):
        kept = [_without_brackets(item) for item in value if item is not None]
        return kept[0] if len(kept) == 1 else kept
    if isinstance(value, dict):
        return {name: _without_brackets(item) for name, item in value.items()}
    return value


def _achievement(
    credential: dict[str, Any], holder: dict[str, Any], raw: dict[str, Any], window: Window
) -> Achievement:
    descriptions = {
        identifier: description
        for description in _objects(raw.get("resultDescription"))
        if (identifier := identifier_of(description))
    }
    results = tuple(_result(result, descriptions) for result in _objects(holder.get("result")))
    criteria = raw.get("criteria")
    issuer = credential.get("issuer")
    tags = tuple(tag for item in as_list(raw.get("tag"))[:_MOST] if (tag := _text(item)))
    narrative = _text(criteria.get("narrative")) if isinstance(criteria, dict) else None
    amount = _number(holder.get("creditsEarned"), raw.get("creditsAvailable"))
    return Achievement(
        id=identifier_of(raw),
        type=_text(raw.get("achievementType")),
        name=_text(raw.get("name")),
        description=_text(raw.get("description")),
        criteria=narrative,
        criteria_url=identifier_of(criteria),
        alignments=_alignments(raw.get("alignment")),
        tags=tags,
        results=results,
        achieved_level=next((result.achieved_level for result in results if result.achieved_level), None),
        assessment=tuple(_within(_MOST_ASSESSMENT, dict.fromkeys(_assessment(raw, descriptions))))[:_MOST],
        evidence=tuple(_evidence(item) for item in as_list(credential.get("evidence"))[:_MOST]),
        credits=amount,
        issuer_id=issuer_of(credential),
        issuer_name=_text(name_of(issuer)),
        awarded_on=_time(credential.get("awardedDate")) or window.valid_from,
        valid_from=window.valid_from,
        valid_until=window.valid_until,
        credits_unit=unit_of(amount, tags, narrative, _text(raw.get("description"))),
        identifiers=tuple(
            found for item in _objects(raw.get("otherIdentifier")) if (found := _text(item.get("identifier")))
        ),
    )


def _alignments(stated: Any) -> tuple[Alignment, ...]:
    return tuple(
        Alignment(
            target_url=_text(item.get("targetUrl")),
            target_framework=_text(item.get("targetFramework")),
            target_code=_text(item.get("targetCode")),
            target_name=_text(item.get("targetName")),
            target_type=_text(item.get("targetType")),
        )
        for item in _objects(stated)
    )


def _result(result: dict[str, Any], descriptions: dict[str, dict[str, Any]]) -> Result:
    described = descriptions.get(identifier_of(result.get("resultDescription")) or "", {})
    level = _text(result.get("achievedLevel"))
    rubric = _objects(described.get("rubricCriterionLevel"))
    named = next((item for item in rubric if level and identifier_of(item) == level), {})
    least, most = finite(described.get("valueMin")), finite(described.get("valueMax"))
    return Result(
        value=_text(result.get("value")),
        status=_text(result.get("status")),
        # the level's own words where the rubric is there, else the identifier it was given by
        achieved_level=_text(named.get("level")) or _text(named.get("name")) or level,
        description_name=_text(described.get("name")),
        alignments=_alignments(result.get("alignment"))
        + _alignments(named.get("alignment"))
        + _alignments(described.get("alignment")),
        rubric_place=_place(named, rubric),
        scale=(least, most) if least is not None and most is not None and least < most else None,
        required=finite(described.get("requiredValue")),
        allowed=tuple(
            text for item in as_list(described.get("allowedValue"))[:_MOST] if (text := _text(item))
        ),
    )


def _place(named: dict[str, Any], rubric: list[dict[str, Any]]) -> tuple[int, int] | None:
    """Where the level stands, by the points of all levels, else by their numbers; a list alone states no order."""
    if not named or len(rubric) < 2:
        return None
    for key in ("points", "level"):
        given = [finite(item.get(key)) for item in rubric]
        values = sorted({value for value in given if value is not None})
        if len(values) == len(rubric):
            return values.index(finite(named.get(key)) or 0.0), len(values)
    return None


def _assessment(raw: dict[str, Any], descriptions: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Texts about how it was assessed, of the result descriptions and of the 1EdTech assessment extension."""
    for description in _objects(raw.get("resultDescription")):
        for name in _ASSESSMENT_TEXTS:
            for item in as_list(description.get(name)):
                if text := _text(item):
                    yield text if name in ("name", "resultType") else f"{name}: {text}"
        for level in _objects(description.get("rubricCriterionLevel")):
            if text := _text(level.get("description")) or _text(level.get("name")):
                yield text
        for question in _objects(description.get("questions")):
            yield from (str(kind) for kind in as_list(question.get("type")) if isinstance(kind, str))


def _within(characters: int, texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        characters -= len(text)
        if characters < 0:
            return
        yield text


_ASSESSMENT_TEXTS: Final = (
    "name",
    "resultType",
    "requiredValue",
    "requiredLevel",
    "assessmentType",
    "assessmentEvaluation",
    "assessmentOutput",
    "evaluationMethod",
)


def _evidence(item: Any) -> EvidenceLink:
    if not isinstance(item, dict):
        return EvidenceLink(_text(item), None, None, None)
    return EvidenceLink(
        id=_text(identifier_of(item)),
        name=_text(item.get("name")),
        narrative=_text(item.get("narrative")),
        genre=_text(item.get("genre")),
    )


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in as_list(value)[:_MOST] if isinstance(item, dict)]


def _text(value: Any) -> str | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    text = text_of(value)
    return text[:_LONGEST] if text else None


def _number(*values: Any) -> float | None:
    """The first finite, positive number; some issuers write it as a text."""
    for value in values:
        if isinstance(value, str):
            try:
                value = float(value[:32])
            except ValueError:
                continue
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e6:
            return float(value)
    return None


def _time(value: Any) -> datetime | None:
    try:
        return parse_time(value)
    except ValueError:
        return None
