from hypothesis import given
from hypothesis import strategies as st

from credence.matching.draft import Band, Mention, Policy, draft
from credence_models.coverage import Necessity


def mentions(shares: dict[str, int], postings: int) -> list[list[Mention]]:
    """Each skill stands in the first so many postings, written in capitals in the first half of them."""
    return [
        [
            Mention(f"esco:{skill}", skill, skill.upper() if i < count / 2 else skill)
            for skill, count in shares.items()
            if i < count
        ]
        for i in range(postings)
    ]


def drafted(shares: dict[str, int], postings: int = 40, policy: Policy = Policy.BANDS, text: str = ""):
    return draft([text] * postings, mentions(shares, postings), policy)


def test_bands_at_their_edges() -> None:
    made = drafted({"sixty": 24, "under": 23, "twenty": 8, "ignored": 7})
    assert [(s.label, s.band) for s in made.skills] == [
        ("sixty", Band.PRIORITY),
        ("under", Band.COMMON),
        ("twenty", Band.COMMON),
        ("ignored", Band.IGNORED),
    ]
    assert [(c.wording, c.necessity, c.weight) for c in made.competencies] == [
        ("sixty", Necessity.MUST, 0.6),
        ("under", Necessity.SHOULD, 0.575),
        ("twenty", Necessity.SHOULD, 0.2),
    ]


def test_a_skill_counts_once_a_posting_and_shows_its_wordings() -> None:
    twice = [[Mention("esco:1", "SQL", "SQL"), Mention("esco:1", "SQL", "sql queries")], []]
    [skill] = draft(["", ""], twice, Policy.BANDS).skills
    assert (skill.count, skill.share) == (1, 0.5)
    assert skill.wordings == ("SQL", "sql queries")


def test_no_more_than_five_must_haves() -> None:
    made = drafted({f"s{n}": 40 - n for n in range(7)})
    assert [c.necessity for c in made.competencies] == [Necessity.MUST] * 5 + [Necessity.SHOULD] * 2
    assert any("7 skills stand out" in warning for warning in made.warnings)


def test_too_few_postings_too_few_priorities_and_degrees_are_warned_of() -> None:
    made = drafted({"a": 9}, 10, text="We ask for a Bachelor's degree in anything.")
    assert len(made.warnings) == 3
    assert "Only 10 postings" in made.warnings[0]
    assert "Skills that stand out as priorities: 1" in made.warnings[1]
    assert "10 of 10 postings demand a degree" in made.warnings[2]
    quiet = drafted({f"s{n}": 40 for n in range(4)}, text="A master of none; basic skills.")
    assert quiet.warnings == ()


def test_the_ten_most_frequent() -> None:
    made = drafted({f"s{n:02}": 90 - 4 * n for n in range(14)}, 100, Policy.TOP_TEN)
    assert len(made.competencies) == 10
    assert made.skills[10].band is Band.COMMON
    rare = drafted({"often": 45, "seldom": 39}, 100, Policy.TOP_TEN)
    assert [c.wording for c in rare.competencies] == ["often"]


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 12), min_size=1), st.randoms())
def test_the_order_of_postings_does_not_matter(shares: dict[str, int], random) -> None:
    found = mentions(shares, 12)
    before = draft([""] * 12, found, Policy.BANDS)
    random.shuffle(found)
    assert draft([""] * 12, found, Policy.BANDS) == before
    assert sum(skill.count for skill in before.skills) == sum(shares.values())
