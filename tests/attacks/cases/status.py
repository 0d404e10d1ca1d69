"""Status lists: too short, of another purpose, stale, forged, of another issuer, and bombs. None leaves a status VALID."""

import gzip
import json
from base64 import urlsafe_b64encode
from datetime import timedelta

from attacks.cases.making import jwt
from attacks.model import Attack, Row
from credence.credentials.issuing import status_entry, status_list_credential
from credence.credentials.verifier import Code, Outcome
from support.badges import AT, FROM, ISSUER, OTHER, Shelf, credential

LIST = "https://academy.example/status/1"
INDEX = 94_567
SUBJECT = "credentialSubject"


def packed(raw):
    return "u" + urlsafe_b64encode(raw).rstrip(b"=").decode()


def listed(*, signer=ISSUER, change=None, securing="eddsa-jcs-2022", **changed):
    def make():
        arguments = {"url": LIST, "issuer_id": signer.id, "set_indexes": [3], "valid_from": FROM} | changed
        unsigned = status_list_credential(**arguments)
        if change:
            change(unsigned)
        return jwt(unsigned, signer) if securing == "as it is" else signer.sign(unsigned, securing)

    return make


def badge(**entry):
    return lambda: ISSUER.sign(credential(status=status_entry(LIST, INDEX) | entry), "vc-jwt")


def attack(name, body, code, outcome=Outcome.INDETERMINATE, entry=None, **given):
    shelf = (lambda: Shelf({LIST: body()})) if body else Shelf
    return Attack(Row.STATUS, name, badge(**(entry or {})), outcome, code, "status", documents=shelf, **given)


def encoded(raw):
    return lambda body: body[SUBJECT].update(encodedList=raw())


def cut():
    return packed(gzip.compress(bytes(16_384))[:-9])


def tampered():
    """The bit of the credential taken back after signing."""
    document = json.loads(listed(set_indexes=[INDEX])())
    document[SUBJECT]["encodedList"] = json.loads(listed(set_indexes=[])())[SUBJECT]["encodedList"]
    return json.dumps(document).encode()


