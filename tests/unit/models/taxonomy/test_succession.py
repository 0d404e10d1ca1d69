"""Ids that were given out once resolve for ever."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credence_models.similarity import ConceptSpace
from credence_models.taxonomy import Concept, ConceptKind, Taxonomy, TaxonomyCorrupt
from credence_models.taxonomy.model import Replacement
from credence_models.taxonomy.succession import succeed
from credence_models.taxonomy.table import dump, parse


def concept(at: str, label: str, *aliases: str, kind: ConceptKind = ConceptKind.SKILL) -> Concept:
    return Concept(at, label, kind, aliases, "", ())


def after(previous: Taxonomy | None, concepts: Sequence[Concept], **given: object) -> Taxonomy:
    replaced, retired = succeed(previous, concepts, **given)  # type: ignore[arg-type]
    return Taxonomy("new", concepts, replaced=replaced, retired=retired)


OLD = Taxonomy("old", [concept("a", "bake bread"), concept("b", "bake cake")])


def test_a_declared_successor_comes_before_a_name() -> None:
    new = after(
        OLD,
        [concept("b", "bake cake"), concept("c", "Bake  bread"), concept("d", "bake")],
        declared={"a": ["d"]},
    )
    assert new.replaced["a"] == Replacement("a", "d", "declared")


def test_declarations_are_followed_to_what_is_there() -> None:
    new = after(OLD, [concept("d", "bake")], declared={"a": ["x"], "x": ["y"], "y": ["d"]})
    assert new.replaced["a"] == Replacement("a", "d", "declared")


@pytest.mark.parametrize("declared", [{"a": ["a"]}, {"a": ["x"], "x": ["a"]}, {"a": ["x"]}, {"a": []}])
def test_a_declaration_that_leads_nowhere_is_none(declared: dict[str, list[str]]) -> None:
    new = after(OLD, [concept("c", "bake bread")], declared=declared)
    assert new.replaced["a"].rule == "label"


def test_what_was_split_has_no_successor_unless_one_part_has_its_name() -> None:
    parts = [concept("c", "knead dough"), concept("d", "bake bread")]
    assert after(OLD, parts, declared={"a": ["c", "d"]}).replaced["a"] == Replacement("a", "d", "declared")
    parts = [concept("c", "knead dough"), concept("d", "heat ovens")]
    assert "a" in after(OLD, parts, declared={"a": ["c", "d"]}).retired


def test_a_name_that_several_have_tells_nothing() -> None:
    assert "a" in after(OLD, [concept("c", "bake bread"), concept("d", "BAKE bread")]).retired
    assert "a" in after(OLD, [concept("c", "x", "bake bread"), concept("d", "y", "bake bread")]).retired
    assert after(OLD, [concept("c", "x", "bake bread")]).replaced["a"].rule == "alias"


def test_a_product_is_not_succeeded_by_what_it_is_an_example_of() -> None:
    ada = Taxonomy("old", [concept("a", "Ada", kind=ConceptKind.TECHNOLOGY)])
    programming = concept("p", "computer programming", "Ada", kind=ConceptKind.KNOWLEDGE)
    assert "a" in after(ada, [programming]).retired
    assert "a" in after(ada, [concept("p", "Ada 95", "Ada", kind=ConceptKind.TECHNOLOGY)]).replaced


def test_a_chain_over_versions_is_one_step_with_its_weakest_rule() -> None:
    second = after(OLD, [concept("c", "x", "bake bread")])
    third = after(second, [concept("d", "X")])
    assert third.replaced["a"] == Replacement("a", "d", "alias")
    assert third.replaced["c"] == Replacement("c", "d", "label")
    fourth = after(third, [concept("e", "other")])
    resolved = fourth.resolve("a")
    assert resolved is not None
    assert resolved.id == "d"
    assert fourth.retired.keys() == {"b", "d"}


def test_what_comes_back_is_itself_again() -> None:
    gone = after(OLD, [concept("c", "bake bread")])
    back = after(gone, [concept("a", "bake bread"), concept("b", "bake cake")])
    assert back.replaced == {"c": Replacement("c", "a", "label")}
    assert back.retired == {}


def test_a_retired_concept_is_found_by_id_alone_and_has_no_position() -> None:
    new = after(OLD, [concept("c", "bake bread")])
    assert new.resolve("b") == OLD.get("b")
    assert new.get("b") is None
    assert new.index("b") is None
    assert new.resolve("bake cake") is None


def test_an_obsolete_concept_that_nobody_had_resolves_too() -> None:
    new = after(
        None, [concept("c", "bake bread")], obsolete=[concept("a", "Bake Bread"), concept("z", "zest")]
    )
    assert new.ids_of("a") == ("c", "a")
    assert "z" in new.retired


LABELS = st.sampled_from(["bread", "Bread", "cake", "pie", "tart"])
IDS = st.sampled_from("abcdefgh")
CONCEPTS = st.lists(
    st.builds(
        Concept,
        id=IDS,
        label=LABELS,
        kind=st.sampled_from([ConceptKind.SKILL, ConceptKind.TECHNOLOGY]),
        aliases=st.lists(LABELS, max_size=2).map(tuple),
        description=st.just(""),
        broader=st.just(()),
    ),
    unique_by=lambda c: c.id,
    max_size=6,
)
STEP = st.tuples(CONCEPTS, CONCEPTS, st.dictionaries(IDS, st.lists(IDS, max_size=3), max_size=6))


@given(st.lists(STEP, min_size=1, max_size=5))
def test_whatever_happens_old_ids_resolve_in_one_step(
    steps: list[tuple[list[Concept], list[Concept], dict[str, list[str]]]],
) -> None:
    table: Taxonomy | None = None
    known: set[str] = set()
    for concepts, obsolete, declared in steps:
        table = after(table, concepts, obsolete=obsolete, declared=declared)
        known |= {c.id for c in (*concepts, *obsolete)}
        for old in known:
            found = table.resolve(old)
            assert found is not None  # total
            again = table.resolve(found.id)
            assert again == found  # idempotent, hence without circles
            assert old in table.ids_of(found.id)
            assert table.ids_of(old)[0] == found.id
        everything = [i for c in (*table.concepts, *table.retired.values()) for i in table.ids_of(c.id)]
        assert sorted(everything) == sorted(known)  # no id under two concepts
        # nothing more happens while the sources stay the same
        same = after(table, concepts, obsolete=obsolete, declared=declared)
        assert (same.replaced, same.retired) == (table.replaced, table.retired)


@given(STEP, STEP)
def test_the_map_survives_the_table(
    first: tuple[list[Concept], list[Concept], dict[str, list[str]]],
    second: tuple[list[Concept], list[Concept], dict[str, list[str]]],
) -> None:
    previous = after(None, first[0])
    replaced, retired = succeed(previous, second[0], declared=second[2])
    table = parse(dump("n", second[0], {}, replaced=replaced, retired=retired), "t")
    assert list(table.replaced.values()) == replaced
    assert list(table.retired.values()) == retired
    bare = parse(dump("n", second[0], {}), "t")
    assert (table.version == bare.version) == (not replaced and not retired)


@pytest.mark.parametrize(
    ("replaced", "retired"),
    [
        ([Replacement("x", "y", "label")], []),
        ([Replacement("x", "y", "label"), Replacement("y", "a", "label")], []),
        ([Replacement("a", "a", "label")], []),
        ([Replacement("x", "a", "label"), Replacement("x", "a", "label")], []),
        ([Replacement("x", "a", "label")], [concept("x", "x")]),
        ([], [concept("a", "a")]),
    ],
)
def test_a_map_that_could_run_in_circles_is_refused(
    replaced: list[Replacement], retired: list[Concept]
) -> None:
    with pytest.raises(TaxonomyCorrupt):
        Taxonomy("t", [concept("a", "a")], replaced=replaced, retired=retired)


class Angles:
    """Encodes a number in degrees as the unit vector of that angle."""

    name, version, dimension = "angles", "1", 2

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        angles = np.radians([float(text) for text in texts])
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_evidence_under_old_ids_counts_as_before(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENCE_CACHE", str(tmp_path))
    old = Taxonomy("old", [concept("a", "0"), concept("b", "10"), concept("c", "90")])
    new = after(old, [concept("a2", "0"), concept("b", "10"), concept("n", "20")])
    before, now = ConceptSpace(old, Angles()), ConceptSpace(new, Angles())
    near = dict(now.neighbours_of_concept("b", threshold=0.9))
    for stored, similarity in before.neighbours_of_concept("b", threshold=0.9):
        assert near[stored] == similarity
    # a role that still names the old id, and one that names the new one
    assert now.neighbours_of_concept("a", threshold=0.9)[:2] == (("a2", 1.0), ("a", 1.0))
    assert now.neighbours_of_concept("a", threshold=0.9) == now.neighbours_of_concept("a2", threshold=0.9)
    assert now.neighbours_of_concept("c", threshold=0.9) == (("c", 1.0),)  # retired
    assert dict(now.neighbours_of_text("1", threshold=0.9)).keys() == {"a", "a2", "b", "n"}
    positions, _ = now.nearest_of(Angles().encode(["90"]), 1)
    assert [new.concepts[position].id for position in positions[0]] == ["n"]
