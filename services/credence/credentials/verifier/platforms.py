"""The platforms that credentials come from, by the addresses and names they use; read from `platforms.toml` beside this file.

Being on a platform is no proof: a share link is a claim with a familiar face, and an issuer's name is whatever it chose. So this only gives
names to things, flags names that nobody shows to be right, and says until when a certification holds that does not say so itself.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from .issuers import IssuerUnresolved, document_url
from .names import NameIndex
from .verdicts import Flag, Severity

__all__ = [
    "Expiry",
    "Platform",
    "PolicyEnd",
    "name_flags",
    "platform_of_issuer",
    "platform_of_link",
    "platforms",
    "policy_end",
]

_Text = Annotated[str, Field(min_length=2, max_length=200)]
_Host = Annotated[str, Field(pattern=r"^\.?([a-z0-9-]+\.)+[a-z]{2,}$")]
_Share = Annotated[str, Field(pattern=r"^(\*|(\*\.)?([a-z0-9-]+\.)+[a-z]{2,})/[^\s]+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Expiry(_Strict):
    """How long certifications with one of these titles hold where they do not say."""

    titles: list[_Text] = Field(min_length=1)
    months: int = Field(ge=1, le=240)
    source: str = Field(pattern=r"^https://")
    since: dt.date | None = None
    before: dt.date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Expiry:
        if self.since is not None and self.before is not None and self.since >= self.before:
            raise ValueError("since must lie before `before`")
        return self

    def covers(self, title: str, awarded: dt.date) -> bool:
        if (self.since is not None and awarded < self.since) or (
            self.before is not None and awarded >= self.before
        ):
            return False
        plain = " ".join(title.replace("\N{REGISTERED SIGN}", "").replace("\N{TRADE MARK SIGN}", "").split())
        return any(_title(pattern).fullmatch(plain[:300]) for pattern in self.titles)


class Platform(_Strict):
    id: str = Field(pattern=r"^[a-z][a-z-]+$")
    name: _Text
    kind: Literal["host", "issuer"]
    vets: bool = False
    aliases: list[_Text] = []
    hosts: list[_Host] = Field(min_length=1)
    share: list[_Share] = Field(min_length=1)
    expiry: list[Expiry] = []

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)

    def has_host(self, host: str) -> bool:
        return any(host == known or (known[0] == "." and host.endswith(known)) for known in self.hosts)


class _File(_Strict):
    platform: list[Platform] = Field(min_length=1)

    @field_validator("platform")
    @classmethod
    def _each_once(cls, found: list[Platform]) -> list[Platform]:
        for values in ([p.id for p in found], [n.casefold() for p in found for n in p.names]):
            if len(values) != len(set(values)):
                raise ValueError("an id or a name stands there twice")
        return found


class PolicyEnd(_Strict):
    """The last day on which a certification holds by its issuer's published policy."""

    on: dt.date
    platform: str
    months: int
    source: str


def read_platforms(text: str) -> tuple[Platform, ...]:
    """ValueError: not TOML, or not of this schema."""
    return tuple(_File.model_validate(tomllib.loads(text)).platform)


