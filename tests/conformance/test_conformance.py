"""Every row of the public conformance material is answered as it expects, or otherwise for a reason that is written down."""

import json

import pytest

from conformance.answers import AT, taken_on_trust
from conformance.divergences import compared, explanations
from conformance.material import ABSENT, PRESENT, ROOT, contexts_of_the_material, rows
from credence.credentials import contexts
from credence.credentials.verifier.keys import KeyMalformed, from_did_key
from support.badges import Shelf, check

pytestmark = [pytest.mark.needs_shared, pytest.mark.skipif(not PRESENT, reason=ABSENT)]


@pytest.fixture(scope="module")
def found():
    return compared()


def test_no_divergence_is_unexplained(found):
    assert len(found) > 800
    assert [f"{one.row.path}: {one.expected}, {one.given}" for one in found if not one.explained] == []


def test_no_explanation_is_stale(found):
    """An entry whose row agrees by now, or is answered otherwise, or is none."""
    diverging = {one.row.path for one in found if not one.agrees and one.explained}
    assert explanations().keys() == diverging


def test_a_wrong_valid_is_never_explained_away(found):
    assert [one.row.path for one in found if one.given.answer == "VALID" and not one.agrees] == []


def test_keys_that_the_material_takes_on_trust_do_once_the_issuer_lists_them(found):
    """The explanation ISSUER_NOT_AUTHENTICATED is right: nothing else keeps these rows from being verified."""
    open_questions = [
        one
        for one in found
        if not one.agrees and str(one.given) == "INDETERMINATE issuer_authenticated=ISSUER_NOT_AUTHENTICATED"
    ]
    assert len(open_questions) > 10
    answered = {one.row.path: taken_on_trust(one.row) for one in open_questions if one.expected == "VALID"}
    assert len(answered) > 7
    assert {path for path, answer in answered.items() if answer.outcome != "VERIFIED"} == set()


SIGNED = [row for row in rows() if row.kind in ("Data Integrity signed vector", "mit-learn-obv3")]


@pytest.mark.parametrize("row", [pytest.param(row, id=row.path) for row in SIGNED])
def test_changed_documents(row):
    document = json.loads(row.file.read_bytes())
    for change in ({"validFrom": "2022-01-01T00:00:00Z"}, {"name": "Changed"}, {"id": "urn:changed"}):
        with contexts_of_the_material():
            answer = check(json.dumps({**document, **change}), at=AT)
        assert not answer.verdicts["integrity"].valid


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


PUBLISHED = {
    "https://www.w3.org/ns/credentials/v2": "w3c/credentials/v2",
    "https://www.w3.org/2018/credentials/v1": "w3c/credentials/v1",
    "https://www.w3.org/ns/did/v1": "npm/did-context-3.1.1/did-v1.jsonld",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json": "1edtech-validator/ob-v3p0-3.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json": "1edtech-spec/ob_v3p0/context-3.0.2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "1edtech-validator/ob-v3p0-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json": "1edtech-validator/ob-v3p0-extensions.json",
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json": "1edtech-validator/clr-v2p0-2.0.1.json",
    "https://w3id.org/security/data-integrity/v2": (
        "npm/digitalbazaar-data-integrity-context-2.0.1/data-integrity-v2.jsonld"
    ),
    "https://w3id.org/security/multikey/v1": "npm/digitalbazaar-multikey-context-2.0.1/multikey-v1.jsonld",
    "https://w3id.org/security/suites/ed25519-2020/v1": (
        "npm/ed25519-signature-2020-context-1.1.0/ed25519-signature-2020-v1.jsonld"
    ),
    "https://w3id.org/security/suites/jws-2020/v1": "1edtech-validator/suites-jws-2020.jsonld",
    "https://w3id.org/security/v1": "1edtech-validator/security-v1.jsonld",
    "https://w3id.org/security/v2": "1edtech-validator/security-v2.jsonld",
}


@pytest.mark.parametrize(("url", "path"), PUBLISHED.items())
def test_pinned_contexts_say_what_their_publishers_say(url, path):
    assert contexts.document(url) == json.loads((ROOT / "contexts" / path).read_bytes())


HOSTED = {
    "1_0": ("https://a.com/instance", "https://a.com/badgeclass", "https://a.com/issuer"),
    "1_1": (
        "https://example.org/beths-robotics-badge.json",
        "https://example.org/robotics-badge.json",
        "https://example.org/organization.json",
    ),
}
HOSTED["2_0"] = HOSTED["1_1"]


@pytest.mark.parametrize("version", HOSTED)
def test_the_basic_badges_of_every_old_version(version):
    """The manifest expects nothing of them; each is whole once its three documents lie at the addresses that they name."""
    folder = ROOT / "1edtech-ob2-validator-core"
    files = [
        (folder / f"{version}_basic_{part}.json").read_bytes()
        for part in ("assertion", "badgeclass", "issuer")
    ]
    hosted = dict(zip(HOSTED[version], files, strict=True))
    answer = check(files[0], at=AT, documents=Shelf(hosted))
    assert answer.outcome == "VERIFIED", answer.verdicts
    for address in hosted:
        without = {url: body for url, body in hosted.items() if url != address}
        assert check(files[0], at=AT, documents=Shelf(without)).outcome != "VERIFIED"
    wrong = (folder / "1_0_assertion_with_errors.json").read_bytes()
    assert check(wrong, at=AT, documents=Shelf({HOSTED["1_0"][0]: wrong})).outcome != "VERIFIED"
