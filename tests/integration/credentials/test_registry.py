"""The registry of a tenant: a signed snapshot, its own entries over it, and verdicts that name both."""

from datetime import date

import grpc
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credence.credentials.verifier import RegistryEntry, Standing
from credence.credentials.verifier.snapshot import Snapshot, Source, write_snapshot
from credence.platform.grpc.client import readable
from credencepb.credentials.v1 import credentials_service_pb2 as api
from credencepb.credentials.v1 import registry_pb2
from credencepb.credentials.v1 import verification_pb2 as pb
from support.credentials import PARENT, REGISTRY_KEY, Desk
from support.people import ACADEMY, badge, person

NAME = f"{PARENT}/issuers/academy"
SOURCES = [Source(title="A public list", licence="MIT", url="https://lists.example", entries=1)]


def snapshot(version: int, standing: Standing = Standing.RECOGNISED, key=REGISTRY_KEY) -> bytes:
    entry = RegistryEntry((ACADEMY.id,), "Example Academy", standing, source=0)
    return write_snapshot(Snapshot(version, date(2026, 11, 20), [entry], SOURCES), key)


def take(desk: Desk, document: bytes, **more: bool) -> registry_pb2.RegistrySnapshot:
    return desk.stub.ImportRegistrySnapshot(
        api.ImportRegistrySnapshotRequest(parent=PARENT, document=document, **more)
    )


def refused(call) -> tuple[str, str]:
    with pytest.raises(grpc.RpcError) as caught:
        call()
    error = readable(caught.value)
    return error.reason, error.message


def standing(desk: Desk) -> pb.Verification:
    return desk.stub.VerifyCredential(api.VerifyCredentialRequest(parent=PARENT, document=badge()))


def own_entry(desk: Desk, standing: pb.IssuerStanding, **more: str) -> pb.Issuer:
    entry = pb.Issuer(
        name=NAME,
        issuer_id=ACADEMY.id,
        display_name="Example Academy",
        standing=standing,
        note="Looked at.",
        **more,
    )
    return desk.stub.UpdateIssuer(api.UpdateIssuerRequest(issuer=entry, allow_missing=True))


def test_a_snapshot_gives_standing_and_the_verdict_names_it(desk: Desk) -> None:
    before = standing(desk)
    assert before.issuer.standing == pb.ISSUER_STANDING_UNKNOWN
    made = take(desk, snapshot(3))
    assert (made.name, made.version, made.date) == (f"{PARENT}/registrySnapshots/3", 3, "2026-11-20")
    assert [(s.title, s.licence) for s in made.sources] == [("A public list", "MIT")]
    after = standing(desk)
    assert after.issuer.standing == pb.ISSUER_STANDING_RECOGNISED
    assert after.registry_version.startswith(f"3.{made.digest[:8]}+0.")
    assert after.registry_version in after.verdicts.issuer_trusted.message
    assert after.registry_version != before.registry_version


def test_a_new_snapshot_regrades_profiles(desk: Desk) -> None:
    desk.take(desk.changed(person("c1", badge())), desk.changed(person("c2")))
    take(desk, snapshot(1))
    desk.tick()
    profile = desk.profile("c1")
    assert (profile.revision, profile.cause) == (2, "REGISTRY_CHANGED")
    assert profile.evidence[0].source.issuer_standing == pb.ISSUER_STANDING_RECOGNISED
    assert desk.profile("c2").revision == 1
    take(desk, snapshot(2, Standing.RED_FLAGGED))
    desk.tick()
    assert desk.profile("c1").revision == 3
    (stored,) = desk.verifications("c1")
    assert stored.verdicts.issuer_trusted.code == "ISSUER_RED_FLAGGED"
    assert stored.registry_version.startswith("2.")


