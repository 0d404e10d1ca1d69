from pathlib import Path

import numpy as np
import pytest

from credence_models.linker import Linker
from credence_models.similarity import ConceptSpace, index_path
from credence_models.taxonomy import Concept, ConceptKind, Taxonomy

CONCEPTS = [
    Concept(f"onet:{label}", label, ConceptKind.TECHNOLOGY, (), "", ())
    for label in ("relational database", "database", "cook pastry", "pastry making", "database systems")
]


@pytest.fixture
def space(linker: Linker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ConceptSpace:
    monkeypatch.setenv("CREDENCE_CACHE", str(tmp_path))
    return ConceptSpace(Taxonomy("small+1", CONCEPTS), linker.space.encoder)


def test_neighbours_are_all_above_the_threshold_and_itself_first(space: ConceptSpace) -> None:
    vectors = space.encoder.encode([concept.label for concept in CONCEPTS])
    cosines = vectors @ vectors[0]
    for threshold in (0.0, 0.3, 0.7, 1.0):
        found = space.neighbours_of_concept("onet:relational database", threshold=threshold)
        assert found[0] == ("onet:relational database", 1.0)
        expected = {CONCEPTS[i].id for i in np.flatnonzero(cosines >= threshold)} | {CONCEPTS[0].id}
        assert {concept_id for concept_id, _ in found} == expected
        assert [similarity for _, similarity in found] == sorted((s for _, s in found), reverse=True)


def test_similarity_is_mutual(space: ConceptSpace) -> None:
    for one in CONCEPTS:
        for other, similarity in space.neighbours_of_concept(one.id, threshold=0.0):
            assert dict(space.neighbours_of_concept(other, threshold=0.0))[one.id] == pytest.approx(
                similarity, abs=2e-6
            )


def test_text_that_is_a_label_is_that_concept(space: ConceptSpace) -> None:
    first, *_ = space.neighbours_of_text("  cook\n pastry ", threshold=0.5)
    assert first == ("onet:cook pastry", 1.0)
    assert space.neighbours_of_text("quantum tunnelling", threshold=0.9) == ()


def test_an_unknown_concept_is_like_itself_alone(space: ConceptSpace) -> None:
    assert space.neighbours_of_concept("esco:gone", threshold=0.1) == (("esco:gone", 1.0),)


def test_vectors_are_computed_once(space: ConceptSpace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(space.encoder), "encode", lambda *_: pytest.fail("computed again"))
    again = ConceptSpace(space.taxonomy, space.encoder)
    assert again.neighbours_of_concept("onet:database", threshold=0.5) == space.neighbours_of_concept(
        "onet:database", threshold=0.5
    )


def test_vectors_of_another_taxonomy_are_refused(space: ConceptSpace) -> None:
    other = Taxonomy("small+2", CONCEPTS[:2])
    index_path(other, space.encoder).hardlink_to(index_path(space.taxonomy, space.encoder))
    with pytest.raises(ValueError, match="delete it"):
        ConceptSpace(other, space.encoder)
