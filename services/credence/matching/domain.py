"""What a role is and when it is sound; pure."""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from credence_models.coverage import Necessity

MAX_COMPETENCIES = 50
MAX_TITLE = 200
MAX_SUMMARY = 5_000
MAX_WORDING = 500
MAX_EXTERNAL_ID = 200
MAX_WEIGHT = 1_000.0

MIN_REASON = 10
MAX_REASON = 4_000
"""A decision's reason, in characters: short of `MIN_REASON` nobody can follow it later."""

Violation = tuple[str, str]
"""(field of the request, what is wrong with it)"""

_COMPETENCY_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class CompetencyLine:
    """One line of a role's profile. Without `concept` its `wording` is matched as free text. `gate` 0: the policy's."""

    id: str = ""
    concept: str = ""
    concept_label: str = ""
    wording: str = ""
    weight: float = 0.0
    required_level: int = 0
    necessity: Necessity | None = None
    gate: float = 0.0
    conditions: str = ""
    standard: str = ""

    @property
    def name(self) -> str:
        """What people call it."""
        return self.wording or self.concept_label or self.id


@dataclass(frozen=True, slots=True)
class RoleProfile:
    """What an author writes of a role."""

    title: str
    competencies: tuple[CompetencyLine, ...] = field(default=())
    external_id: str = ""
    summary: str = ""


def violations(role: RoleProfile, prefix: str = "role") -> list[Violation]:
    """All that is wrong with a role, field by field; empty when it can be kept. Concepts are not looked up here."""
    found = [
        *_text(f"{prefix}.title", role.title, MAX_TITLE, required=True),
        *_text(f"{prefix}.external_id", role.external_id, MAX_EXTERNAL_ID),
        *_text(f"{prefix}.summary", role.summary, MAX_SUMMARY),
    ]
    if not 1 <= len(role.competencies) <= MAX_COMPETENCIES:
        text = f"must be 1 to {MAX_COMPETENCIES}, not {len(role.competencies)}"
        return [*found, (f"{prefix}.competencies", text)]
    seen: dict[str, int] = {}
    for i, line in enumerate(role.competencies):
        at = f"{prefix}.competencies[{i}]"
        found += _line_violations(line, at)
        if line.id and line.id in seen:
            found.append((f"{at}.id", f"is the id of competencies[{seen[line.id]}] too"))
        seen.setdefault(line.id, i)
    return found


def _line_violations(line: CompetencyLine, at: str) -> Iterable[Violation]:
    if line.id and _COMPETENCY_ID.fullmatch(line.id) is None:
        yield f"{at}.id", "must be 1 to 63 of a-z, 0-9 and '-', with a letter or digit at both ends"
    if not line.concept and not line.wording.strip():
        yield f"{at}.wording", "is required where no concept is given"
    yield from _text(f"{at}.wording", line.wording, MAX_WORDING)
    yield from _text(f"{at}.conditions", line.conditions, MAX_WORDING)
    yield from _text(f"{at}.standard", line.standard, MAX_WORDING)
    if not (math.isfinite(line.weight) and 0 < line.weight <= MAX_WEIGHT):
        yield f"{at}.weight", f"must be over 0 and at most {MAX_WEIGHT:g}, not {line.weight:g}"
    if not 0 <= line.required_level <= 5:
        yield f"{at}.required_level", f"must be 1 to 5, or 0 for any, not {line.required_level}"
    if line.necessity is None:
        yield f"{at}.necessity", "must be MUST, SHOULD or NICE"
    if not 0 <= line.gate <= 1:  # refuses NaN too
        yield f"{at}.gate", f"must be 0 to 1, not {line.gate:g}"


def _text(at: str, text: str, maximum: int, *, required: bool = False) -> Iterable[Violation]:
    if required and not text.strip():
        yield at, "is required"
    if len(text) > maximum:
        yield at, f"must be at most {maximum} characters, not {len(text)}"


def with_ids(lines: Sequence[CompetencyLine]) -> tuple[CompetencyLine, ...]:
    """The lines, those without an id named after their wording; a name that is taken gets -2, -3 and so on."""
    taken = {line.id for line in lines if line.id}
    named = []
    for line in lines:
        if not line.id:
            line = replace(line, id=_free_id(slug(line.name), taken))
            taken.add(line.id)
        named.append(line)
    return tuple(named)


def slug(text: str) -> str:
    """`text` as an id: accents off, everything but letters and digits to `-`; `competency` where nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    plain = plain.replace("c++", "cpp").replace("c#", "csharp")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "competency"


def _free_id(wanted: str, taken: set[str]) -> str:
    number, name = 1, wanted
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name


def reason_violations(reason: str, at: str) -> list[Violation]:
    """What is wrong with the reason of a decision."""
    size = len(reason.strip())
    if size < MIN_REASON:
        return [(at, f"is required: at least {MIN_REASON} characters that say why, not {size}")]
    return list(_text(at, reason, MAX_REASON))
