"""Who an issuer is to us: a port, and its implementations over entries that somebody vouches for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol

from .names import NameIndex, alike, poses
from .verdicts import Flag, Severity

__all__ = ["IssuerAnswer", "IssuerRegistry", "LayeredRegistry", "RegistryEntry", "Standing", "StaticRegistry"]


class Standing(StrEnum):
    """Unknown is not bad: RED_FLAGGED needs an entry that says so."""

    RECOGNISED = "RECOGNISED"
    KNOWN = "KNOWN"
    UNKNOWN = "UNKNOWN"
    RED_FLAGGED = "RED_FLAGGED"


_GOOD = (Standing.RECOGNISED, Standing.KNOWN)


@dataclass(frozen=True, slots=True)
class RegistryEntry:
    issuer_ids: tuple[str, ...]
    """DIDs and https URLs; compared exactly"""
    name: str
    standing: Standing
    aliases: tuple[str, ...] = ()
    note: str = ""
    since: date | None = None
    """the day from which it is known to issue; an award before that day is worth a look"""
    source: int | None = None
    """which of its snapshot's sources it was taken from"""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


class IssuerAnswer(NamedTuple):
    standing: Standing
    entry: RegistryEntry | None
    flags: tuple[Flag, ...]


class IssuerRegistry(Protocol):
    @property
    def version(self) -> str:
        """Changes exactly when an answer may; empty: no registry was there to ask."""
        ...

    def standing(self, issuer_id: str | None, name: str | None) -> IssuerAnswer:
        """The standing of an issuer by its identifier. A name never earns a standing; it only raises flags."""
        ...


class StaticRegistry:
    """An immutable set of entries; the first entry of an identifier counts."""

    def __init__(self, entries: Iterable[RegistryEntry] = (), version: str = "") -> None:
        self.version = version
        self._by_id: dict[str, RegistryEntry] = {}
        named: list[RegistryEntry] = []
        for entry in entries:
            for issuer_id in entry.issuer_ids:
                self._by_id.setdefault(issuer_id, entry)
            if entry.standing in _GOOD:
                named.append(entry)
        self._names = NameIndex((name, entry) for entry in named for name in entry.names)

    def __len__(self) -> int:
        return len(set(map(id, self._by_id.values())))

    def entry(self, issuer_id: str | None) -> RegistryEntry | None:
        return self._by_id.get(issuer_id) if issuer_id else None

    def twin(self, name: str) -> RegistryEntry | None:
        """The entry of good standing whose name reads like `name`."""
        return self._names.twin(name)

    def neighbour(self, name: str) -> RegistryEntry | None:
        """The entry of good standing whose name is one slip of the pen away from `name`."""
        return self._names.neighbour(name)

    def standing(self, issuer_id: str | None, name: str | None) -> IssuerAnswer:
        return _answer((self,), issuer_id, name)


class LayeredRegistry:
    """Registries one over the other: for an identifier, the first that has an entry alone decides."""

    def __init__(self, *layers: StaticRegistry, version: str) -> None:
        self.version = version
        self._layers = layers

    def standing(self, issuer_id: str | None, name: str | None) -> IssuerAnswer:
        return _answer(self._layers, issuer_id, name)


def _answer(layers: tuple[StaticRegistry, ...], issuer_id: str | None, name: str | None) -> IssuerAnswer:
    entry = _entry(layers, issuer_id)
    flags = (*poses(name), *_name_flags(layers, entry, name)) if name else ()
    return IssuerAnswer(entry.standing if entry else Standing.UNKNOWN, entry, flags)


def _entry(layers: tuple[StaticRegistry, ...], issuer_id: str | None) -> RegistryEntry | None:
    return next((found for layer in layers if (found := layer.entry(issuer_id)) is not None), None)


def _name_flags(layers: tuple[StaticRegistry, ...], entry: RegistryEntry | None, name: str) -> Iterator[Flag]:
    own = entry is not None and any(alike(name, known) for known in entry.names)
    if own and entry is not None and entry.standing in _GOOD:
        return  # that another issuer has a name like it is no reproach to this one
    for layer in layers:
        twin = layer.twin(name)
        if twin is not None and _still_good(layers, twin):
            yield Flag(
                "CONFUSABLE_ISSUER_NAME",
                Severity.RED,
                f"The name {name!a} reads like {twin.name!r}, which is another issuer.",
                "/issuer/name",
            )
            return
    if entry is not None and not own:
        yield Flag(
            "ISSUER_NAME_DIFFERS",
            Severity.YELLOW,
            f"The credential calls the issuer {name!a}; the registry knows it as {entry.name!r}.",
            "/issuer/name",
        )
    if entry is not None:
        return
    for layer in layers:
        near = layer.neighbour(name)
        if near is not None and _still_good(layers, near):
            yield Flag(
                "SIMILAR_ISSUER_NAME",
                Severity.YELLOW,
                f"The name {name!a} is one letter away from {near.name!r}, which is another issuer.",
                "/issuer/name",
            )
            return


def _still_good(layers: tuple[StaticRegistry, ...], entry: RegistryEntry) -> bool:
    """Whether the entry still counts, and no layer above it takes its identifiers away."""
    present = _entry(layers, entry.issuer_ids[0]) if entry.issuer_ids else entry
    return present is not None and present.standing in _GOOD
