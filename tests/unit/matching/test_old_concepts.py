"""Roles and evidence that name concepts of an earlier taxonomy."""

from pathlib import Path

import pytest

from credence.matching.domain import CompetencyLine
from credence.matching.skills import Skills
from credence_models.encoder import load_encoder
from credence_models.linker import Linker
from credence_models.taxonomy import Concept, ConceptKind, Taxonomy
from credence_models.taxonomy.model import Replacement


@pytest.fixture
def skills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Skills:
    encoder = load_encoder(threads=1)
    monkeypatch.setenv("CREDENCE_CACHE", str(tmp_path))  # for the vectors
    baking = Concept("esco:new", "bake bread", ConceptKind.SKILL, (), "", ())
    stoking = Concept("esco:retired", "stoke steam ovens", ConceptKind.SKILL, (), "", ())
    table = Taxonomy(
        "t", [baking], replaced=[Replacement("esco:old", "esco:new", "declared")], retired=[stoking]
    )
    return Skills(Linker(table, encoder))


@pytest.mark.parametrize(
    ("named", "concept", "label"),
    [
        ("esco:old", "esco:new", "bake bread"),
        ("esco:retired", "esco:retired", "stoke steam ovens"),
    ],
)
def test_a_role_may_name_what_was_there_once(skills: Skills, named: str, concept: str, label: str) -> None:
    (line,), unknown = skills.settle([CompetencyLine(concept=named)], "role")
    assert unknown == []
    assert (line.concept, line.concept_label) == (concept, label)


def test_evidence_counts_under_the_id_that_it_was_stored_with(skills: Skills) -> None:
    for stored in ("esco:old", "esco:new"):
        assert skills.neighbours(stored, "", 0.9) == (("esco:new", 1.0), ("esco:old", 1.0))
    assert skills.neighbours("esco:retired", "", 0.9) == (("esco:retired", 1.0),)


def test_what_is_retired_is_not_linked_anew(skills: Skills) -> None:
    assert skills.linker.link_phrase("stoke steam ovens") is None
    assert skills.linker.link_text("Must stoke steam ovens, and bake bread.")[0].concept_id == "esco:new"
