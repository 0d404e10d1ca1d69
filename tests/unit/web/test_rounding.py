from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credence.web.views.rounding import add_up, hundredths


@given(st.lists(st.floats(0, 10_000), min_size=1, max_size=60))
def test_rounded_values_add_up_and_stay_next_to_what_they_were(values: list[float]) -> None:
    total = round(fsum(values))
    rounded = add_up(values, total)
    assert sum(rounded) == total
    assert all(abs(r - v) <= 1 for r, v in zip(rounded, values, strict=True))


def test_the_largest_remainders_are_rounded_up() -> None:
    assert add_up([1.4, 1.4, 1.2], 4) == [2, 1, 1]


def test_a_total_that_is_not_theirs_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be rounded"):
        add_up([1.0, 1.0], 5)


def test_hundredths() -> None:
    assert [hundredths(n) for n in (0, 7, 1234, 10000)] == ["0.00", "0.07", "12.34", "100.00"]
