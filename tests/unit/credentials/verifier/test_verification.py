"""The whole way of a credential through the verifier: eight verdicts and what they combine to."""

import json
import pickle
from datetime import UTC, datetime, timedelta

import pytest

from credence.credentials.issuing import hashed_email
from credence.credentials.verifier import (
    VERDICTS,
    Code,
    Outcome,
    Recipient,
    RegistryEntry,
    Severity,
    Standing,
    State,
    StaticRegistry,
    Verdict,
    outcome_of,
)
from support.badges import (
    AT,
    FROM,
    HOLDER,
    ISSUER,
    OTHER,
    SECURINGS,
    UNTIL,
    WEB,
    Shelf,
    check,
    credential,
    edited,
    web_shelf,
)

pytestmark = pytest.mark.timeout(60)


@pytest.mark.parametrize("securing", SECURINGS)
def test_a_good_badge_is_verified(securing):
    answer = check(ISSUER.sign(credential(), securing), recipient=Recipient(dids=(HOLDER,)))
    assert answer.outcome is Outcome.VERIFIED
    assert answer.format == f"ob3+{securing}"
    assert {name: verdict.state for name, verdict in answer.verdicts.items()} == {
        "integrity": State.VALID,
        "issuer_authenticated": State.VALID,
        "issuer_trusted": State.INDETERMINATE,
        "status": State.NOT_APPLICABLE,
        "validity": State.VALID,
        "recipient": State.VALID,
        "schema": State.VALID,
        "extraction": State.VALID,
    }
    assert (answer.issuer_id, answer.issuer_name) == (ISSUER.id, "Example Academy")
    assert (answer.valid_from, answer.valid_until) == (FROM, UNTIL)


@pytest.mark.parametrize("vc_claim", [False, True])
def test_both_layouts_of_a_token(vc_claim):
    answer = check(ISSUER.sign_jwt(credential(), vc_claim=vc_claim), recipient=Recipient(dids=(HOLDER,)))
    assert answer.outcome is Outcome.VERIFIED
    assert answer.valid_until == UNTIL


@pytest.mark.parametrize("securing", SECURINGS)
def test_did_web_issuer(securing):
    signed = WEB.sign(credential(WEB), securing)
    shelf = web_shelf()
    assert check(signed, documents=shelf).outcome is Outcome.VERIFIED
    assert shelf.asked == ["https://academy.example/.well-known/did.json"]
    offline = check(signed)
    assert offline.outcome is Outcome.INDETERMINATE
    assert offline.verdicts["issuer_authenticated"].state is State.INDETERMINATE


@pytest.mark.parametrize("securing", SECURINGS)
def test_every_byte_of_the_content_is_covered(securing):
    signed = ISSUER.sign(credential(), securing)
    if securing == "vc-jwt":
        header, _payload, signature = signed.split(b".")
        other = OTHER.sign_jwt(credential(name="Other")).split(b".")[1]
        assert (
            check(b".".join((header, other, signature))).verdicts["integrity"].code is Code.SIGNATURE_MISMATCH
        )
        return
    for name, value in {
        "validUntil": "2099-01-01T00:00:00Z",
        "name": "PhD",
        "id": "urn:uuid:0",
        "issuer": OTHER.id,
        "credentialSubject": {**credential()["credentialSubject"], "id": "did:example:me"},
    }.items():
        answer = check(edited(signed, {name: value}))
        assert answer.outcome is Outcome.NOT_VERIFIED, name
        assert answer.verdicts["integrity"].code is Code.SIGNATURE_MISMATCH, name
    assert check(edited(signed, validUntil=None)).verdicts["integrity"].code is Code.SIGNATURE_MISMATCH


@pytest.mark.parametrize("securing", ["eddsa-jcs-2022", "eddsa-rdfc-2022"])
@pytest.mark.parametrize("option", ["created", "proofPurpose", "verificationMethod", "cryptosuite"])
def test_proof_options_are_covered(securing, option):
    parsed = json.loads(ISSUER.sign(credential(), securing))
    parsed["proof"][option] = {
        "created": "2023-01-01T00:00:00Z",
        "proofPurpose": "authentication",
        "verificationMethod": OTHER.key_id,
        "cryptosuite": "eddsa-rdfc-2022" if securing == "eddsa-jcs-2022" else "eddsa-jcs-2022",
    }[option]
    assert check(json.dumps(parsed)).outcome is Outcome.NOT_VERIFIED


def test_expiry_and_beginning():
    signed = ISSUER.sign(credential(), "eddsa-jcs-2022")
    assert check(signed, at=UNTIL).outcome is Outcome.VERIFIED
    late = check(signed, at=UNTIL + timedelta(seconds=1))
    assert (late.outcome, late.verdicts["validity"].code) == (Outcome.NOT_VERIFIED, Code.EXPIRED)
    early = check(signed, at=FROM - timedelta(seconds=1))
    assert (early.outcome, early.verdicts["validity"].code) == (Outcome.NOT_VERIFIED, Code.NOT_YET_VALID)


def test_no_proof_shows_nothing():
    for document in (credential(), {**credential(), "proof": []}, {**credential(), "proof": None}):
        answer = check(json.dumps(document))
        assert answer.outcome is Outcome.NOT_VERIFIED
        assert answer.verdicts["integrity"].code is Code.NO_PROOF


