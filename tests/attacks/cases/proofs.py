"""No proof, empty sets, other purposes, one good proof among bad ones, chains, and proofs from elsewhere."""

import json

from attacks.cases.making import after
from attacks.model import Attack, Row
from credence.credentials.verifier import Code, Outcome
from support.badges import DATA_INTEGRITY, ISSUER, OTHER, credential

MALFORMED = (Outcome.NOT_VERIFIED, Code.PROOF_MALFORMED)
MISMATCH = (Outcome.NOT_VERIFIED, Code.SIGNATURE_MISMATCH)
NONE = (Outcome.NOT_VERIFIED, Code.NO_PROOF)
UNKNOWN = {"type": "DataIntegrityProof", "cryptosuite": "bbs-2023", "proofValue": "u2V0"}


def proof_of(signer=ISSUER, securing="eddsa-rdfc-2022", **changed):
    return json.loads(signer.sign(credential(**changed), securing))["proof"]


def with_proofs(*made):
    return lambda: json.dumps({**credential(), "proof": [proof() for proof in made]})


def bad():
    """Another's proof with the issuer's signature."""
    return {**proof_of(OTHER), "proofValue": proof_of()["proofValue"]}


def appended(document):
    document["@context"].append("https://w3id.org/security/multikey/v1")
    del document["proof"]["@context"]


def option(name, value):
    return lambda d: d["proof"].update({name: value})


ATTACKS = (
    *(
        Attack(Row.PROOFS, name, lambda v=value: json.dumps({**credential(), **v}), *NONE)
        for name, value in {
            "no proof": {},
            "an empty set of proofs": {"proof": []},
            "a proof that is null": {"proof": None},
        }.items()
    ),
    *(
        Attack(Row.PROOFS, name, lambda v=value: json.dumps({**credential(), "proof": v}), outcome, code)
        for name, value, outcome, code in (
            ("a proof that is a text", "signed", *MALFORMED),
            ("a proof that says nothing", {}, Outcome.INDETERMINATE, Code.UNSUPPORTED_PROOF),
            ("a proof of an unknown kind alone", UNKNOWN, Outcome.INDETERMINATE, Code.UNSUPPORTED_PROOF),
            ("a list in the list of proofs", [[proof_of()]], *MALFORMED),
        )
    ),
    *(
        Attack(Row.PROOFS, f"{securing}: {name}", after(change, securing), outcome, code)
        for securing in DATA_INTEGRITY
        for name, change, outcome, code in (
            (
                "made to authenticate",
                option("proofPurpose", "authentication"),
                Outcome.NOT_VERIFIED,
                Code.WRONG_PURPOSE,
            ),
            (
                "two purposes",
                option("proofPurpose", ["assertionMethod", "authentication"]),
                Outcome.NOT_VERIFIED,
                Code.WRONG_PURPOSE,
            ),
            (
                "no purpose",
                lambda d: d["proof"].pop("proofPurpose"),
                Outcome.NOT_VERIFIED,
                Code.WRONG_PURPOSE,
            ),
            ("no key named", lambda d: d["proof"].pop("verificationMethod"), *MALFORMED),
            ("a key that is an object", option("verificationMethod", {"id": ISSUER.key_id}), *MALFORMED),
            ("no signature", lambda d: d["proof"].pop("proofValue"), *MALFORMED),
            ("an empty signature", option("proofValue", "z"), *MALFORMED),
            ("a signature in another base", option("proofValue", "u" + "A" * 86), *MALFORMED),
            ("a signature of 200,000 characters", option("proofValue", "z" + "1" * 200_000), *MALFORMED),
            (
                "a signature with a space after it",
                lambda d: d["proof"].update(proofValue=d["proof"]["proofValue"] + " "),
                *MALFORMED,
            ),
            ("another time", option("created", "2020-01-01T00:00:00Z"), *MISMATCH),
            ("a time that is none", option("created", "yesterday"), *MALFORMED),
            ("a later end of the proof", option("expires", "2099-01-01T00:00:00Z"), *MISMATCH),
            (
                "the suite's name changed to its sister's",
                lambda d: d["proof"].update(
                    cryptosuite={"eddsa-jcs-2022": "eddsa-rdfc-2022", "eddsa-rdfc-2022": "eddsa-jcs-2022"}[
                        d["proof"]["cryptosuite"]
                    ]
                ),
                *MISMATCH,
            ),
        )
    ),
    Attack(Row.PROOFS, "a good proof and a bad one", with_proofs(proof_of, bad), *MISMATCH),
    Attack(Row.PROOFS, "a bad proof and a good one", with_proofs(bad, proof_of), *MISMATCH),
    Attack(
        Row.PROOFS,
        "a good proof, and one made to authenticate",
        with_proofs(proof_of, lambda: {**proof_of(), "proofPurpose": "authentication"}),
        Outcome.NOT_VERIFIED,
        Code.WRONG_PURPOSE,
    ),
    Attack(
        Row.PROOFS,
        "a good proof of somebody else alone",
        with_proofs(lambda: proof_of(OTHER)),
        Outcome.NOT_VERIFIED,
        Code.ISSUER_NOT_AUTHENTICATED,
        "issuer_authenticated",
    ),
    Attack(
        Row.PROOFS,
        "a good proof of somebody else, and an unknown one",
        with_proofs(lambda: proof_of(OTHER), lambda: UNKNOWN),
        Outcome.NOT_VERIFIED,
        Code.ISSUER_NOT_AUTHENTICATED,
        "issuer_authenticated",
    ),
    Attack(
        Row.PROOFS,
        "the issuer's proof of another credential",
        with_proofs(lambda: proof_of(id="urn:uuid:another")),
        *MISMATCH,
    ),
    Attack(
        Row.PROOFS, "nine good proofs", with_proofs(*[proof_of] * 9), Outcome.NOT_VERIFIED, Code.TOO_COMPLEX
    ),
    Attack(
        Row.PROOFS,
        "a proof that follows one that is not there",
        after(option("previousProof", "urn:proof:1")),
        *MALFORMED,
    ),
    Attack(
        Row.PROOFS,
        "a proof that follows itself",
        after(lambda d: d["proof"].update(id="urn:proof:1", previousProof="urn:proof:1")),
        *MISMATCH,
    ),
    Attack(
        Row.PROOFS,
        "two proofs of one name",
        lambda: json.dumps(
            {
                **credential(),
                "proof": [
                    {**proof_of(), "id": "urn:p:1"},
                    {**proof_of(), "id": "urn:p:1", "previousProof": "urn:p:1"},
                ],
            }
        ),
        *MISMATCH,
    ),
    Attack(
        Row.PROOFS,
        "contexts appended after a JCS signature, inline",
        after(lambda d: d["@context"].append({"@vocab": "https://x.example/"}), "eddsa-jcs-2022"),
        Outcome.NOT_VERIFIED,
        Code.INLINE_CONTEXT,
    ),
    Attack(
        Row.PROOFS,
        "contexts appended after a JCS signature, unknown",
        after(lambda d: d["@context"].append("https://x.example/"), "eddsa-jcs-2022"),
        Outcome.INDETERMINATE,
        Code.CONTEXT_NOT_PINNED,
    ),
    Attack(
        Row.PROOFS,
        "contexts appended after a JCS signature, and those of the proof taken away",
        after(appended, "eddsa-jcs-2022"),
        *MISMATCH,
    ),
    Attack(
        Row.PROOFS,
        "a context taken away after a JCS signature",
        after(lambda d: d["@context"].pop(), "eddsa-jcs-2022"),
        *MALFORMED,
    ),
)
