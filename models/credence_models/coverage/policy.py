"""The scoring policy: read from YAML, overridden by a tenant, validated, versioned.

Validation keeps an override from breaking what must always hold (design: "What must always hold"): a
verified credential counts more than the same one unverified, an unknown issuer is not a bad one, an unstated
rigor is not a high one, red flags never remove anyone on their own, scarcity never takes more than 30 %.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from credence_models.coverage.facts import EvidenceKind, IssuerStanding, Rigor, VerificationOutcome

DEFAULT_PATH = Path(__file__).with_name("policy.yaml")

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
PositiveShare = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
HalfLife = Annotated[float, Field(ge=0.25, le=100)]

_RIGOR_FALLING = (
    Rigor.PROCTORED_EXAM_PROJECT_PORTFOLIO,
    Rigor.REVIEWED_PROJECT,
    Rigor.PROJECT,
    Rigor.AUTOMATED_EXAM,
    Rigor.QUIZ,
    Rigor.VIDEO_QUIZ,
    Rigor.PARTICIPATION,
)
_ISSUER_FALLING = (
    IssuerStanding.RECOGNISED,
    IssuerStanding.KNOWN,
    IssuerStanding.UNKNOWN,
    IssuerStanding.RED_FLAGGED,
)


class PolicyError(ValueError):
    """The policy cannot be used. `problems` holds one (field, reason) for each thing wrong with it."""

    def __init__(self, source: str, problems: Iterable[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{source}: " + "; ".join(f"{field}: {reason}" for field, reason in self.problems))


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Recency(_Section):
    half_life_years: Mapping[str, HalfLife]
    undated: PositiveShare
    expired_at_most: Annotated[float, Field(gt=0, le=0.5)]

    @field_validator("half_life_years")
    @classmethod
    def _has_default(cls, value: Mapping[str, float]) -> Mapping[str, float]:
        if "default" not in value:
            raise ValueError("needs an entry 'default' for every other kind of skill")
        return value


class Scarcity(_Section):
    from_share: Annotated[float, Field(ge=0, lt=1)]
    floor: Annotated[float, Field(ge=0.7, le=1)]


class Repetition(_Section):
    factor: PositiveShare


class Similarity(_Section):
    exponent: Annotated[float, Field(ge=1, le=20)]
    threshold: PositiveShare


class Level(_Section):
    below: PositiveShare
    unknown_counts_as: Annotated[int, Field(ge=1, le=5)]


class Gate(_Section):
    must: PositiveShare
    should: PositiveShare
    nice: PositiveShare


class Policy(_Section):
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    kind: Mapping[EvidenceKind, PositiveShare]
    verification: Mapping[VerificationOutcome, PositiveShare]
    issuer: Mapping[IssuerStanding, PositiveShare]
    rigor: Mapping[Rigor, PositiveShare]
    recency: Recency
    scarcity: Scarcity
    repetition: Repetition
    similarity: Similarity
    level: Level
    gate: Gate
    target_coverage: PositiveShare

    @cached_property
    def version(self) -> str:
        """The name and the first 12 hex digits of the SHA-256 of the content, independent of the file's
        layout."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return f"{self.name}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"

    @field_validator("kind")
    @classmethod
    def _kinds(cls, value: Mapping[EvidenceKind, float]) -> Mapping[EvidenceKind, float]:
        _complete(value, tuple(EvidenceKind))
        if value[EvidenceKind.VERIFIED_CREDENTIAL] <= value[EvidenceKind.UNVERIFIED_CREDENTIAL]:
            raise ValueError("verified_credential must be above unverified_credential")
        if value[EvidenceKind.PORTFOLIO_AUTHORED] < value[EvidenceKind.PORTFOLIO]:
            raise ValueError("portfolio_authored must not be under portfolio")
        if value[EvidenceKind.SELF_CLAIMED] > min(value.values()):
            raise ValueError("self_claimed must not be above any other kind")
        return value

    @field_validator("verification")
    @classmethod
    def _verification(cls, value: Mapping[VerificationOutcome, float]) -> Mapping[VerificationOutcome, float]:
        _complete(value, (VerificationOutcome.VALID, VerificationOutcome.INDETERMINATE))
        if value[VerificationOutcome.VALID] <= value[VerificationOutcome.INDETERMINATE]:
            raise ValueError("valid must be above indeterminate")
        return value

    @field_validator("issuer")
    @classmethod
    def _issuers(cls, value: Mapping[IssuerStanding, float]) -> Mapping[IssuerStanding, float]:
        _complete(value, _ISSUER_FALLING)
        _falling(value, _ISSUER_FALLING)
        if value[IssuerStanding.UNKNOWN] <= value[IssuerStanding.RED_FLAGGED]:
            raise ValueError("unknown must be above red_flagged: an unknown issuer is not a bad one")
        return value

    @field_validator("rigor")
    @classmethod
    def _rigors(cls, value: Mapping[Rigor, float]) -> Mapping[Rigor, float]:
        _complete(value, (*_RIGOR_FALLING, Rigor.NOT_STATED))
        _falling(value, _RIGOR_FALLING)
        if value[Rigor.NOT_STATED] >= value[Rigor.REVIEWED_PROJECT]:
            raise ValueError("not_stated must be under reviewed_project: an unstated rigor is not a high one")
        return value

    @classmethod
    def read(cls, content: Mapping[str, Any], source: str) -> Self:
        try:
            return cls.model_validate(content)
        except ValidationError as error:
            problems = ((".".join(map(str, e["loc"])) or "policy", _reason(e)) for e in error.errors())
            raise PolicyError(source, problems) from None


def load_policy(path: Path | None = None, overrides: Mapping[str, Any] | None = None) -> Policy:
    """The default policy or the one at `path`, with single numbers replaced by `overrides` (same nesting as
    the file; what they leave out stays). Raises PolicyError naming each field and what is wrong with it."""
    source = path or DEFAULT_PATH
    try:
        content = yaml.safe_load(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PolicyError(source.name, [("policy", f"cannot be read: {error}")]) from error
    if not isinstance(content, dict):
        raise PolicyError(source.name, [("policy", "must be a mapping of sections")])
    return Policy.read(
        _merged(content, overrides or {}), source.name + (" with overrides" if overrides else "")
    )


def _merged(base: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in overrides.items():
        below = merged.get(key)
        merged[key] = (
            _merged(below, value) if isinstance(below, dict) and isinstance(value, Mapping) else value
        )
    return merged


def _complete(value: Mapping[Any, float], wanted: tuple[Any, ...]) -> None:
    if missing := [str(key) for key in wanted if key not in value]:
        raise ValueError(f"lacks {', '.join(missing)}")
    if extra := [str(key) for key in value if key not in wanted]:
        raise ValueError(f"takes no {', '.join(extra)}: that is not a number to choose")


def _falling(value: Mapping[Any, float], order: tuple[Any, ...]) -> None:
    for higher, lower in pairwise(order):
        if value[higher] < value[lower]:
            raise ValueError(f"{lower} must not be above {higher}")


def _reason(error: Any) -> str:
    message: str = error["msg"].removeprefix("Value error, ")
    given = error.get("input")
    return f"{message}, not {given!r}" if isinstance(given, int | float | str) else message
