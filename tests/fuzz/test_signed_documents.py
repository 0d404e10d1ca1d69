"""A signed badge with everything in it, changed in one place."""

import copy
import json
from base64 import urlsafe_b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credence.credentials.issuing import Issuer, hashed_email, status_entry, status_list_credential
from credence.credentials.issuing_records import record_credential
from credence.credentials.verifier import Code, Outcome, Recipient
from fuzz.mutations import FUZZ, ODD, changed, cut
from support.badges import ACHIEVEMENT, FROM, HOLDER, ISSUER, Shelf, check, credential
from support.forging import b64

LIST = "https://academy.example/status/1"
P256 = Issuer.from_seed(b"fuzz", kind="P-256")
RICH = {
    **ACHIEVEMENT,
    "resultDescription": [
        {
            "id": "urn:x:result",
            "type": ["ResultDescription"],
            "name": "Final exam",
            "resultType": "RubricCriterionLevel",
            "rubricCriterionLevel": [
                {"id": "urn:x:level", "type": ["RubricCriterionLevel"], "name": "Proficient", "level": "4"}
            ],
        }
    ],
    "creditsAvailable": 6,
}


def rich(issuer):
    return credential(
        issuer,
        achievement=RICH,
        results=[
            {
                "status": "Completed",
                "value": "91",
                "resultDescription": "urn:x:result",
                "achievedLevel": "urn:x:level",
            }
        ],
        identifiers=[hashed_email("ada@example.com", "salt")],
        credits_earned=6,
        evidence=[
            {
                "id": "https://academy.example/e/1",
                "type": ["Evidence"],
                "name": "Report",
                "narrative": "Forty pages.",
            }
        ],
        status=[status_entry(LIST, 5), status_entry(LIST, 9)],
    )


SIGNED = {
    securing: issuer.sign(rich(issuer), securing)
    for securing, issuer in (
        ("eddsa-jcs-2022", ISSUER),
        ("eddsa-rdfc-2022", ISSUER),
        ("ecdsa-jcs-2019", P256),
        ("ecdsa-rdfc-2019", P256),
    )
}
LISTS = {
    issuer.id: issuer.sign(
        status_list_credential(url=LIST, issuer_id=issuer.id, set_indexes=[7], valid_from=FROM),
        "eddsa-jcs-2022" if issuer is ISSUER else "ecdsa-jcs-2019",
    )
    for issuer in (ISSUER, P256)
}
WHO = Recipient(dids=(HOLDER,), emails=("ada@example.com",))
RECORD = ISSUER.sign(
    record_credential(
        id="urn:x:record",
        issuer_id=ISSUER.id,
        issuer_name="Example University",
        subject_id=HOLDER,
        members=[ISSUER.sign(credential(id=f"urn:x:{n}"), "eddsa-rdfc-2022") for n in range(2)],
        valid_from=FROM,
    ),
    "eddsa-rdfc-2022",
)


def answered(document):
    issuer = (
        P256
        if P256.id.encode() in (document if isinstance(document, bytes) else document.encode())
        else ISSUER
    )
    answer = check(document, recipient=WHO, documents=Shelf({LIST: LISTS[issuer.id]}))
    json.dumps(answer.to_json("x"))
    assert answer.verdicts["integrity"].code is not Code.VERIFICATION_CRASHED
    return answer


def reading(answer):
    """All that anybody here reads of a credential; sets have no order, and say a thing once."""
    achievement = answer.achievement
    told = (
        [] if achievement is None else [(name, _set(value)) for name, value in achievement.to_json().items()]
    )
    return (
        told,
        answer.issuer_id,
        answer.issuer_name,
        answer.valid_from,
        answer.valid_until,
        {(entry.list_url, entry.index, entry.purpose) for entry in answer.status_entries},
        [reading(member) for member in answer.members],
        answer.rigor,
    )


