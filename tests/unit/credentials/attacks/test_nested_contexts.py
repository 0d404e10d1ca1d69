"""Credentials within a credential, each under contexts of its own: signed as a whole, read piece by piece."""

import json

import pytest

from credence.credentials.verifier import Code, Outcome
from credence.credentials.verifier.parsing import Refused
from support.badges import ISSUER, OTHER, check, clone, credential

V2 = "https://www.w3.org/ns/credentials/v2"
OB3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"


def member(number=1, **changed):
    return json.loads(OTHER.sign(credential(OTHER, id=f"urn:x:{number}", **changed), "eddsa-rdfc-2022"))


def record(*members, contexts=(V2, CLR, OB3, EXTENSIONS)):
    """A comprehensive learner record, unsigned."""
    body = credential(context=contexts)
    body["type"] = ["VerifiableCredential", "ClrCredential"]
    body["credentialSubject"] = {
        "id": body["credentialSubject"]["id"],
        "type": ["ClrSubject"],
        "verifiableCredential": list(members),
    }
    return body


def signed(*members, **changed):
    return json.loads(ISSUER.sign(record(*members, **changed), "eddsa-rdfc-2022"))


def answered(document):
    return check(json.dumps(document))


def endorsed():
    """A badge whose achievement carries an endorsement under the base context and one of Open Badges."""
    endorsement = credential(OTHER, id="urn:x:endorsement", context=(V2, OB3))
    endorsement["type"] = ["VerifiableCredential", "EndorsementCredential"]
    endorsement["credentialSubject"] = {
        "id": "urn:x:of",
        "type": ["EndorsementSubject"],
        "endorsementComment": "Well made.",
    }
    body = credential(context=(V2, OB3, EXTENSIONS))
    body["endorsement"] = [json.loads(OTHER.sign(endorsement, "eddsa-rdfc-2022"))]
    return json.loads(ISSUER.sign(body, "eddsa-rdfc-2022"))


def test_a_record_and_an_endorsed_badge_are_verified():
    for document in (signed(member()), signed(member(1), member(2)), endorsed()):
        answer = answered(document)
        assert answer.outcome is Outcome.VERIFIED, answer.verdicts


@pytest.mark.parametrize(
    "change",
    [
        {"validUntil": "2099-01-01T00:00:00Z"},
        {"validUntil": None},
        {"issuer": ISSUER.id},
        {"name": "PhD"},
        {"grade": "with distinction"},
        {"@context": [V2]},
        {"@context": [V2, OB3, {"grade": "https://schema.org/grade"}]},
        {"@context": [V2, OB3, "https://evil.example/context"]},
        {"@context": None},
        {"@context": []},
        {"@context": V2},
        {"@id": "urn:x:other"},
        {"@included": [{"id": "urn:x:1"}]},
        {"id": "urn:x:2"},
        {"https://www.w3.org/2018/credentials#validUntil": "2099-01-01T00:00:00Z"},
    ],
    ids=str,
)
@pytest.mark.parametrize("make", [lambda: (signed(member()), "m"), lambda: (endorsed(), "e")])
def test_what_is_changed_within_breaks_the_whole(make, change):
    document, kind = make()
    inner = (
        document["credentialSubject"]["verifiableCredential"][0]
        if kind == "m"
        else document["endorsement"][0]
    )
    for name, value in change.items():
        if value is None and name != "@context":
            inner.pop(name, None)
        else:
            inner[name] = value
    answer = answered(document)
    assert answer.outcome is not Outcome.VERIFIED
    assert not answer.verdicts["integrity"].valid


def test_terms_that_only_the_outer_contexts_map():
    """A reader of the member alone would find them unmapped."""
    document = signed(member())
    inner = document["credentialSubject"]["verifiableCredential"][0]
    inner["@context"] = [V2]
    inner["credentialSubject"] = {"id": "urn:x", "achievement": "urn:y"}
    assert answered(document).verdicts["integrity"].code in (Code.UNSIGNED_TERM, Code.NOT_COMPACTED)


def test_a_member_taken_from_one_place_to_another():
    document = signed(member(1), member(2))
    moved = clone(document)
    inner = moved["credentialSubject"].pop("verifiableCredential")
    moved["evidence"] = inner
    assert answered(moved).outcome is not Outcome.VERIFIED
    swapped = clone(document)
    swapped["credentialSubject"]["verifiableCredential"][0] = member(3)
    assert answered(swapped).verdicts["integrity"].code is Code.SIGNATURE_MISMATCH


def test_members_say_different_things_of_one_learner_and_none_can_be_moved():
    """Quads do not say in which member a result stands; the members' own signatures do."""
    passed, failed = (
        member(n, results=[{"status": status}]) for n, status in ((1, "Completed"), (2, "Failed"))
    )
    document = signed(passed, failed)
    assert answered(document).outcome is Outcome.VERIFIED
    changed = clone(document)
    first, second = (m["credentialSubject"] for m in changed["credentialSubject"]["verifiableCredential"])
    first["result"], second["result"] = second["result"], first["result"]
    assert answered(changed).outcome is Outcome.NOT_VERIFIED
    hidden = clone(document)
    first, second = hidden["credentialSubject"]["verifiableCredential"]
    first["credentialSubject"]["result"] += second["credentialSubject"].pop("result")
    assert answered(hidden).outcome is Outcome.NOT_VERIFIED
    expiry = clone(document)
    first, second = expiry["credentialSubject"]["verifiableCredential"]
    first["evidence"] = [{"id": second["id"], "type": ["Evidence"], "validUntil": second.pop("validUntil")}]
    assert answered(expiry).outcome is Outcome.NOT_VERIFIED


def test_what_is_no_record_has_no_members_apart():
    body = record(member(1, results=[{"status": "Completed"}]), member(2, results=[{"status": "Failed"}]))
    body["type"] = ["VerifiableCredential"]
    with pytest.raises(Refused) as refused:
        ISSUER.sign(body, "eddsa-rdfc-2022")
    assert refused.value.code is Code.SPLIT_NODE


def test_classes_that_share_a_name_with_a_property():
    """In the contexts of 3.0.2, Image is image and GeoCoordinates is geo: what is written is what is compared."""
    older = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"
    image = {"id": "https://academy.example/image.png", "type": "Image", "caption": "A medal"}
    for context in (OB3, older):
        body = credential(context=(V2, context))
        body["credentialSubject"]["achievement"]["image"] = image
        body["issuer"]["address"] = {
            "type": ["Address"],
            "geo": {"type": "GeoCoordinates", "latitude": 56.9, "longitude": 24.1},
        }
        document = json.loads(ISSUER.sign(body, "eddsa-rdfc-2022"))
        assert answered(document).outcome is Outcome.VERIFIED
        for kind in ("image", "geo", "Profile"):
            document["credentialSubject"]["achievement"]["image"]["type"] = kind
            assert answered(document).outcome is not Outcome.VERIFIED


def test_contexts_within_contexts_end_somewhere():
    inner = member()
    for depth in range(8):
        inner = record(inner, contexts=(V2, CLR, OB3) if depth % 2 else (V2, CLR, OB3, EXTENSIONS))
    document = signed(member())
    document["credentialSubject"]["verifiableCredential"][0] = inner
    assert answered(document).verdicts["integrity"].code is Code.TOO_DEEP
