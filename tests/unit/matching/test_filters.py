import pytest

from credence.matching import filters
from credence.platform.errors import InvalidField
from credencepb.matching.v1.matching_service_pb2 import RankingFilter


def test_one_form_for_all_ways_to_write_a_filter() -> None:
    assert filters.canonical(RankingFilter()) == ""
    one = RankingFilter(regions=["FR", "DE", "FR"], labels={"b": "2", "a": "1"})
    other = RankingFilter(regions=["DE", "FR"], labels={"a": "1", "b": "2"})
    assert filters.canonical(one) == filters.canonical(other)
    assert filters.canonical(one) == '{"labels":{"a":"1","b":"2"},"regions":["DE","FR"]}'
    assert filters.canonical(RankingFilter(must_haves_met_only=True)) != ""


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (RankingFilter(availabilities=["now", "soon"]), "filter.availabilities[1]"),
        (RankingFilter(populations=["robot"]), "filter.populations[0]"),
        (RankingFilter(regions=[""]), "filter.regions[0]"),
        (RankingFilter(regions=["x" * 201]), "filter.regions[0]"),
        (RankingFilter(regions=["x"] * 101), "filter.regions"),
        (RankingFilter(labels={"": "x"}), "filter.labels"),
        (RankingFilter(labels={str(n): "x" for n in range(101)}), "filter.labels"),
    ],
)
def test_conditions_that_cannot_be_meant(wanted: RankingFilter, field: str) -> None:
    with pytest.raises(InvalidField) as caught:
        filters.check(wanted)
    assert [name for name, _ in caught.value.violations] == [field]
