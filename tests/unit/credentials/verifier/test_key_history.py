"""Keys that an issuer replaced: what it signed before stays signed, and nothing that is signed with them now becomes good."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from credence.credentials.issuing import Issuer
from credence.credentials.verifier import (
    Code,
    FormerKey,
    Outcome,
    Remembered,
    SigningKey,
    State,
    StaticRegistry,
    verify,
)
from support.badges import AT, ISSUER, SECURINGS, WEB, Shelf, credential, web_shelf
from support.forging import DID_URL, jwk_of, token

SINCE = datetime(2025, 1, 2, tzinfo=UTC)
NEXT = Issuer.from_seed(b"the next key", did_web=WEB.id)


class History:
    """`known` is what it remembers; `asked` what it was asked for."""

    def __init__(self, known=None):
        self.known = known or Remembered()
        self.asked = []

    def remembered(self, issuer_id, content_hash):
        self.asked.append((issuer_id, content_hash))
        return self.known


def key_of(issuer, method_id=None, seen=SINCE):
    return FormerKey(method_id or issuer.key_id, issuer.multikey, seen)


def answered(document, history, documents=None):
    return verify(
        document,
        recipient=None,
        at=AT,
        documents=documents or rotated(),
        registry=StaticRegistry(),
        history=history,
    )


def rotated(**methods):
    """The issuer's document with another key in it, under its own name or under those given."""
    document = NEXT.did_document()
    if methods:
        document["verificationMethod"][0] |= methods
        document["assertionMethod"] = [document["verificationMethod"][0]["id"]]
    return Shelf({DID_URL: document})


@pytest.mark.parametrize("securing", SECURINGS)
def test_while_the_key_stands_in_the_document_nobody_asks_and_it_is_told_what_to_remember(securing):
    history = History()
    answer = answered(WEB.sign(credential(WEB), securing), history, web_shelf())
    assert answer.outcome is Outcome.VERIFIED
    assert answer.signing_key == SigningKey(WEB.key_id, WEB.multikey)
    assert history.asked == []
    own = answered(ISSUER.sign(credential(), securing), history)
    assert (own.outcome, own.signing_key, history.asked) == (Outcome.VERIFIED, None, [])


@pytest.mark.parametrize("securing", SECURINGS)
def test_a_document_that_was_seen_while_the_key_was_the_issuers(securing):
    signed = WEB.sign(credential(WEB), securing)
    digest = hashlib.sha256(signed).hexdigest()
    history = History(Remembered((key_of(WEB),), ((WEB.multikey, SINCE),)))
    answer = answered(signed, history)
    verdict = answer.verdicts["issuer_authenticated"]
    assert (answer.outcome, verdict.state, verdict.code) == (
        Outcome.VERIFIED,
        State.VALID,
        Code.KEY_REPLACED_SINCE,
    )
    assert "2025-01-02" in verdict.message
    assert history.asked == [(WEB.id, digest)]
    assert answer.signing_key is None, "it stands in no document any more"


@pytest.mark.parametrize("securing", SECURINGS)
def test_a_document_that_was_never_seen_before(securing):
    """Whoever has the old key can write any date."""
    answer = answered(WEB.sign(credential(WEB), securing), History(Remembered((key_of(WEB),))))
    verdict = answer.verdicts["issuer_authenticated"]
    assert (answer.outcome, verdict.state, verdict.code) == (
        Outcome.INDETERMINATE,
        State.INDETERMINATE,
        Code.KEY_NO_LONGER_LISTED,
    )
    assert answer.verdicts["integrity"].state is State.VALID


@pytest.mark.parametrize("securing", SECURINGS)
def test_without_history_a_removed_key_is_nobodys(securing):
    answer = answered(WEB.sign(credential(WEB), securing), History())
    assert (answer.outcome, answer.verdicts["issuer_authenticated"].code) == (
        Outcome.NOT_VERIFIED,
        Code.ISSUER_NOT_AUTHENTICATED,
    )


