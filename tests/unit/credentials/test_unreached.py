"""When a verdict that an absent issuer left open is tried again, what is kept for it, and what settles it."""

import json
import pickle
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from credence.credentials.domain import Check, Unreached
from credence.credentials.issuing import Issuer, status_entry, status_list_credential
from credence.credentials.unreached import (
    KEPT_FOR,
    checked_again,
    first_check,
    status_read_again,
    when_due,
)
from credence.credentials.verifier import (
    Code,
    DocumentUnavailable,
    Flag,
    NoDocuments,
    Outcome,
    Recipient,
    Severity,
    State,
)
from credence.credentials.verifier.verification import refusal
from support.badges import AT, FROM, HOLDER, OTHER, SECURINGS, UNTIL, WEB, Shelf, check, credential, web_shelf

RETRY, EVERY = timedelta(minutes=1), timedelta(hours=1)
DID = "https://academy.example/.well-known/did.json"
LIST = "https://academy.example/status/1"
HELD_BY = Recipient(dids=(HOLDER,))


def signed(securing: str = "eddsa-jcs-2022", signer=WEB, **changed) -> bytes:
    return signer.sign(credential(**{"issuer_id": WEB.id} | changed), securing)


def looked_at(document: bytes, shelf, at: datetime = AT) -> Check:
    return first_check("c", document, check(document, recipient=HELD_BY, documents=shelf, at=at))


def again(known: Check, shelf, at: datetime) -> Check:
    """As the clock does: the kept document, and nobody's name."""
    assert known.unreached is not None
    assert known.unreached.document is not None
    return checked_again(known, check(known.unreached.document, documents=shelf, at=at))


def due(known: Check) -> datetime | None:
    return when_due(known, retry=RETRY, every=EVERY)


KEY_1 = {"verificationMethod": f"{WEB.id}#key-1"}
"""A name of a key that says nothing of the key: without the issuer's document not even tampering can be told."""


@pytest.mark.parametrize(
    "document",
    [
        *(signed(securing) for securing in SECURINGS),
        WEB.sign(credential(issuer_id=WEB.id), "eddsa-rdfc-2022", proof=KEY_1),
        WEB.sign_jwt(credential(issuer_id=WEB.id), header={"kid": "key-1"}),
        WEB.sign_jwt(credential(issuer_id=WEB.id), header={"kid": None}),
    ],
    ids=[*SECURINGS, "a key by name", "a token that names its key", "a token that names no key"],
)
def test_an_absent_issuer_leaves_the_document_to_wait_and_its_return_verifies_it(document):
    known = looked_at(document, Shelf())
    assert known.verification.outcome is Outcome.INDETERMINATE
    assert known.unreached == Unreached(AT, 1, document)
    assert due(known) == AT + RETRY

    issuer = WEB.did_document()
    issuer["verificationMethod"].append(
        {**issuer["verificationMethod"][0], "id": KEY_1["verificationMethod"]}
    )
    issuer["assertionMethod"].append(KEY_1["verificationMethod"])
    back = again(known, Shelf({DID: issuer}), AT + RETRY)
    assert back.unreached is None
    assert due(back) is None
    at_once = check(document, recipient=HELD_BY, documents=Shelf({DID: issuer}), at=AT + RETRY)
    assert back.verification == at_once
    assert back.verification.outcome is Outcome.VERIFIED


def test_waiting_is_longer_each_time_and_bounded():
    known, waits = looked_at(signed(), Shelf()), []
    for _ in range(10):
        moment = due(known)
        waits.append((moment - known.verification.verified_at) // RETRY)
        known = again(known, Shelf(), moment)
        assert known.verification.outcome is Outcome.INDETERMINATE
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]


def test_after_a_month_nothing_is_kept_or_asked_any_more():
    known = looked_at(signed(), Shelf())
    known = again(known, Shelf(), AT + KEPT_FOR - timedelta(seconds=1))
    assert known.unreached is not None
    known = again(known, Shelf(), AT + KEPT_FOR)
    assert (known.unreached, due(known)) == (None, None)
    assert known.verification.outcome is Outcome.INDETERMINATE


def test_an_issuer_that_comes_back_within_the_last_try_is_still_heard():
    known = looked_at(signed(), Shelf())
    assert again(known, web_shelf(), AT + 3 * KEPT_FOR).verification.verdicts["issuer_authenticated"].valid


