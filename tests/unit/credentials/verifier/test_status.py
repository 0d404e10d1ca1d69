"""Bitstring Status List 1.0, failing closed."""

import gzip
import json
from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest

from credence.credentials.issuing import status_entry, status_list_credential
from credence.credentials.verifier import Code, Outcome, State, StatusEntry, recheck_status
from support.badges import AT, FROM, ISSUER, OTHER, SECURINGS, Shelf, check, credential

LIST = "https://academy.example/status/1"
INDEX = 94_567


def the_list(*, signer=ISSUER, securing="eddsa-jcs-2022", change=None, **changed):
    unsigned = status_list_credential(
        **{"url": LIST, "issuer_id": signer.id, "set_indexes": [3, INDEX - 1], "valid_from": FROM} | changed
    )
    if change:
        change(unsigned)
    return signer.sign(unsigned, securing)


def status_of(body, *, index=INDEX, purpose="revocation", at=AT, **entry):
    signed = ISSUER.sign(credential(status=status_entry(LIST, index, purpose) | entry), "eddsa-jcs-2022")
    answer = check(signed, documents=Shelf({} if body is None else {LIST: body}), at=at)
    verdict = answer.verdicts["status"]
    assert (answer.outcome is Outcome.VERIFIED) is (verdict.state is State.VALID)
    return verdict


@pytest.mark.parametrize("securing", SECURINGS)
def test_bits_of_a_believed_list(securing):
    assert status_of(the_list(securing=securing)).state is State.VALID
    for index in (3, INDEX - 1):
        revoked = status_of(the_list(securing=securing), index=index)
        assert (revoked.state, revoked.code) == (State.INVALID, Code.REVOKED)
    for index in (2, 4, INDEX + 1, 0, 131_071):
        assert status_of(the_list(securing=securing), index=index).state is State.VALID


def test_suspension():
    suspended = the_list(purpose="suspension", set_indexes=[INDEX])
    assert status_of(suspended, purpose="suspension").code is Code.SUSPENDED


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (None, Code.STATUS_UNREACHABLE),
        (b"", Code.STATUS_LIST_MALFORMED),
        (b"<html>", Code.STATUS_LIST_MALFORMED),
        (b"{" * 10_000, Code.STATUS_LIST_MALFORMED),
        (the_list(signer=OTHER), Code.STATUS_LIST_WRONG_ISSUER),
        (the_list(signer=OTHER, issuer_id=ISSUER.id), Code.STATUS_LIST_NOT_AUTHENTIC),
        (the_list().replace(b"revocation", b"revocatiom"), Code.STATUS_LIST_NOT_AUTHENTIC),
        (
            json.dumps(
                status_list_credential(url=LIST, issuer_id=ISSUER.id, set_indexes=[], valid_from=FROM)
            ).encode(),
            Code.STATUS_LIST_NOT_AUTHENTIC,
        ),
        (the_list(purpose="suspension"), Code.STATUS_LIST_WRONG_PURPOSE),
        (the_list(length=131_064, set_indexes=[]), Code.STATUS_LIST_TOO_SHORT),
        (the_list(url="https://academy.example/status/2"), Code.STATUS_LIST_WRONG_ID),
        (the_list(valid_until=AT - timedelta(seconds=1)), Code.STATUS_LIST_STALE),
        (the_list(valid_from=AT + timedelta(seconds=1)), Code.STATUS_LIST_STALE),
        (the_list(change=lambda c: c["type"].pop()), Code.STATUS_LIST_MALFORMED),
        (the_list(change=lambda c: c["credentialSubject"].pop("encodedList")), Code.STATUS_LIST_MALFORMED),
        (
            the_list(change=lambda c: c["credentialSubject"].update(encodedList="uAAAA")),
            Code.STATUS_LIST_MALFORMED,
        ),
        (
            the_list(change=lambda c: c["credentialSubject"].update(encodedList="H4sIAAAA")),
            Code.STATUS_LIST_MALFORMED,
        ),
        (ISSUER.sign(credential(), "eddsa-jcs-2022"), Code.STATUS_LIST_WRONG_ID),
    ],
)
def test_a_list_that_cannot_be_believed_leaves_the_status_open(body, code):
    verdict = status_of(body)
    assert (verdict.state, verdict.code) == (State.INDETERMINATE, code)


