"""Texts made to break a parser: each refused, with a code, in time, without an exception."""

import json

import pytest

from credence.credentials.verifier import Code, Outcome
from support.badges import ISSUER, check, credential


def refused(document, *codes):
    answer = check(document)
    assert answer.outcome is Outcome.NOT_VERIFIED
    assert answer.verdicts["integrity"].code in codes, answer.verdicts["integrity"]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" ",
        b"not json",
        b'{"a":1',
        b"\xff\xfe",
        b'{"a":1}{"b":2}',
        b"[1,2",
        b'"x',
        b'{"a":"\x00"}',
        b"\xef\xbb\xbf{}",
    ],
)
def test_not_json(text):
    refused(text, Code.NOT_JSON)


@pytest.mark.parametrize(
    "text", [b"[]", b"1", b"null", b'"eyJ"', b"{}", b'{"@context":[]}', b'{"type":"VerifiableCredential"}']
)
def test_json_that_is_no_credential(text):
    refused(text, Code.UNSUPPORTED_FORMAT)


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"9" * 5000])
def test_numbers_that_json_does_not_have(number):
    refused(b'{"a":' + number + b"}", Code.NOT_JSON)


@pytest.mark.parametrize("text", [b'{"a":"\\ud800"}', b'{"\\udc00":1}', b'{"a":["\\uD800x"]}'])
def test_half_a_surrogate_pair(text):
    refused(text, Code.NOT_JSON)
    assert check(b'{"a":"\\ud83d\\ude00"}').verdicts["integrity"].code is Code.UNSUPPORTED_FORMAT


def test_a_str_that_is_no_text():
    refused("\ud800", Code.NOT_JSON)


@pytest.mark.parametrize("shape", [(b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")])
@pytest.mark.parametrize("depth", [65, 10_000, 400_000])
def test_nested_deep(shape, depth):
    opening, closing = shape
    refused(opening * depth + b"1" + closing * depth, Code.TOO_DEEP, Code.TOO_LARGE)
    refused(opening * depth, Code.TOO_DEEP, Code.TOO_LARGE)


def test_nested_deep_inside_a_string_is_no_nesting():
    refused(json.dumps({"a": "[" * 10_000 + '"' + "{" * 10_000}), Code.UNSUPPORTED_FORMAT)


def test_five_megabytes():
    refused(json.dumps({**credential(), "x": "a" * 5_000_000}).encode(), Code.TOO_LARGE)
    refused(b"eyJ" + b"a" * 5_000_000 + b".e30.AA", Code.TOO_LARGE)


def test_quotes_and_backslashes_cost_one_pass():
    refused(b'"' * 1_999_999, Code.NOT_JSON)
    refused(b'"' + b'\\"' * 999_000, Code.NOT_JSON)
    refused(b"\\" * 2_000_000, Code.NOT_JSON)


def test_many_small_things():
    refused(b"[" + b"[],[]," * 100_000 + b"[]]", Code.TOO_COMPLEX)


@pytest.mark.parametrize("place", ["top", "inner"])
def test_a_name_twice(place):
    signed = ISSUER.sign(credential(), "eddsa-jcs-2022").decode()
    if place == "top":
        twice = signed[:-1] + ', "validUntil": "2099-01-01T00:00:00Z"}'
    else:
        twice = signed.replace(
            '"type": ["AchievementSubject"]', '"type": ["AchievementSubject"], "type": ["AchievementSubject"]'
        )
    assert twice != signed
    refused(twice, Code.DUPLICATE_KEY)
    # the same name by another spelling
    refused(signed[:-1] + ', "valid\\u0055ntil": "2099-01-01T00:00:00Z"}', Code.DUPLICATE_KEY)


def test_an_integer_that_no_double_holds():
    parsed = json.loads(ISSUER.sign(credential(), "eddsa-jcs-2022"))
    parsed["credentialSubject"]["creditsEarned"] = 2**53 + 1
    refused(json.dumps(parsed), Code.PROOF_MALFORMED)


@pytest.mark.parametrize("securing", ["eddsa-jcs-2022", "eddsa-rdfc-2022"])
def test_values_of_a_kind_that_nobody_expects(securing):
    """Each member of a signed badge replaced by each kind of JSON value: an answer, never an exception, never VERIFIED."""
    parsed = json.loads(ISSUER.sign(credential(), securing))
    odd = [
        None,
        True,
        0,
        1.5,
        "",
        "x",
        [],
        {},
        [[]],
        [{}],
        [None],
        {"@value": 1},
        {"a": {"b": []}},
        ["x", {"id": 1}],
    ]

    def places(value, path=()):
        if isinstance(value, dict):
            for name, item in value.items():
                yield (*path, name)
                yield from places(item, (*path, name))
        elif isinstance(value, list):
            for position, item in enumerate(value):
                yield (*path, position)
                yield from places(item, (*path, position))

    for path in places(parsed):
        for value in odd:
            changed = json.loads(json.dumps(parsed))
            holder = changed
            for step in path[:-1]:
                holder = holder[step]
            if holder[path[-1]] in (value, [value]):
                continue
            holder[path[-1]] = value
            answer = check(json.dumps(changed))
            assert answer.outcome is not Outcome.VERIFIED, (path, value)
            json.dumps(answer.to_json())
