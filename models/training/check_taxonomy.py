"""How much of ESCO the installed taxonomy has, against a copy of the official table.

    python models/training/check_taxonomy.py --skills skills.csv

skills.csv has columns uri (or conceptUri), preferredLabel, altLabels (one a line), description and skillType.
"""

import argparse
import csv
from collections import Counter
from pathlib import Path

from credence_models import taxonomy
from credence_models.taxonomy import ConceptKind

TYPE = {
    ConceptKind.SKILL: "skill/competence",
    ConceptKind.TRANSVERSAL: "skill/competence",
    ConceptKind.KNOWLEDGE: "knowledge",
    ConceptKind.TECHNOLOGY: "knowledge",
}
"""ESCO's type of our kinds; languages are both skills and knowledge there."""


def plain(text: str) -> str:
    return " ".join(text.split())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--skills", type=Path, required=True)
    args = parser.parse_args()
    table = taxonomy.load()
    count: Counter[str] = Counter()
    with args.skills.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            count["concepts in the reference"] += 1
            concept = table.resolve(row.get("uri") or row["conceptUri"])
            if concept is None:
                continue
            count["concepts in both"] += 1
            count["same label"] += concept.label == plain(row["preferredLabel"])
            count["same description"] += concept.description == plain(row["description"])
            if row["skillType"] and concept.kind in TYPE:
                count["typed in both"] += 1
                count["same type"] += TYPE[concept.kind] == row["skillType"]
            theirs = {plain(alias) for alias in row["altLabels"].split("\n")} - {""}
            side = "knowledge" if TYPE.get(concept.kind) == "knowledge" else "skill"
            count[f"{side}: alternative labels in the reference"] += len(theirs)
            count[f"{side}: alternative labels here"] += len(concept.aliases)
            count[f"{side}: alternative labels in both"] += len(theirs.intersection(concept.aliases))
    print(table.version)  # noqa: T201
    for name, value in count.items():
        print(f"{value:7} {name}")  # noqa: T201


if __name__ == "__main__":
    main()
