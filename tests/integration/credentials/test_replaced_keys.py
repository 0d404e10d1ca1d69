"""An issuer replaces its key: what was seen before stays verified when it is sent again, and nothing new can be signed with the old key."""

import json

import sqlalchemy as sa

from credence.credentials.issuing import Issuer
from credencepb.credentials.v1 import credentials_service_pb2 as api
from credencepb.credentials.v1 import verification_pb2 as pb
from support.credentials import PARENT, TENANT, Desk
from support.people import ACADEMY, EMAIL, STATUS_URL, WEB_ACADEMY, badge, person, status_list

DID_URL = "https://academy.example/.well-known/did.json"
NEXT = Issuer.from_seed(b"the next key", did_web=WEB_ACADEMY.id)


def authenticated(desk: Desk, candidate: str = "c1") -> list[tuple[int, str]]:
    return [(v.outcome, v.verdicts.issuer_authenticated.code) for v in desk.verifications(candidate)]


def rows(desk: Desk, table: str) -> int:
    with desk.database.transaction(TENANT, read_only=True) as tx:
        return tx.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()


def revoking(issuer: Issuer) -> dict:
    document = issuer.did_document()
    document["verificationMethod"][0]["revoked"] = "2026-01-20T00:00:00Z"
    return document


def test_a_key_is_replaced(desk: Desk) -> None:
    seen = badge(WEB_ACADEMY)
    desk.shelf.documents[DID_URL] = WEB_ACADEMY.did_document()
    desk.take(desk.changed(person("c1", seen)))
    assert authenticated(desk) == [(pb.OUTCOME_VERIFIED, "OK")]

    desk.shelf.documents[DID_URL] = NEXT.did_document()
    unseen = badge(WEB_ACADEMY, number=2)
    desk.take(desk.changed(person("c1", seen, unseen), revision=2))
    assert sorted(authenticated(desk)) == sorted(
        [(pb.OUTCOME_VERIFIED, "KEY_REPLACED_SINCE"), (pb.OUTCOME_INDETERMINATE, "KEY_NO_LONGER_LISTED")]
    )
    # somebody else who holds the same document
    desk.take(desk.changed(person("c2", seen)))
    assert authenticated(desk, "c2") == [(pb.OUTCOME_VERIFIED, "KEY_REPLACED_SINCE")]
    shown = desk.stub.VerifyCredential(
        api.VerifyCredentialRequest(parent=PARENT, document=seen, recipient_email=EMAIL)
    )
    assert shown.verdicts.issuer_authenticated.code == "KEY_REPLACED_SINCE"

    # and what the new key signs is remembered in its turn
    desk.take(desk.changed(person("c1", seen, badge(NEXT, number=3)), revision=3))
    assert {code for _, code in authenticated(desk)} == {"KEY_REPLACED_SINCE", "OK"}
    assert (rows(desk, "issuer_keys"), rows(desk, "seen_credentials")) == (2, 2)


def test_the_key_of_a_member_of_a_record(desk: Desk) -> None:
    member = json.loads(badge(WEB_ACADEMY))
    record = {
        **{name: value for name, value in member.items() if name not in ("proof", "credentialStatus")},
        "id": "urn:x:record",
        "type": ["VerifiableCredential", "ClrCredential"],
        "issuer": {"id": ACADEMY.id, "type": ["Profile"], "name": "Example Academy"},
        "credentialSubject": {
            "type": ["ClrSubject"],
            "identifier": member["credentialSubject"]["identifier"],
            "verifiableCredential": [member],
        },
    }
    signed = ACADEMY.sign(record, "eddsa-jcs-2022")
    desk.shelf.documents[DID_URL] = WEB_ACADEMY.did_document()
    desk.take(desk.changed(person("c1", signed)))
    assert {outcome for outcome, _ in authenticated(desk)} == {pb.OUTCOME_VERIFIED}
    desk.shelf.documents[DID_URL] = NEXT.did_document()
    desk.take(desk.changed(person("c2", signed)))
    assert {outcome for outcome, _ in authenticated(desk, "c2")} == {pb.OUTCOME_VERIFIED}
    other = ACADEMY.sign({**record, "id": "urn:x:other"}, "eddsa-jcs-2022")
    record["credentialSubject"]["verifiableCredential"] = [json.loads(badge(WEB_ACADEMY, number=2))]
    unseen = ACADEMY.sign(record, "eddsa-jcs-2022")
    desk.take(desk.changed(person("c3", other)), desk.changed(person("c4", unseen)))
    assert {outcome for outcome, _ in authenticated(desk, "c3")} == {pb.OUTCOME_VERIFIED}
    assert pb.OUTCOME_VERIFIED not in {outcome for outcome, _ in authenticated(desk, "c4")}


