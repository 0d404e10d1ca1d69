"""ecdsa-sd-2023: what a holder shows of a credential, signed statement by statement."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from itertools import permutations

import base58
import pytest

from credence.credentials.issuing import Issuer, status_entry, status_list_credential
from credence.credentials.verifier import Code, Limits, Outcome, State
from credence.credentials.verifier import cbor as reading
from credence.credentials.verifier.rdfc import rdf_canonical
from credence.credentials.verifier.selective import _relabelled
from credence.credentials.verifier.suites import SUITES, options_hash
from support.badges import FROM, Shelf, check, credential, edited

P256 = Issuer.from_seed(b"curves", kind="P-256")
OWN = Issuer.from_seed(b"the key of this one credential", kind="P-256")
RESULTS = [{"status": "Passed"}, {"status": "Failed"}]
LIST = "https://academy.example/status/1"
STATUS = status_entry(LIST, 5)
LISTED = Shelf(
    {
        LIST: P256.sign(
            status_list_credential(url=LIST, issuer_id=P256.id, set_indexes=[7], valid_from=FROM),
            "ecdsa-jcs-2019",
        )
    }
)


def written(value):
    """CBOR of numbers, byte strings, lists and maps."""

    def head(major, size):
        if size < 24:
            return bytes([major << 5 | size])
        return bytes([major << 5 | 25]) + size.to_bytes(2, "big")

    if isinstance(value, int):
        return head(0, value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(written, value))
    return head(5, len(value)) + b"".join(written(k) + written(v) for k, v in value.items())


def proof_value(parts, header=b"\xd9\x5d\x01"):
    return "u" + urlsafe_b64encode(header + written(parts)).rstrip(b"=").decode()


def shown(
    document, mandatory=lambda quad: "issuer" in quad, change=lambda parts: parts, signer=P256, created=None
):
    """A derived proof over `document` as an issuer and a holder make it together; labels stand for the issuer's HMAC."""
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "ecdsa-sd-2023",
        "created": created or document["validFrom"],
        "verificationMethod": P256.key_id,
        "proofPurpose": "assertionMethod",
    }
    canonical = rdf_canonical(document, Limits())
    nodes = canonical.count("_:c14n")
    labels = {n: bytes([200 - n]) * 32 for n in range(nodes) if f"_:c14n{n} " in canonical}
    quads = sorted(_relabelled(line, named(labels)) for line in canonical.splitlines(keepends=True))
    must = [place for place, quad in enumerate(quads) if mandatory(quad)]
    public = base58.b58decode(OWN.multikey[1:])
    hashed = options_hash(document, options, SUITES["ecdsa-sd-2023"], "sha256", Limits(), "/proof")
    base = hashed + public + hashlib.sha256("".join(quads[p] for p in must).encode()).digest()
    signatures = [OWN._sign(quad.encode()) for place, quad in enumerate(quads) if place not in must]
    parts = change([signer._sign(base), public, signatures, labels, must])
    return json.dumps({**document, "proof": {**options, "proofValue": proof_value(parts)}}).encode()


def body(**changed):
    return credential(P256, results=RESULTS, **changed)


def test_what_is_shown_is_verified_and_said_to_be_a_part():
    answer = check(shown(body(status=STATUS)), documents=LISTED)
    assert (answer.outcome, answer.format) == (Outcome.VERIFIED, "ob3+ecdsa-sd-2023"), answer.verdicts
    assert "SELECTIVELY_DISCLOSED" in {flag.code for flag in answer.flags}
    for mandatory in (lambda quad: True, lambda quad: False):
        assert check(shown(body(status=STATUS), mandatory), documents=LISTED).outcome is Outcome.VERIFIED


