"""What differs between two versions, as lists of what happened to concepts."""

from dataclasses import asdict, dataclass
from typing import Any

from .model import Concept, Replacement, Rule, Taxonomy


@dataclass(frozen=True, slots=True)
class Change:
    """A concept that both versions have, with what was and what is."""

    id: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SetChange:
    """The same for a property that has several values."""

    id: str
    label: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Succession:
    """A concept of the old version that the new one replaces by `new`, by a rule of succession.py."""

    id: str
    label: str
    new: str
    new_label: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Diff:
    """Every list in order of the version that it speaks of.

    `replaced`, `retired` and `removed` part the concepts of the old version that the new one lacks:
    evidence of them counts for another concept, for themselves alone, or for nothing, as the new version
    does not know them.
    """

    old: str
    new: str
    added: tuple[Named, ...]
    replaced: tuple[Succession, ...]
    retired: tuple[Named, ...]
    removed: tuple[Named, ...]
    relabelled: tuple[Change, ...]
    retyped: tuple[Change, ...]
    described: tuple[Named, ...]
    aliases: tuple[SetChange, ...]
    moved: tuple[SetChange, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def compare(old: Taxonomy, new: Taxonomy) -> Diff:
    """What a service would see that goes over from `old` to `new`."""
    pairs = [(was, now) for was in old.concepts if (now := new.get(was.id)) is not None]
    gone = [concept for concept in old.concepts if new.get(concept.id) is None]
    return Diff(
        old=old.version,
        new=new.version,
        added=tuple(_named(c) for c in new.concepts if old.get(c.id) is None),
        replaced=tuple(_succession(c, r, new) for c in gone if (r := new.replaced.get(c.id))),
        retired=tuple(_named(c) for c in gone if c.id in new.retired),
        removed=tuple(_named(c) for c in gone if c.id not in new.retired and c.id not in new.replaced),
        relabelled=tuple(Change(b.id, b.label, a.label, b.label) for a, b in pairs if a.label != b.label),
        retyped=tuple(
            Change(b.id, b.label, a.kind.value, b.kind.value) for a, b in pairs if a.kind is not b.kind
        ),
        described=tuple(_named(b) for a, b in pairs if a.description != b.description),
        aliases=tuple(_sets(b, a.aliases, b.aliases) for a, b in pairs if {*a.aliases} != {*b.aliases}),
        moved=tuple(_sets(b, a.broader, b.broader) for a, b in pairs if {*a.broader} != {*b.broader}),
    )


def _named(concept: Concept) -> Named:
    return Named(concept.id, concept.label)


def _succession(concept: Concept, replacement: Replacement, new: Taxonomy) -> Succession:
    successor = new.resolve(replacement.new)
    label = successor.label if successor else ""
    return Succession(concept.id, concept.label, replacement.new, label, replacement.rule)


def _sets(concept: Concept, before: tuple[str, ...], after: tuple[str, ...]) -> SetChange:
    added = tuple(sorted({*after} - {*before}))
    return SetChange(concept.id, concept.label, added, tuple(sorted({*before} - {*after})))
