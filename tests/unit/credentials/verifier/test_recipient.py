"""Whose credential it is."""

import hashlib

import pytest

from credence.credentials.issuing import hashed_email
from credence.credentials.verifier import Code, Outcome, Recipient, State
from support.badges import HOLDER, ISSUER, check, credential

ANN = Recipient(emails=("ann@example.org",), dids=(HOLDER,))
BOB = Recipient(emails=("bob@example.org",), dids=("did:example:bob",))


def verdict(recipient, **changed):
    answer = check(ISSUER.sign(credential(**changed), "eddsa-jcs-2022"), recipient=recipient)
    verdict = answer.verdicts["recipient"]
    assert (answer.outcome is Outcome.VERIFIED) is (verdict.state in (State.VALID, State.NOT_APPLICABLE))
    return verdict.state, verdict.code


def plain(email):
    return {"type": "IdentityObject", "hashed": False, "identityHash": email, "identityType": "emailAddress"}


def test_by_did():
    assert verdict(ANN) == (State.VALID, Code.OK)
    assert verdict(BOB) == (State.INVALID, Code.RECIPIENT_MISMATCH)
    assert verdict(None) == (State.NOT_APPLICABLE, Code.RECIPIENT_NOT_ASKED)


@pytest.mark.parametrize(
    "identity", [hashed_email("Ann@Example.org", "salt"), plain("ANN@example.org "), plain("ann@example.org")]
)
def test_by_email(identity):
    assert verdict(ANN, subject_id=None, identifiers=[identity]) == (State.VALID, Code.OK)
    assert verdict(BOB, subject_id=None, identifiers=[identity]) == (State.INVALID, Code.RECIPIENT_MISMATCH)


def test_the_salt_belongs_to_the_hash():
    salted = hashed_email("ann@example.org", "salt")
    assert verdict(ANN, subject_id=None, identifiers=[{**salted, "salt": "pepper"}])[0] is State.INVALID
    unsalted = {**salted, "identityHash": "sha256$" + hashlib.sha256(b"ann@example.org").hexdigest()}
    assert verdict(ANN, subject_id=None, identifiers=[{**unsalted, "salt": ""}])[0] is State.VALID
    old = {**unsalted, "identityHash": "md5$" + hashlib.md5(b"ann@example.org").hexdigest(), "salt": ""}
    assert verdict(ANN, subject_id=None, identifiers=[old])[0] is State.VALID


def test_by_mailto():
    assert verdict(ANN, subject_id="mailto:ann@example.org")[0] is State.VALID
    assert verdict(BOB, subject_id="mailto:ann@example.org")[0] is State.INVALID


def test_one_identifier_of_several_is_enough():
    assert (
        verdict(ANN, subject_id="did:example:old", identifiers=[hashed_email("ann@example.org", "s")])[0]
        is State.VALID
    )


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"subject_id": None}, Code.RECIPIENT_NOT_STATED),
        ({"subject_id": "https://academy.example/students/1"}, Code.RECIPIENT_NOT_COMPARABLE),
        (
            {"subject_id": None, "identifiers": [{**plain("Ann"), "identityType": "name"}]},
            Code.RECIPIENT_NOT_COMPARABLE,
        ),
        (
            {"subject_id": None, "identifiers": [{**plain("x"), "hashed": True}]},
            Code.RECIPIENT_NOT_COMPARABLE,
        ),
        (
            {"subject_id": None, "identifiers": [{**plain("ann@example.org"), "hashed": "false"}]},
            Code.RECIPIENT_NOT_COMPARABLE,
        ),
        (
            {
                "subject_id": None,
                "identifiers": [{**plain("x"), "hashed": True, "identityHash": "sha256$ab"}],
            },
            Code.RECIPIENT_NOT_COMPARABLE,
        ),
        ({"subject_id": None, "identifiers": [{"type": "IdentityObject"}]}, Code.RECIPIENT_NOT_COMPARABLE),
    ],
)
def test_what_cannot_be_compared_stays_open(changed, code):
    assert verdict(ANN, **changed) == (State.INDETERMINATE, code)


def test_an_unknown_kind_of_identifier_of_the_person_stays_open():
    assert verdict(Recipient(emails=("ann@example.org",))) == (
        State.INDETERMINATE,
        Code.RECIPIENT_NOT_COMPARABLE,
    )
    assert verdict(Recipient()) == (State.INDETERMINATE, Code.RECIPIENT_NOT_COMPARABLE)
