"""Attacks on who signed: algorithms, keys that a token brings along, identifiers that point elsewhere."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc.jwk import ECKey, RSAKey

from credence.credentials.issuing import Issuer
from credence.credentials.verifier import Code, Outcome, State
from support.badges import (
    AT,
    DATA_INTEGRITY,
    ISSUER,
    OTHER,
    SECURINGS,
    UNTIL,
    WEB,
    Shelf,
    check,
    clone,
    credential,
    web_shelf,
)

DID_URL = "https://academy.example/.well-known/did.json"


def b64(value):
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def token(header, claims, sign):
    signing_input = b64(header) + b"." + b64(claims)
    return signing_input + b"." + b64(sign(signing_input))


def jwk_of(issuer):
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": b64(issuer._private.public_key().public_bytes_raw()).decode(),
    }


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "HS256", "HS512", "PS256", "ES256K", "", None, 1, ["EdDSA"]]
)
def test_algorithms_that_show_nothing(algorithm):
    answer = check(
        token({"alg": algorithm, "typ": "vc+jwt", "kid": ISSUER.key_id}, credential(), lambda m: b"")
    )
    assert answer.outcome is Outcome.NOT_VERIFIED
    assert answer.verdicts["integrity"].code is Code.ALGORITHM_NOT_ALLOWED


def test_a_public_key_as_an_hmac_secret():
    pem = ISSUER._private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    for secret in (pem, ISSUER._private.public_key().public_bytes_raw()):
        forged = token(
            {"alg": "HS256", "typ": "vc+jwt", "kid": ISSUER.key_id},
            credential(),
            lambda m, secret=secret: hmac.new(secret, m, hashlib.sha256).digest(),
        )
        assert check(forged).verdicts["integrity"].code is Code.ALGORITHM_NOT_ALLOWED


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "ES384"])
def test_the_key_and_not_the_header_says_which_algorithm(algorithm):
    forged = ISSUER.sign_jwt(credential(), header={"alg": algorithm})
    assert check(forged).verdicts["integrity"].code is Code.ALGORITHM_NOT_ALLOWED


@pytest.mark.parametrize(
    "extra", [{"crit": ["exp"]}, {"crit": []}, {"crit": ["b64"], "b64": False}, {"b64": False}]
)
def test_extensions_that_must_be_understood(extra):
    assert (
        check(ISSUER.sign_jwt(credential(), header=extra)).verdicts["integrity"].code
        is Code.CRITICAL_HEADER_UNKNOWN
    )


def test_a_key_in_the_header_is_not_the_issuers():
    forged = token({"alg": "EdDSA", "typ": "vc+jwt", "jwk": jwk_of(OTHER)}, credential(), OTHER._private.sign)
    answer = check(forged)
    assert answer.outcome is Outcome.NOT_VERIFIED
    for kid in (OTHER.key_id, ISSUER.key_id):
        forged = OTHER.sign_jwt(credential(), header={"jwk": jwk_of(OTHER), "kid": kid})
        answer = check(forged)
        assert answer.outcome is Outcome.NOT_VERIFIED, kid
        assert not answer.verdicts["issuer_authenticated"].valid or not answer.verdicts["integrity"].valid


def test_a_key_in_the_header_that_is_the_issuers():
    head = {"alg": "EdDSA", "typ": "vc+jwt", "jwk": jwk_of(WEB)}
    signed = token(head, credential(WEB), WEB._private.sign)
    assert check(signed, documents=web_shelf()).outcome is Outcome.VERIFIED
    offline = check(signed)
    assert offline.outcome is Outcome.INDETERMINATE
    assert offline.verdicts["issuer_authenticated"].code is Code.ISSUER_NOT_AUTHENTICATED
    forged = token({**head, "jwk": jwk_of(OTHER)}, credential(WEB), OTHER._private.sign)
    assert check(forged, documents=web_shelf()).outcome is Outcome.NOT_VERIFIED


def test_a_secret_or_symmetric_key_in_the_header():
    for jwk in (
        {"kty": "oct", "k": "c2VjcmV0"},
        {**jwk_of(OTHER), "d": "AAAA"},
        {"kty": "OKP"},
        {"kty": "RSA", "n": "AQ", "e": "AQAB"},
        1,
        [],
    ):
        head = {"alg": "EdDSA", "typ": "vc+jwt", "jwk": jwk}
        assert check(token(head, credential(), OTHER._private.sign)).outcome is Outcome.NOT_VERIFIED


def test_iss_is_not_the_issuer():
    claims = {"iss": OTHER.id, "vc": credential()}
    signed = token({"alg": "EdDSA", "typ": "JWT", "kid": ISSUER.key_id}, claims, ISSUER._private.sign)
    answer = check(signed)
    assert answer.outcome is Outcome.NOT_VERIFIED
    assert answer.verdicts["issuer_authenticated"].code is Code.ISSUER_NOT_AUTHENTICATED
    # signed by whoever iss says, while the credential names another
    signed = token({"alg": "EdDSA", "typ": "JWT", "kid": OTHER.key_id}, claims, OTHER._private.sign)
    assert check(signed).verdicts["issuer_authenticated"].code is Code.ISSUER_NOT_AUTHENTICATED


def test_sub_is_not_the_subject():
    claims = {"iss": ISSUER.id, "sub": "did:example:me", "vc": credential()}
    signed = token({"alg": "EdDSA", "typ": "JWT", "kid": ISSUER.key_id}, claims, ISSUER._private.sign)
    assert check(signed).verdicts["integrity"].code is Code.CLAIMS_DISAGREE


@pytest.mark.parametrize("earlier", ["exp", "validUntil"])
def test_the_earliest_end_wins(earlier):
    soon, late = AT - timedelta(days=1), UNTIL
    claims = {
        **credential(valid_until=late if earlier == "exp" else soon),
        "exp": int((soon if earlier == "exp" else late).timestamp()),
    }
    answer = check(
        token({"alg": "EdDSA", "typ": "vc+jwt", "kid": ISSUER.key_id}, claims, ISSUER._private.sign)
    )
    assert answer.valid_until == soon
    assert answer.verdicts["validity"].code is Code.EXPIRED


@pytest.mark.parametrize("exp", ["2030", True, 1e300, -1e300, [1], {"a": 1}, float(2**63)])
def test_an_end_that_cannot_be_read_is_no_end(exp):
    answer = check(
        token(
            {"alg": "EdDSA", "typ": "vc+jwt", "kid": ISSUER.key_id},
            {**credential(), "exp": exp},
            ISSUER._private.sign,
        )
    )
    assert answer.outcome is Outcome.NOT_VERIFIED
    assert answer.verdicts["validity"].code is Code.DATE_MALFORMED


@pytest.mark.parametrize("name", ["validUntil", "expirationDate", "validFrom"])
@pytest.mark.parametrize(
    "value",
    [
        "tomorrow",
        "2030-13-01T00:00:00Z",
        1893456000,
        ["2030-01-01T00:00:00Z"],
        {"@value": "x"},
        "",
        "2030-01-01",
    ],
)
def test_a_date_that_cannot_be_read_is_no_date(name, value):
    answer = check(ISSUER.sign({**credential(), name: value}, "eddsa-jcs-2022", created=AT))
    assert answer.verdicts["integrity"].valid
    assert (answer.outcome, answer.verdicts["validity"].code) == (Outcome.NOT_VERIFIED, Code.DATE_MALFORMED)


def test_a_proof_that_expires_ends_the_badge():
    for securing in DATA_INTEGRITY:
        signed = ISSUER.sign(credential(), securing, proof={"expires": "2025-01-01T00:00:00Z"})
        answer = check(signed)
        assert answer.verdicts["integrity"].valid
        assert answer.verdicts["validity"].code is Code.EXPIRED


def test_a_token_spelled_in_another_way():
    header, payload, signature = ISSUER.sign(credential(), "vc-jwt").split(b".")
    for other in (
        b".".join((header + b"=", payload, signature)),
        b".".join((header, payload)),
        b".".join((header, payload, signature, b"")),
        b".".join((header, payload, b"")),
        b".".join((header, payload, signature[:-2] + b"!!")),
        b".".join((header, payload, signature[:-1])),
    ):
        assert check(other).outcome is Outcome.NOT_VERIFIED


def test_a_signature_has_one_spelling():
    """86 characters hold 64 bytes and four bits more; sixteen last characters would decode to the same signature."""
    signed = ISSUER.sign(credential(), "vc-jwt")
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    verified = [last for last in alphabet if check(signed[:-1] + bytes([last])).outcome is Outcome.VERIFIED]
    assert verified == [signed[-1]]


def test_a_header_with_a_name_twice():
    _, payload, _ = ISSUER.sign(credential(), "vc-jwt").split(b".")
    header = b64(b'{"alg":"none","alg":"EdDSA","typ":"vc+jwt","kid":"' + ISSUER.key_id.encode() + b'"}')
    signing_input = header + b"." + payload
    forged = signing_input + b"." + b64(ISSUER._private.sign(signing_input))
    assert check(forged).verdicts["integrity"].code is Code.DUPLICATE_KEY


@pytest.mark.parametrize("kind", ["vp+jwt", "vc+sd-jwt", "dpop+jwt", "at+jwt", "secevent+jwt", 1])
def test_a_token_of_another_kind(kind):
    assert (
        check(ISSUER.sign_jwt(credential(), header={"typ": kind})).verdicts["integrity"].code
        is Code.UNSUPPORTED_FORMAT
    )


def test_a_token_with_two_credentials():
    claims = {**credential(), "vc": credential(name="Other")}
    signed = token({"alg": "EdDSA", "kid": ISSUER.key_id}, claims, ISSUER._private.sign)
    assert check(signed).verdicts["integrity"].code is Code.UNSUPPORTED_FORMAT


@pytest.mark.parametrize("securing", SECURINGS)
def test_a_key_of_someone_else(securing):
    answer = check(OTHER.sign(credential(), securing))
    assert answer.outcome is Outcome.NOT_VERIFIED
    assert answer.verdicts["integrity"].valid  # whoever signed, nothing was changed since
    assert answer.verdicts["issuer_authenticated"].code is Code.ISSUER_NOT_AUTHENTICATED


def pretending(did):
    """An issuer with a key of its own that names its key as if it were `did`'s."""
    own = Issuer.from_seed(b"pretender")
    return Issuer(did, f"{did}#{own.multikey}", own.multikey, own._private)


