"""What becomes of the ids that an earlier version gave out, so that evidence keeps its meaning.

For each concept that is gone, the first that holds:

1. `declared`: what its source declares leads to one concept, or to several of which one has its label.
2. `label`: exactly one concept has its label.
3. `alias`: exactly one concept has its label among its other names, and both are technologies or neither is,
   as ESCO lists products among the other names of what they are examples of.
4. It is retired: kept as it was.

What an earlier version has replaced stays so, unless its source now declares another successor or has it again.

A skill that was split into several has no single successor: evidence of the whole proves none of the parts,
so `declared` passes it over. Labels are compared without regard to case and spacing.
"""

from collections.abc import Iterable, Mapping, Sequence

from .model import Concept, ConceptKind, Replacement, Rule, Taxonomy

_STRENGTH: dict[Rule, int] = {"declared": 0, "label": 1, "alias": 2}


def succeed(
    previous: Taxonomy | None,
    concepts: Sequence[Concept],
    *,
    obsolete: Sequence[Concept] = (),
    declared: Mapping[str, Sequence[str]] | None = None,
) -> tuple[list[Replacement], list[Concept]]:
    """Replacements and retired concepts, each in order of id, for a version that consists of `concepts`.

    They cover every id that `previous` resolves and that of every `obsolete` concept, and no id of `concepts`.
    `declared` holds successors by id, as the source gives them.
    """
    live = {concept.id: concept for concept in concepts}
    mapped = previous.replaced if previous is not None else {}
    known = [concept for concept in obsolete if concept.id not in mapped]
    if previous is not None:
        known += [*previous.retired.values(), *previous.concepts]
    gone = {concept.id: concept for concept in known if concept.id not in live}
    rules = _Rules(live, gone, declared or {})
    replaced = {i: found for i, concept in gone.items() if (found := rules.successor_of(concept))}
    retired = [concept for i, concept in gone.items() if i not in replaced]
    for earlier in mapped.values():
        if earlier.old not in live:
            replaced[earlier.old] = rules.declared(earlier.old) or _on(earlier, replaced.get(earlier.new))
    return (
        sorted(replaced.values(), key=lambda replacement: replacement.old),
        sorted(retired, key=lambda concept: concept.id),
    )


class _Rules:
    def __init__(
        self,
        live: Mapping[str, Concept],
        gone: Mapping[str, Concept],
        declared: Mapping[str, Sequence[str]],
    ) -> None:
        self._live = live
        self._gone = gone
        self._declared = declared
        self._labels = _unambiguous((_key(c.label), c.id) for c in live.values())
        self._aliases = _unambiguous((_key(name), c.id) for c in live.values() for name in c.aliases)

    def successor_of(self, concept: Concept) -> Replacement | None:
        key = _key(concept.label)
        if found := self.declared(concept.id):
            return found
        if (new := self._labels.get(key)) is not None:
            return Replacement(concept.id, new, "label")
        if (new := self._aliases.get(key)) is not None and _alike(concept, self._live[new]):
            return Replacement(concept.id, new, "alias")
        return None

    def declared(self, concept_id: str) -> Replacement | None:
        """Follows what the source declares to the concepts that are there; circles lead nowhere."""
        seen, todo, ends = {concept_id}, [concept_id], set()
        while todo:
            successors = set(self._declared.get(todo.pop(), ()))
            ends |= successors & self._live.keys()
            todo += successors - self._live.keys() - seen
            seen |= successors
        if len(ends) > 1 and concept_id in self._gone:
            label = _key(self._gone[concept_id].label)
            ends = {end for end in ends if _key(self._live[end].label) == label}
        return Replacement(concept_id, ends.pop(), "declared") if len(ends) == 1 else None


def _alike(one: Concept, other: Concept) -> bool:
    return (one.kind is ConceptKind.TECHNOLOGY) == (other.kind is ConceptKind.TECHNOLOGY)


def _on(earlier: Replacement, later: Replacement | None) -> Replacement:
    """Both in one step; `earlier` alone where what it leads to is still there, if only as retired."""
    if later is None:
        return earlier
    return Replacement(earlier.old, later.new, max(earlier.rule, later.rule, key=_STRENGTH.__getitem__))


def _unambiguous(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Name -> id, without names that several have."""
    found: dict[str, str] = {}
    several = set()
    for name, concept_id in named:
        if found.setdefault(name, concept_id) != concept_id:
            several.add(name)
    return {name: concept_id for name, concept_id in found.items() if name not in several}


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()
