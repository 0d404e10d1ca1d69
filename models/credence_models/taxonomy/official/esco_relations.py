"""What ESCO's download relates: groups, broader concepts, related skills, occupations, collections.

All tables here may be absent, and those that hold URIs alone may come from the download without language.
"""

import re
from collections.abc import Collection, Mapping
from itertools import pairwise

from ..relations import Group, Ids, Occupation
from .files import Download, Notes, Row

GROUPS, HIERARCHY, BROADER = "skillGroups", "skillsHierarchy", "broaderRelationsSkillPillar"
RELATED = "skillSkillRelations"
OCCUPATIONS, OCCUPATIONS_BROADER = "occupations", "broaderRelationsOccPillar"
NEEDS = "occupationSkillRelations"
ISCO = "ISCOGroups"
_COLLECTION = re.compile(r"([a-z]+)skillscollection")

_URI = re.compile(r"https?://data\.europa\.eu/esco/(skill|occupation|isced-f|isco)/([\w.-]+)")
_PREFIX = {"skill": "esco", "occupation": "esco-occupation", "isced-f": "isced-f", "isco": "isco"}
_LEVELS = range(4)


def concept_id(row: Row, column: str, uri: str = "") -> str:
    """Our id for a URI of ESCO, by default the one in `column`. Raises `DownloadError` for any other text."""
    match = _URI.fullmatch(uri or row[column])
    if match is None:
        row.refuse(column, f"{(uri or row[column])[:80]!r} is not the URI of anything in ESCO")
    scheme, code = match[1], match[2]
    if scheme == "isco":
        code = code.removeprefix("C")
    elif len(code) == len("00000000-0000-0000-0000-000000000000"):
        code = code.lower()
    return f"{_PREFIX[scheme]}:{code}"


def plain(text: str) -> str:
    return " ".join(text.split())


def names_of(row: Row) -> tuple[str, ...]:
    """Alternative labels, then hidden ones, each once, without the label."""
    lines = f"{row['altLabels']}\n{row['hiddenLabels']}".split("\n")
    names = dict.fromkeys(name for name in map(plain, lines) if name)
    names.pop(plain(row["preferredLabel"]), None)
    return tuple(names)


def broader_of(download: Download) -> dict[str, Ids]:
    """What is above each concept and group, in the order of the tables."""
    found: dict[str, dict[str, None]] = {}
    if BROADER in download:
        for row in download.rows(BROADER, ["conceptUri", "broaderUri"]):
            below, above = concept_id(row, "conceptUri"), concept_id(row, "broaderUri")
            if below == above:
                row.refuse("broaderUri", f"{row['broaderUri']} is above itself")
            found.setdefault(below, {})[above] = None
    if HIERARCHY in download:
        for row in download.rows(HIERARCHY, [f"Level {level} URI" for level in _LEVELS]):
            path = [concept_id(row, column) for column in _levels(row)]
            for above, below in pairwise(path):
                found.setdefault(below, {})[above] = None
    return {below: tuple(above) for below, above in found.items()}


def groups_of(download: Download, broader: Mapping[str, Ids]) -> dict[str, Group]:
    """The groups of skills, with what is above them, then those of occupations."""
    found: dict[str, Group] = {}
    if HIERARCHY in download:
        for row in download.rows(HIERARCHY, [f"Level {level} URI" for level in _LEVELS]):
            column = _levels(row)[-1]
            level = column.removesuffix(" URI")
            group = concept_id(row, column)
            label, code = plain(row[f"{level} preferred term"]), row[f"{level} code"]
            found[group] = Group(group, label, code, plain(row["Description"]), broader.get(group, ()))
    if GROUPS in download:
        for row in download.rows(GROUPS, ["conceptUri", "preferredLabel"]):
            group = concept_id(row, "conceptUri")
            code = row["code"] or (found[group].code if group in found else group.rpartition(":")[2])
            label, text = plain(row.needed("preferredLabel")), plain(row["description"])
            found[group] = Group(group, label, code, text, broader.get(group, ()))
    return found | _isco(download)