@pytest.mark.parametrize("securing", SECURINGS)
def test_a_name_that_another_key_has_now(securing):
    """Some issuers call whatever key they have by one name."""
    old = Issuer(WEB.id, f"{WEB.id}#key-1", WEB.multikey, WEB._private)
    signed = old.sign(credential(WEB), securing)
    documents = rotated(id=f"{WEB.id}#key-1")
    known = key_of(WEB, old.key_id)
    assert answered(signed, History(), documents).verdicts["integrity"].code is Code.SIGNATURE_MISMATCH
    seen = answered(signed, History(Remembered((known,), ((WEB.multikey, SINCE),))), documents)
    assert seen.verdicts["issuer_authenticated"].code is Code.KEY_REPLACED_SINCE
    changed = signed.replace(b"Example Academy", b"Another Academy") if securing != "vc-jwt" else signed[:-4]
    tampered = answered(changed, History(Remembered((known,), ((WEB.multikey, SINCE),))), documents)
    assert tampered.outcome is Outcome.NOT_VERIFIED


@pytest.mark.parametrize(
    "remembered",
    [
        # the document was seen with another key than the one that signed
        Remembered((key_of(WEB),), ((NEXT.multikey, SINCE),)),
        # the key was seen under another name
        Remembered((key_of(WEB, f"{WEB.id}#other"),), ((WEB.multikey, SINCE),)),
        # another key was seen under this name
        Remembered((FormerKey(WEB.key_id, ISSUER.multikey, SINCE),), ((ISSUER.multikey, SINCE),)),
        Remembered((FormerKey(WEB.key_id, "zNonsense", SINCE),), (("zNonsense", SINCE),)),
    ],
)
@pytest.mark.parametrize("securing", SECURINGS)
def test_what_does_not_fit_together_proves_nothing(remembered, securing):
    answer = answered(WEB.sign(credential(WEB), securing), History(remembered))
    assert answer.outcome is not Outcome.VERIFIED
    assert not answer.verdicts["issuer_authenticated"].valid


def test_a_revoked_key_is_believed_at_no_date_and_with_no_history():
    document = WEB.did_document()
    document["verificationMethod"][0]["revoked"] = (AT - timedelta(days=1)).isoformat()
    known = Remembered((key_of(WEB),), ((WEB.multikey, SINCE),))
    for securing in SECURINGS:
        answer = answered(WEB.sign(credential(WEB), securing), History(known), Shelf({DID_URL: document}))
        assert answer.verdicts["issuer_authenticated"].code is Code.KEY_REVOKED
        assert answer.signing_key == SigningKey(WEB.key_id, WEB.multikey, revoked=True)


def test_an_issuer_that_is_away_is_not_replaced_by_history():
    known = Remembered((key_of(WEB),), ((WEB.multikey, SINCE),))
    history = History(known)
    answer = answered(WEB.sign(credential(WEB), "vc-jwt"), history, Shelf())
    assert answer.outcome is Outcome.INDETERMINATE
    assert history.asked == []


@pytest.mark.parametrize("head", [{"kid": "thumb"}, {"kid": "thumb", "jwk": jwk_of(WEB)}])
def test_a_token_that_calls_a_key_as_its_jwk_does(head):
    method = {
        "id": f"{WEB.id}#1",
        "type": "JsonWebKey",
        "controller": WEB.id,
        "publicKeyJwk": {**jwk_of(WEB), "kid": "thumb"},
    }
    signed = token({"alg": "EdDSA", "typ": "vc+jwt", **head}, credential(WEB), WEB._private.sign)
    now = answered(signed, History(), Shelf({DID_URL: {"id": WEB.id, "assertionMethod": [method]}}))
    assert now.outcome is Outcome.VERIFIED
    seen = FormerKey(now.signing_key.method_id, now.signing_key.multikey, SINCE)
    later = answered(signed, History(Remembered((seen,), ((seen.multikey, SINCE),))))
    assert later.verdicts["issuer_authenticated"].code is Code.KEY_REPLACED_SINCE


@pytest.mark.parametrize("head", [{}, {"jwk": jwk_of(WEB)}])
def test_a_token_that_names_no_key_or_brings_it_along(head):
    signed = token({"alg": "EdDSA", "typ": "vc+jwt", **head}, credential(WEB), WEB._private.sign)
    known = Remembered((key_of(WEB),), ((WEB.multikey, SINCE),))
    assert answered(signed, History()).outcome is Outcome.NOT_VERIFIED
    assert answered(signed, History(known)).verdicts["issuer_authenticated"].code is Code.KEY_REPLACED_SINCE
    current = answered(signed, History(), web_shelf())
    assert (current.outcome, current.signing_key) == (
        Outcome.VERIFIED,
        SigningKey(WEB.key_id, WEB.multikey),
    )
