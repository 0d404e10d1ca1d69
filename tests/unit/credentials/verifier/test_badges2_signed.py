"""Open Badges 1.x and 2.0 that are believed because a key of the issuer signed them."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from credence.credentials.verifier import (
    Code,
    Outcome,
    State,
    recheck_status,
)
from support.badges import AT
from support.older import OldAcademy, judged, jws, published, seeded


@pytest.fixture
def academy():
    return OldAcademy()


@pytest.fixture(scope="module")
def rsa_key():
    return rsa.generate_private_key(65537, 2048)


@pytest.mark.parametrize("kind", ["EdDSA", "ES256", "RS256"])
def test_a_signed_badge(kind, rsa_key):
    key = {"EdDSA": seeded(b"k"), "ES256": ec.derive_private_key(7, ec.SECP256R1()), "RS256": rsa_key}[kind]
    academy = OldAcademy(key=key)
    token = academy.signed()
    answer = judged(academy, token)
    assert (answer.format, answer.outcome) == ("ob2+jws", Outcome.VERIFIED), answer.verdicts
    assert answer.verdicts["status"].state is State.NOT_APPLICABLE
    head, _body, signature = token.split(b".")
    other = academy.signed(expires="2099-01-01T00:00:00Z").split(b".")[1]
    forged = judged(academy, b".".join((head, other, signature)))
    assert forged.verdicts["integrity"].code is Code.SIGNATURE_MISMATCH
    assert academy.shelf.asked[-1] == academy.key_id, "nothing but the key is fetched for a forgery"


def test_whose_key_it_is(academy):
    eve = OldAcademy("eve.example")
    eve.shelf.documents |= academy.shelf.documents
    theirs = eve.assertion(
        id="urn:uuid:1", badge=academy.url("badge"), verification={"type": "signed", "creator": eve.key_id}
    )
    for owner in (eve.issuer_id, academy.issuer_id):
        eve.shelf.documents[eve.key_id] = eve.key_document(owner=owner)
        answer = judged(eve, jws(theirs, eve.key))
        assert answer.verdicts["integrity"].valid
        assert answer.verdicts["issuer_authenticated"].code is Code.ISSUER_NOT_AUTHENTICATED
        assert answer.outcome is Outcome.NOT_VERIFIED
    embedded = academy.badge_class(issuer=academy.profile(publicKey=eve.key_id))
    answer = judged(eve, jws(theirs | {"badge": embedded}, eve.key))
    assert answer.outcome is Outcome.NOT_VERIFIED, "an issuer's document counts only from its own address"


def test_a_key_that_says_it_is_anothers(academy):
    published(academy, "key", academy.key_document(owner="https://eve.example/issuer"))
    answer = judged(academy, academy.signed())
    assert answer.verdicts["issuer_authenticated"].code is Code.ISSUER_NOT_AUTHENTICATED
    assert answer.outcome is Outcome.NOT_VERIFIED


def test_keys_within_the_issuers_document(academy):
    published(academy, "issuer", academy.profile(publicKey=academy.key_document()))
    del academy.shelf.documents[academy.key_id]
    assert judged(academy, academy.signed()).outcome is Outcome.VERIFIED
    unnamed = academy.signed(verification={"type": "SignedBadge"})
    assert judged(academy, unnamed).outcome is Outcome.VERIFIED
    other = academy.signed(verification={"type": "SignedBadge"}, key=seeded(b"other"))
    assert judged(academy, other).verdicts["integrity"].code is Code.SIGNATURE_MISMATCH
    published(academy, "issuer", academy.profile(publicKey=[]))
    assert judged(academy, unnamed).outcome is Outcome.INDETERMINATE
    assert judged(academy, academy.signed()).outcome is not Outcome.VERIFIED


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"alg": "none"}, Code.ALGORITHM_NOT_ALLOWED),
        ({"alg": "HS256"}, Code.ALGORITHM_NOT_ALLOWED),
        ({"alg": "RS256"}, Code.ALGORITHM_NOT_ALLOWED),
        ({"crit": ["x"]}, Code.CRITICAL_HEADER_UNKNOWN),
    ],
)
def test_algorithms_are_those_of_the_key(academy, header, code):
    answer = judged(academy, academy.signed(header))
    assert (answer.outcome, answer.verdicts["integrity"].code) == (Outcome.NOT_VERIFIED, code)


def test_a_signed_badge_without_its_signature(academy):
    claims = academy.assertion(verification={"type": "signed", "creator": academy.key_id})
    assert judged(academy, json.dumps(claims)).verdicts["integrity"].code is Code.NO_PROOF
    assert judged(academy, json.dumps(academy.assertion(verification={}))).outcome is Outcome.NOT_VERIFIED
    published(academy, "assertion", claims)
    assert judged(academy, json.dumps(academy.assertion())).verdicts["integrity"].code is Code.HOSTED_MISMATCH
    assert academy.shelf.asked == [academy.url("assertion")]


@pytest.mark.parametrize(
    ("listed", "code"),
    [
        ({"revokedAssertions": []}, Code.OK),
        ({"revokedAssertions": ["urn:uuid:7f5c0c5e-0000-4000-8000-000000000001"]}, Code.REVOKED),
        ({"revokedAssertions": {"id": "urn:uuid:7f5c0c5e-0000-4000-8000-000000000001"}}, Code.REVOKED),
        ({"revokedAssertions": [{"uid": "serial-1", "revocationReason": "x"}]}, Code.REVOKED),
        ({"revokedAssertions": [{"uid": "serial-2"}, "urn:uuid:2"]}, Code.OK),
        ({"serial-1": "taken back"}, Code.REVOKED),
        ({"type": "RevocationList"}, Code.STATUS_LIST_MALFORMED),
        ({"revokedAssertions": [7]}, Code.STATUS_LIST_MALFORMED),
        ({"revokedAssertions": [], "issuer": "https://other.example/"}, Code.STATUS_LIST_WRONG_ISSUER),
        ({"revokedAssertions": [], "id": "https://other.example/"}, Code.STATUS_LIST_MALFORMED),
        (b"nonsense", Code.STATUS_LIST_MALFORMED),
        (None, Code.STATUS_UNREACHABLE),
    ],
)
def test_the_list_of_revoked_badges(academy, listed, code):
    published(academy, "issuer", academy.profile(revocationList=academy.url("revoked")))
    if listed is not None:
        published(academy, "revoked", listed)
    answer = judged(academy, academy.signed(uid="serial-1"))
    assert answer.verdicts["status"].code is code
    expected = {Code.OK: Outcome.VERIFIED, Code.REVOKED: Outcome.NOT_VERIFIED}
    assert answer.outcome is expected.get(code, Outcome.INDETERMINATE)
    again = recheck_status(answer.status_entries, academy.issuer_id, AT, academy.shelf)
    assert again.code is code
