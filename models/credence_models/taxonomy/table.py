"""The table on disk: one line of JSON that says what it is, one line with the columns, and, where there are
relations, one line with them.

The version carries a hash of all that follows the first line, so a table proves its own version. Reading
22,000 concepts takes a tenth of a second, relations are read when they are asked for; nothing in the file can
run code.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from .model import Concept, ConceptKind, Replacement, Taxonomy, TaxonomyCorrupt, TaxonomyMissing
from .relations import Relations, pack, unpack

_COLUMNS = ("id", "label", "kind", "aliases", "description", "broader")
_MAX_HEAD = 2**20
_KINDS = {kind.value: kind for kind in ConceptKind}


def dump(
    name: str,
    concepts: Sequence[Concept],
    about: Mapping[str, Any],
    *,
    replaced: Sequence[Replacement] = (),
    retired: Sequence[Concept] = (),
    relations: Relations | None = None,
) -> bytes:
    """The bytes of a table. `about` (sources, attribution) does not enter the version; all else does."""
    columns = _columns(concepts)
    if replaced:
        columns["replaced"] = [[r.old, r.new, r.rule] for r in replaced]
    if retired:
        columns["retired"] = _columns(retired)
    body = orjson.dumps(columns)
    if relations is not None:
        body += b"\n" + orjson.dumps(pack(relations, {c.id: i for i, c in enumerate(concepts)}))
    head = orjson.dumps({"version": _version(name, body), "name": name, "concepts": len(concepts), **about})
    return head + b"\n" + body + b"\n"


def read(path: Path) -> Taxonomy:
    """Raises `TaxonomyMissing` where there is no file, `TaxonomyCorrupt` where it is not what its version
    says.
    """
    try:
        return parse(path.read_bytes(), str(path))
    except FileNotFoundError:
        raise TaxonomyMissing(
            f"no skills taxonomy at {path}: build it with `python -m credence_models.taxonomy build`"
        ) from None


def parse(table: bytes, path: str) -> Taxonomy:
    """What `dump` wrote; `path` is what a `TaxonomyCorrupt` calls it."""
    columns = None
    try:
        head, body = table.removesuffix(b"\n").split(b"\n", 1)
        about = orjson.loads(head)
        if about["version"] == _version(about["name"], body):
            body, _, relations = body.partition(b"\n")
            columns = orjson.loads(body)
    except (ValueError, KeyError, TypeError) as error:
        raise TaxonomyCorrupt(f"{path} is not a taxonomy table: {error}") from error
    if columns is None:
        raise TaxonomyCorrupt(f"{path} is damaged: its content does not have version {about['version']}")
    return Taxonomy(
        about["version"],
        _concepts(columns),
        replaced=[Replacement(*fields) for fields in columns.get("replaced", ())],
        retired=_concepts(columns["retired"]) if "retired" in columns else (),
        relations=partial(_relations, relations, columns["id"]),
    )


def read_about(path: Path) -> dict[str, Any]:
    """What a table says of itself: version, name, number of concepts, sources, attribution. Nothing where
    it is none.
    """
    with path.open("rb") as file:
        try:
            about = orjson.loads(file.readline(_MAX_HEAD))
        except ValueError:
            return {}
    return about if isinstance(about, dict) else {}


def _columns(concepts: Sequence[Concept]) -> dict[str, Any]:
    columns: dict[str, Any] = {name: [getattr(concept, name) for concept in concepts] for name in _COLUMNS}
    if any(concept.reuse_level for concept in concepts):
        columns["reuse_level"] = [concept.reuse_level for concept in concepts]
    return columns


def _concepts(columns: Mapping[str, Any]) -> list[Concept]:
    levels = columns.get("reuse_level") or [""] * len(columns["id"])
    rows = zip(*(columns[column] for column in _COLUMNS), levels, strict=True)
    return [
        Concept(i, label, _KINDS[kind], tuple(names), text, tuple(up), level)
        for i, label, kind, names, text, up, level in rows
    ]


def _relations(packed: bytes, ids: Sequence[str]) -> Relations:
    return unpack(orjson.loads(packed), ids) if packed else Relations()


def _version(name: str, body: bytes) -> str:
    return f"{name}+{hashlib.sha256(body).hexdigest()[:12]}"
