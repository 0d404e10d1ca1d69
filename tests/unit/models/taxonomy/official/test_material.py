"""The import of a real download, where one lies beside the checkout or CREDENCE_SHARED names its folder."""

import os
from pathlib import Path

import pytest

from credence_models.taxonomy import ConceptKind, load
from credence_models.taxonomy.official import Imported, import_table

ROOT = Path(os.environ.get("CREDENCE_SHARED", Path(__file__).parents[6] / "shared")) / "data"

pytestmark = [
    pytest.mark.needs_shared,
    pytest.mark.skipif(
        not (ROOT / "esco").is_dir(), reason=f"no download of ESCO at {ROOT}; set CREDENCE_SHARED"
    ),
]


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    out = tmp_path_factory.mktemp("imported") / "table.json"
    return import_table([ROOT / "esco", ROOT / "onet"], out, lambda _: None)


def test_every_labelled_concept_is_there_with_its_place(imported: Imported) -> None:
    concepts = [c for c in imported.taxonomy.concepts if c.id.startswith("esco:")]
    assert len(concepts) == 13_939 - 3  # the copy lacks three labels
    groups = imported.taxonomy.relations.groups
    for concept in concepts:
        assert concept.broader
        assert all(i in groups or imported.taxonomy.get(i) for i in concept.broader)


def test_it_agrees_with_the_table_from_packages(imported: Imported) -> None:
    """One source by two roads: the same concepts, the same kinds but for a few that the packages blur."""
    diff = imported.diff
    assert diff is not None
    assert diff.old == load().version
    assert diff.relabelled == diff.removed == ()
    assert [retired.id for retired in diff.retired if retired.id.startswith("esco:")] == [
        "esco:330772b3-288c-41b9-a5f3-157f71bc938d",
        "esco:457c2e47-07e6-4073-827e-e1c21f3e5869",
        "esco:4f6e68b2-85c8-446e-a96d-b306ec7e0091",
    ]
    assert len(diff.replaced) <= 15
    assert len(diff.retyped) <= 20
    assert len(diff.described) <= 100


def test_every_id_of_the_old_table_resolves(imported: Imported) -> None:
    assert all(imported.taxonomy.resolve(concept.id) for concept in load().concepts)


def test_products_are_not_what_they_are_examples_of(imported: Imported) -> None:
    found = {
        name: imported.taxonomy.resolve(name)
        for name in ("Ada", "Selenium", "Inkscape", "computer programming")
    }
    assert len({concept.id for concept in found.values() if concept}) == 4
    assert found["computer programming"] is not None
    assert found["computer programming"].kind is ConceptKind.KNOWLEDGE
