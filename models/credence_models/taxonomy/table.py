"""The table on disk: one line of JSON that says what it is, one line with the columns.

The version carries a hash of the second line, so a table proves its own version. Reading 22,000 concepts
takes a tenth of a second; nothing in the file can run code.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from .model import Concept, ConceptKind, Taxonomy, TaxonomyCorrupt, TaxonomyMissing

_COLUMNS = ("id", "label", "kind", "aliases", "description", "broader")


def dump(name: str, concepts: Sequence[Concept], about: Mapping[str, Any]) -> bytes:
    """The bytes of a table. `about` (sources, attribution) does not enter the version; the concepts do."""
    columns = {column: [getattr(concept, column) for concept in concepts] for column in _COLUMNS}
    body = orjson.dumps(columns)
    head = orjson.dumps({"version": _version(name, body), "name": name, "concepts": len(concepts), **about})
    return head + b"\n" + body + b"\n"


def read(path: Path) -> Taxonomy:
    """Raises `TaxonomyMissing` where there is no file, `TaxonomyCorrupt` where it is not what its version
    says.
    """
    try:
        head, body, _ = path.read_bytes().split(b"\n")
        about, columns = orjson.loads(head), None
        if about["version"] == _version(about["name"], body):
            columns = orjson.loads(body)
    except FileNotFoundError:
        raise TaxonomyMissing(
            f"no skills taxonomy at {path}: build it with `python -m credence_models.taxonomy build`"
        ) from None
    except (ValueError, KeyError) as error:
        raise TaxonomyCorrupt(f"{path} is not a taxonomy table: {error}") from error
    if columns is None:
        raise TaxonomyCorrupt(f"{path} is damaged: its content does not have version {about['version']}")
    kinds = {kind.value: kind for kind in ConceptKind}
    rows = zip(*(columns[column] for column in _COLUMNS), strict=True)
    concepts = [Concept(i, label, kinds[k], tuple(a), text, tuple(b)) for i, label, k, a, text, b in rows]
    return Taxonomy(about["version"], concepts)


def read_about(path: Path) -> dict[str, Any]:
    """What a table says of itself: version, name, number of concepts, sources, attribution."""
    with path.open("rb") as file:
        about: dict[str, Any] = orjson.loads(file.readline())
    return about


def _version(name: str, body: bytes) -> str:
    return f"{name}+{hashlib.sha256(body).hexdigest()[:12]}"
