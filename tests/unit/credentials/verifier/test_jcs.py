"""The quick way and the library agree on every value, and on which values have no canonical form."""

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from credence.credentials.verifier.jcs import canonical

NAMES = st.text(max_size=8) | st.sampled_from(["a", "A", "\ue000", "\U0001f600", "\x7f", "\u2028", ""])
NUMBERS = st.integers() | st.floats() | st.sampled_from([2**53 - 1, 2**53, -(2**53), 1e21, 1e-7, -0.0, 0])
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text() | st.characters(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=15,
)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(max_codepoint=127), max_size=6), inner, max_size=5)
    ),
    max_leaves=15,
)


def or_refused(function, value):
    try:
        return function(value)
    except rfc8785.CanonicalizationError:
        return rfc8785.CanonicalizationError


@given(VALUES | PLAIN)
def test_the_same_bytes_as_the_library(value):
    assert or_refused(canonical, value) == or_refused(rfc8785.dumps, value)


@pytest.mark.parametrize("value", ["\ud800", [2**53], float("nan"), {"a": float("inf")}])
def test_values_that_have_no_canonical_form(value):
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical(value)


def test_names_are_sorted_by_utf_16():
    assert json.loads(canonical({"\ue000": 1, "\U0001f600": 2})) == {"\U0001f600": 2, "\ue000": 1}
    assert canonical({"\ue000": 1, "\U0001f600": 2}).startswith('{"\U0001f600"'.encode())