@pytest.mark.parametrize(
    ("document", "shelf"),
    [
        (signed(), web_shelf()),
        (signed(signer=OTHER), web_shelf()),
        (signed().replace(b"SQL for", b"All for"), web_shelf()),
        (signed(subject_id="did:example:somebody-else"), Shelf()),
        (signed(issuer_id="did:web:-"), Shelf()),
        (signed(issuer_id="did:unheard:of"), Shelf()),
        (signed(), NoDocuments()),
        (b"{", Shelf()),
    ],
    ids=[
        "verified",
        "another's key",
        "tampered",
        "somebody else's",
        "malformed",
        "unsupported",
        "offline",
        "no JSON",
    ],
)
def test_what_no_issuer_can_change_does_not_wait(document, shelf):
    known = looked_at(document, shelf)
    assert (known.unreached, due(known)) == (None, None)


def test_what_is_shown_false_without_the_issuer_does_not_wait():
    """A key that spells itself out shows tampering, whoever is away."""
    known = looked_at(signed().replace(b"SQL for", b"All for"), Shelf())
    assert known.verification.verdicts["integrity"].code is Code.SIGNATURE_MISMATCH
    assert known.unreached is None


@pytest.mark.parametrize("at", [FROM - timedelta(days=1), UNTIL + timedelta(days=1)])
def test_outside_its_window_it_waits_too(at):
    """It may enter its window, and an expired one that was genuine still counts for something."""
    assert looked_at(signed(), Shelf(), at).unreached is not None


def test_an_unreadable_window_settles_it():
    assert looked_at(signed(valid_from=UNTIL, valid_until=FROM), Shelf()).unreached is None


def test_an_issuer_that_comes_back_with_other_keys_settles_it_as_false():
    other_keys = Issuer.from_seed(b"another key", did_web=WEB.id).did_document()
    known = again(looked_at(signed(), Shelf()), Shelf({DID: other_keys}), AT + RETRY)
    assert known.verification.outcome is Outcome.NOT_VERIFIED
    assert known.verification.verdicts["issuer_authenticated"].code is Code.ISSUER_NOT_AUTHENTICATED
    assert (known.unreached, due(known)) == (None, None)


def test_a_page_in_the_documents_place_is_not_the_issuers_last_word():
    known = looked_at(signed(), Shelf({DID: b"<html>We are back soon</html>"}))
    assert known.verification.verdicts["issuer_authenticated"].code is not Code.OK
    assert again(known, web_shelf(), AT + RETRY).verification.outcome is Outcome.VERIFIED


@pytest.mark.parametrize("code", [Code.VERIFICATION_CRASHED, Code.VERIFICATION_TIMEOUT])
def test_a_try_that_broke_off_says_nothing_new(code):
    first = looked_at(signed(), Shelf())
    broken = refusal(signed(), code, "It broke off.", AT + RETRY, state=State.INDETERMINATE)
    known = checked_again(first, broken)
    assert known.verification == replace(first.verification, verified_at=AT + RETRY)
    assert known.unreached == replace(first.unreached, tries=2)


def test_what_was_read_and_whose_it_is_stay():
    """The second look knows no person: a recipient that did not match or could not be compared never becomes one that does."""
    document = signed(subject_id="urn:nobody")
    first = looked_at(document, Shelf())
    assert first.verification.verdicts["recipient"].state is State.INDETERMINATE
    remark = Flag("SAID_OF_ITS_SKILLS", Severity.YELLOW, "What the linker remarked.")
    flagged = replace(first, verification=replace(first.verification, flags=(remark,)))
    back = again(flagged, web_shelf(), AT + RETRY).verification
    assert back.verdicts["issuer_authenticated"].valid
    assert back.verdicts["recipient"] == first.verification.verdicts["recipient"]
    assert (back.outcome, back.flags, back.achievement) == (
        Outcome.INDETERMINATE,
        (remark,),
        first.verification.achievement,
    )


# status lists


def revocable() -> bytes:
    return signed(status=status_entry(LIST, 7))


