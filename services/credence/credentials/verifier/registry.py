"""Who an issuer is to us: a port, and its implementation over a snapshot of entries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from .confusables import hidden_characters, mixed_scripts, skeleton
from .verdicts import Flag, Severity

__all__ = ["IssuerAnswer", "IssuerRegistry", "RegistryEntry", "Standing", "StaticRegistry"]


class Standing(StrEnum):
    """Unknown is not bad: RED_FLAGGED needs an entry that says so."""

    RECOGNISED = "RECOGNISED"
    KNOWN = "KNOWN"
    UNKNOWN = "UNKNOWN"
    RED_FLAGGED = "RED_FLAGGED"


@dataclass(frozen=True, slots=True)
class RegistryEntry:
    issuer_ids: tuple[str, ...]
    """DIDs and https URLs; compared exactly"""
    name: str
    standing: Standing
    aliases: tuple[str, ...] = ()
    note: str = ""


class IssuerAnswer(NamedTuple):
    standing: Standing
    entry: RegistryEntry | None
    flags: tuple[Flag, ...]


class IssuerRegistry(Protocol):
    def standing(self, issuer_id: str | None, name: str | None) -> IssuerAnswer:
        """The standing of an issuer by its identifier. A name never earns a standing; it only raises flags."""
        ...


class StaticRegistry:
    """An immutable snapshot; the first entry of an identifier counts."""

    def __init__(self, entries: Iterable[RegistryEntry] = ()) -> None:
        self._by_id: dict[str, RegistryEntry] = {}
        self._by_skeleton: dict[str, RegistryEntry] = {}
        for entry in entries:
            for issuer_id in entry.issuer_ids:
                self._by_id.setdefault(issuer_id, entry)
            if entry.standing in (Standing.RECOGNISED, Standing.KNOWN):
                for name in (entry.name, *entry.aliases):
                    self._by_skeleton.setdefault(skeleton(name), entry)

    def standing(self, issuer_id: str | None, name: str | None) -> IssuerAnswer:
        entry = self._by_id.get(issuer_id) if issuer_id else None
        standing = entry.standing if entry else Standing.UNKNOWN
        return IssuerAnswer(standing, entry, tuple(self._name_flags(entry, name)))

    def _name_flags(self, entry: RegistryEntry | None, name: str | None) -> Iterable[Flag]:
        if not name:
            return
        if hidden := hidden_characters(name):
            yield Flag(
                "HIDDEN_CHARACTERS_IN_ISSUER_NAME",
                Severity.RED,
                f"The issuer's name {name!a} holds invisible characters: {', '.join(hidden[:3])}.",
                "/issuer/name",
            )
        if scripts := mixed_scripts(name):
            yield Flag(
                "MIXED_SCRIPTS_IN_ISSUER_NAME",
                Severity.RED,
                f"A word of the issuer's name {name!a} mixes {' and '.join(scripts)} letters.",
                "/issuer/name",
            )
        twin = self._by_skeleton.get(skeleton(name))
        if twin is not None and twin is not entry:
            yield Flag(
                "CONFUSABLE_ISSUER_NAME",
                Severity.RED,
                f"The name {name!a} reads like {twin.name!r}, which is another issuer.",
                "/issuer/name",
            )
        elif entry is not None and skeleton(name) not in {skeleton(n) for n in (entry.name, *entry.aliases)}:
            yield Flag(
                "ISSUER_NAME_DIFFERS",
                Severity.YELLOW,
                f"The credential calls the issuer {name!a}; the registry knows it as {entry.name!r}.",
                "/issuer/name",
            )
