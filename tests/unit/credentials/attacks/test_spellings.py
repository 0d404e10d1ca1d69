"""The same token spelled in another way, and tokens of another kind."""

import pytest

from credence.credentials.verifier import Code, Outcome
from support.badges import ISSUER, check, credential
from support.forging import b64, token


def test_a_token_spelled_in_another_way():
    header, payload, signature = ISSUER.sign(credential(), "vc-jwt").split(b".")
    for other in (
        b".".join((header + b"=", payload, signature)),
        b".".join((header, payload)),
        b".".join((header, payload, signature, b"")),
        b".".join((header, payload, b"")),
        b".".join((header, payload, signature[:-2] + b"!!")),
        b".".join((header, payload, signature[:-1])),
    ):
        assert check(other).outcome is Outcome.NOT_VERIFIED


def test_a_signature_has_one_spelling():
    """86 characters hold 64 bytes and four bits more; sixteen last characters would decode to the same signature."""
    signed = ISSUER.sign(credential(), "vc-jwt")
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    verified = [last for last in alphabet if check(signed[:-1] + bytes([last])).outcome is Outcome.VERIFIED]
    assert verified == [signed[-1]]


def test_a_header_with_a_name_twice():
    _, payload, _ = ISSUER.sign(credential(), "vc-jwt").split(b".")
    header = b64(b'{"alg":"none","alg":"EdDSA","typ":"vc+jwt","kid":"' + ISSUER.key_id.encode() + b'"}')
    signing_input = header + b"." + payload
    forged = signing_input + b"." + b64(ISSUER._private.sign(signing_input))
    assert check(forged).verdicts["integrity"].code is Code.DUPLICATE_KEY


@pytest.mark.parametrize("kind", ["vp+jwt", "vc+sd-jwt", "dpop+jwt", "at+jwt", "secevent+jwt", 1])
def test_a_token_of_another_kind(kind):
    assert (
        check(ISSUER.sign_jwt(credential(), header={"typ": kind})).verdicts["integrity"].code
        is Code.UNSUPPORTED_FORMAT
    )


def test_a_token_with_two_credentials():
    claims = {**credential(), "vc": credential(name="Other")}
    signed = token({"alg": "EdDSA", "kid": ISSUER.key_id}, claims, ISSUER._private.sign)
    assert check(signed).verdicts["integrity"].code is Code.UNSUPPORTED_FORMAT