def test_an_unpacking_bomb_is_bounded():
    bomb = gzip.compress(bytes(200_000_000))
    encoded = "u" + urlsafe_b64encode(bomb).rstrip(b"=").decode()
    verdict = status_of(the_list(change=lambda c: c["credentialSubject"].update(encodedList=encoded)))
    assert (verdict.state, verdict.code) == (State.INDETERMINATE, Code.STATUS_LIST_MALFORMED)


def test_a_cut_off_list():
    packed = gzip.compress(bytes(16_384))[:-9]
    encoded = "u" + urlsafe_b64encode(packed).rstrip(b"=").decode()
    assert (
        status_of(the_list(change=lambda c: c["credentialSubject"].update(encodedList=encoded))).state
        is State.INDETERMINATE
    )


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"type": "RevocationList2020Status"}, Code.STATUS_TYPE_UNSUPPORTED),
        ({"statusListIndex": "-1"}, Code.STATUS_MALFORMED),
        ({"statusListIndex": "1e3"}, Code.STATUS_MALFORMED),
        ({"statusListIndex": True}, Code.STATUS_MALFORMED),
        ({"statusListIndex": "٣"}, Code.STATUS_MALFORMED),
        ({"statusListIndex": "131072"}, Code.STATUS_INDEX_OUT_OF_RANGE),
        ({"statusListCredential": 1}, Code.STATUS_MALFORMED),
        ({"statusPurpose": None}, Code.STATUS_MALFORMED),
        ({"statusSize": 0}, Code.STATUS_MALFORMED),
        ({"statusSize": 2}, Code.STATUS_LIST_TOO_SHORT),
    ],
)
def test_an_entry_that_cannot_be_read(entry, code):
    verdict = status_of(the_list(), **entry)
    assert (verdict.state, verdict.code) == (State.INDETERMINATE, code)


def test_all_entries_count_and_the_worst_decides():
    good, bad = status_entry(LIST, INDEX), status_entry(LIST, 3)
    unknown = status_entry("https://academy.example/status/9", 1)

    def verdict(*entries):
        signed = ISSUER.sign(credential(status=list(entries)), "eddsa-jcs-2022")
        return check(signed, documents=Shelf({LIST: the_list()})).verdicts["status"]

    assert verdict(good, good).state is State.VALID
    assert verdict(good, unknown).code is Code.STATUS_UNREACHABLE
    assert verdict(unknown, good).code is Code.STATUS_UNREACHABLE
    assert verdict(unknown, bad).code is Code.REVOKED
    assert verdict(good, bad).pointer == "/credentialStatus/1"
    assert verdict(*[good] * 9).code is Code.TOO_COMPLEX


def test_the_clock_can_ask_again_without_the_document():
    signed = ISSUER.sign(credential(status=status_entry(LIST, INDEX)), "vc-jwt")
    shelf = Shelf({LIST: the_list()})
    answer = check(signed, documents=shelf)
    assert answer.status_entries == (StatusEntry(LIST, INDEX, "revocation"),)
    assert answer.issuer_id is not None
    assert recheck_status(answer.status_entries, answer.issuer_id, AT, shelf).state is State.VALID
    shelf.documents[LIST] = the_list(set_indexes=[INDEX])
    assert recheck_status(answer.status_entries, answer.issuer_id, AT, shelf).code is Code.REVOKED
    assert recheck_status((), answer.issuer_id, AT, shelf).state is State.NOT_APPLICABLE


def test_a_list_with_a_short_life_is_asked_for_afresh():
    class Aged(Shelf):
        ages: tuple = ()

        def get(self, url, max_age_s=None):
            self.ages += (max_age_s,)
            return super().get(url, max_age_s)

    shelf = Aged({LIST: the_list(ttl_ms=5_000)})
    entries = (StatusEntry(LIST, INDEX, "revocation"),)
    assert recheck_status(entries, ISSUER.id, AT, shelf).state is State.VALID
    assert shelf.ages == (None, 5.0)