@cache
def platforms() -> tuple[Platform, ...]:
    return read_platforms(resources.files(__package__).joinpath("platforms.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=4096)
def platform_of_link(url: str) -> Platform | None:
    """The platform that a share link belongs to, by its address alone; nothing is fetched. None also for odd addresses."""
    place = _place(url)
    if place is None:
        return None
    host, path, query = place
    for platform in platforms():
        for pattern in platform.share:
            known_host, _, known_path = pattern.partition("/")
            if _host_matches(host, known_host) and _path(known_path).fullmatch(
                f"{path}?{query}" if "?" in known_path else path
            ):
                return platform
    return None


def platform_of_issuer(issuer_id: str | None) -> Platform | None:
    """The platform whose host an issuer's identifier (https or did:web) names."""
    host = _issuer_host(issuer_id or "")
    return next((p for p in platforms() if p.has_host(host)), None) if host else None


def name_flags(issuer_id: str | None, name: str | None) -> Iterator[Flag]:
    """Flags on an issuer that no registry knows and that bears a platform's name, while its identifier is nowhere near that platform."""
    if not name:
        return
    claimed = _by_name().twin(name)
    near = None if claimed is not None else _by_name().neighbour(name)
    there = platform_of_issuer(issuer_id)
    if there is not None and (there in (claimed, near) or there.vets):
        return  # at home, or with a host that contracts with organisations under their own names
    if near is not None:
        yield Flag(
            "SIMILAR_ISSUER_NAME",
            Severity.YELLOW,
            f"The name {name!a} is one letter away from {near.name!r}, and nothing shows that it is.",
            "/issuer/name",
        )
    if claimed is None:
        return
    folded = " ".join(name.split()).casefold()
    if any(folded == known.casefold() for known in claimed.names):
        yield Flag(
            "PLATFORM_NAME_NOT_PROVEN",
            Severity.YELLOW,
            f"The issuer calls itself {name!a}, but nothing shows that it is {claimed.name}.",
            "/issuer/name",
        )
    else:
        yield Flag(
            "CONFUSABLE_ISSUER_NAME",
            Severity.RED,
            f"The name {name!a} reads like {claimed.name!r}, and nothing shows that it is.",
            "/issuer/name",
        )


def policy_end(
    title: str | None, awarded: dt.date | None, issuer_name: str | None, *addresses: str | None
) -> PolicyEnd | None:
    """Until when a certification holds by policy: of the platform that the issuer's name, its identifier or a share link (`addresses`)
    names. None: no policy is known, or the day of the award is not."""
    if not title or awarded is None:
        return None
    concerned = {p.id: p for p in (_exactly(issuer_name), *map(_platform_of, addresses)) if p is not None}
    for platform in concerned.values():
        for expiry in platform.expiry:
            if expiry.covers(title, awarded):
                end = _months_later(awarded, expiry.months)
                return PolicyEnd(on=end, platform=platform.name, months=expiry.months, source=expiry.source)
    return None


def _platform_of(address: str | None) -> Platform | None:
    return (platform_of_issuer(address) or platform_of_link(address)) if address else None


@cache
def _by_name() -> NameIndex[Platform]:
    return NameIndex((name, platform) for platform in platforms() for name in platform.names)


@cache
def _names() -> dict[str, Platform]:
    return {name.casefold(): platform for platform in platforms() for name in platform.names}


def _exactly(name: str | None) -> Platform | None:
    return _names().get(" ".join(name.split()).casefold()) if name else None


def _issuer_host(issuer_id: str) -> str:
    try:
        place = _place(document_url(issuer_id))
    except IssuerUnresolved:
        return ""
    return place[0] if place else ""


_ODD: Final = re.compile(r"[^\x21-\x7e]|[\\<>\"^`{|}]")


def _place(url: str) -> tuple[str, str, str] | None:
    """Host, path without its first slash, query; None for anything that a reader and a browser could take for two addresses."""
    url = url.strip()
    if len(url) > 2048 or _ODD.search(url):
        return None
    try:
        parts = urlsplit(url)
        usual_port = parts.port in (None, 443, 80)
    except ValueError:
        return None
    if parts.scheme not in ("https", "http") or "@" in parts.netloc or not usual_port or not parts.hostname:
        return None
    path = parts.path.removeprefix("/")
    return parts.hostname.removesuffix("."), path.removesuffix("/"), parts.query


def _host_matches(host: str, pattern: str) -> bool:
    return pattern in ("*", host) or (pattern.startswith("*.") and host.endswith(pattern[1:]))


@cache
def _path(pattern: str) -> re.Pattern[str]:
    steps = {"**": ".*", "*": "[^/]+"}
    return re.compile("".join(steps.get(part) or re.escape(part) for part in re.split(r"(\*\*|\*)", pattern)))


@cache
def _title(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in pattern.split("*")), re.IGNORECASE)


def _months_later(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or that month's last where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError("no month is shorter than 28 days")