def test_the_tenants_own_word_counts_until_it_is_taken_back(desk: Desk) -> None:
    take(desk, snapshot(1))
    made = own_entry(desk, pb.ISSUER_STANDING_RED_FLAGGED)
    assert standing(desk).issuer.standing == pb.ISSUER_STANDING_RED_FLAGGED
    assert standing(desk).issuer.name == NAME
    stale = api.DeleteIssuerRequest(name=NAME, etag='"old"')
    assert refused(lambda: desk.stub.DeleteIssuer(stale))[0] == "ETAG_MISMATCH"
    request = api.DeleteIssuerRequest(name=NAME, etag=made.etag, request_id="once")
    assert desk.stub.DeleteIssuer(request) == made
    assert desk.stub.DeleteIssuer(request) == made, "the same request again gets the same answer"
    assert standing(desk).issuer.standing == pb.ISSUER_STANDING_RECOGNISED
    gone = api.DeleteIssuerRequest(name=NAME)
    assert refused(lambda: desk.stub.DeleteIssuer(gone))[0] == "RESOURCE_NOT_FOUND"


def test_no_snapshot_is_exchanged_for_an_older_or_another_of_its_version(desk: Desk) -> None:
    take(desk, snapshot(5))
    reason, message = refused(lambda: take(desk, snapshot(4)))
    assert reason == "INVALID_FIELD"
    assert "never goes back" in message
    assert "something else" in refused(lambda: take(desk, snapshot(5, Standing.KNOWN)))[1]
    assert take(desk, snapshot(5)).version == 5, "the same again changes nothing"
    assert standing(desk).issuer.standing == pb.ISSUER_STANDING_RECOGNISED


def test_only_trusted_keys_sign(desk: Desk) -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
    assert "KEY_NOT_TRUSTED" in refused(lambda: take(desk, snapshot(9, key=stranger)))[1]
    changed = snapshot(9).replace(b"RECOGNISED", b"KNOWN")
    assert "SIGNATURE_MISMATCH" in refused(lambda: take(desk, changed))[1]
    assert refused(lambda: take(desk, b" " * 3_600_000))[0] == "TOO_LARGE"
    assert take(desk, snapshot(9), validate_only=True).version == 9
    latest = api.GetRegistrySnapshotRequest(name=f"{PARENT}/registrySnapshots/latest")
    assert refused(lambda: desk.stub.GetRegistrySnapshot(latest))[0] == "RESOURCE_NOT_FOUND"


def test_every_version_can_be_had_back_as_it_was_signed(desk: Desk) -> None:
    take(desk, snapshot(1))
    take(desk, snapshot(2, Standing.KNOWN))
    for name, version in (("1", 1), ("latest", 2)):
        request = api.GetRegistrySnapshotRequest(
            name=f"{PARENT}/registrySnapshots/{name}", with_document=True
        )
        found = desk.stub.GetRegistrySnapshot(request)
        assert found.version == version
        assert found.document == snapshot(version, Standing.RECOGNISED if version == 1 else Standing.KNOWN)
    for name in ("3", "0x1", "9" * 30):
        request = api.GetRegistrySnapshotRequest(name=f"{PARENT}/registrySnapshots/{name}")
        assert (
            refused(lambda request=request: desk.stub.GetRegistrySnapshot(request))[0] == "RESOURCE_NOT_FOUND"
        )


def test_snapshots_and_entries_are_the_tenants_own(desk: Desk) -> None:
    take(desk, snapshot(1))
    with desk.database.transaction("other", read_only=True) as tx:
        registry = desk.handler.issuers.present(tx)
    assert registry.issuers.standing(ACADEMY.id, None).standing is Standing.UNKNOWN


def test_since_when_an_issuer_is_known(desk: Desk) -> None:
    made = own_entry(desk, pb.ISSUER_STANDING_KNOWN, active_since="2026-06-01")
    assert made.active_since == "2026-06-01"
    assert "ISSUER_NEWER_THAN_CREDENTIAL" in {flag.code for flag in standing(desk).flags}
    assert (
        refused(lambda: own_entry(desk, pb.ISSUER_STANDING_KNOWN, active_since="June"))[0] == "INVALID_FIELD"
    )
