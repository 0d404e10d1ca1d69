"""Achievements as Open Badges 3.0 says them. The achievement is the same for all who earn it, so it is built once an issuer."""

from collections.abc import Mapping
from random import Random
from typing import Any

from .concepts import concept_ids
from .people import level
from .source import Achievement, load

LEVELS = ("Aware", "With help", "Independent", "Advanced", "Leading")
ECTS_HOURS = 30
"""Universities count in ECTS points, everybody else in hours; neither says so in the credential."""


def achievement_id(key: str) -> str:
    achievement = load().achievements[key]
    return f"https://{load().issuers[achievement.issuer].host}/achievements/{key.replace('_', '-')}"


def credits_available(achievement: Achievement) -> float:
    return achievement.hours / ECTS_HOURS if "ECTS" in achievement.tags else achievement.hours


def document(key: str) -> dict[str, Any]:
    """The `achievement` of a credential, aligned to the taxonomy."""
    achievement = load().achievements[key]
    where = achievement_id(key)
    described = _result_description(achievement, where)
    return {
        "id": where,
        "achievementType": achievement.type,
        "name": achievement.name,
        "description": achievement.description,
        "criteria": {"id": f"{where}/criteria", "narrative": achievement.criteria},
        "tag": list(achievement.tags),
        "alignment": [_alignment(skill) for skill in achievement.teaches],
        **({"creditsAvailable": credits_available(achievement)} if achievement.hours else {}),
        **({"resultDescription": [described]} if described else {}),
    }


def results(key: str, fit: float, rng: Random) -> list[Mapping[str, Any]]:
    """What somebody of ability `fit` (0..1) reached; nobody who passed is under the pass mark."""
    achievement = load().achievements[key]
    described = f"{achievement_id(key)}/result"
    if achievement.result == "levels":
        reached = max(3 if achievement.demand > 0.4 else 2, level(fit + rng.gauss(0, 0.06)))
        return [{"resultDescription": described, "achievedLevel": f"{described}/level-{reached}"}]
    if achievement.result == "percent":
        value = round(min(99, max(65, 58 + 42 * fit + rng.gauss(0, 5))))
        return [{"resultDescription": described, "value": str(value)}]
    if achievement.result == "pass":
        return [{"resultDescription": described, "status": "Completed"}]
    return []


def _alignment(skill: str) -> dict[str, Any]:
    code = concept_ids()[skill].removeprefix("esco:")
    return {
        "type": ["Alignment"],
        "targetName": load().skills[skill].label,
        "targetUrl": f"http://data.europa.eu/esco/skill/{code}",
        "targetFramework": "ESCO",
        "targetCode": code,
    }


def _result_description(achievement: Achievement, where: str) -> dict[str, Any] | None:
    base = {"id": f"{where}/result", "type": ["ResultDescription"]}
    if achievement.result == "levels":
        return {
            **base,
            "name": "Level reached",
            "resultType": "RubricCriterionLevel",
            "rubricCriterionLevel": [
                {
                    "id": f"{where}/result/level-{number}",
                    "type": ["RubricCriterionLevel"],
                    "name": name,
                    "level": str(number),
                }
                for number, name in enumerate(LEVELS, start=1)
            ],
        }
    if achievement.result == "percent":
        return {**base, "name": "Score", "resultType": "Percent", "valueMin": "0", "valueMax": "100"}
    if achievement.result == "pass":
        return {**base, "name": "Completion", "resultType": "Status"}
    return None
