"""Keys that a token carries itself: they show integrity at most, never who the issuer is."""

from credence.credentials.verifier import Code, Outcome
from support.badges import ISSUER, OTHER, WEB, check, credential, web_shelf
from support.forging import jwk_of, token


def test_a_key_in_the_header_is_not_the_issuers():
    forged = token({"alg": "EdDSA", "typ": "vc+jwt", "jwk": jwk_of(OTHER)}, credential(), OTHER._private.sign)
    answer = check(forged)
    assert answer.outcome is Outcome.NOT_VERIFIED
    for kid in (OTHER.key_id, ISSUER.key_id):
        forged = OTHER.sign_jwt(credential(), header={"jwk": jwk_of(OTHER), "kid": kid})
        answer = check(forged)
        assert answer.outcome is Outcome.NOT_VERIFIED, kid
        assert not answer.verdicts["issuer_authenticated"].valid or not answer.verdicts["integrity"].valid


def test_a_key_in_the_header_that_is_the_issuers():
    head = {"alg": "EdDSA", "typ": "vc+jwt", "jwk": jwk_of(WEB)}
    signed = token(head, credential(WEB), WEB._private.sign)
    assert check(signed, documents=web_shelf()).outcome is Outcome.VERIFIED
    offline = check(signed)
    assert offline.outcome is Outcome.INDETERMINATE
    assert offline.verdicts["issuer_authenticated"].code is Code.ISSUER_NOT_AUTHENTICATED
    forged = token({**head, "jwk": jwk_of(OTHER)}, credential(WEB), OTHER._private.sign)
    assert check(forged, documents=web_shelf()).outcome is Outcome.NOT_VERIFIED


def test_a_secret_or_symmetric_key_in_the_header():
    for jwk in (
        {"kty": "oct", "k": "c2VjcmV0"},
        {**jwk_of(OTHER), "d": "AAAA"},
        {"kty": "OKP"},
        {"kty": "RSA", "n": "AQ", "e": "AQAB"},
        1,
        [],
    ):
        head = {"alg": "EdDSA", "typ": "vc+jwt", "jwk": jwk}
        assert check(token(head, credential(), OTHER._private.sign)).outcome is Outcome.NOT_VERIFIED