ATTACKS = (
    attack("the list cannot be had", None, Code.STATUS_UNREACHABLE),
    attack("the list says revoked", listed(set_indexes=[INDEX]), Code.REVOKED, Outcome.NOT_VERIFIED),
    attack("the list is too short", listed(length=131_064, set_indexes=[]), Code.STATUS_LIST_TOO_SHORT),
    attack(
        "the list is empty",
        listed(change=encoded(lambda: packed(gzip.compress(b"")))),
        Code.STATUS_LIST_TOO_SHORT,
    ),
    attack("the list is of another purpose", listed(purpose="suspension"), Code.STATUS_LIST_WRONG_PURPOSE),
    attack(
        "the entry's purpose is unknown",
        listed(purpose="applause"),
        Code.STATUS_PURPOSE_UNSUPPORTED,
        entry={"statusPurpose": "applause"},
    ),
    attack("the list is stale", listed(valid_until=AT - timedelta(seconds=1)), Code.STATUS_LIST_STALE),
    attack("the list is of the future", listed(valid_from=AT + timedelta(seconds=1)), Code.STATUS_LIST_STALE),
    attack(
        "the list's end cannot be read",
        listed(change=lambda b: b.update(validUntil="soon")),
        Code.STATUS_LIST_STALE,
    ),
    attack("the bit was taken back after signing", tampered, Code.STATUS_LIST_NOT_AUTHENTIC),
    attack(
        "the list is not signed",
        lambda: json.dumps(
            status_list_credential(url=LIST, issuer_id=ISSUER.id, set_indexes=[], valid_from=FROM)
        ).encode(),
        Code.STATUS_LIST_NOT_AUTHENTIC,
    ),
    attack(
        "the list is signed by somebody else in the issuer's name",
        listed(signer=OTHER, issuer_id=ISSUER.id),
        Code.STATUS_LIST_NOT_AUTHENTIC,
    ),
    attack("the list is another issuer's", listed(signer=OTHER), Code.STATUS_LIST_WRONG_ISSUER),
    attack(
        "the list is another list of the issuer",
        listed(url="https://academy.example/status/2"),
        Code.STATUS_LIST_WRONG_ID,
    ),
    attack(
        "the credential itself stands at the list's address",
        lambda: ISSUER.sign(credential(), "eddsa-jcs-2022"),
        Code.STATUS_LIST_WRONG_ID,
    ),
    attack(
        "the credential without a name stands at the list's address",
        lambda: ISSUER.sign({k: v for k, v in credential().items() if k != "id"}, "eddsa-jcs-2022"),
        Code.STATUS_LIST_MALFORMED,
    ),
    attack(
        "the list is of another type", listed(change=lambda b: b["type"].pop()), Code.STATUS_LIST_MALFORMED
    ),
    attack(
        "the list's subject is of another type",
        listed(change=lambda b: b[SUBJECT].update(type="StatusList2021")),
        Code.STATUS_LIST_MALFORMED,
    ),
    attack(
        "two lists in one",
        listed(change=lambda b: b.update({SUBJECT: [b[SUBJECT], b[SUBJECT]]})),
        Code.STATUS_LIST_MALFORMED,
    ),
    attack(
        "two GZIP members: one reader sees the second, another not",
        listed(
            change=encoded(lambda: packed(gzip.compress(bytes(16_384)) + gzip.compress(b"\xff" * 16_384)))
        ),
        Code.STATUS_LIST_MALFORMED,
    ),
    attack(
        "a GZIP bomb of 200 MB",
        listed(change=encoded(lambda: packed(gzip.compress(bytes(200_000_000))))),
        Code.STATUS_LIST_MALFORMED,
    ),
    attack("a list that is cut off", listed(change=encoded(cut)), Code.STATUS_LIST_MALFORMED),
    attack(
        "zlib for GZIP",
        listed(change=encoded(lambda: packed(__import__("zlib").compress(bytes(16_384))))),
        Code.STATUS_LIST_MALFORMED,
    ),
    attack(
        "a list in another base", listed(change=encoded(lambda: "z" + "1" * 100)), Code.STATUS_LIST_MALFORMED
    ),
    attack("a web page at the list's address", lambda: b"<html>", Code.STATUS_LIST_MALFORMED),
    attack(
        "a document nested deep at the list's address", lambda: b"[" * 100_000, Code.STATUS_LIST_MALFORMED
    ),
    attack("three megabytes at the list's address", lambda: b" " * 3_000_000, Code.STATUS_LIST_MALFORMED),
    *(
        attack(f"an entry: {entry}", listed(), code, entry=entry)
        for entry, code in (
            ({"statusListIndex": "-1"}, Code.STATUS_MALFORMED),
            ({"statusListIndex": "1e3"}, Code.STATUS_MALFORMED),
            ({"statusListIndex": "٣"}, Code.STATUS_MALFORMED),
            ({"statusListIndex": True}, Code.STATUS_MALFORMED),
            ({"statusListIndex": 5.0}, Code.STATUS_MALFORMED),
            ({"statusListIndex": "131072"}, Code.STATUS_INDEX_OUT_OF_RANGE),
            ({"statusListIndex": "9" * 12}, Code.STATUS_INDEX_OUT_OF_RANGE),
            ({"statusListIndex": None}, Code.STATUS_MALFORMED),
            ({"statusListCredential": [LIST]}, Code.STATUS_MALFORMED),
            ({"statusPurpose": ["revocation"]}, Code.STATUS_MALFORMED),
            ({"statusSize": 2}, Code.STATUS_LIST_TOO_SHORT),
            ({"statusSize": 2**70}, Code.STATUS_MALFORMED),
            ({"type": "Other"}, Code.STATUS_TYPE_UNSUPPORTED),
        )
    ),
    Attack(
        Row.STATUS,
        "a good status first, and a revoked one",
        lambda: ISSUER.sign(credential(status=[status_entry(LIST, INDEX), status_entry(LIST, 3)]), "vc-jwt"),
        Outcome.NOT_VERIFIED,
        Code.REVOKED,
        "status",
        documents=lambda: Shelf({LIST: listed()()}),
    ),
    Attack(
        Row.STATUS,
        "a good status first, and one that cannot be had",
        lambda: ISSUER.sign(
            credential(status=[status_entry(LIST, INDEX), status_entry(LIST + "0", 3)]), "vc-jwt"
        ),
        Outcome.INDETERMINATE,
        Code.STATUS_UNREACHABLE,
        "status",
        documents=lambda: Shelf({LIST: listed()()}),
    ),
    Attack(
        Row.STATUS,
        "nine statuses",
        lambda: ISSUER.sign(credential(status=[status_entry(LIST, INDEX)] * 9), "vc-jwt"),
        Outcome.INDETERMINATE,
        Code.TOO_COMPLEX,
        "status",
        documents=lambda: Shelf({LIST: listed()()}),
    ),
    attack(
        "a time to live of 400 digits",
        listed(change=lambda b: b[SUBJECT].update(ttl=10**400, encodedList="u"), securing="as it is"),
        Code.STATUS_LIST_MALFORMED,
    ),
    attack(
        "the list names itself as its own status list",
        listed(change=lambda b: b.update(credentialStatus=status_entry(LIST, 3)), set_indexes=[INDEX]),
        Code.REVOKED,
        Outcome.NOT_VERIFIED,
    ),
    Attack(
        Row.STATUS,
        "an address in a badge that nobody signed is not asked",
        lambda: json.dumps({**credential(status=status_entry(LIST, INDEX)), "proof": {}}),
        Outcome.INDETERMINATE,
        Code.NOT_EVALUATED,
        "status",
        documents=lambda: _Untouchable(),
    ),
    Attack(
        Row.STATUS,
        "an address in a badge that somebody else signed is not asked",
        lambda: OTHER.sign(credential(status=status_entry(LIST, INDEX)), "vc-jwt"),
        Outcome.NOT_VERIFIED,
        Code.NOT_EVALUATED,
        "status",
        documents=lambda: _Untouchable(),
    ),
)


class _Untouchable:
    def get(self, url, max_age_s=None):
        raise AssertionError(f"asked for {url}")
