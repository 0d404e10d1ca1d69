"""Identifiers of issuers that point elsewhere, at nothing, or at several."""

import pytest

from credence.credentials.verifier import Code, Outcome
from support.badges import ISSUER, Shelf, check, credential
from support.forging import pretending


@pytest.mark.parametrize(
    "did",
    [
        "did:web:",
        "did:web:..",
        "did:web:a.example:..:x",
        "did:web:a.example:%2e%2e",
        "did:web:a.example%2Fx",
        "did:web:a.example/x",
        "did:web:user@a.example",
        "did:web:a.example?x",
        "did:web:a.example%3A",
        "did:web:a.example%3A80%3A80",
        "did:web:a b",
        "did:web:[::1]",
    ],
)
def test_a_did_web_that_points_elsewhere_is_not_looked_up(did):
    shelf = Shelf()
    own = pretending(did)
    for securing in ("eddsa-jcs-2022", "vc-jwt"):
        answer = check(own.sign(credential(own), securing), documents=shelf)
        assert answer.outcome is Outcome.NOT_VERIFIED
        assert answer.verdicts["issuer_authenticated"].code in (
            Code.ISSUER_MALFORMED,
            Code.ISSUER_NOT_AUTHENTICATED,
        )
    assert shelf.asked == []


@pytest.mark.parametrize(
    "issuer",
    ["http://academy.example/issuer", "ftp://x", "file:///etc/passwd", "data:,x", "did:example:1", "urn:x:y"],
)
def test_issuers_whose_keys_cannot_be_looked_up(issuer):
    shelf = Shelf()
    own = pretending(issuer)
    answer = check(own.sign(credential(own), "eddsa-jcs-2022"), documents=shelf)
    assert answer.outcome is not Outcome.VERIFIED
    assert shelf.asked == []


def test_an_https_issuer_by_its_controller_document():
    url = "https://academy.example/issuers/1"
    own = pretending(url)
    signed = own.sign(credential(own), "eddsa-rdfc-2022")
    assert check(signed, documents=Shelf({url: own.did_document()})).outcome is Outcome.VERIFIED
    assert (
        check(signed, documents=Shelf({url: {**own.did_document(), "assertionMethod": []}})).outcome
        is Outcome.NOT_VERIFIED
    )


@pytest.mark.parametrize("issuer", [None, 1, [], [ISSUER.id], {}, {"id": [ISSUER.id]}, {"name": "x"}, True])
def test_an_issuer_that_is_not_one(issuer):
    answer = check(ISSUER.sign({**credential(), "issuer": issuer}, "eddsa-jcs-2022"))
    assert answer.outcome is Outcome.NOT_VERIFIED
    assert answer.verdicts["issuer_authenticated"].code is Code.ISSUER_MALFORMED