@pytest.mark.parametrize(
    ("left_out", "verdict"),
    [("validUntil", "validity"), ("validFrom", "validity"), ("credentialStatus", "status")],
)
def test_what_a_holder_may_have_left_out_is_an_open_question(left_out, verdict):
    """Whoever is revoked, or past the end, would show a credential without it."""
    document = {name: value for name, value in body(status=STATUS).items() if name != left_out}
    answer = check(shown(document, created=body()["validFrom"]), documents=LISTED)
    assert answer.outcome is Outcome.INDETERMINATE
    assert answer.verdicts["integrity"].valid
    found = answer.verdicts[verdict]
    assert (found.state, found.code, found.pointer) == (
        State.INDETERMINATE,
        Code.MAY_BE_HIDDEN,
        f"/{left_out}",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"validUntil": "2099-01-01T00:00:00Z"},
        {"validUntil": None},
        {"name": "PhD"},
        {"issuer": "did:example:other"},
        {"credentialSubject": {**body()["credentialSubject"], "id": "did:example:me"}},
        {"evidence": [{"id": "https://x.example/more", "type": ["Evidence"]}]},
    ],
    ids=str,
)
def test_nothing_can_be_changed_left_out_or_added_afterwards(change):
    answer = check(edited(shown(body()), change))
    assert answer.outcome is not Outcome.VERIFIED
    assert answer.verdicts["integrity"].state is State.INVALID


def other_base(parts):
    return [b"\x01" * 64, *parts[1:]]


def fewer(parts):
    return [*parts[:2], parts[2][1:], *parts[3:]]


def swapped(parts):
    return [*parts[:2], [parts[2][1], parts[2][0], *parts[2][2:]], *parts[3:]]


def other_key(parts):
    return [parts[0], base58.b58decode(P256.multikey[1:]), *parts[2:]]


def one_label_for_two(parts):
    first, *rest = parts[3].items()
    return [*parts[:3], dict([first, *((name, first[1]) for name, _ in rest)]), parts[4]]


def exchanged_labels(parts):
    names, labels = list(parts[3]), list(parts[3].values())
    return [*parts[:3], dict(zip(names, labels[1:] + labels[:1], strict=True)), parts[4]]


def no_labels(parts):
    return [*parts[:3], {}, parts[4]]


def beyond(parts):
    return [*parts[:4], [*parts[4], 9_999]]


def twice(parts):
    return [*parts[:4], [*parts[4], parts[4][0]]]


def all_mandatory(parts):
    return [*parts[:2], [], parts[3], list(range(len(parts[2]) + len(parts[4])))]


@pytest.mark.parametrize(
    "change",
    [
        other_base,
        fewer,
        swapped,
        other_key,
        one_label_for_two,
        exchanged_labels,
        no_labels,
        beyond,
        twice,
        all_mandatory,
        lambda parts: parts[:4],
        lambda parts: [*parts, 0],
        lambda parts: {0: 0},
        lambda parts: [b"", *parts[1:]],
        lambda parts: [*parts[:2], [b"x"], *parts[3:]],
        lambda parts: [parts[0], b"\x80\x24" + b"\xff" * 33, *parts[2:]],
    ],
)
def test_a_proof_that_was_tampered_with(change):
    answer = check(shown(body(), change=change))
    assert answer.outcome is Outcome.NOT_VERIFIED
    assert answer.verdicts["integrity"].state is State.INVALID