def related_of(download: Download, known: Collection[str], notes: Notes) -> dict[str, dict[str, Ids]]:
    """By relation, skill -> the skills that it rests on."""
    return _typed(download, RELATED, ("originalSkillUri", "relatedSkillUri"), (known, known), notes)


def occupations_of(download: Download, known: Collection[str], notes: Notes) -> dict[str, Occupation]:
    """By id, in the order of the table; obsolete ones are left out."""
    if OCCUPATIONS not in download:
        return {}
    rows = {
        concept_id(row, "conceptUri"): row
        for row in download.rows(OCCUPATIONS, ["conceptUri", "preferredLabel", "altLabels", "description"])
        if row.one_of("status", ("", "released", "obsolete")) != "obsolete"
    }
    above = _occupations_broader(download)
    needs = _typed(download, NEEDS, ("occupationUri", "skillUri"), (rows.keys(), known), notes)
    return {
        occupation: Occupation(
            occupation,
            plain(row.needed("preferredLabel")),
            names_of(row),
            plain(row["description"]),
            above.get(occupation) or ((f"isco:{row['iscoGroup']}",) if row["iscoGroup"] else ()),
            needs["essential"].get(occupation, ()),
            needs["optional"].get(occupation, ()),
        )
        for occupation, row in rows.items()
    }


def collections_of(download: Download) -> dict[str, Ids]:
    """ESCO's collections of skills (digital, green, language, transversal, ...), by name."""
    return {
        match[1]: tuple(concept_id(row, "conceptUri") for row in download.rows(table, ["conceptUri"]))
        for table in download.tables
        if (match := _COLLECTION.fullmatch(table))
    }


def _levels(row: Row) -> list[str]:
    """The columns of URIs that a row of the hierarchy fills, from the top."""
    columns = [f"Level {level} URI" for level in _LEVELS]
    row.needed(columns[0])
    return [column for column in columns if row[column]]


def _isco(download: Download) -> dict[str, Group]:
    if ISCO not in download:
        return {}
    broader = _occupations_broader(download)
    found = {}
    for row in download.rows(ISCO, ["conceptUri", "preferredLabel"]):
        group = concept_id(row, "conceptUri")
        code = group.rpartition(":")[2]
        above = broader.get(group) or ((f"isco:{code[:-1]}",) if code[:-1] else ())
        label, text = plain(row.needed("preferredLabel")), plain(row["description"])
        found[group] = Group(group, label, code, text, above)
    return found


def _occupations_broader(download: Download) -> dict[str, Ids]:
    found: dict[str, dict[str, None]] = {}
    if OCCUPATIONS_BROADER in download:
        for row in download.rows(OCCUPATIONS_BROADER, ["conceptUri", "broaderUri"]):
            found.setdefault(concept_id(row, "conceptUri"), {})[concept_id(row, "broaderUri")] = None
    return {below: tuple(above) for below, above in found.items()}


def _typed(
    download: Download,
    table: str,
    columns: tuple[str, str],
    known: tuple[Collection[str], Collection[str]],
    notes: Notes,
) -> dict[str, dict[str, Ids]]:
    """Relations that are essential or optional."""
    found: dict[str, dict[str, dict[str, None]]] = {"essential": {}, "optional": {}}
    if table in download:
        for row in download.rows(table, [*columns, "relationType"]):
            relation = row.one_of("relationType", ("essential", "optional"))
            one, other = concept_id(row, columns[0]), concept_id(row, columns[1])
            if one in known[0] and other in known[1]:
                found[relation].setdefault(one, {})[other] = None
            else:
                notes.add("relations to what no table has", row)
    return {
        relation: {one: tuple(others) for one, others in pairs.items()} for relation, pairs in found.items()
    }
