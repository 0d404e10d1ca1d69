from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from credence.web.views.filters import Filter, controls, read_filter
from credencepb.matching.v1.matching_service_pb2 import FacetCount, RankingFilter

words = st.text(st.characters(categories=["L", "N"], include_characters="-_ &=%"), min_size=1, max_size=12)
COUNTS = [
    FacetCount(facet="region", value="DE-BE", count=3),
    FacetCount(facet="region", value="DE-BY", count=2),
    FacetCount(facet="region", value="AT-9", count=1),
    FacetCount(facet="availability", value="now", count=4),
    FacetCount(facet="labels.team", value="blue", count=6),
]


@given(st.sets(words), st.sets(words), st.dictionaries(words, words), st.booleans())
def test_an_address_gives_back_the_filter_it_was_made_of(
    regions: set[str], availabilities: set[str], labels: dict[str, str], must: bool
) -> None:
    wanted = Filter(
        tuple(sorted(regions)), tuple(sorted(availabilities)), (), tuple(sorted(labels.items())), must
    )
    assert read_filter(parse_qsl(wanted.query)) == wanted


def test_what_is_no_condition_is_left_alone() -> None:
    assert read_filter([("page", "x"), ("region", ""), ("labels.", "y"), ("utm", "z")]) == Filter()


def test_the_request_holds_every_condition() -> None:
    sent = read_filter(
        [
            ("region", "DE"),
            ("availability", "now"),
            ("population", "employee"),
            ("labels.team", "blue"),
            ("must", "1"),
        ]
    )
    assert sent.request() == RankingFilter(
        regions=["DE"],
        availabilities=["now"],
        populations=["employee"],
        labels={"team": "blue"},
        must_haves_met_only=True,
    )


def test_countries_sum_up_their_subdivisions() -> None:
    facet = controls(read_filter([("region", "DE-BE")]), COUNTS).facets[0]
    assert [(c.text, c.count, c.chosen) for c in facet.choices] == [("AT", 1, False), ("DE", 5, False)]
    assert [(c.text, c.chosen) for c in facet.choices[1].within] == [("DE-BE", True), ("DE-BY", False)]
    assert facet.chosen == 1


def test_facets_stand_in_a_fixed_order_and_labels_take_one_value() -> None:
    facets = controls(Filter(), list(reversed(COUNTS))).facets
    assert [(f.title, f.single) for f in facets] == [
        ("Region", False),
        ("Availability", False),
        ("Team", True),
    ]


def test_a_chip_leads_to_the_same_list_without_its_condition() -> None:
    wanted = read_filter([("region", "DE"), ("must", "1")])
    chips = controls(wanted, COUNTS).chips
    assert [(c.text, c.without) for c in chips] == [
        ("Region: DE", "must=1"),
        ("Must-haves met only", "region=DE"),
    ]


def test_a_value_that_nobody_has_can_still_be_seen_and_unset() -> None:
    facets = {f.name: f for f in controls(read_filter([("labels.team", "gone")]), COUNTS).facets}
    assert [(c.value, c.count, c.chosen) for c in facets["labels.team"].choices] == [
        ("blue", 6, False),
        ("gone", 0, True),
    ]
