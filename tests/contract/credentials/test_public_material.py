"""Public conformance material, read from where it lies beside the project; skipped, and said so, where it is absent.

CREDENCE_SHARED names the folder; it is looked for beside the checkout otherwise. Nothing of it is part of the repository.
"""

import csv
import json
import os
from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyld import jsonld

from credence.credentials import contexts
from credence.credentials.verifier import Code, Limits, Outcome, State
from credence.credentials.verifier.keys import KeyMalformed, from_did_key
from credence.credentials.verifier.parsing import Refused
from credence.credentials.verifier.rdfc import canonicalise
from credence.credentials.verifier.schema import check_schema
from support.badges import Shelf, check

ROOT = Path(os.environ.get("CREDENCE_SHARED", Path(__file__).parents[4] / "shared")) / "credentials"
AT = datetime(2025, 1, 1, tzinfo=UTC)

pytestmark = [
    pytest.mark.needs_shared,
    pytest.mark.skipif(
        not (ROOT / "MANIFEST.tsv").is_file(),
        reason=f"no public conformance material at {ROOT}; set CREDENCE_SHARED",
    ),
]


def manifest():
    if not (ROOT / "MANIFEST.tsv").is_file():
        return []
    with (ROOT / "MANIFEST.tsv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def rows(kind, suffix="", within=""):
    return [
        pytest.param(row, id=row["path"])
        for row in manifest()
        if row["kind"] == kind and row["path"].endswith(suffix) and within in row["path"]
    ]


@pytest.mark.parametrize(
    "row", rows("VCDM 2.0 shape", ".json", "credential-") + rows("VCDM 2.0 shape", ".json", "names-and")
)
def test_the_shape_of_data_model_2(row):
    if "presentation-" in row["path"]:
        pytest.skip("presentations are not verified here")
    document = json.loads((ROOT / row["path"]).read_bytes())
    # the suite's fixtures leave the issuer and the moment to the one who signs them
    if isinstance(document.get("issuer"), dict):
        document["issuer"] = {"id": "did:example:issuer", **document["issuer"]}
    elif "no-issuer" not in row["path"]:
        document.setdefault("issuer", "did:example:issuer")
    for name, value in document.items():
        document[name] = {"PAST DATE": "2020-01-01T00:00:00Z", "FUTURE DATE": "2100-01-01T00:00:00Z"}.get(
            str(value), value
        )
    verdict = check_schema(document)
    assert (verdict.state is State.VALID) is (row["expected"] == "VALID"), verdict


@pytest.fixture
def example_contexts(monkeypatch):
    """The suites' own example context, which no real credential uses."""
    path = ROOT / "contexts/w3c/credentials/examples/v2"
    original = contexts.document

    def document(url):
        return json.loads(path.read_bytes()) if url == EXAMPLES else original(url)

    monkeypatch.setitem(contexts.PINNED, EXAMPLES, contexts.PINNED["https://www.w3.org/ns/credentials/v2"])
    monkeypatch.setattr(contexts, "document", document)


EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"


@pytest.mark.parametrize("row", rows("Data Integrity signed vector", within="w3c-vc-di-eddsa"))
def test_the_signatures_of_the_eddsa_vectors(row, example_contexts):
    answer = check((ROOT / row["path"]).read_bytes(), at=AT)
    integrity = answer.verdicts["integrity"]
    if "employ" in row["path"]:
        assert (integrity.state, integrity.code) == (State.INDETERMINATE, Code.CONTEXT_NOT_PINNED)
    elif "Ed25519Signature2020" in row["path"]:
        assert (integrity.state, integrity.code) == (State.INDETERMINATE, Code.UNSUPPORTED_PROOF)
    else:
        assert integrity.state is State.VALID, integrity
        assert all(proof.result.valid for proof in answer.proofs)
        # the vectors' issuer is an https address, and their keys are did:keys of nobody in particular
        assert answer.verdicts["issuer_authenticated"].code is Code.ISSUER_NOT_AUTHENTICATED


@pytest.mark.parametrize("row", rows("Data Integrity signed vector", within="w3c-vc-di-eddsa"))
def test_changed_vectors(row, example_contexts):
    document = json.loads((ROOT / row["path"]).read_bytes())
    document["validFrom"] = "2022-01-01T00:00:00Z"
    document["name"] = "Changed"
    assert not check(json.dumps(document), at=AT).verdicts["integrity"].valid


# what the material expects, and what is answered without a document of any issuer; a fixture that is VALID upstream is so on a key
# that only the proof vouches for, which here never suffices
BADGES = {
    "VALID": {(State.VALID, Code.ISSUER_NOT_AUTHENTICATED)},
}
DIVERGENT = {
    "ob30/sd/derivedcredential.json": "ecdsa-sd-2023 is not checked yet",
    "ob30/simple-context-version.json": "VALID signature; upstream dislikes that the context is of version 3.0.1",
    "ob30/simple-multiple-proofs.json": "upstream dislikes the second proof's context; the recognised proof holds",
    "ob30/bit-string-list/credential-status-revoked.json": "the list needs a network",
    "ob30/bit-string-list/credential-status-revoked-blank-nodes.json": "the list needs a network",
    "ob30/credential-status-revoked.json": "Ed25519Signature2020 is not checked yet",
    "ob30/complete.json": "embedded endorsements with contexts of their own are left open",
    "ob30/endorsement-err-schema-status-refresh.json": "Ed25519Signature2020 is not checked yet",
    "ob30/simple-err-proof-method.json": "the issuer's document would be needed to say no",
}


@pytest.mark.parametrize("row", rows("OB2/OB3/CLR2/LER fixture", within="ob30/"))
def test_open_badges_3_fixtures(row):
    if Path(row["path"]).suffix in (".png", ".svg") or row["expected"] not in ("VALID", "INVALID"):
        pytest.skip(f"{row['expected']}: {row['why']}")
    shelf = Shelf()
    answer = check((ROOT / row["path"]).read_bytes(), at=AT, documents=shelf)
    assert answer.outcome is not Outcome.VERIFIED
    name = row["path"].removeprefix("1edtech-public-validator/")
    if name in DIVERGENT:
        assert answer.outcome is Outcome.INDETERMINATE, DIVERGENT[name]
    elif row["expected"] == "INVALID":
        assert answer.outcome is Outcome.NOT_VERIFIED, answer.verdicts
    else:
        found = (answer.verdicts["integrity"].state, answer.verdicts["issuer_authenticated"].code)
        assert found in BADGES["VALID"], answer.verdicts


@pytest.mark.parametrize("row", rows("VC-JWT/SD-JWT/COSE", ".txt", "credential-jose"))
def test_vc_jose_fixtures(row):
    token = (ROOT / row["path"]).read_bytes().strip()
    answer = check(token, at=AT, documents=Shelf(jose_documents(token)))
    if row["expected"] == "INVALID":
        assert answer.outcome is Outcome.NOT_VERIFIED
    elif "unknown-extensions" in row["path"]:
        # signed with ES512, which is not on the list of algorithms
        assert answer.verdicts["integrity"].code is Code.ALGORITHM_NOT_ALLOWED
    else:
        assert answer.verdicts["integrity"].state is State.VALID, answer.verdicts


def jose_documents(token):
    """The suite's keys, published by the issuer that the token names."""
    payload = token.split(b".")[1]
    try:
        issuer = json.loads(urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))["issuer"]
    except (KeyError, ValueError):
        return {}
    issuer = issuer["id"] if isinstance(issuer, dict) else issuer
    methods = []
    for name in ("vm-ed25519.json", "vm-p256.json", "vm-p384.json"):
        jwk = json.loads((ROOT / "w3c-vc-jose-cose-test-suite" / name).read_bytes())["publicKeyJwk"]
        methods.append(
            {"id": f"{issuer}#{name}", "type": "JsonWebKey", "controller": issuer, "publicKeyJwk": jwk}
        )
    return {issuer: {"id": issuer, "assertionMethod": methods}}


