import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credence.platform.errors import InvalidField, InvalidPageToken
from credence.platform.pages import PageTokens, arguments_digest, coerce_page_size
from credencepb.candidates.v1.candidates_service_pb2 import ListCandidatesRequest

TOKENS = PageTokens(b"a secret of this test")
ARGUMENTS = arguments_digest(ListCandidatesRequest(parent="tenants/acme"))


def test_page_sizes_are_coerced() -> None:
    assert coerce_page_size(0) == 50
    assert coerce_page_size(7) == 7
    assert coerce_page_size(5000) == 1000
    with pytest.raises(InvalidField, match="page_size"):
        coerce_page_size(-1)


def test_the_page_is_not_part_of_the_arguments() -> None:
    assert (
        arguments_digest(ListCandidatesRequest(parent="tenants/acme", page_size=3, page_token="x"))
        == ARGUMENTS
    )
    assert arguments_digest(ListCandidatesRequest(parent="tenants/globex")) != ARGUMENTS


@given(st.lists(st.integers(-(2**53), 2**53) | st.text() | st.none()))
def test_a_token_holds_its_position(position: list[object]) -> None:
    assert TOKENS.decode("List", ARGUMENTS, TOKENS.encode("List", ARGUMENTS, position)) == position


def test_the_empty_token_is_the_first_page() -> None:
    assert TOKENS.decode("List", ARGUMENTS, "") is None


def test_a_token_is_for_one_method_and_its_arguments() -> None:
    token = TOKENS.encode("List", ARGUMENTS, ["a"])
    with pytest.raises(InvalidPageToken, match="other arguments"):
        TOKENS.decode("List", arguments_digest(ListCandidatesRequest(parent="tenants/globex")), token)
    with pytest.raises(InvalidPageToken, match="not issued"):
        TOKENS.decode("Other", ARGUMENTS, token)
    with pytest.raises(InvalidPageToken, match="not issued"):
        PageTokens(b"another").decode("List", ARGUMENTS, token)


@given(st.text(max_size=80))
def test_any_other_text_is_refused(text: str) -> None:
    if text:
        with pytest.raises(InvalidPageToken):
            TOKENS.decode("List", ARGUMENTS, text)


def test_a_changed_token_is_refused() -> None:
    token = TOKENS.encode("List", ARGUMENTS, ["a"])
    raw = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    for i in range(len(raw)):
        raw[i] ^= 1
        with pytest.raises(InvalidPageToken):
            TOKENS.decode("List", ARGUMENTS, base64.urlsafe_b64encode(raw).decode().rstrip("="))
        raw[i] ^= 1
