"""Whatever comes in, an answer comes out: no exception, no VERIFIED, within bounds."""

import contextlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credence.credentials.verifier import Limits, Outcome
from credence.credentials.verifier.parsing import Refused, parse_json
from credence.credentials.verifier.validity import jwt_time, parse_time
from support.badges import ISSUER, SECURINGS, check, credential

SIGNED = {securing: ISSUER.sign(credential(), securing) for securing in SECURINGS}
settings.register_profile("verifier", max_examples=150, deadline=1000)
settings.load_profile("verifier")

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(
    [
        "@context",
        "id",
        "type",
        "issuer",
        "validFrom",
        "validUntil",
        "credentialSubject",
        "proof",
        "credentialStatus",
        "evidence",
        "vc",
        "name",
    ]
)


def says_nothing(value):
    """null and the empty set are absence in JSON-LD: no quad, and nothing to read."""
    return value is None or (isinstance(value, list) and all(says_nothing(item) for item in value))


def answered(document):
    answer = check(document)
    assert answer.outcome is not Outcome.VERIFIED
    json.dumps(answer.to_json("x"))


@given(st.binary(max_size=300))
def test_any_bytes(document):
    answered(document)


@given(st.text(max_size=300))
def test_any_text(document):
    answered(document)


@given(VALUES)
def test_any_json(value):
    answered(json.dumps(value))


@given(st.dictionaries(NAMES, VALUES, max_size=8))
def test_any_object_with_the_names_of_a_credential(value):
    answered(json.dumps(value))


@pytest.mark.parametrize("securing", ["eddsa-jcs-2022", "eddsa-rdfc-2022"])
@given(name=NAMES, value=VALUES)
def test_any_member_of_a_signed_badge(securing, name, value):
    parsed = json.loads(SIGNED[securing])
    if name == "vc" and securing == "eddsa-rdfc-2022":
        name = "description"
    if parsed.get(name) == value or says_nothing(value):
        return
    if name == "proof" and value in ({}, [{}]):
        return
    answered(json.dumps({**parsed, name: value}))


@pytest.mark.parametrize("securing", SECURINGS)
@given(data=st.data())
def test_any_changed_byte_of_a_signed_badge(securing, data):
    signed = bytearray(SIGNED[securing])
    place = data.draw(st.integers(0, len(signed) - 1))
    byte = data.draw(st.integers(0, 255))
    original = signed[place]
    signed[place] = byte
    answer = check(bytes(signed))
    if answer.outcome is Outcome.VERIFIED:
        # the same JSON by another spelling: white space, or nothing changed
        assert byte == original or (bytes([byte]).isspace() and bytes([original]).isspace())


@given(VALUES, VALUES)
def test_any_token(header, claims):
    from base64 import urlsafe_b64encode

    parts = [urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
    answered(b".".join([*parts, b"AAAA"]))


@given(VALUES)
def test_parsing_agrees_with_the_standard_parser(value):
    text = json.dumps(value)
    try:
        parsed = parse_json(text.encode(), Limits())
    except Refused:
        return
    assert parsed == json.loads(text)


@given(st.text(max_size=40))
def test_times_are_read_or_refused(text):
    with contextlib.suppress(ValueError):
        parse_time(text)


FIRST, LAST = datetime(1, 1, 3), datetime(9999, 12, 29)  # noqa: DTZ001  (the zone is drawn beside it)


@given(
    st.datetimes(min_value=FIRST, max_value=LAST),
    st.integers(-14 * 60, 14 * 60),
)
def test_times_agree_with_the_standard_parser(time, offset):
    sign = "-" if offset < 0 else "+"
    text = f"{time.isoformat()}{sign}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
    assert parse_time(text) == datetime.fromisoformat(text).astimezone(UTC)


@given(st.floats() | st.integers())
def test_numeric_dates_are_read_or_refused(value):
    with contextlib.suppress(ValueError):
        jwt_time(value)
