"""Lines for people about versions, imports and concepts."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from .diff import Diff, Named, SetChange
from .install import SETTING
from .model import Concept, Rule, Taxonomy
from .official import Imported

SHOWN = 10
"""Entries of each list that are printed; --json has all."""

_BECAUSE: dict[Rule, str] = {
    "declared": "its source says so",
    "label": "it has the same label",
    "alias": "it has that label among its other names",
}


def diff_lines(diff: Diff, old: Taxonomy, new: Taxonomy) -> list[str]:
    """Every list with its length and its first entries. `old` and `new` name what concepts were moved between."""

    def names(ids: Sequence[str]) -> list[str]:
        return [name_of(new, i) or name_of(old, i) or i for i in ids]

    moved = [SetChange(c.id, c.label, tuple(names(c.added)), tuple(names(c.removed))) for c in diff.moved]
    lines = [f"{diff.old} -> {diff.new}"]
    lines += _section("added", map(_named, diff.added))
    lines += _section(
        "replaced, so that evidence of them counts for another concept",
        (f"{r.label} ({r.id}) -> {r.new_label} ({r.new}): {_BECAUSE[r.rule]}" for r in diff.replaced),
    )
    lines += _section("retired: evidence of them stays, nothing new is linked", map(_named, diff.retired))
    lines += _section("removed, so that evidence of them counts for nothing", map(_named, diff.removed))
    lines += _section("relabelled", (f"{c.before} -> {c.after} ({c.id})" for c in diff.relabelled))
    lines += _section("retyped", (f"{c.label}: {c.before} -> {c.after} ({c.id})" for c in diff.retyped))
    lines += _section("with another description", map(_named, diff.described))
    lines += _section("with other names", map(_sets, diff.aliases))
    lines += _section("moved in the hierarchy", map(_sets, moved))
    return lines


def import_lines(imported: Imported) -> list[str]:
    """What was read, what it changes, where it lies and how to use it."""
    taxonomy, relations = imported.taxonomy, imported.taxonomy.relations
    lines = [*imported.notes]
    lines.append(
        f"{taxonomy.version}: {len(taxonomy):,} concepts, {len(relations.groups):,} groups, "
        f"{len(relations.occupations):,} occupations; of earlier versions {len(taxonomy.replaced):,} concepts "
        f"replaced, {len(taxonomy.retired):,} retired"
    )
    if imported.diff is not None:
        diff = imported.diff
        lines.append(
            f"against {diff.old}, which is in use: {len(diff.added):,} added, {len(diff.replaced):,} replaced, "
            f"{len(diff.retired):,} retired, {len(diff.relabelled):,} relabelled, {len(diff.retyped):,} retyped, "
            f"{len(diff.aliases):,} with other names, {len(diff.moved):,} moved"
        )
    lines.append(f"written: {imported.path}")
    lines.append(f"to use it: {SETTING}={Path(imported.path).absolute()}")
    return lines


def concept_lines(taxonomy: Taxonomy, asked: str, concept: Concept) -> list[str]:
    """A concept with its names, what is above it, what it rests on, and where it is needed."""
    relations = taxonomy.relations
    lines = [f"{concept.label} ({concept.id})", f"  {concept.kind.value} {concept.reuse_level}".rstrip()]
    if asked in taxonomy.replaced:
        lines.append(f"  replaces {asked}: {_BECAUSE[taxonomy.replaced[asked].rule]}")
    if concept.id in taxonomy.retired:
        lines.append("  retired: no source of this version has it, nothing new is linked to it")
    lines.append(f"  {concept.description}")
    lines += _listed("also", concept.aliases)
    for path in paths_up(taxonomy, concept.id):
        lines.append("  under: " + " > ".join(name_of(taxonomy, i) or i for i in path))
    for word, related in (("rests on", relations.essential), ("may rest on", relations.optional)):
        lines += _listed(word, [name_of(taxonomy, i) or i for i in related.get(concept.id, ())])
    occupations = relations.occupations.values()
    lines += _listed("needed by", [o.label for o in occupations if concept.id in o.essential])
    lines += _listed("useful to", [o.label for o in occupations if concept.id in o.optional])
    lines += _listed("used by", [o.label for o in occupations if concept.id in o.technologies])
    lines += _listed(
        "in ESCO's collections", [n for n, m in relations.collections.items() if concept.id in m]
    )
    return lines


def name_of(taxonomy: Taxonomy, any_id: str) -> str:
    """The label of a concept or group; empty where there is none."""
    concept = taxonomy.get(any_id) or taxonomy.retired.get(any_id)
    group = taxonomy.relations.groups.get(any_id)
    return concept.label if concept else group.label if group else ""


def paths_up(taxonomy: Taxonomy, concept_id: str) -> list[tuple[str, ...]]:
    """Every way up from a concept to a top, from the top to what is right above it; none runs in a circle."""
    concept = taxonomy.get(concept_id) or taxonomy.retired.get(concept_id)
    paths: list[tuple[str, ...]] = []

    def climb(at: str, path: tuple[str, ...]) -> None:
        group = taxonomy.relations.groups.get(at)
        above = taxonomy.get(at)
        broader = (group or above).broader if group or above else ()  # type: ignore[union-attr]
        higher = [i for i in broader if i not in path]
        if not higher:
            paths.append(path)
        for i in higher:
            climb(i, (i, *path))

    for i in concept.broader if concept else ():
        climb(i, (i,))
    return paths


def _section(title: str, entries: Iterable[str]) -> list[str]:
    listed = list(entries)
    more = [f"  ... and {len(listed) - SHOWN:,} more"] if len(listed) > SHOWN else []
    return [f"{len(listed):,} {title}", *(f"  {entry}" for entry in listed[:SHOWN]), *more]


def _listed(title: str, entries: Sequence[str]) -> list[str]:
    more = f" and {len(entries) - SHOWN:,} more" if len(entries) > SHOWN else ""
    return [f"  {title}: {'; '.join(entries[:SHOWN])}{more}"] if entries else []


def _named(entry: Named) -> str:
    return f"{entry.label} ({entry.id})"


def _sets(change: SetChange) -> str:
    signs = [f"+ {'; '.join(change.added)}"] if change.added else []
    signs += [f"- {'; '.join(change.removed)}"] if change.removed else []
    return f"{change.label} ({change.id}): {' '.join(signs)}"
