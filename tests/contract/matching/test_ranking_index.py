"""What every `RankingIndex` must do, run over each engine; the reference is the definition."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credence.matching.index import (
    Condition,
    IndexedProfile,
    Line,
    PostingIndex,
    Query,
    Ranking,
    RankingIndex,
)
from credence.matching.index.reference import ReferenceIndex, score_profile
from credence_models.coverage import Competency, Necessity, load_policy

Engine = Callable[[], RankingIndex]
POLICY = load_policy()
CONCEPTS = [f"esco:{i}" for i in range(8)]

engines = pytest.mark.parametrize("engine", [ReferenceIndex, PostingIndex], ids=["reference", "postings"])


def profile(
    candidate: str,
    pieces: Sequence[tuple[str, float, int, bool]] = (),
    *,
    external_id: str = "",
    revision: int = 1,
    **facets: str,
) -> IndexedProfile:
    return IndexedProfile(
        candidate,
        external_id,
        revision,
        hash((candidate, revision)) % 2**64,
        tuple(concept for concept, _, _, _ in pieces),
        array("d", [strength for _, strength, _, _ in pieces]),
        bytes(level for _, _, level, _ in pieces),
        bytes(verified for _, _, _, verified in pieces),
        tuple(sorted(facets.items())),
    )


def line(
    id: str,  # noqa: A002
    *neighbours: tuple[str, float],
    weight: float = 1.0,
    level: int = 0,
    necessity: Necessity = Necessity.SHOULD,
    gate: float | None = None,
) -> Line:
    return Line(Competency(id, weight, level, necessity, gate), neighbours)


def told(ranking: Ranking) -> list[tuple[str, float, float, bool]]:
    places = ranking.page(0, len(ranking))
    assert [place.rank for place in places] == list(range(1, len(ranking) + 1))
    return [(p.profile.candidate, p.score, p.verified_score, p.must_haves_met) for p in places]


def told_candidates(ranking: Ranking) -> list[str]:
    return [place.profile.candidate for place in ranking.page(0, len(ranking))]


@engines
def test_an_empty_index_ranks_nobody(engine: Engine) -> None:
    ranking = engine().rank(Query((line("sql", ("esco:1", 1.0)),), POLICY))
    assert len(ranking) == ranking.met == 0
    assert ranking.state.position == 0
    assert ranking.page(0, 50) == []
    assert ranking.find("nobody") is None


@engines
def test_scores_of_a_worked_example(engine: Engine) -> None:
    index = engine()
    index.apply([profile("a", [("esco:1", 0.8, 4, True), ("esco:2", 0.5, 4, False)])])
    query = Query((line("sql", ("esco:1", 1.0), ("esco:2", 0.8), level=4),), POLICY)
    [place] = index.rank(query).page(0, 10)
    near = 0.8**POLICY.similarity.exponent * 0.5
    assert place.score == pytest.approx(100 * (1 - (1 - 0.8) * (1 - near)))
    assert place.verified_score == pytest.approx(80.0)


@engines
def test_who_misses_a_must_have_follows_all_who_meet_them_and_stays(engine: Engine) -> None:
    index = engine()
    index.apply(
        [
            profile("rich", [("esco:2", 0.95, 5, True)]),
            profile("meets", [("esco:1", 0.6, 5, True)]),
            profile("nothing"),
        ]
    )
    lines = (
        line("must", ("esco:1", 1.0), weight=1, necessity=Necessity.MUST),
        line("other", ("esco:2", 1.0), weight=9),
    )
    ranking = index.rank(Query(lines, POLICY))
    assert told_candidates(ranking) == ["meets", "rich", "nothing"]
    assert ranking.met == 1
    assert told_candidates(index.rank(Query(lines, POLICY, met_only=True))) == ["meets"]


@engines
def test_equal_scores_stand_by_external_id_then_candidate(engine: Engine) -> None:
    people = [
        profile("z", external_id="A-1"),
        profile("a", external_id="B-1"),
        profile("c"),
        profile("b"),
    ]
    expected = ["b", "c", "z", "a"]
    for order in (people, people[::-1]):
        index = engine()
        for person in order:
            index.apply([person])
        assert told_candidates(index.rank(Query((line("sql"),), POLICY))) == expected


@engines
def test_filters_and_facet_counts(engine: Engine) -> None:
    index = engine()
    index.apply(
        [
            profile("berlin", region="DE-BE", availability="now"),
            profile("germany", region="DE", availability="not_looking"),
            profile("denmark", region="DK", availability="now"),
            profile("deseret", region="DESERET"),
            profile("unknown"),
        ]
    )

    def passing(*conditions: Condition) -> list[str]:
        return told_candidates(index.rank(Query((line("sql"),), POLICY, conditions)))

    assert passing(Condition("region", ("DE",), below=True)) == ["berlin", "germany"]
    assert passing(Condition("region", ("DE",))) == ["germany"]
    assert passing(Condition("region", ("DE", "DK"), below=True), Condition("availability", ("now",))) == [
        "berlin",
        "denmark",
    ]
    assert passing(Condition("labels.team", ("data",))) == []
    ranking = index.rank(Query((line("sql"),), POLICY, (Condition("region", ("DK",)),)))
    assert [(f.facet, f.value, f.count) for f in ranking.facets] == [
        ("availability", "not_looking", 1),
        ("availability", "now", 2),
        ("region", "DE", 1),
        ("region", "DE-BE", 1),
        ("region", "DESERET", 1),
        ("region", "DK", 1),
    ]


@engines
def test_changes_replace_and_removals_forget(engine: Engine) -> None:
    index = engine()
    query = Query((line("sql", ("esco:1", 1.0)),), POLICY)
    index.apply([profile("a", [("esco:1", 0.5, 0, False)], revision=3), profile("b", revision=2)])
    before = index.rank(query)
    assert (before.state.position, before.state.size) == (5, 2)
    index.apply([profile("a", revision=2), profile("a", [("esco:1", 0.9, 0, False)], revision=3)])
    assert told(index.rank(query)) == told(before), "an older or equal revision changes nothing"
    index.apply([profile("a", revision=4)])
    assert index.rank(query).state.position == 6
    assert told(index.rank(query))[0][1] == 0.0
    index.remove(["a", "unknown"])
    assert told_candidates(index.rank(query)) == ["b"]
    assert index.get("a") is None
    assert index.state() == index.rank(query).state
    index.apply([profile("a", revision=1)])
    assert index.state().position == 3
    assert told(before)[0][0] == "a", "a ranking given stays as it was"


@engines
@pytest.mark.parametrize(
    "lines", [(), (line("a"), line("a")), (line("a", weight=0.0),), (line("a", level=6),)]
)
def test_what_cannot_be_scored_is_refused(engine: Engine, lines: tuple[Line, ...]) -> None:
    index = engine()
    index.apply([profile("a")])
    with pytest.raises(ValueError, match=r"competency|weight"):
        index.rank(Query(lines, POLICY))


@engines
def test_the_digest_depends_on_what_is_held_alone(engine: Engine) -> None:
    one, other = engine(), engine()
    one.apply([profile("a"), profile("b", revision=2)])
    other.apply([profile("b")])
    other.apply([profile("c")])
    assert one.state().digest != other.state().digest
    other.remove(["c"])
    other.apply([profile("b", revision=2), profile("a")])
    assert one.state() == other.state()


strengths = st.one_of(st.sampled_from([0.0, 0.1, 0.5, 0.95, 1.0]), st.floats(0, 1))
pieces = st.lists(
    st.tuples(st.sampled_from(CONCEPTS), strengths, st.integers(0, 5), st.booleans()), max_size=12
)
facets = st.fixed_dictionaries({}, optional={"region": st.sampled_from(["DE", "DE-BE", "FR"])})
people = st.builds(
    lambda number, external, revision, pieces, facets: profile(
        f"c{number}", pieces, external_id=external, revision=revision, **facets
    ),
    st.integers(0, 12),
    st.sampled_from(["", "x", "y"]),
    st.integers(1, 4),
    pieces,
    facets,
)
similarities = st.one_of(st.just(1.0), st.floats(0.5, 1.0))
neighbourhoods = st.dictionaries(st.sampled_from(CONCEPTS), similarities, max_size=6)
lines = st.lists(
    st.builds(
        lambda id, near, weight, level, necessity, gate: line(  # noqa: A006
            id, *near.items(), weight=weight, level=level, necessity=necessity, gate=gate
        ),
        st.sampled_from("abcdef"),
        neighbourhoods,
        st.floats(0.01, 10),
        st.integers(0, 5),
        st.sampled_from(Necessity),
        st.one_of(st.none(), st.floats(0.01, 1)),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda line: line.competency.id,
).map(tuple)
conditions = st.sampled_from([(), (Condition("region", ("DE",), below=True),)])
changes = st.lists(st.one_of(people, st.integers(0, 12).map(lambda n: f"c{n}")), max_size=40)


@given(changes, lines, conditions, st.booleans(), st.randoms())
@settings(max_examples=200, deadline=None)
def test_engines_agree_bit_for_bit_with_the_reference(changes, lines, conditions, met_only, random) -> None:
    reference, postings, shuffled = ReferenceIndex(), PostingIndex(), PostingIndex()
    for change in changes:
        for index in (reference, postings):
            index.remove([change]) if isinstance(change, str) else index.apply([change])
    held = [p for n in range(13) if (p := reference.get(f"c{n}")) is not None]
    random.shuffle(held)
    shuffled.apply(held)
    query = Query(lines, POLICY, conditions, met_only)
    expected = reference.rank(query)
    for index in (postings, shuffled):
        ranking = index.rank(query)
        assert told(ranking) == told(expected)
        assert (ranking.met, ranking.state, ranking.facets) == (expected.met, expected.state, expected.facets)


def test_engines_agree_over_many_merges() -> None:
    """Past the size at which the small segment is merged, several times, with replacements and removals."""
    import random

    source = random.Random(7)

    def someone(number: int, revision: int) -> IndexedProfile:
        drawn = [
            (source.choice(CONCEPTS), source.random(), source.randrange(6), source.random() < 0.3)
            for _ in range(source.choice([0, 0, 0, 1, 2, 9]))  # many are equal: nothing speaks for them
        ]
        return profile(f"c{number}", drawn, external_id=f"E-{number % 50}", revision=revision)

    reference, postings = ReferenceIndex(), PostingIndex()
    query = Query(
        (
            line("a", ("esco:1", 1.0), ("esco:2", 0.7), necessity=Necessity.MUST, level=3),
            line("b", ("esco:2", 1.0), ("esco:5", 0.9), ("esco:6", 0.61), weight=2.5),
        ),
        POLICY,
    )
    for step in range(12):
        batch = [someone(source.randrange(1200), step + 1) for _ in range(source.choice([1, 90, 400]))]
        gone = [f"c{source.randrange(1200)}" for _ in range(20)]
        for index in (reference, postings):
            index.apply(batch)
            index.remove(gone)
        assert told(postings.rank(query)) == told(reference.rank(query))
        assert postings.state() == reference.state()


def test_the_reference_is_the_score_of_the_models() -> None:
    someone = profile("a", [("esco:1", 0.8, 2, True), ("esco:1", 0.8, 5, False), ("esco:3", 1.0, 0, True)])
    query = Query((line("a", ("esco:1", 1.0), ("esco:3", 0.9), level=3), line("b", ("esco:3", 1.0))), POLICY)
    result = score_profile(someone, query)
    index = PostingIndex()
    index.apply([someone])
    place = index.rank(query).place(0)
    assert (place.score, place.verified_score) == (result.total, result.verified_only)
    assert replace(someone, revision=2).key == someone.key
