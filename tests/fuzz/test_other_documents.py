"""Documents that a badge only names, pictures around it, older badges, and the lists that a registry is made of: changed in one place."""

import contextlib
import json
from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from credence.credentials.ctdl import NotCtdlError, read_ctdl
from credence.credentials.issuing import status_entry, status_list_credential
from credence.credentials.public_registries import NotARegistryError, read_list
from credence.credentials.verifier import Outcome, Recipient, RegistryEntry, Standing
from credence.credentials.verifier.snapshot import (
    Snapshot,
    SnapshotRefused,
    did_key_of,
    read_snapshot,
    write_snapshot,
)
from fuzz.mutations import FUZZ, changed, cut
from support.badges import FROM, ISSUER, WEB, Shelf, check, credential
from support.forging import DID_URL
from support.older import EMAIL, OldAcademy, itxt, png, svg

LIST = "https://academy.example/status/1"
BADGE = ISSUER.sign(credential(), "eddsa-jcs-2022")
TOKEN = ISSUER.sign(credential(), "vc-jwt")
PICTURES = {
    "PNG": png(itxt(BADGE, b"openbadgecredential")),
    "packed PNG": png(itxt(TOKEN, b"openbadgecredential", compressed=True)),
    "SVG": svg(f'<openbadges:credential verify="{TOKEN.decode()}"/>'),
    "SVG with a text": svg(f"<openbadges:credential><![CDATA[{BADGE.decode()}]]></openbadges:credential>"),
}
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
SNAPSHOT = write_snapshot(
    Snapshot(
        3,
        date(2025, 1, 1),
        [RegistryEntry((WEB.id,), "Example Academy", Standing.RECOGNISED, ("EA",), "note")],
    ),
    KEY,
)
CTDL = {
    "@context": "https://credreg.net/ctdl/schema/context/json",
    "@graph": [
        {
            "@id": "https://credentialengineregistry.org/resources/ce-4f1f3f9e-0f0a-4c1e-9d2f-000000000001",
            "@type": "ceterms:Certificate",
            "ceterms:ctid": "ce-4f1f3f9e-0f0a-4c1e-9d2f-000000000001",
            "ceterms:name": {"en-US": "SQL"},
            "ceterms:description": {"en-US": "Queries."},
            "ceterms:requires": [
                {
                    "@type": "ceterms:ConditionProfile",
                    "ceterms:targetCompetency": [
                        {
                            "@type": "ceterms:CredentialAlignmentObject",
                            "ceterms:targetNodeName": {"en-US": "SQL"},
                        }
                    ],
                }
            ],
        }
    ],
}
LISTS = [
    [{"id": "did:web:a.example", "name": "A"}, {"id": "https://b.example/issuer", "name": "B"}],
    {
        "registry": {
            "did:key:z6MkhTNL7i2etLerDK8Acz5t528giE5KA4p75T6ka1E1D74r": {
                "name": "C",
                "url": "https://c.example",
            }
        }
    },
    [{"name": "D", "domains": ["d.example"], "web_pages": ["https://d.example/"], "country": "X"}],
]


def test_all_are_good_as_they_are():
    for picture in PICTURES.values():
        assert check(picture).outcome is Outcome.VERIFIED
    assert read_snapshot(SNAPSHOT, [did_key_of(KEY)]).version == 3
    assert read_ctdl(json.dumps(CTDL).encode())


@pytest.mark.parametrize("name", PICTURES)
@FUZZ
@given(data=st.data())
def test_bytes_of_a_picture(name, data):
    """What is around the credential may change; the credential may not."""
    answer = check(data.draw(cut(PICTURES[name])))
    if answer.outcome is Outcome.VERIFIED:
        assert answer.source is not None
        text = answer.source.strip()
        assert text == TOKEN or json.loads(text) == json.loads(BADGE)  # white space is nothing


def named_status():
    return WEB.sign(credential(WEB, status=status_entry(LIST, 5)), "vc-jwt")


@FUZZ
@given(changed(WEB.did_document()))
def test_the_issuers_document(made):
    answer = check(named_status(), documents=Shelf({DID_URL: json.dumps(made).encode()}))
    if answer.verdicts["issuer_authenticated"].valid:
        # whatever else was changed, it is this issuer's, and lists this key for assertions
        assert made["id"] == WEB.id
        assert WEB.multikey in json.dumps(made["verificationMethod"]) + json.dumps(made["assertionMethod"])


