"""The hand-written material under data/, read once and checked against these shapes."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal, TypeVar

from pydantic import TypeAdapter

Securing = Literal["eddsa-jcs-2022", "eddsa-rdfc-2022", "vc-jwt"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Skill:
    """`label` is a preferred label of the taxonomy; `said` names it in lists, `did` in positions, `made` in work."""

    label: str
    said: tuple[str, ...]
    did: tuple[str, ...]
    made: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Occupation:
    """`ladder` goes from first job to lead; `skills` maps keys of skills to the share of people who have them."""

    title: str
    code: str
    share: float
    portfolio: float
    ladder: tuple[tuple[str, ...], ...]
    areas: tuple[str, ...]
    summaries: tuple[str, ...]
    asides: tuple[str, ...]
    skills: dict[str, float]


@dataclass(frozen=True, slots=True)
class Issuer:
    name: str
    kind: str
    host: str
    method: Literal["web", "key"]
    securing: tuple[Securing, ...]
    status: bool
    binding: Literal["hashed", "plain", "did-or-plain"]
    standing: Literal["recognised", "known", "red_flagged"] | None = None
    aliases: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Achievement:
    """`demand` is the ability (0..1) that passing takes; `occupation` limits it to one; `anyone` opens it to all."""

    issuer: str
    name: str
    type: str
    rigor: str
    demand: float
    result: Literal["levels", "percent", "pass", "none"]
    hours: float
    months: int
    teaches: tuple[str, ...]
    tags: tuple[str, ...]
    description: str
    criteria: str
    anyone: bool = False
    occupation: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    share: float
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Posting:
    title: str
    headings: tuple[str, ...]
    openers: tuple[str, ...]
    duties: tuple[str, ...]
    degrees: tuple[str, ...]
    extras: tuple[str, ...]
    ask: dict[str, Ask]


@dataclass(frozen=True, slots=True)
class Boilerplate:
    about: tuple[str, ...]
    equal: tuple[str, ...]
    benefits: tuple[str, ...]
    process: tuple[str, ...]
    pay: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Team:
    name: str
    occupation: str
    size: int
    gap: str
    without: tuple[str, ...]
    proven: tuple[str, ...]
    unproven: tuple[str, ...]
    stale: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Programme:
    title: str
    provider: str
    standing: str
    teaches: dict[str, int]
    rigor: str
    assessment: str
    hours: float
    cost: int
    outcomes: str
    layer: str
    trap: str = ""


@dataclass(frozen=True, slots=True)
class NameGroup:
    given: tuple[str, ...]
    family: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class World:
    """What surrounds the people: other employers, places, hosts."""

    company: str
    names: tuple[str, ...]
    earlier: tuple[str, ...]
    earlier_notes: tuple[str, ...]
    regions: tuple[str, ...]
    portfolio_hosts: tuple[str, ...]
    mail_hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Everything, by the key that it has in its file; file and table order is kept, so that chance is repeatable."""

    skills: dict[str, Skill]
    occupations: dict[str, Occupation]
    issuers: dict[str, Issuer]
    achievements: dict[str, Achievement]
    postings: tuple[Posting, ...]
    boilerplate: Boilerplate
    teams: dict[str, Team]
    programmes: dict[str, Programme]
    names: tuple[NameGroup, ...]
    world: World


@cache
def load() -> Source:
    """Raises pydantic.ValidationError, naming the place, when a file does not have its shape."""
    data = files(__package__) / "data"
    return Source(
        skills=_read(dict[str, Skill], _merged(data / "skills")),
        occupations=_read(dict[str, Occupation], _toml(data / "occupations.toml")),
        issuers=_read(dict[str, Issuer], _toml(data / "issuers.toml")),
        achievements=_read(dict[str, Achievement], _merged(data / "achievements")),
        postings=_read(tuple[Posting, ...], [_toml(path) for path in _tomls(data / "postings")]),
        boilerplate=_read(Boilerplate, _toml(data / "boilerplate.toml")),
        teams=_read(dict[str, Team], _toml(data / "teams.toml")),
        programmes=_read(dict[str, Programme], _toml(data / "programmes.toml")),
        names=_read(tuple[NameGroup, ...], _toml(data / "names.toml")["group"]),
        world=_read(World, _toml(data / "organisations.toml")),
    )


def _read(shape: type[T], raw: Any) -> T:
    return TypeAdapter(shape).validate_python(raw)


def _toml(path: Traversable) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _tomls(folder: Traversable) -> list[Traversable]:
    return sorted(
        (path for path in folder.iterdir() if path.name.endswith(".toml")), key=lambda path: path.name
    )


def _merged(folder: Traversable) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for path in _tomls(folder):
        for key, value in _toml(path).items():
            if key in merged:
                raise ValueError(f"{path.name}: {key} stands in another file already")
            merged[key] = value
    return merged
