"""Snapshots of a registry: what is signed is read back, anything else is refused with a reason."""

import json
from datetime import date

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credence.credentials.verifier import RegistryEntry, Standing
from credence.credentials.verifier.snapshot import (
    MAX_BYTES,
    Snapshot,
    SnapshotRefused,
    Source,
    did_key_of,
    read_snapshot,
    write_snapshot,
)

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
TRUSTED = [did_key_of(KEY)]
ENTRIES = (
    RegistryEntry(
        ("did:web:academy.example", "https://academy.example/issuer"),
        "Example Académie",
        Standing.RECOGNISED,
        aliases=("EA",),
        note="Looked at.",
        since=date(2020, 1, 2),
        source=0,
    ),
    RegistryEntry(("did:web:mill.example",), "Diploma Mill", Standing.RED_FLAGGED, note="Sells degrees."),
)
SNAPSHOT = Snapshot(3, date(2026, 11, 22), ENTRIES, [Source(title="A list", licence="MIT", entries=1)])
DOCUMENT = write_snapshot(SNAPSHOT, KEY)


def refused(document: bytes, trusted=TRUSTED) -> str:
    with pytest.raises(SnapshotRefused) as caught:
        read_snapshot(document, trusted)
    assert caught.value.message.endswith(".")
    return caught.value.code


def signed_anew(**changed) -> bytes:
    """The document with other members, under a good signature: only its shape is wrong."""
    members = {**json.loads(DOCUMENT), **changed}
    del members["signature"]
    value = KEY.sign(rfc8785.dumps(members))
    import base58

    signature = {"key": TRUSTED[0], "value": "z" + base58.b58encode(value).decode()}
    return json.dumps({**members, "signature": signature}).encode()


def test_what_is_written_is_read_back():
    read = read_snapshot(DOCUMENT, TRUSTED)
    assert (read.version, read.made_on, read.entries) == (3, date(2026, 11, 22), ENTRIES)
    assert read.sources == SNAPSHOT.sources
    assert read.signed_by == TRUSTED[0]
    assert read.registry().standing("did:web:academy.example", "EA").standing is Standing.RECOGNISED
    assert read.registry().version == "3"
    assert write_snapshot(read, KEY) == DOCUMENT


def test_layout_and_order_of_members_do_not_matter():
    members = json.loads(DOCUMENT)
    shuffled = json.dumps(dict(reversed(members.items())), indent=2).encode()
    assert read_snapshot(shuffled, TRUSTED).digest == read_snapshot(DOCUMENT, TRUSTED).digest


def test_nothing_but_a_trusted_signature_over_all_of_it_counts():
    assert refused(DOCUMENT, [did_key_of(OTHER)]) == "KEY_NOT_TRUSTED"
    assert refused(DOCUMENT, []) == "KEY_NOT_TRUSTED"
    assert refused(DOCUMENT.replace(b"RED_FLAGGED", b"RECOGNISED")) == "SIGNATURE_MISMATCH"
    assert refused(DOCUMENT.replace(b'"version":3', b'"version":4')) == "SIGNATURE_MISMATCH"
    members = json.loads(DOCUMENT)
    forged = {**members, "signature": {**members["signature"], "key": did_key_of(OTHER)}}
    assert refused(json.dumps(forged).encode(), [did_key_of(OTHER)]) == "SIGNATURE_MISMATCH"
    short = {**members, "signature": {**members["signature"], "value": "z11"}}
    assert refused(json.dumps(short).encode()) == "SIGNATURE_MISMATCH"
    odd = {**members, "signature": {**members["signature"], "value": "m0OIl"}}
    assert refused(json.dumps(odd).encode()) == "SIGNATURE_MALFORMED"
    del members["signature"]
    assert refused(json.dumps(members).encode()) == "NOT_SIGNED"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"", "NOT_JSON"),
        (b"[]", "NOT_SIGNED"),
        (b'{"signature": {"key": 7}}', "NOT_SIGNED"),
        (DOCUMENT[:-1] + b',"version":9}', "DUPLICATE_KEY"),
        (b"[" * 50 + b"]" * 50, "TOO_DEEP"),
        (b" " * (MAX_BYTES + 1), "TOO_LARGE"),
    ],
)
def test_documents_that_are_none(document, code):
    assert refused(document) == code


@pytest.mark.parametrize(
    "changed",
    [
        {"format": "credence-issuer-registry/2"},
        {"version": 0},
        {"version": "3"},
        {"version": 3.5},
        {"date": "yesterday"},
        {"more": 1},
        {"entries": [{"ids": [], "name": "A", "standing": "KNOWN"}]},
        {"entries": [{"ids": ["http://a.example"], "name": "A", "standing": "KNOWN"}]},
        {"entries": [{"ids": ["did:web:a.example"], "name": "A", "standing": "TRUSTED"}]},
        {"entries": [{"ids": ["did:web:a.example"], "name": "A", "standing": "KNOWN", "rank": 1}]},
        {"entries": [{"ids": ["did:web:a.example"], "name": "A", "standing": "KNOWN", "source": 5}]},
        {"entries": [{"ids": ["did:web:a.example"], "name": n, "standing": "KNOWN"} for n in "AB"]},
        {"sources": [{"title": "No licence named"}]},
    ],
)
def test_a_signature_does_not_make_a_wrong_shape_right(changed):
    assert refused(signed_anew(**changed)) == "MALFORMED"


def test_what_would_not_be_read_back_is_not_written():
    entry = RegistryEntry(("mailto:x@y.example",), "A", Standing.KNOWN)
    with pytest.raises(SnapshotRefused):
        write_snapshot(Snapshot(1, date(2026, 1, 1), [entry]), KEY)