@pytest.mark.parametrize("securing", SECURINGS)
def test_a_fragment_key_is_not_taken_on_trust(securing):
    forged = pretending(WEB.id).sign(credential(WEB), securing)
    answer = check(forged, documents=web_shelf())
    assert answer.outcome is Outcome.NOT_VERIFIED
    assert answer.verdicts["issuer_authenticated"].code is Code.ISSUER_NOT_AUTHENTICATED
    offline = check(forged)
    assert offline.outcome is Outcome.INDETERMINATE
    assert offline.verdicts["issuer_authenticated"].code is Code.ISSUER_NOT_AUTHENTICATED


@pytest.mark.parametrize("securing", SECURINGS)
def test_a_fragment_that_lies_about_a_did_key(securing):
    did = ISSUER.id
    own = Issuer.from_seed(b"pretender")
    liar = Issuer(did, f"{did}#{own.multikey}", own.multikey, own._private)
    assert check(liar.sign(credential(), securing)).outcome is Outcome.NOT_VERIFIED


def changed_document(change):
    document = clone(WEB.did_document())
    change(document)
    return document


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(assertionMethod=[]),
        lambda d: d.pop("assertionMethod"),
        lambda d: (d.pop("assertionMethod"), d.update(authentication=[WEB.key_id])),
        lambda d: d.update(id="did:web:other.example"),
        lambda d: d.pop("id"),
        lambda d: d["verificationMethod"][0].update(controller="did:web:other.example"),
        lambda d: d["verificationMethod"][0].pop("controller"),
        lambda d: d["verificationMethod"][0].update(publicKeyMultibase=OTHER.multikey),
        lambda d: d["verificationMethod"][0].update(publicKeyMultibase="z6Mk"),
        lambda d: d["verificationMethod"][0].update(publicKeyMultibase=1),
        lambda d: d["verificationMethod"][0].update(publicKeyJwk={"kty": "oct", "k": "AA"}),
        lambda d: d["verificationMethod"][0].update(id="did:web:other.example#key"),
        lambda d: d["verificationMethod"][0].update(revoked="2020-01-01T00:00:00Z"),
        lambda d: d["verificationMethod"][0].update(expires="2020-01-01T00:00:00Z"),
        lambda d: d["verificationMethod"][0].update(revoked="soon"),
        lambda d: d["verificationMethod"].append(
            {**d["verificationMethod"][0], "publicKeyMultibase": OTHER.multikey}
        ),
        lambda d: d.update(verificationMethod="x"),
        lambda d: d.update(assertionMethod=[1]),
    ],
)
@pytest.mark.parametrize("securing", SECURINGS)
def test_a_key_that_the_issuers_document_does_not_vouch_for(change, securing):
    shelf = Shelf({DID_URL: changed_document(change)})
    assert check(WEB.sign(credential(WEB), securing), documents=shelf).outcome is not Outcome.VERIFIED


