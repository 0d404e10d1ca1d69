"""The public conformance material: where it lies, what it expects, and the contexts that only its own documents use.

CREDENCE_SHARED names the folder; it is looked for beside the checkout otherwise. Nothing of it is part of the repository.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from credence.credentials import contexts

ROOT = Path(os.environ.get("CREDENCE_SHARED", Path(__file__).parents[3] / "shared")) / "credentials"
PRESENT = (ROOT / "MANIFEST.tsv").is_file()
ABSENT = f"no public conformance material at {ROOT}; set CREDENCE_SHARED"

_CONTEXTS = {
    "https://www.w3.org/ns/credentials/examples/v2": "w3c/credentials/examples/v2",
    "https://www.w3.org/ns/credentials/undefined-terms/v2": "w3c/credentials/undefined-terms/v2",
}
"""Contexts of examples, which no real credential uses and no package carries: pinned for the run, so that signatures are checked."""


@dataclass(frozen=True, slots=True)
class Row:
    path: str
    kind: str
    expected: str
    why: str

    @property
    def file(self) -> Path:
        return ROOT / self.path


def rows() -> list[Row]:
    """All rows of the manifest; none where it is absent."""
    if not PRESENT:
        return []
    with (ROOT / "MANIFEST.tsv").open(encoding="utf-8") as lines:
        return [
            Row(line["path"], line["kind"], line["expected"], line["why"])
            for line in csv.DictReader(lines, delimiter="\t")
        ]


@contextmanager
def contexts_of_the_material() -> Iterator[None]:
    """The product's pinned contexts, and those of the material beside them."""
    found = {url: json.loads((ROOT / "contexts" / path).read_bytes()) for url, path in _CONTEXTS.items()}
    pinned = contexts.document

    def document(url: str) -> dict[str, Any]:
        return found[url] if url in found else pinned(url)

    entry = next(iter(contexts.PINNED.values()))
    with (
        patch.dict(contexts.PINNED, dict.fromkeys(found, entry)),
        patch.object(contexts, "document", document),
    ):
        yield