def test_a_purpose_of_several_bits():
    def two_bits(body):
        body["credentialSubject"]["statusPurpose"] = ["message", "revocation"]

    wide = the_list(length=262_144, set_indexes=[2 * INDEX + 1], change=two_bits)
    assert status_of(wide, statusSize=2).code is Code.REVOKED
    assert status_of(wide, statusSize=2, index=INDEX + 1).state is State.VALID
    spelled = [{"status": hex(value), "message": f"message {value}"} for value in range(4)]
    said = status_of(wide, statusSize=2, purpose="message", statusMessage=spelled)
    assert (said.state, said.code) == (State.VALID, Code.STATUS_MESSAGE)
    assert said.message.endswith("message 1")


@pytest.mark.parametrize(
    ("spelled", "code"),
    [
        ([], Code.STATUS_MALFORMED),
        (None, Code.STATUS_MALFORMED),
        ([{"status": "1", "message": "x"}], Code.STATUS_MALFORMED),
        ([{"status": "0x1"}], Code.STATUS_MALFORMED),
        ([{"status": "0x1", "message": "x"}] * 2, Code.STATUS_MALFORMED),
        (["0x1"], Code.STATUS_MALFORMED),
        ([{"status": "0x0", "message": "the value 1 is not spelled out"}], Code.STATUS_MALFORMED),
        (
            [{"status": hex(value), "message": "x"} for value in range(300)],
            Code.STATUS_MALFORMED,
        ),
    ],
)
def test_messages_that_cannot_be_read(spelled, code):
    wide = the_list(purpose="message", length=262_144, set_indexes=[2 * INDEX + 1])
    verdict = status_of(wide, statusSize=2, purpose="message", statusMessage=spelled)
    assert (verdict.state, verdict.code) == (State.INDETERMINATE, code)


def test_a_message_of_one_bit_and_a_refresh():
    message = the_list(purpose="message", set_indexes=[INDEX])
    assert status_of(message, purpose="message").code is Code.OK
    spelled = [{"status": "0x1", "message": "held back\u202e until the fee is paid"}]
    said = status_of(message, purpose="message", statusMessage=spelled)
    assert said.code is Code.STATUS_MESSAGE
    assert said.message.isprintable()
    refresh = the_list(purpose="refresh", set_indexes=[INDEX])
    assert status_of(refresh, purpose="refresh").code is Code.REFRESH_AVAILABLE
    assert status_of(refresh, purpose="refresh", index=1).code is Code.OK
    unknown = the_list(purpose="honour", set_indexes=[])
    assert status_of(unknown, purpose="honour").code is Code.STATUS_PURPOSE_UNSUPPORTED


DRAFT = "https://academy.example/status/2021"


def draft_list(*, prefix="", standard=False, **changed):
    """A list of the draft that Bitstring Status List grew out of, as its users ship it: a token, base64 without multibase."""
    unsigned = status_list_credential(
        **{"url": DRAFT, "issuer_id": ISSUER.id, "set_indexes": [3], "valid_from": FROM} | changed
    )
    subject = unsigned["credentialSubject"]
    unsigned["type"], subject["type"] = ["VerifiableCredential", "StatusList2021Credential"], "StatusList2021"
    encoded = subject["encodedList"][1:]
    subject["encodedList"] = prefix + (encoded.replace("-", "+").replace("_", "/") if standard else encoded)
    return ISSUER.sign_jwt(unsigned)


def draft_status(body, index=4, **entry):
    stated = status_entry(DRAFT, index) | {"type": "StatusList2021Entry"} | entry
    signed = ISSUER.sign(credential(status=stated), "eddsa-jcs-2022")
    return check(signed, documents=Shelf({DRAFT: body})).verdicts["status"]


def test_lists_of_the_draft_of_2021():
    for body in (draft_list(), draft_list(prefix="u"), draft_list(standard=True)):
        assert draft_status(body).state is State.VALID
        assert draft_status(body, index=3).code is Code.REVOKED
    short = draft_list(length=100_000)
    assert draft_status(short).code is Code.STATUS_LIST_TOO_SHORT
    assert draft_status(draft_list(), statusPurpose="suspension").code is Code.STATUS_LIST_WRONG_PURPOSE
    assert draft_status(draft_list(prefix="z")).code is Code.STATUS_LIST_MALFORMED
    # the draft's entry and the standard's list, and the other way round
    assert draft_status(the_list(url=DRAFT)).code is Code.STATUS_LIST_MALFORMED
    assert status_of(draft_list(url=LIST)).code is Code.STATUS_LIST_MALFORMED


