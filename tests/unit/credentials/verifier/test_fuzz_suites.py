"""Any bytes where keys, proofs, lists and issuers' documents are expected; any change within what was signed as a whole."""

import base64
import contextlib
import json

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from credence.credentials.issuing import Issuer, status_entry
from credence.credentials.verifier import Outcome, State, cbor
from credence.credentials.verifier.keys import KeyMalformed, from_did_jwk, from_jwk, from_multikey
from credence.credentials.verifier.parsing import Refused
from credence.credentials.verifier.selective import parse_disclosure
from support.badges import ISSUER, OTHER, WEB, Shelf, check, clone, credential
from support.forging import DID_URL

settings.register_profile("suites", max_examples=150, deadline=None)
settings.load_profile("suites")

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("did:web:academy.example#k"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "type",
                    "controller",
                    "publicKeyJwk",
                    "publicKeyMultibase",
                    "revoked",
                    "issuer",
                    "revokedCredentials",
                    "statusPurpose",
                    "statusListIndex",
                    "statusListCredential",
                    "statusMessage",
                    "status",
                    "message",
                    "kty",
                    "crv",
                    "x",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(st.binary(max_size=200))
def test_any_cbor(data):
    with contextlib.suppress(ValueError):
        assert isinstance(cbor.loads(data), int | bytes | list | dict)


@given(st.text(max_size=60), VALUES)
def test_any_key(text, value):
    for read, given_ in (
        (from_did_jwk, f"did:jwk:{text}"),
        (from_multikey, f"z{text}"),
        (from_jwk, value),
    ):
        with contextlib.suppress(KeyMalformed):
            read(given_)


@given(st.binary(max_size=120), VALUES)
def test_any_disclosure(data, value):
    for proof_value in (value, "u" + base64.urlsafe_b64encode(b"\xd9\x5d\x01" + data).rstrip(b"=").decode()):
        with contextlib.suppress(Refused):
            parse_disclosure(proof_value)


@given(VALUES, VALUES)
def test_any_document_of_an_issuer(method, document):
    signed = WEB.sign(credential(WEB), "vc-jwt")
    for found in (document, {"id": WEB.id, "verificationMethod": method, "assertionMethod": method}):
        answer = check(signed, documents=Shelf({DID_URL: json.dumps(found).encode()}))
        assert answer.outcome is not Outcome.VERIFIED


@given(st.dictionaries(st.text(max_size=12), VALUES, max_size=4), VALUES)
def test_any_status_and_any_list(entry, listed):
    for stated in (
        {"type": "BitstringStatusListEntry"} | entry,
        {"type": "StatusList2021Entry"} | entry,
        {"type": "1EdTechRevocationList", "id": "https://academy.example/list"} | entry,
        status_entry("https://academy.example/list", 7),
    ):
        signed = ISSUER.sign_jwt(credential(status=stated))
        shelf = Shelf({"https://academy.example/list": json.dumps(listed).encode()})
        assert check(signed, documents=shelf).verdicts["status"].state is State.INDETERMINATE


CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
CURVES = Issuer.from_seed(b"curves", kind="P-384")


def record():
    body = credential(context=CONTEXTS)
    body["type"] = ["VerifiableCredential", "ClrCredential"]
    members = [
        json.loads(OTHER.sign(credential(OTHER, id="urn:x:1"), "eddsa-rdfc-2022")),
        json.loads(CURVES.sign(credential(CURVES, id="urn:x:2"), "ecdsa-rdfc-2019")),
    ]
    body["credentialSubject"] = {"type": ["ClrSubject"], "verifiableCredential": members}
    return json.loads(ISSUER.sign(body, "eddsa-rdfc-2022"))


RECORD = record()


def paths(value, path=()):
    yield path
    if isinstance(value, dict | list):
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        for step, item in steps:
            yield from paths(item, (*path, step))


PATHS = [path for path in paths(RECORD) if path and "proof" not in path]


def without_form(value):
    """A set of one is its member, a bare reference is its name, absence is null: JSON-LD says the same by each."""
    if isinstance(value, list):
        kept = [without_form(item) for item in value if item is not None]
        return kept[0] if len(kept) == 1 else kept or None
    if isinstance(value, dict):
        kept = {name: without_form(item) for name, item in value.items()}
        kept = {name: item for name, item in kept.items() if item is not None}
        return kept["id"] if kept.keys() == {"id"} else kept
    return value


@given(st.sampled_from(PATHS), st.sampled_from(["replace", "remove", "add"]), VALUES, st.text(max_size=10))
def test_any_change_within_a_signed_record(path, how, value, name):
    changed = clone(RECORD)
    place = changed
    for step in path[:-1]:
        place = place[step]
    if how == "replace":
        place[path[-1]] = value
    elif how == "remove":
        del place[path[-1]]
    else:
        assume(isinstance(place[path[-1]], dict))
        place[path[-1]][name] = value
    assume(without_form(changed) != without_form(RECORD))
    answer = check(json.dumps(changed))
    assert answer.outcome is not Outcome.VERIFIED, (path, how, value)


def test_the_record_itself_is_verified():
    assert check(json.dumps(RECORD)).outcome is Outcome.VERIFIED
