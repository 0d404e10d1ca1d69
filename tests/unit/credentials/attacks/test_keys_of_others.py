"""Keys of somebody else, called the issuer's, and issuers' documents that do not vouch for the key."""

from datetime import UTC, datetime

import pytest

from credence.credentials.issuing import Issuer
from credence.credentials.verifier import Code, Outcome
from support.badges import ISSUER, OTHER, SECURINGS, WEB, Shelf, check, clone, credential, web_shelf
from support.forging import DID_URL, pretending


@pytest.mark.parametrize("securing", SECURINGS)
def test_a_key_of_someone_else(securing):
    answer = check(OTHER.sign(credential(), securing))
    assert answer.outcome is Outcome.NOT_VERIFIED
    assert answer.verdicts["integrity"].valid  # whoever signed, nothing was changed since
    assert answer.verdicts["issuer_authenticated"].code is Code.ISSUER_NOT_AUTHENTICATED


@pytest.mark.parametrize("securing", SECURINGS)
def test_a_fragment_key_is_not_taken_on_trust(securing):
    forged = pretending(WEB.id).sign(credential(WEB), securing)
    answer = check(forged, documents=web_shelf())
    assert answer.outcome is Outcome.NOT_VERIFIED
    assert answer.verdicts["issuer_authenticated"].code is Code.ISSUER_NOT_AUTHENTICATED
    offline = check(forged)
    assert offline.outcome is Outcome.INDETERMINATE
    assert offline.verdicts["issuer_authenticated"].code is Code.ISSUER_NOT_AUTHENTICATED


@pytest.mark.parametrize("securing", SECURINGS)
def test_a_fragment_that_lies_about_a_did_key(securing):
    did = ISSUER.id
    own = Issuer.from_seed(b"pretender")
    liar = Issuer(did, f"{did}#{own.multikey}", own.multikey, own._private)
    assert check(liar.sign(credential(), securing)).outcome is Outcome.NOT_VERIFIED


def changed_document(change):
    document = clone(WEB.did_document())
    change(document)
    return document


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(assertionMethod=[]),
        lambda d: d.pop("assertionMethod"),
        lambda d: (d.pop("assertionMethod"), d.update(authentication=[WEB.key_id])),
        lambda d: d.update(id="did:web:other.example"),
        lambda d: d.pop("id"),
        lambda d: d["verificationMethod"][0].update(controller="did:web:other.example"),
        lambda d: d["verificationMethod"][0].pop("controller"),
        lambda d: d["verificationMethod"][0].update(publicKeyMultibase=OTHER.multikey),
        lambda d: d["verificationMethod"][0].update(publicKeyMultibase="z6Mk"),
        lambda d: d["verificationMethod"][0].update(publicKeyMultibase=1),
        lambda d: d["verificationMethod"][0].update(publicKeyJwk={"kty": "oct", "k": "AA"}),
        lambda d: d["verificationMethod"][0].update(id="did:web:other.example#key"),
        lambda d: d["verificationMethod"][0].update(revoked="2020-01-01T00:00:00Z"),
        lambda d: d["verificationMethod"][0].update(expires="2020-01-01T00:00:00Z"),
        lambda d: d["verificationMethod"][0].update(revoked="soon"),
        lambda d: d["verificationMethod"].append(
            {**d["verificationMethod"][0], "publicKeyMultibase": OTHER.multikey}
        ),
        lambda d: d.update(verificationMethod="x"),
        lambda d: d.update(assertionMethod=[1]),
    ],
)
@pytest.mark.parametrize("securing", SECURINGS)
def test_a_key_that_the_issuers_document_does_not_vouch_for(change, securing):
    shelf = Shelf({DID_URL: changed_document(change)})
    assert check(WEB.sign(credential(WEB), securing), documents=shelf).outcome is not Outcome.VERIFIED


def test_a_stolen_key_cannot_date_itself_before_its_revocation():
    shelf = Shelf(
        {
            DID_URL: changed_document(
                lambda d: d["verificationMethod"][0].update(revoked="2025-01-01T00:00:00Z")
            )
        }
    )
    backdated = WEB.sign(credential(WEB), "eddsa-jcs-2022", created=datetime(2024, 6, 1, tzinfo=UTC))
    assert check(backdated, documents=shelf).verdicts["issuer_authenticated"].code is Code.KEY_REVOKED


def test_a_document_that_is_no_document():
    for body in (b"", b"<html>", b"[]", b"{" * 20_000, b'{"id":"did:web:academy.example","id":"x"}'):
        answer = check(WEB.sign(credential(WEB), "eddsa-jcs-2022"), documents=Shelf({DID_URL: body}))
        assert answer.outcome is Outcome.INDETERMINATE
