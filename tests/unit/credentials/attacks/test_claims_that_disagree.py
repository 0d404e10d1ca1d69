"""A token whose claims say other than the credential in it, and ends of validity that contradict or cannot be read."""

from datetime import timedelta

import pytest

from credence.credentials.verifier import Code, Outcome
from support.badges import AT, DATA_INTEGRITY, ISSUER, OTHER, UNTIL, check, credential
from support.forging import token


def test_iss_is_not_the_issuer():
    claims = {"iss": OTHER.id, "vc": credential()}
    signed = token({"alg": "EdDSA", "typ": "JWT", "kid": ISSUER.key_id}, claims, ISSUER._private.sign)
    answer = check(signed)
    assert answer.outcome is Outcome.NOT_VERIFIED
    assert answer.verdicts["issuer_authenticated"].code is Code.ISSUER_NOT_AUTHENTICATED
    # signed by whoever iss says, while the credential names another
    signed = token({"alg": "EdDSA", "typ": "JWT", "kid": OTHER.key_id}, claims, OTHER._private.sign)
    assert check(signed).verdicts["issuer_authenticated"].code is Code.ISSUER_NOT_AUTHENTICATED


def test_sub_is_not_the_subject():
    claims = {"iss": ISSUER.id, "sub": "did:example:me", "vc": credential()}
    signed = token({"alg": "EdDSA", "typ": "JWT", "kid": ISSUER.key_id}, claims, ISSUER._private.sign)
    assert check(signed).verdicts["integrity"].code is Code.CLAIMS_DISAGREE


@pytest.mark.parametrize("earlier", ["exp", "validUntil"])
def test_the_earliest_end_wins(earlier):
    soon, late = AT - timedelta(days=1), UNTIL
    claims = {
        **credential(valid_until=late if earlier == "exp" else soon),
        "exp": int((soon if earlier == "exp" else late).timestamp()),
    }
    answer = check(
        token({"alg": "EdDSA", "typ": "vc+jwt", "kid": ISSUER.key_id}, claims, ISSUER._private.sign)
    )
    assert answer.valid_until == soon
    assert answer.verdicts["validity"].code is Code.EXPIRED


@pytest.mark.parametrize("exp", ["2030", True, 1e300, -1e300, [1], {"a": 1}, float(2**63)])
def test_an_end_that_cannot_be_read_is_no_end(exp):
    answer = check(
        token(
            {"alg": "EdDSA", "typ": "vc+jwt", "kid": ISSUER.key_id},
            {**credential(), "exp": exp},
            ISSUER._private.sign,
        )
    )
    assert answer.outcome is Outcome.NOT_VERIFIED
    assert answer.verdicts["validity"].code is Code.DATE_MALFORMED


@pytest.mark.parametrize("name", ["validUntil", "expirationDate", "validFrom"])
@pytest.mark.parametrize(
    "value",
    [
        "tomorrow",
        "2030-13-01T00:00:00Z",
        1893456000,
        ["2030-01-01T00:00:00Z"],
        {"@value": "x"},
        "",
        "2030-01-01",
    ],
)
def test_a_date_that_cannot_be_read_is_no_date(name, value):
    answer = check(ISSUER.sign({**credential(), name: value}, "eddsa-jcs-2022", created=AT))
    assert answer.verdicts["integrity"].valid
    assert (answer.outcome, answer.verdicts["validity"].code) == (Outcome.NOT_VERIFIED, Code.DATE_MALFORMED)


def test_a_proof_that_expires_ends_the_badge():
    for securing in DATA_INTEGRITY:
        signed = ISSUER.sign(credential(), securing, proof={"expires": "2025-01-01T00:00:00Z"})
        answer = check(signed)
        assert answer.verdicts["integrity"].valid
        assert answer.verdicts["validity"].code is Code.EXPIRED


def test_an_expiry_under_its_full_name_in_json_formats():
    for document in (
        {**credential(), "https://www.w3.org/2018/credentials#validUntil": "2020-01-01T00:00:00Z"},
        {**credential(), "@included": [{"validUntil": "2020-01-01T00:00:00Z"}]},
    ):
        for securing in ("eddsa-jcs-2022", "vc-jwt"):
            assert check(ISSUER.sign(document, securing)).verdicts["integrity"].code is Code.NOT_COMPACTED