@pytest.mark.parametrize("securing", SECURINGS)
def test_trust_comes_from_the_registry_and_never_from_a_name(securing):
    entry = RegistryEntry((ISSUER.id,), "Example Academy", Standing.RECOGNISED)
    registry = StaticRegistry([entry])
    trusted = check(ISSUER.sign(credential(), securing), registry=registry)
    assert trusted.verdicts["issuer_trusted"].code is Code.ISSUER_RECOGNISED
    assert (trusted.standing, trusted.flags) == (Standing.RECOGNISED, ())
    # the recognised issuer's identifier and name, signed by somebody else
    forged = check(OTHER.sign(credential(), securing), registry=registry)
    assert forged.outcome is Outcome.NOT_VERIFIED
    assert forged.verdicts["issuer_trusted"].state is State.INDETERMINATE
    assert forged.standing is Standing.UNKNOWN
    # the recognised issuer's name on a stranger's badge
    posing = check(OTHER.sign(credential(OTHER), securing), registry=registry)
    assert posing.outcome is Outcome.VERIFIED
    assert posing.standing is Standing.UNKNOWN
    assert [(flag.code, flag.severity) for flag in posing.flags] == [("CONFUSABLE_ISSUER_NAME", Severity.RED)]


def test_a_red_flagged_issuer_is_reported_with_its_note():
    registry = StaticRegistry(
        [RegistryEntry((ISSUER.id,), "Example Academy", Standing.RED_FLAGGED, note="sells badges")]
    )
    answer = check(ISSUER.sign(credential(), "vc-jwt"), registry=registry)
    assert answer.outcome is Outcome.VERIFIED
    assert answer.verdicts["issuer_trusted"].state is State.INVALID
    assert "sells badges" in answer.verdicts["issuer_trusted"].message


def test_the_machines_view_is_the_documented_object():
    signed = ISSUER.sign(credential(), "eddsa-jcs-2022")
    view = json.loads(json.dumps(check(signed).to_json("badge.json")))
    assert list(view) == ["file", "format", "outcome", "verdicts", "flags", "proofs", "achievement"]
    assert tuple(view["verdicts"]) == VERDICTS
    assert view["verdicts"]["integrity"] == {
        "verdict": "VALID",
        "code": "OK",
        "pointer": "/proof",
        "message": "The content is exactly what was signed.",
    }
    assert view["achievement"]["valid_until"] == "2027-01-01T00:00:00Z"
    assert "file" not in check(signed).to_json()


def test_an_answer_survives_pickling():
    answer = check(ISSUER.sign(credential(identifiers=[hashed_email("a@b.example", "s")]), "eddsa-jcs-2022"))
    assert pickle.loads(pickle.dumps(answer)) == answer


def test_a_moment_without_a_zone_is_a_callers_mistake():
    with pytest.raises(ValueError, match="time zone"):
        check(b"{}", at=datetime(2025, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize("name", ["integrity", "issuer_authenticated", "validity", "status", "recipient"])
@pytest.mark.parametrize("state", list(State))
def test_the_outcome_follows_from_five_verdicts(name, state):
    verdicts = {each: Verdict(State.VALID, Code.OK, "", "") for each in VERDICTS}
    verdicts[name] = Verdict(state, Code.OK, "", "")
    lenient = name in ("status", "recipient")
    assert (
        outcome_of(verdicts)
        is {
            State.VALID: Outcome.VERIFIED,
            State.INVALID: Outcome.NOT_VERIFIED,
            State.INDETERMINATE: Outcome.INDETERMINATE,
            State.NOT_APPLICABLE: Outcome.VERIFIED if lenient else Outcome.INDETERMINATE,
        }[state]
    )


@pytest.mark.parametrize("name", ["issuer_trusted", "schema", "extraction"])
def test_trust_schema_and_extraction_have_no_part_in_the_outcome(name):
    verdicts = {each: Verdict(State.VALID, Code.OK, "", "") for each in VERDICTS}
    verdicts[name] = Verdict(State.INVALID, Code.OK, "", "")
    assert outcome_of(verdicts) is Outcome.VERIFIED


def test_nothing_is_fetched_for_a_badge_that_nobody_vouches_for():
    shelf = Shelf()
    status = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "1",
        "statusListCredential": "https://internal.example/list",
    }
    signed = edited(ISSUER.sign(credential(status=status), "eddsa-jcs-2022"), name="changed")
    assert check(signed, documents=shelf).outcome is Outcome.NOT_VERIFIED
    assert shelf.asked == []


def test_the_hash_is_of_the_bytes():
    import hashlib

    signed = ISSUER.sign(credential(), "vc-jwt")
    assert check(signed).content_hash == hashlib.sha256(signed).hexdigest()
    assert check(signed.decode()).content_hash == check(signed).content_hash


def test_times_are_kept_in_utc():
    signed = ISSUER.sign({**credential(), "validUntil": "2026-01-01T02:00:00+02:00"}, "eddsa-jcs-2022")
    assert check(signed).valid_until == datetime(2026, 1, 1, tzinfo=UTC)
    assert check(signed).verified_at == AT
