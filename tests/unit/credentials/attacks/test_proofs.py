"""Proofs that are none, sets of good and bad ones, and contexts that came after the signature."""

import json

import pytest

from credence.credentials.verifier import Code, Outcome, State
from support.badges import DATA_INTEGRITY, ISSUER, OTHER, check, credential


@pytest.mark.parametrize("securing", DATA_INTEGRITY)
@pytest.mark.parametrize(
    ("option", "code"),
    [
        ({"proofPurpose": "authentication"}, Code.WRONG_PURPOSE),
        ({"proofPurpose": ["assertionMethod", "authentication"]}, Code.WRONG_PURPOSE),
        ({"proofPurpose": None}, Code.WRONG_PURPOSE),
        ({"proofValue": ""}, Code.PROOF_MALFORMED),
        ({"proofValue": "z"}, Code.PROOF_MALFORMED),
        ({"proofValue": "uAAAA"}, Code.PROOF_MALFORMED),
        ({"proofValue": "z" + "1" * 2_000_00}, Code.PROOF_MALFORMED),
        ({"proofValue": "z0OIl"}, Code.PROOF_MALFORMED),
        (
            {
                "proofValue": json.loads(ISSUER.sign(credential(), "eddsa-jcs-2022"))["proof"]["proofValue"]
                + " "
            },
            Code.PROOF_MALFORMED,
        ),
        ({"proofValue": 1}, Code.PROOF_MALFORMED),
        ({"created": "yesterday"}, Code.PROOF_MALFORMED),
        ({"verificationMethod": None}, Code.PROOF_MALFORMED),
        ({"verificationMethod": {"id": "x"}}, Code.PROOF_MALFORMED),
    ],
)
def test_proofs_that_are_none(securing, option, code):
    parsed = json.loads(ISSUER.sign(credential(), securing))
    parsed["proof"] |= option
    answer = check(json.dumps(parsed))
    assert answer.outcome is Outcome.NOT_VERIFIED
    assert answer.verdicts["integrity"].code is code


def test_every_recognised_proof_must_hold_and_unknown_ones_are_reported():
    good = json.loads(ISSUER.sign(credential(), "eddsa-rdfc-2022"))["proof"]
    by_other = json.loads(OTHER.sign(credential(), "eddsa-rdfc-2022"))["proof"]
    unknown = {"type": "DataIntegrityProof", "cryptosuite": "bbs-2023", "proofValue": "u"}
    bad = {**by_other, "proofValue": good["proofValue"]}

    def outcome(*proofs):
        return check(json.dumps({**credential(), "proof": list(proofs)}))

    assert outcome(good).outcome is Outcome.VERIFIED
    assert outcome(good, by_other).outcome is Outcome.VERIFIED
    assert outcome(by_other, good).outcome is Outcome.VERIFIED
    assert outcome(good, bad).outcome is Outcome.NOT_VERIFIED
    assert outcome(bad, good).outcome is Outcome.NOT_VERIFIED
    assert outcome(by_other).outcome is Outcome.NOT_VERIFIED
    assert outcome(good, {}).outcome is Outcome.VERIFIED
    assert outcome(good, 1).outcome is Outcome.NOT_VERIFIED
    answer = outcome(good, unknown)
    assert answer.outcome is Outcome.VERIFIED
    assert [proof.result.state for proof in answer.proofs] == [State.VALID, State.INDETERMINATE]
    assert outcome(unknown).outcome is Outcome.INDETERMINATE
    assert outcome(*[good] * 9).outcome is Outcome.NOT_VERIFIED


def test_contexts_appended_after_a_jcs_signature():
    signed = json.loads(ISSUER.sign(credential(), "eddsa-jcs-2022"))
    signed["@context"].append({"@vocab": "https://x.example/"})
    assert check(json.dumps(signed)).outcome is Outcome.NOT_VERIFIED
    signed["@context"][-1] = "https://evil.example/context"
    assert check(json.dumps(signed)).outcome is not Outcome.VERIFIED
    del signed["@context"][1:]
    assert check(json.dumps(signed)).outcome is Outcome.NOT_VERIFIED