def test_a_stolen_key_cannot_date_itself_before_its_revocation():
    shelf = Shelf(
        {
            DID_URL: changed_document(
                lambda d: d["verificationMethod"][0].update(revoked="2025-01-01T00:00:00Z")
            )
        }
    )
    backdated = WEB.sign(credential(WEB), "eddsa-jcs-2022", created=datetime(2024, 6, 1, tzinfo=UTC))
    assert check(backdated, documents=shelf).verdicts["issuer_authenticated"].code is Code.KEY_REVOKED


def test_a_document_that_is_no_document():
    for body in (b"", b"<html>", b"[]", b"{" * 20_000, b'{"id":"did:web:academy.example","id":"x"}'):
        answer = check(WEB.sign(credential(WEB), "eddsa-jcs-2022"), documents=Shelf({DID_URL: body}))
        assert answer.outcome is Outcome.INDETERMINATE


@pytest.mark.parametrize(
    "did",
    [
        "did:web:",
        "did:web:..",
        "did:web:a.example:..:x",
        "did:web:a.example:%2e%2e",
        "did:web:a.example%2Fx",
        "did:web:a.example/x",
        "did:web:user@a.example",
        "did:web:a.example?x",
        "did:web:a.example%3A",
        "did:web:a.example%3A80%3A80",
        "did:web:a b",
        "did:web:[::1]",
    ],
)
def test_a_did_web_that_points_elsewhere_is_not_looked_up(did):
    shelf = Shelf()
    own = pretending(did)
    for securing in ("eddsa-jcs-2022", "vc-jwt"):
        answer = check(own.sign(credential(own), securing), documents=shelf)
        assert answer.outcome is Outcome.NOT_VERIFIED
        assert answer.verdicts["issuer_authenticated"].code in (
            Code.ISSUER_MALFORMED,
            Code.ISSUER_NOT_AUTHENTICATED,
        )
    assert shelf.asked == []