def the_list(**changed) -> bytes:
    stated = {"url": LIST, "issuer_id": WEB.id, "set_indexes": [3], "valid_from": FROM} | changed
    return WEB.sign(status_list_credential(**stated), "eddsa-jcs-2022")


def with_status(known: Check, state: State, code: Code, at: datetime) -> Check:
    verdicts = {
        **known.verification.verdicts,
        "status": replace(known.verification.verdicts["status"], state=state, code=code),
    }
    return status_read_again(known, replace(known.verification, verdicts=verdicts, verified_at=at))


def test_an_absent_status_list_is_asked_for_soon_and_needs_no_document():
    known = looked_at(revocable(), web_shelf())
    assert known.unreached == Unreached(AT, 1)
    assert due(known) == AT + RETRY
    known = with_status(known, State.INDETERMINATE, Code.STATUS_UNREACHABLE, AT + RETRY)
    assert known.unreached == Unreached(AT, 2)
    assert due(known) == AT + 3 * RETRY
    known = with_status(known, State.VALID, Code.OK, AT + 3 * RETRY)
    assert known.unreached is None
    assert due(known) == AT + 3 * RETRY + EVERY, "and from then on as often as any status"


@pytest.mark.parametrize("body", [b"<html>", the_list(length=8, set_indexes=[]), the_list(valid_until=FROM)])
def test_a_status_list_that_is_there_and_wrong_is_in_no_hurry(body):
    known = looked_at(revocable(), web_shelf(**{LIST: body}))
    assert known.verification.verdicts["status"].state is State.INDETERMINATE
    assert known.unreached is None
    assert due(known) == AT + EVERY


def test_an_issuer_that_is_back_without_its_list():
    known = again(looked_at(revocable(), Shelf()), web_shelf(), AT + RETRY)
    assert known.verification.verdicts["status"].code is Code.STATUS_UNREACHABLE
    assert known.unreached == Unreached(AT + RETRY, 1), "the document is needed no more"


def test_an_issuer_that_is_back_and_has_revoked():
    known = again(looked_at(revocable(), Shelf()), web_shelf(**{LIST: the_list(set_indexes=[7])}), AT + RETRY)
    assert known.verification.outcome is Outcome.NOT_VERIFIED
    assert known.verification.verdicts["status"].code is Code.REVOKED


class OnceThen(Shelf):
    """The issuer's document goes away after it was given once."""

    def get(self, url: str, max_age_s: float | None = None) -> bytes:
        body = super().get(url, max_age_s)
        if url == DID:
            del self.documents[DID]
        return body


def test_a_list_whose_signer_went_away_meanwhile_is_unreachable_and_not_forged():
    known = looked_at(revocable(), OnceThen({DID: WEB.did_document(), LIST: the_list()}))
    assert known.verification.verdicts["status"].code is Code.STATUS_UNREACHABLE
    forged = the_list().replace(b"revocation", b"revocatiom")
    known = looked_at(revocable(), OnceThen({DID: WEB.did_document(), LIST: forged}))
    assert known.verification.verdicts["status"].code is Code.STATUS_LIST_NOT_AUTHENTIC


# for all


@given(
    tries=st.integers(1, 10_000),
    retry=st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=2)),
    every=st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=2)),
)
def test_a_wait_is_never_nothing_and_never_longer_than_every(tries, retry, every):
    verification = looked_at(signed(), Shelf()).verification
    wait = when_due(Check("c", verification, Unreached(AT, tries)), retry=retry, every=every) - AT
    assert min(retry, every) <= wait <= every


def test_a_document_that_cannot_be_had_keeps_its_nature_between_processes():
    kept = pickle.loads(pickle.dumps(DocumentUnavailable("https://a.example", "why", lasting=True)))
    assert (kept.url, kept.reason, kept.lasting) == ("https://a.example", "why", True)


def test_what_is_kept_is_read_back_as_it_was():
    adapter: TypeAdapter[Check] = TypeAdapter(Check)
    known = looked_at(signed(name="Wärmepumpen für Anfänger"), Shelf())
    assert adapter.validate_json(adapter.dump_json(known)) == known
    older = json.loads(adapter.dump_json(known))
    del older["unreached"], older["verification"]["issuer_unreached"]
    read = adapter.validate_json(json.dumps(older))
    assert (read.unreached, read.verification.issuer_unreached) == (None, False)