def _set(value):
    return (
        sorted({json.dumps(_set(item), sort_keys=True) for item in value})
        if isinstance(value, list)
        else value
    )


READ = {name: reading(answered(document)) for name, document in SIGNED.items()}


@pytest.mark.parametrize("securing", SIGNED)
def test_it_is_verified_as_it_is(securing):
    assert answered(SIGNED[securing]).outcome is Outcome.VERIFIED
    assert answered(RECORD).outcome is Outcome.VERIFIED


@pytest.mark.parametrize("securing", SIGNED)
@FUZZ
@given(data=st.data())
def test_one_change_of_what_is_signed(securing, data):
    """Where the quads allow a change that changes nothing to read, it is still read as it was signed. JCS allows none of the kind."""
    document = json.loads(SIGNED[securing])
    made = data.draw(changed(document))
    answer = answered(json.dumps(made))
    if answer.outcome is Outcome.VERIFIED:
        assert reading(answer) == READ[securing]
        if "jcs" in securing:
            assert without_what_no_proof_covers(made) == without_what_no_proof_covers(document)


def without_what_no_proof_covers(document):
    """Proofs of unknown kinds may be added to a set of proofs, one proof is a set, and the contexts of a proof may be left out."""
    document = copy.deepcopy(document)
    proofs = document["proof"] if isinstance(document["proof"], list) else [document["proof"]]
    known = [
        proof
        for proof in proofs
        if isinstance(proof, dict) and str(proof.get("cryptosuite")).endswith(("2022", "2019"))
    ]
    # contexts that are known may follow those that were signed (VC Data Integrity JCS suites, verification, step 4)
    context = known[0].get("@context", document["@context"]) if known else document["@context"]
    for proof in known:
        proof.pop("@context", None)
    return {**document, "@context": context, "proof": known}


@FUZZ
@given(changed(json.loads(RECORD)))
def test_one_change_of_a_record(made):
    answer = answered(json.dumps(made))
    if answer.outcome is Outcome.VERIFIED:
        assert reading(answer) == reading(answered(RECORD))


@FUZZ
@given(data=st.data())
def test_one_change_of_a_token(data):
    header, payload, signature = ISSUER.sign_jwt(rich(ISSUER), vc_claim=True).split(b".")
    head, claims = (json.loads(urlsafe_b64decode(part + b"==")) for part in (header, payload))
    made = data.draw(st.tuples(changed(head), st.just(claims)) | st.tuples(st.just(head), changed(claims)))
    answer = answered(b".".join((b64(made[0]), b64(made[1]), signature)))
    assert answer.outcome is not Outcome.VERIFIED or made == (head, claims)


@FUZZ
@given(data=st.data())
def test_a_token_signed_over_anything(data):
    """The issuer is the attacker: an answer, and never an exception."""
    header, payload, _ = ISSUER.sign_jwt(rich(ISSUER), vc_claim=True).split(b".")
    head, claims = (json.loads(urlsafe_b64decode(part + b"==")) for part in (header, payload))
    signing_input = b64(data.draw(st.just(head) | changed(head))) + b"." + b64(data.draw(changed(claims)))
    answered(signing_input + b"." + b64(ISSUER._private.sign(signing_input)))


@FUZZ
@given(changed(rich(ISSUER)), ODD)
def test_a_badge_signed_over_anything(made, extra):
    for securing in ("eddsa-jcs-2022", "eddsa-rdfc-2022"):
        try:
            signed = ISSUER.sign(made, securing, proof={"nonce": extra} if isinstance(extra, str) else None)
        except Exception:
            continue
        answered(signed)


@pytest.mark.parametrize("securing", ["eddsa-jcs-2022", "eddsa-rdfc-2022"])
@FUZZ
@given(data=st.data())
def test_bytes_of_a_badge(securing, data):
    made = data.draw(cut(SIGNED[securing]))
    answer = answered(made)
    if answer.outcome is Outcome.VERIFIED:
        assert reading(answer) == READ[securing]
