import pytest

from credence_models.taxonomy import Concept, ConceptKind, Taxonomy, TaxonomyCorrupt

UUID = "598de5b0-5b58-4ea7-8058-a4bc4d18c742"
SQL = Concept(
    f"esco:{UUID}", "SQL", ConceptKind.TECHNOLOGY, ("structured query language",), "A language.", ()
)
GO = Concept("onet:go", "Go", ConceptKind.TECHNOLOGY, (), "", ())
TWIN = Concept("onet:go-2", "GO", ConceptKind.TECHNOLOGY, (), "", ())


@pytest.mark.parametrize(
    "given",
    [
        f"http://data.europa.eu/esco/skill/{UUID}",
        f"https://data.europa.eu/esco/skill/{UUID.upper()}",
        f"esco:{UUID}",
        "sql",
        " SQL ",
    ],
)
def test_a_concept_is_found_by_uri_id_and_label(given: str) -> None:
    assert Taxonomy("t", [SQL, GO]).resolve(given) is SQL


@pytest.mark.parametrize(
    "given", ["", "esco:", "http://data.europa.eu/esco/skill/", "structured query language", "x"]
)
def test_what_is_no_uri_id_or_label_is_not_found(given: str) -> None:
    assert Taxonomy("t", [SQL, GO]).resolve(given) is None


def test_a_label_that_two_concepts_share_names_neither() -> None:
    taxonomy = Taxonomy("t", [GO, TWIN])
    assert taxonomy.resolve("go") is None
    assert taxonomy.resolve("onet:go-2") is TWIN


def test_positions_follow_the_order_given() -> None:
    taxonomy = Taxonomy("t", [GO, SQL])
    assert [taxonomy.index(c.id) for c in taxonomy.concepts] == [0, 1]
    assert taxonomy.index("onet:nothing") is None
    assert len(taxonomy) == 2


def test_an_id_may_stand_once_only() -> None:
    with pytest.raises(TaxonomyCorrupt):
        Taxonomy("t", [GO, GO])
