import pytest
from hypothesis import given
from hypothesis import strategies as st

from credence_models import taxonomy as taxonomies
from credence_models.evaluation import heldout
from credence_models.evaluation.heldout import held_out_queries, is_held_out, without_held_out
from credence_models.taxonomy import Concept, ConceptKind, Taxonomy


def concept(key: str, label: str, *aliases: str) -> Concept:
    return Concept(key, label, ConceptKind.SKILL, aliases, "", ())


HELD, ALSO_HELD, KEPT, ALSO_KEPT = (
    *[name for name in (f"name {number}" for number in range(60)) if is_held_out("esco:1", name)][:2],
    *[name for name in (f"name {number}" for number in range(60)) if not is_held_out("esco:1", name)][:2],
)


def test_the_split_is_the_same_for_ever() -> None:
    held = [number for number in range(60) if is_held_out("esco:1", f"name {number}")]
    assert held == PINNED
    assert not any(is_held_out("onet:sql", f"name {number}") for number in range(60))


PINNED = [13, 28, 35, 56]


@given(st.text(), st.text())
def test_case_and_spaces_do_not_decide(key: str, alias: str) -> None:
    same = is_held_out(f"esco:{key}", alias)
    assert is_held_out(f"esco:{key}", f"  {alias}\t") is same
    assert is_held_out(f"esco:{key}", alias.casefold()) is same


def test_a_query_is_held_out_for_all_it_names_and_looked_up_nowhere() -> None:
    assert held_out_queries([concept("esco:1", "label", HELD, KEPT)]) == {HELD: {"esco:1"}}
    assert held_out_queries([concept("esco:1", "label", HELD)]) == {}, "its only alias"
    assert held_out_queries([concept("esco:1", "label", HELD, KEPT), concept("onet:2", HELD.upper())]) == {}
    other = concept("onet:2", "another", HELD.title(), KEPT)
    assert held_out_queries([concept("esco:1", "label", HELD, KEPT), other]) == {}
    twice = next(
        f"word {number}"
        for number in range(5_000)
        if is_held_out("esco:1", f"word {number}") and is_held_out("esco:2", f"word {number}")
    )
    both = [concept("esco:1", "one", twice, KEPT), concept("esco:2", "two", twice.upper(), KEPT, "z")]
    assert held_out_queries(both)[twice] == {"esco:1", "esco:2"}


def test_a_taxonomy_without_them_keeps_everything_else() -> None:
    whole = Taxonomy("v", [concept("esco:1", HELD, HELD, KEPT, ALSO_HELD, ALSO_KEPT)])
    known = without_held_out(whole)
    assert known.concepts == (concept("esco:1", HELD, KEPT, ALSO_KEPT),)
    assert known.version != whole.version


def test_a_tenth_of_the_installed_ones(installed: Taxonomy) -> None:
    queries = held_out_queries(installed.concepts)
    known = {
        heldout.fold(name)
        for entry in without_held_out(installed).concepts
        for name in (entry.label, *entry.aliases)
    }
    assert not known & set(map(heldout.fold, queries)), "no query can be looked up"
    aliases = sum(len(entry.aliases) for entry in installed.concepts if entry.id.startswith("esco:"))
    assert 0.08 < len(queries) / aliases < 0.11


@pytest.fixture(scope="module")
def installed() -> Taxonomy:
    return taxonomies.load()
