"""The concepts of ESCO's official CSV download, English: https://esco.ec.europa.eu/en/use-esco/download.

Columns as of ESCO 1.2; those that 1.1 lacks are not needed. `uri` does for `conceptUri`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..model import Concept, ConceptKind
from ..relations import Group, Relations
from ..sources import LANGUAGE_SKILL, EscoRow
from . import esco_relations as relations
from .files import Download, DownloadError, Notes, Row

SKILLS = "skills"

_UUID = re.compile(r"esco:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_TYPES = {
    "knowledge": ConceptKind.KNOWLEDGE,
    "skill/competence": ConceptKind.SKILL,
    "": ConceptKind.SKILL,
}
_REPLACED_BY = ("isReplacedBy", "dct:isReplacedBy")
_TRANSVERSAL, _KNOWLEDGE = "T", "K"
"""Codes of two of the four groups at the top."""


@dataclass(frozen=True, slots=True)
class EscoDownload:
    """`rows` are the released concepts in order of URI, `obsolete` those that the tables mark so, `declared`
    their successors by id, and `relations` those among `rows`.
    """

    rows: list[EscoRow]
    obsolete: list[Concept]
    declared: dict[str, tuple[str, ...]]
    relations: Relations


def read_esco_download(download: Download, notes: Notes) -> EscoDownload:
    """Raises `DownloadError` where a table is not what it should be.

    A concept without a label and a relation to what no table has are left out, and counted in `notes`.
    """
    concepts = list(_concepts(download, notes))
    broader = relations.broader_of(download)
    groups = relations.groups_of(download, broader)
    collections = relations.collections_of(download)
    kind_of = _Kinds([row for _, row in concepts], groups, broader, collections)
    there = {concept_id for concept_id, _ in concepts} | groups.keys()
    rows: list[EscoRow] = []
    obsolete: list[Concept] = []
    declared: dict[str, tuple[str, ...]] = {}
    for concept_id, row in concepts:
        label = relations.plain(row["preferredLabel"])
        kind = kind_of(concept_id, row)
        names = relations.names_of(row)
        description = relations.plain(row["description"] or row["definition"])
        above = tuple(i for i in broader.get(concept_id, ()) if i in there)
        if row["status"] == "obsolete":
            obsolete.append(Concept(concept_id, label, kind, names, description, above, row["reuseLevel"]))
            declared[concept_id] = _successors(row)
        else:
            uuid = concept_id.removeprefix("esco:")
            rows.append(EscoRow(uuid, label, kind, names, description, above, row["reuseLevel"]))
    if not rows:
        raise DownloadError(f"{SKILLS}: there is no released concept in it")
    known = {f"esco:{row.uuid}" for row in rows}
    related = relations.related_of(download, known, notes)
    return EscoDownload(
        sorted(rows, key=lambda row: row.uuid),
        obsolete,
        declared,
        Relations(
            groups=groups,
            occupations=relations.occupations_of(download, known, notes),
            essential=related["essential"],
            optional=related["optional"],
            collections={name: tuple(i for i in ids if i in known) for name, ids in collections.items()},
        ),
    )


def _concepts(download: Download, notes: Notes) -> Iterator[tuple[str, Row]]:
    """Id and row of every concept that has a label; each id once."""
    seen: dict[str, int] = {}
    for row in download.rows(SKILLS, ["preferredLabel", "altLabels", "description", "skillType"]):
        column = "conceptUri" if row["conceptUri"] else "uri" if row["uri"] else "conceptUri"
        concept_id = relations.concept_id(row, column)
        if not _UUID.fullmatch(concept_id):
            row.refuse(column, f"{row[column][:80]!r} is not the URI of a skill")
        if concept_id in seen:
            row.refuse(column, f"{row[column]} is on line {seen[concept_id]} already")
        seen[concept_id] = row.line
        row.one_of("skillType", tuple(_TYPES))
        row.one_of("status", ("", "released", "obsolete"))
        if row["preferredLabel"]:
            yield concept_id, row
        else:
            notes.add("concepts without a label", row)


def _successors(row: Row) -> tuple[str, ...]:
    """The ids that the source declares; URIs, one or several."""
    return tuple(
        relations.concept_id(row, column, uri)
        for column in _REPLACED_BY
        for uri in re.split(r"[\s|,]+", row[column])
        if uri
    )


class _Kinds:
    """The kind of a concept from its type, its place in the hierarchy and the collections.

    Languages and the skills of using one are told by their names; so are they in the table that is built
    from packages, which has no hierarchy. Transversal is what is in that collection, or, where the download
    has none, what stands in the transversal groups alone.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        groups: Mapping[str, Group],
        broader: Mapping[str, tuple[str, ...]],
        collections: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._groups = groups
        self._broader = broader
        uses = (LANGUAGE_SKILL.fullmatch(relations.plain(row["preferredLabel"])) for row in rows)
        self._languages = {match[1] for match in uses if match}
        self._language = frozenset(collections.get("language", ()))
        self._transversal = frozenset(collections["transversal"]) if "transversal" in collections else None

    def __call__(self, concept_id: str, row: Row) -> ConceptKind:
        label = relations.plain(row["preferredLabel"])
        if label in self._languages or LANGUAGE_SKILL.fullmatch(label) or concept_id in self._language:
            return ConceptKind.LANGUAGE
        tops = self._tops(concept_id)
        in_collection = self._transversal is not None and concept_id in self._transversal
        if in_collection or (self._transversal is None and tops == {_TRANSVERSAL}):
            return ConceptKind.TRANSVERSAL
        if not row["skillType"] and tops == {_KNOWLEDGE}:
            return ConceptKind.KNOWLEDGE
        return _TYPES[row["skillType"]]

    def _tops(self, concept_id: str) -> set[str]:
        """Codes of the top groups above the groups that a concept is in directly."""
        tops: set[str] = set()
        seen: set[str] = set()
        todo = [i for i in self._broader.get(concept_id, ()) if i in self._groups]
        while todo:
            at = todo.pop()
            above = [i for i in self._groups[at].broader if i in self._groups]
            if not above:
                tops.add(self._groups[at].code)
            todo += [i for i in above if i not in seen]
            seen.update(above)
        return tops
