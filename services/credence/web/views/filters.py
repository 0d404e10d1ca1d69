"""The filter of a shortlist: from an address to a request, and to the controls that show it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from credence.web import words
from credencepb.matching.v1.matching_service_pb2 import FacetCount, RankingFilter

LABELS: Final = "labels."
_TITLES: Final = {"region": "Region", "availability": "Availability", "population": "Population"}


@dataclass(frozen=True, slots=True)
class Filter:
    """What stands in the address; canonical order, so that equal filters have equal addresses."""

    regions: tuple[str, ...] = ()
    availabilities: tuple[str, ...] = ()
    populations: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    must_only: bool = False

    @property
    def pairs(self) -> list[tuple[str, str]]:
        pairs = [("region", value) for value in self.regions]
        pairs += [("availability", value) for value in self.availabilities]
        pairs += [("population", value) for value in self.populations]
        pairs += [(LABELS + key, value) for key, value in self.labels]
        return pairs + ([("must", "1")] if self.must_only else [])

    @property
    def query(self) -> str:
        return urlencode(self.pairs)

    def request(self) -> RankingFilter:
        return RankingFilter(
            regions=self.regions,
            availabilities=self.availabilities,
            populations=self.populations,
            labels=dict(self.labels),
            must_haves_met_only=self.must_only,
        )


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    text: str
    count: int
    chosen: bool
    within: tuple["Choice", ...] = ()


@dataclass(frozen=True, slots=True)
class Facet:
    """`single`: one value at most can be chosen."""

    name: str
    title: str
    single: bool
    choices: tuple[Choice, ...]

    @property
    def chosen(self) -> int:
        return sum(choice.chosen + sum(c.chosen for c in choice.within) for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition that is set, and the query without it."""

    text: str
    without: str


@dataclass(frozen=True, slots=True)
class Controls:
    facets: tuple[Facet, ...]
    chips: tuple[Chip, ...] = field(default=())


def read_filter(items: Iterable[tuple[str, str]]) -> Filter:
    """From the pairs of a query string; what is no condition is left alone."""
    found: dict[str, set[str]] = defaultdict(set)
    labels: dict[str, str] = {}
    must = False
    for name, value in items:
        if not value:
            continue
        if name in _TITLES:
            found[name].add(value)
        elif name.startswith(LABELS) and len(name) > len(LABELS):
            labels[name.removeprefix(LABELS)] = value
        elif name == "must":
            must = True
    return Filter(
        tuple(sorted(found["region"])),
        tuple(sorted(found["availability"])),
        tuple(sorted(found["population"])),
        tuple(sorted(labels.items())),
        must,
    )


def controls(wanted: Filter, counts: Sequence[FacetCount]) -> Controls:
    """All values that candidates have, with counts, and what is set although nobody has it."""
    by_facet: dict[str, dict[str, int]] = defaultdict(dict)
    for item in counts:
        by_facet[item.facet][item.value] = item.count
    for name, value in wanted.pairs:
        if name != "must":
            by_facet[name].setdefault(value, 0)
    chosen = set(wanted.pairs)
    facets = []
    for name in sorted(
        by_facet,
        key=lambda name: (name not in _TITLES, list(_TITLES).index(name) if name in _TITLES else 0, name),
    ):
        values = by_facet[name]
        choices = _regions(values, chosen) if name == "region" else _plain(name, values, chosen)
        title = _TITLES.get(name) or words.code(name.removeprefix(LABELS))
        facets.append(Facet(name, title, name.startswith(LABELS), choices))
    return Controls(tuple(facets), _chips(wanted))


def _plain(name: str, values: dict[str, int], chosen: set[tuple[str, str]]) -> tuple[Choice, ...]:
    return tuple(
        Choice(value, words.facet_value(value), count, (name, value) in chosen)
        for value, count in sorted(values.items(), key=lambda item: (-item[1], item[0]))
    )


def _regions(values: dict[str, int], chosen: set[tuple[str, str]]) -> tuple[Choice, ...]:
    """Countries with their subdivisions: a country passes everyone in it."""
    within: dict[str, dict[str, int]] = defaultdict(dict)
    for value, count in values.items():
        within[value.split("-")[0]][value] = count
    return tuple(
        Choice(
            country,
            country,
            sum(parts.values()),
            ("region", country) in chosen,
            tuple(
                Choice(value, value, count, ("region", value) in chosen)
                for value, count in sorted(parts.items())
                if value != country
            ),
        )
        for country, parts in sorted(within.items())
    )


def _chips(wanted: Filter) -> tuple[Chip, ...]:
    def without(pair: tuple[str, str]) -> str:
        return urlencode([other for other in wanted.pairs if other != pair])

    chips = []
    for name, value in wanted.pairs:
        title = _TITLES.get(name) or words.code(name.removeprefix(LABELS))
        text = "Must-haves met only" if name == "must" else f"{title}: {words.facet_value(value)}"
        chips.append(Chip(text, without((name, value))))
    return tuple(chips)