@pytest.mark.parametrize("number", range(1, 78))
def test_rdf_canonicalisation(number):
    source = ROOT / f"w3c-rdf-canon/rdfc10/test{number:03}-in.nq"
    expected = ROOT / f"w3c-rdf-canon/rdfc10/test{number:03}-rdfc10.nq"
    if not source.is_file():
        pytest.skip("no such test")
    if number == 60:
        pytest.skip("pyld's N-Quads parser, used only here, leaves escapes in IRIs as they are")
    dataset = jsonld.JsonLdProcessor.parse_nquads(source.read_text(encoding="utf-8"))
    algorithm = "sha384" if number in (75, 77) else "sha256"
    if not expected.is_file():
        # the suite's poison graph, which has no expected result: it is to be refused
        with pytest.raises(Refused):
            canonicalise(dataset, Limits())
        return
    limits = Limits(max_ndegree_calls=20_000)
    assert canonicalise(dataset, limits, algorithm) == expected.read_text(encoding="utf-8")


def test_did_keys():
    known = json.loads((ROOT / "did-key/ed25519-x25519.json").read_bytes())
    for did in known:
        assert from_did_key(did).kind == "Ed25519"
    for did, case in json.loads((ROOT / "did-key/nist-curves.json").read_bytes()).items():
        jwk = json.dumps(case)
        for curve in ("P-256", "P-384"):
            if f'"crv": "{curve}"' in jwk:
                assert from_did_key(did).kind == curve
    for name in ("secp256k1.json", "x25519.json", "bls12381.json"):
        for did in json.loads((ROOT / "did-key" / name).read_bytes()):
            with pytest.raises(KeyMalformed):
                from_did_key(did)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://www.w3.org/ns/credentials/v2", "w3c/credentials/v2"),
        ("https://www.w3.org/2018/credentials/v1", "w3c/credentials/v1"),
        (
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
            "1edtech-validator/ob-v3p0-3.0.1.json",
        ),
        (
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
            "1edtech-spec/ob_v3p0/context-3.0.2.json",
        ),
        (
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            "1edtech-validator/ob-v3p0-3.0.3.json",
        ),
        (
            "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
            "1edtech-validator/ob-v3p0-extensions.json",
        ),
        (
            "https://w3id.org/security/data-integrity/v2",
            "npm/digitalbazaar-data-integrity-context-2.0.1/data-integrity-v2.jsonld",
        ),
        (
            "https://w3id.org/security/multikey/v1",
            "npm/digitalbazaar-multikey-context-2.0.1/multikey-v1.jsonld",
        ),
        (
            "https://w3id.org/security/suites/ed25519-2020/v1",
            "npm/ed25519-signature-2020-context-1.1.0/ed25519-signature-2020-v1.jsonld",
        ),
        ("https://www.w3.org/ns/did/v1", "npm/did-context-3.1.1/did-v1.jsonld"),
    ],
)
def test_pinned_contexts_say_what_their_publishers_say(url, path):
    assert contexts.document(url) == json.loads((ROOT / "contexts" / path).read_bytes())
