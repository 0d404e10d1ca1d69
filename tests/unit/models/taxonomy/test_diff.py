import json

from hypothesis import given
from hypothesis import strategies as st

from credence_models.taxonomy import Concept, ConceptKind, Taxonomy
from credence_models.taxonomy.diff import Change, Named, SetChange, Succession, compare
from credence_models.taxonomy.model import Replacement
from credence_models.taxonomy.relations import Group, Relations
from credence_models.taxonomy.report import SHOWN, diff_lines, paths_up

SKILL, KNOWLEDGE = ConceptKind.SKILL, ConceptKind.KNOWLEDGE

OLD = Taxonomy(
    "t+1",
    [
        Concept("same", "same", SKILL, ("x", "y"), "d", ("g",)),
        Concept("label", "before", SKILL, (), "", ()),
        Concept("kind", "kind", SKILL, (), "", ()),
        Concept("names", "names", SKILL, ("a", "b"), "", ()),
        Concept("place", "place", SKILL, (), "", ("g",)),
        Concept("text", "text", SKILL, (), "d", ()),
        Concept("dead", "dead", SKILL, (), "", ()),
        Concept("gone", "gone", SKILL, (), "", ()),
        Concept("lost", "lost", SKILL, (), "", ()),
    ],
)
NEW = Taxonomy(
    "t+2",
    [
        Concept("same", "same", SKILL, ("y", "x"), "d", ("g",)),
        Concept("label", "after", SKILL, (), "", ()),
        Concept("kind", "kind", KNOWLEDGE, (), "", ()),
        Concept("names", "names", SKILL, ("b", "c"), "", ()),
        Concept("place", "place", SKILL, (), "", ("h",)),
        Concept("text", "text", SKILL, (), "e", ()),
        Concept("new", "new", SKILL, (), "", ()),
    ],
    replaced=[Replacement("gone", "new", "label"), Replacement("ancient", "new", "label")],
    retired=[Concept("dead", "dead", SKILL, (), "", ())],
    relations=lambda: Relations(groups={"g": Group("g", "there"), "h": Group("h", "here", broader=("g",))}),
)


def test_each_change_is_told_once_under_its_name() -> None:
    diff = compare(OLD, NEW)
    assert (diff.old, diff.new) == ("t+1", "t+2")
    assert diff.added == (Named("new", "new"),)
    assert diff.replaced == (Succession("gone", "gone", "new", "new", "label"),)
    assert diff.retired == (Named("dead", "dead"),)
    assert diff.removed == (Named("lost", "lost"),)
    assert diff.relabelled == (Change("label", "after", "before", "after"),)
    assert diff.retyped == (Change("kind", "kind", "skill", "knowledge"),)
    assert diff.described == (Named("text", "text"),)
    assert diff.aliases == (SetChange("names", "names", ("c",), ("a",)),)
    assert diff.moved == (SetChange("place", "place", ("h",), ("g",)),)


def test_people_read_names_and_reasons() -> None:
    lines = diff_lines(compare(OLD, NEW), OLD, NEW)
    assert lines[0] == "t+1 -> t+2"
    assert "  gone (gone) -> new (new): it has the same label" in lines
    assert "  names (names): + c - a" in lines
    assert "  place (place): + here - there" in lines


def test_long_lists_are_cut_and_say_so() -> None:
    many = Taxonomy("m", [Concept(f"{n}", f"{n}", SKILL, (), "", ()) for n in range(SHOWN + 1200)])
    lines = diff_lines(compare(Taxonomy("e", []), many), OLD, many)
    assert lines[1] == "1,210 added"
    assert lines[SHOWN + 2] == "  ... and 1,200 more"


def test_programs_read_all_of_it() -> None:
    told = json.loads(json.dumps(compare(OLD, NEW).as_json()))
    assert told["moved"] == [{"id": "place", "label": "place", "added": ["h"], "removed": ["g"]}]
    assert list(told) == [
        *("old", "new", "added", "replaced", "retired", "removed"),
        *("relabelled", "retyped", "described", "aliases", "moved"),
    ]


def test_ways_up_end_at_the_top_and_never_in_a_circle() -> None:
    assert paths_up(NEW, "place") == [("g", "h")]
    turning = Relations(groups={"g": Group("g", "", broader=("h",)), "h": Group("h", "", broader=("g",))})
    table = Taxonomy("c", [Concept("a", "a", SKILL, (), "", ("g",))], relations=lambda: turning)
    assert paths_up(table, "a") == [("h", "g")]


concepts = st.lists(
    st.builds(
        Concept,
        id=st.sampled_from("abcdef"),
        label=st.sampled_from("xyz"),
        kind=st.sampled_from([SKILL, KNOWLEDGE]),
        aliases=st.lists(st.sampled_from("pq"), unique=True).map(tuple),
        description=st.sampled_from("de"),
        broader=st.lists(st.sampled_from("gh"), unique=True).map(tuple),
    ),
    unique_by=lambda concept: concept.id,
)


@given(concepts, concepts)
def test_back_and_forth_are_mirrored(one: list[Concept], other: list[Concept]) -> None:
    forth, back = (
        compare(Taxonomy("1", one), Taxonomy("2", other)),
        compare(Taxonomy("2", other), Taxonomy("1", one)),
    )
    assert {n.id for n in forth.added} == {n.id for n in back.removed}
    assert {(c.id, c.before, c.after) for c in forth.retyped} == {
        (c.id, c.after, c.before) for c in back.retyped
    }
    assert {(c.id, c.added, c.removed) for c in forth.moved} == {
        (c.id, c.removed, c.added) for c in back.moved
    }


@given(concepts)
def test_a_version_does_not_differ_from_itself(one: list[Concept]) -> None:
    table = Taxonomy("1", one)
    diff = compare(table, table)
    assert all(not changes for changes in diff.as_json().values() if isinstance(changes, tuple))