@pytest.mark.parametrize("securing", ["eddsa-jcs-2022", "eddsa-rdfc-2022"])
@FUZZ
@given(data=st.data())
def test_a_status_list(securing, data):
    """Revoked: whatever is changed in the list, the credential never comes out as not revoked."""
    listed = json.loads(
        WEB.sign(
            status_list_credential(url=LIST, issuer_id=WEB.id, set_indexes=[5], valid_from=FROM), securing
        )
    )
    made = json.dumps(data.draw(changed(listed))).encode()
    answer = check(named_status(), documents=Shelf({DID_URL: WEB.did_document(), LIST: made}))
    assert not answer.verdicts["status"].valid


@FUZZ
@given(changed(status_list_credential(url=LIST, issuer_id=WEB.id, set_indexes=[5], valid_from=FROM)))
def test_a_status_list_signed_over_anything(made):
    try:
        listed = WEB.sign(made, "vc-jwt")
    except Exception:
        return
    check(named_status(), documents=Shelf({DID_URL: WEB.did_document(), LIST: listed}))


@pytest.mark.parametrize("path", ["assertion", "badge", "issuer", "key"])
@FUZZ
@given(data=st.data())
def test_documents_of_older_badges(path, data):
    """An answer, whatever the host says; and nobody is shown to have issued it but who the issuer's own address says."""
    academy = OldAcademy()
    handed_in = academy.hosted() if path == "assertion" else academy.signed()
    made = data.draw(changed(academy.shelf.documents[academy.url(path)]))
    academy.shelf.documents[academy.url(path)] = json.dumps(made).encode()
    answer = check(handed_in, documents=academy.shelf, recipient=Recipient(emails=(EMAIL,)))
    json.dumps(answer.to_json())
    if answer.outcome is Outcome.VERIFIED:
        assert answer.issuer_id == academy.issuer_id


@FUZZ
@given(data=st.data())
def test_a_copy_of_a_hosted_badge(data):
    academy = OldAcademy()
    handed_in = json.loads(academy.hosted())
    answer = check(
        json.dumps(data.draw(changed(handed_in))),
        documents=academy.shelf,
        recipient=Recipient(emails=(EMAIL,)),
    )
    if answer.outcome is Outcome.VERIFIED:
        believed = check(academy.hosted(), documents=academy.shelf, recipient=Recipient(emails=(EMAIL,)))
        assert (answer.achievement, answer.valid_until) == (believed.achievement, believed.valid_until)


@FUZZ
@given(changed(json.loads(SNAPSHOT)))
def test_a_snapshot_of_the_registry(made):
    try:
        read_snapshot(json.dumps(made).encode(), [did_key_of(KEY)])
    except SnapshotRefused:
        return
    assert made == json.loads(SNAPSHOT)


@FUZZ
@given(cut(SNAPSHOT))
def test_bytes_of_a_snapshot(made):
    try:
        read_snapshot(made, [did_key_of(KEY)])
    except SnapshotRefused:
        return
    assert json.loads(made) == json.loads(SNAPSHOT)


@FUZZ
@given(changed(CTDL) | cut(json.dumps(CTDL).encode()))
def test_a_description_in_ctdl(made):
    with contextlib.suppress(NotCtdlError):
        read_ctdl(made if isinstance(made, bytes) else json.dumps(made).encode())


@pytest.mark.parametrize("listed", LISTS, ids=["rows", "by identifier", "by domain"])
@FUZZ
@given(data=st.data())
def test_a_public_list_of_issuers(listed, data):
    made = data.draw(changed(listed) | cut(json.dumps(listed).encode()))
    content = made if isinstance(made, bytes) else json.dumps(made).encode()
    with contextlib.suppress(NotARegistryError):
        read_list(content, title="A list", licence="CC0-1.0", standing=Standing.KNOWN)


@FUZZ
@given(st.datetimes(timezones=st.just(UTC)))
def test_any_moment(at):
    answer = check(BADGE, at=at)
    assert (answer.outcome is Outcome.VERIFIED) is (FROM <= at <= datetime(2027, 1, 1, tzinfo=UTC))