def test_one_thing_cannot_be_shown_as_two():
    """Both would have one label; each statement is signed, and no reader would see that they belong together."""
    signed_parts = []
    whole = credential(P256, results=[{"status": "Failed", "value": "95"}])
    shown(whole, lambda quad: False, change=lambda parts: signed_parts.append(parts) or parts)
    ((base, public, signatures, labels, _),) = signed_parts
    canonical = rdf_canonical(whole, Limits())
    quads = sorted(_relabelled(line, named(labels)) for line in canonical.splitlines(keepends=True))
    by_quad = dict(zip(quads, signatures, strict=True))
    split = credential(P256, results=[{"status": "Failed"}, {"value": "95"}])
    lines = rdf_canonical(split, Limits()).splitlines(keepends=True)
    # which of the canonical labels are the two halves of what was one thing
    result = next(q.split()[0] for q in quads if '"95"' in q)
    halves = {line.split()[0][2:] for line in lines if '"95"' in line or '"Failed"' in line}
    assert len(halves) == 2
    whole_names = {n for n in labels if named(labels)[f"c14n{n}"] != result[2:]}
    others = sorted({line.split()[0][2:] for line in lines if line.startswith("_:")} - halves)
    relabelled = {int(half[4:]): labels[_number(labels, result)] for half in halves}
    for permuted in permutations(sorted(whole_names)):
        relabelled |= {int(o[4:]): labels[n] for o, n in zip(others, permuted, strict=True)}
        new = sorted(_relabelled(line, named(relabelled)) for line in lines)
        if set(new) == set(quads):
            break
    else:
        pytest.fail("the split badge has other statements")
    parts = [base, public, [by_quad[quad] for quad in new], relabelled, []]
    proof = json.loads(shown(whole, lambda quad: False))["proof"]
    forged = json.dumps({**split, "proof": {**proof, "proofValue": proof_value(parts)}})
    answer = check(forged)
    assert answer.outcome is Outcome.NOT_VERIFIED
    assert answer.verdicts["integrity"].code is Code.PROOF_MALFORMED


def _number(labels, label):
    return next(n for n in labels if f"_:{named(labels)[f'c14n{n}']}" == label)


def named(labels):
    return {f"c14n{n}": "u" + urlsafe_b64encode(label).rstrip(b"=").decode() for n, label in labels.items()}


def test_another_key_than_the_issuers():
    assert check(shown(body(), signer=OWN)).verdicts["integrity"].code is Code.SIGNATURE_MISMATCH


def test_a_base_proof_is_not_for_showing():
    document = json.loads(shown(body()))
    raw = urlsafe_b64decode(document["proof"]["proofValue"][1:] + "==")
    document["proof"]["proofValue"] = "u" + urlsafe_b64encode(b"\xd9\x5d\x00" + raw[3:]).rstrip(b"=").decode()
    answer = check(json.dumps(document))
    assert (answer.outcome, answer.verdicts["integrity"].code) == (
        Outcome.INDETERMINATE,
        Code.UNSUPPORTED_PROOF,
    )


@pytest.mark.parametrize("value", [None, 1, "", "u", "u!!!!", "z3abcd", "u2V0B", "uAAAA", "u" + "9" * 50])
def test_a_value_that_is_no_derived_proof(value):
    document = json.loads(shown(body()))
    document["proof"]["proofValue"] = value
    assert check(json.dumps(document)).outcome is Outcome.NOT_VERIFIED


def test_labels_within_texts_and_names_are_texts_and_names():
    labels = {"c14n0": "uA"}
    line = '_:c14n0 <urn:_:c14n0> "_:c14n0 \\" _:c14n0" _:c14n0 .\n'
    assert _relabelled(line, labels) == '_:uA <urn:_:c14n0> "_:c14n0 \\" _:c14n0" _:uA .\n'


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"\x00", 0),
        (b"\x18\x64", 100),
        (b"\x42\x01\x02", b"\x01\x02"),
        (b"\x82\x01\x41\x05", [1, b"\x05"]),
        (b"\xa1\x00\x41\x05", {0: b"\x05"}),
        (b"\x98\x01\x00", [0]),
    ],
)
def test_cbor(data, value):
    assert reading.loads(data) == value
    assert reading.loads(written(value)) == value


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x00",
        b"\x20",
        b"\x61a",
        b"\xc1\x00",
        b"\xf5",
        b"\xfb" + b"\0" * 8,
        b"\x5f\x41a\xff",
        b"\x9f\xff",
        b"\x42\x01",
        b"\x9b" + b"\xff" * 8,
        b"\xbb" + b"\xff" * 8,
        b"\xa2\x00\x00\x00\x00",
        b"\xa1\x41a\x00",
        b"\x81" * 100_000 + b"\x00",
        b"\x1c",
        b"\x19\x00",
    ],
)
def test_cbor_that_no_proof_is_written_in(data):
    with pytest.raises(ValueError, match=r"\w"):
        reading.loads(data)