@pytest.mark.parametrize(
    "issuer",
    ["http://academy.example/issuer", "ftp://x", "file:///etc/passwd", "data:,x", "did:example:1", "urn:x:y"],
)
def test_issuers_whose_keys_cannot_be_looked_up(issuer):
    shelf = Shelf()
    own = pretending(issuer)
    answer = check(own.sign(credential(own), "eddsa-jcs-2022"), documents=shelf)
    assert answer.outcome is not Outcome.VERIFIED
    assert shelf.asked == []


def test_an_https_issuer_by_its_controller_document():
    url = "https://academy.example/issuers/1"
    own = pretending(url)
    signed = own.sign(credential(own), "eddsa-rdfc-2022")
    assert check(signed, documents=Shelf({url: own.did_document()})).outcome is Outcome.VERIFIED
    assert (
        check(signed, documents=Shelf({url: {**own.did_document(), "assertionMethod": []}})).outcome
        is Outcome.NOT_VERIFIED
    )


@pytest.mark.parametrize("issuer", [None, 1, [], [ISSUER.id], {}, {"id": [ISSUER.id]}, {"name": "x"}, True])
def test_an_issuer_that_is_not_one(issuer):
    answer = check(ISSUER.sign({**credential(), "issuer": issuer}, "eddsa-jcs-2022"))
    assert answer.outcome is Outcome.NOT_VERIFIED
    assert answer.verdicts["issuer_authenticated"].code is Code.ISSUER_MALFORMED


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


def test_an_expiry_under_its_full_name_in_json_formats():
    for document in (
        {**credential(), "https://www.w3.org/2018/credentials#validUntil": "2020-01-01T00:00:00Z"},
        {**credential(), "@included": [{"validUntil": "2020-01-01T00:00:00Z"}]},
    ):
        for securing in ("eddsa-jcs-2022", "vc-jwt"):
            assert check(ISSUER.sign(document, securing)).verdicts["integrity"].code is Code.NOT_COMPACTED


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "RS256"])
def test_other_algorithms_by_the_issuers_document(algorithm):
    if algorithm == "RS256":
        private = rsa.generate_private_key(65537, 2048)
        jwk = RSAKey(private.public_key(), private.public_key()).as_dict(private=False)

        def sign(message):
            return private.sign(message, padding.PKCS1v15(), hashes.SHA256())
    else:
        curve, digest, half = (
            (ec.SECP256R1(), hashes.SHA256(), 32)
            if algorithm == "ES256"
            else (ec.SECP384R1(), hashes.SHA384(), 48)
        )
        private = ec.generate_private_key(curve)
        jwk = ECKey(private.public_key(), private.public_key()).as_dict(private=False)

        def sign(message):
            r, s = decode_dss_signature(private.sign(message, ec.ECDSA(digest)))
            return r.to_bytes(half, "big") + s.to_bytes(half, "big")

    key_id = f"{WEB.id}#key-2"
    method = {"id": key_id, "type": "JsonWebKey", "controller": WEB.id, "publicKeyJwk": jwk}
    shelf = Shelf({DID_URL: {"id": WEB.id, "assertionMethod": [method]}})
    for head in ({"kid": key_id}, {"kid": "#key-2"}, {"kid": "key-2"}, {}):
        signed = token({"alg": algorithm, "typ": "vc+jwt", **head}, credential(WEB), sign)
        assert check(signed, documents=shelf).outcome is Outcome.VERIFIED, head
        broken = signed[:-10] + (b"AAAAAAAAAA" if not signed.endswith(b"AAAAAAAAAA") else b"BBBBBBBBBB")
        assert check(broken, documents=shelf).outcome is Outcome.NOT_VERIFIED