def test_a_key_that_was_revoked_and_then_taken_away(desk: Desk) -> None:
    seen = badge(WEB_ACADEMY)
    for revision, document in enumerate(
        (WEB_ACADEMY.did_document(), revoking(WEB_ACADEMY), NEXT.did_document()), start=1
    ):
        desk.shelf.documents[DID_URL] = document
        desk.take(desk.changed(person("c1", seen), revision=revision))
    assert authenticated(desk) == [(pb.OUTCOME_NOT_VERIFIED, "ISSUER_NOT_AUTHENTICATED")]


def test_an_issuer_that_was_away_at_first(desk: Desk) -> None:
    """The standing clock sees the key, not the event; and a status read again sees none."""
    seen = badge(WEB_ACADEMY, status_index=7)
    desk.take(desk.changed(person("c1", seen)))
    assert rows(desk, "seen_credentials") == 0
    desk.shelf.documents |= {DID_URL: WEB_ACADEMY.did_document(), STATUS_URL: status_list(3)}
    desk.tick(minutes=6)
    assert rows(desk, "seen_credentials") == 1
    last_seen = "SELECT last_seen FROM issuer_keys"
    with desk.database.transaction(TENANT, read_only=True) as tx:
        at = tx.execute(sa.text(last_seen)).scalar_one()
    desk.tick(hours=5)
    with desk.database.transaction(TENANT, read_only=True) as tx:
        assert tx.execute(sa.text(last_seen)).scalar_one() == at
    desk.shelf.documents |= {DID_URL: NEXT.did_document(), STATUS_URL: status_list(3, issuer=NEXT)}
    desk.take(desk.changed(person("c1", seen), revision=2))
    assert authenticated(desk) == [(pb.OUTCOME_VERIFIED, "KEY_REPLACED_SINCE")]


def test_what_is_erased_is_not_remembered(desk: Desk) -> None:
    seen = badge(WEB_ACADEMY)
    desk.shelf.documents[DID_URL] = WEB_ACADEMY.did_document()
    desk.take(desk.changed(person("c1", seen)), desk.changed(person("c2", seen)))
    assert rows(desk, "seen_credentials") == 2
    desk.take(desk.deleted("c1", 2), desk.purged("c2", 2))
    assert rows(desk, "seen_credentials") == 0
    desk.shelf.documents[DID_URL] = NEXT.did_document()
    desk.take(desk.changed(person("c1", seen), revision=3))
    assert authenticated(desk) == [(pb.OUTCOME_INDETERMINATE, "KEY_NO_LONGER_LISTED")]


def test_a_list_signed_with_a_replaced_key_is_not_believed(desk: Desk) -> None:
    """A status is what the issuer says now."""
    seen = badge(WEB_ACADEMY, status_index=7)
    desk.shelf.documents |= {DID_URL: WEB_ACADEMY.did_document(), STATUS_URL: status_list(3)}
    desk.take(desk.changed(person("c1", seen)))
    assert authenticated(desk) == [(pb.OUTCOME_VERIFIED, "OK")]
    desk.shelf.documents[DID_URL] = NEXT.did_document()
    desk.take(desk.changed(person("c1", seen), revision=2))
    (only,) = desk.verifications("c1")
    assert only.verdicts.status.code == "STATUS_LIST_NOT_AUTHENTIC"
    assert only.outcome == pb.OUTCOME_INDETERMINATE


def test_the_memory_of_one_tenant_is_no_other_tenants(desk: Desk) -> None:
    seen = badge(WEB_ACADEMY)
    desk.shelf.documents[DID_URL] = WEB_ACADEMY.did_document()
    desk.take(desk.changed(person("c1", seen)))
    with desk.database.transaction("globex", read_only=True) as tx:
        for table in ("issuer_keys", "seen_credentials"):
            assert tx.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one() == 0
