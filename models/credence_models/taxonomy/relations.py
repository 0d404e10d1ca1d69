"""What an official download knows beside the concepts themselves: groups, occupations, related skills."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Ids = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A heading under which concepts or occupations stand; itself nobody's skill, so nothing links to it.

    `id` is `esco:<uuid>` (ESCO skill group), `isced-f:<code>`, `isco:<code>` or `unspsc:<code>` (O*NET's
    class of a technology). `broader` holds ids of groups.
    """

    id: str
    label: str
    code: str = ""
    description: str = ""
    broader: Ids = ()


@dataclass(frozen=True, slots=True)
class Occupation:
    """`id` is `esco-occupation:<uuid>` or `onet-soc:<code>`. `essential` and `optional` are ESCO's relations
    to skills, `technologies` what O*NET lists as used in it: ids of concepts, in their order.
    """

    id: str
    label: str
    aliases: tuple[str, ...] = ()
    description: str = ""
    broader: Ids = ()
    essential: Ids = ()
    optional: Ids = ()
    technologies: Ids = ()


@dataclass(frozen=True, slots=True)
class Relations:
    """`essential` and `optional` lead from a skill to the skills that it rests on; `collections` are ESCO's
    (digital, green, language, transversal, ...) by name.
    """

    groups: Mapping[str, Group] = field(default_factory=dict)
    occupations: Mapping[str, Occupation] = field(default_factory=dict)
    essential: Mapping[str, Ids] = field(default_factory=dict)
    optional: Mapping[str, Ids] = field(default_factory=dict)
    collections: Mapping[str, Ids] = field(default_factory=dict)


def _skills(occupation: Occupation) -> tuple[Ids, Ids, Ids]:
    return occupation.essential, occupation.optional, occupation.technologies


def pack(relations: Relations, positions: Mapping[str, int]) -> dict[str, Any]:
    """As plain JSON, with concepts as their `positions`, which takes a sixth of the room."""

    def at(ids: Ids) -> list[int]:
        return [positions[concept_id] for concept_id in ids]

    return {
        "groups": [[g.id, g.label, g.code, g.description, g.broader] for g in relations.groups.values()],
        "occupations": [
            [o.id, o.label, o.aliases, o.description, o.broader, *map(at, _skills(o))]
            for o in relations.occupations.values()
        ],
        "essential": [[positions[i], at(ids)] for i, ids in relations.essential.items()],
        "optional": [[positions[i], at(ids)] for i, ids in relations.optional.items()],
        "collections": {name: at(ids) for name, ids in relations.collections.items()},
    }


def unpack(packed: Mapping[str, Any], ids: Sequence[str]) -> Relations:
    """The reverse of `pack`; `ids` are those of the concepts in their order."""

    def of(positions: Sequence[int]) -> Ids:
        return tuple(ids[position] for position in positions)

    return Relations(
        groups={i: Group(i, label, code, text, tuple(up)) for i, label, code, text, up in packed["groups"]},
        occupations={
            i: Occupation(i, label, tuple(names), text, tuple(up), of(essential), of(optional), of(used))
            for i, label, names, text, up, essential, optional, used in packed["occupations"]
        },
        essential={ids[position]: of(others) for position, others in packed["essential"]},
        optional={ids[position]: of(others) for position, others in packed["optional"]},
        collections={name: of(members) for name, members in packed["collections"].items()},
    )