REVOKED = "https://academy.example/revoked"
NAME = credential()["id"]


def revocation_list(*entries, **changed):
    return {"id": REVOKED, "issuer": ISSUER.id, "revokedCredentials": list(entries)} | changed


def listed_status(body, **changed):
    stated = {"id": REVOKED, "type": "1EdTechRevocationList"}
    signed = ISSUER.sign(credential(status=stated, **changed), "eddsa-jcs-2022")
    answer = check(signed, documents=Shelf({} if body is None else {REVOKED: body}))
    verdict = answer.verdicts["status"]
    assert (answer.outcome is Outcome.VERIFIED) is (verdict.state is State.VALID)
    return verdict


def test_a_revocation_list_of_1edtech():
    other = {"id": "urn:x", "revoked": True}
    assert listed_status(revocation_list()).state is State.VALID
    assert listed_status(revocation_list(other, issuer={"id": ISSUER.id})).state is State.VALID
    assert listed_status(revocation_list({"id": NAME, "revoked": False})).state is State.VALID
    for entry in (
        {"id": NAME},
        {"id": NAME, "revoked": True, "revocationReason": "Awarded by mistake"},
        {"id": NAME, "revoked": None},
        {"id": NAME, "revoked": "no"},
        NAME,
    ):
        verdict = listed_status(revocation_list(other, entry))
        assert (verdict.state, verdict.code) == (State.INVALID, Code.REVOKED)
    assert (
        "Awarded by mistake"
        in listed_status(revocation_list({"id": NAME, "revocationReason": "Awarded by mistake"})).message
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (None, Code.STATUS_UNREACHABLE),
        (b"<html>", Code.STATUS_LIST_MALFORMED),
        ({}, Code.STATUS_LIST_MALFORMED),
        ([], Code.STATUS_LIST_MALFORMED),
        (revocation_list(revokedCredentials=None), Code.STATUS_LIST_MALFORMED),
        (revocation_list({"revoked": True}), Code.STATUS_LIST_MALFORMED),
        (revocation_list(issuer=OTHER.id), Code.STATUS_LIST_WRONG_ISSUER),
        (revocation_list(issuer=None), Code.STATUS_LIST_WRONG_ISSUER),
        (revocation_list(id="https://academy.example/other"), Code.STATUS_LIST_WRONG_ID),
    ],
)
def test_a_revocation_list_that_cannot_be_believed(body, code):
    verdict = listed_status(body if body is None or isinstance(body, bytes) else json.dumps(body).encode())
    assert (verdict.state, verdict.code) == (State.INDETERMINATE, code)


def test_entries_of_every_kind_together():
    draft = status_entry(DRAFT, 4) | {"type": "StatusList2021Entry"}
    plain = {"id": REVOKED, "type": "1EdTechRevocationList"}
    refresh = status_entry("https://academy.example/refresh", 7, "refresh")
    shelf = Shelf(
        {
            LIST: the_list(),
            DRAFT: draft_list(),
            REVOKED: revocation_list(),
            "https://academy.example/refresh": the_list(
                url="https://academy.example/refresh", purpose="refresh", set_indexes=[7]
            ),
        }
    )

    def verdict(*entries):
        signed = ISSUER.sign(credential(status=list(entries)), "eddsa-jcs-2022")
        return check(signed, documents=shelf).verdicts["status"]

    assert verdict(draft, plain, status_entry(LIST, INDEX)).code is Code.OK
    assert verdict(draft, refresh, plain).code is Code.REFRESH_AVAILABLE
    assert verdict(refresh, plain, status_entry(LIST, 3)).code is Code.REVOKED
    shelf.documents[REVOKED] = revocation_list({"id": NAME})
    assert verdict(refresh, draft, plain).code is Code.REVOKED
    del shelf.documents[REVOKED]
    assert verdict(refresh, draft, plain).code is Code.STATUS_UNREACHABLE
