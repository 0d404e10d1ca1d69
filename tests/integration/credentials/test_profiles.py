"""What becomes of a candidate's event: evidence, flags, revisions; and events that come late, again, or erase."""

import json

import grpc
import pytest

from credence.platform.grpc.client import readable
from credencepb.candidates.v1 import candidate_pb2
from credencepb.credentials.v1 import credentials_service_pb2 as api
from credencepb.credentials.v1 import profile_pb2, verification_pb2
from support.credentials import PARENT, Desk
from support.people import EMAIL, SQL, badge, person


def test_one_profile_from_every_kind_of_evidence(desk: Desk) -> None:
    full = person(
        "c1",
        badge(),
        region="DE-BE",
        availability=candidate_pb2.AVAILABILITY_NOW,
        population=candidate_pb2.POPULATION_APPLICANT,
        labels={"team": "data"},
        claims=[candidate_pb2.Claim(skill="SQL", level=4, last_used="2026-10")],
        assessments=[
            candidate_pb2.EmployerAssessment(skill="SQL", level=3, date="2026-09-01", method="work sample")
        ],
        portfolio=[
            candidate_pb2.PortfolioItem(
                title="Loans",
                url="https://code.example/loans",
                skills=["SQL"],
                date="2026-05",
                authorship=candidate_pb2.AUTHORSHIP_CHECKED,
            ),
            candidate_pb2.PortfolioItem(title="Notes", url="https://code.example/notes", skills=["SQL"]),
        ],
        experiences=[
            candidate_pb2.Experience(
                title="Analyst",
                organisation="Bluefen Logistics",
                start_date="2023-01",
                highlights=["Wrote SQL queries for the weekly report."],
            )
        ],
    )
    full.identity.display_name = "Ilva Brandtsund"
    full.credentials.add(id="link").claimed.CopyFrom(
        candidate_pb2.ClaimedCredential(title="SQL", issuer="Some Academy", awarded="2025")
    )
    desk.take(desk.changed(full))
    profile = desk.profile("c1")
    kinds = profile_pb2.EvidenceKind.Name
    on_sql = {kinds(e.kind).removeprefix("EVIDENCE_KIND_"): e for e in profile.evidence if e.concept == SQL}
    assert set(on_sql) == {
        "VERIFIED_CREDENTIAL",
        "EMPLOYER_ASSESSMENT",
        "PORTFOLIO_AUTHORED",
        "PORTFOLIO",
        "EXPERIENCE",
        "UNVERIFIED_CREDENTIAL",
        "SELF_CLAIMED",
    }
    strengths = [e.strength for e in on_sql.values()]
    assert all(0 < s < 1 for s in strengths)
    assert on_sql["SELF_CLAIMED"].strength < on_sql["EMPLOYER_ASSESSMENT"].strength
    assert (on_sql["SELF_CLAIMED"].level, on_sql["EMPLOYER_ASSESSMENT"].level) == (4, 3)
    assert {k for k, e in on_sql.items() if e.verified} == {
        "VERIFIED_CREDENTIAL",
        "EMPLOYER_ASSESSMENT",
        "PORTFOLIO_AUTHORED",
    }
    verified = on_sql["VERIFIED_CREDENTIAL"]
    assert (verified.source.title, verified.source.issuer) == ("SQL for Analysts", "Example Academy")
    assert (verified.link_method, verified.observed_on) == ("alignment", "2026-01-10")
    facets = profile.facets
    assert (facets.region, facets.availability, facets.population, dict(facets.labels)) == (
        "DE-BE",
        "now",
        "applicant",
        {"team": "data"},
    )
    assert (profile.revision, profile.candidate_revision, profile.cause) == (1, 1, "CANDIDATE_CHANGED")
    assert profile.evaluated_on == "2026-11-21"
    text = str(profile)
    for personal in ("Brandtsund", EMAIL, "Bluefen"):
        assert personal not in text
    (told,) = desk.told()
    profile.ClearField("etag")
    assert told == profile


def test_a_tampered_document_is_a_flag_and_no_evidence(desk: Desk) -> None:
    changed = json.loads(badge())
    changed["credentialSubject"]["achievement"]["name"] = "Everything for Analysts"
    desk.take(desk.changed(person("c1", json.dumps(changed).encode())))
    profile = desk.profile("c1")
    assert not profile.evidence
    (flag,) = profile.flags
    assert (flag.flag.code, flag.flag.severity) == ("SIGNATURE_MISMATCH", verification_pb2.Flag.SEVERITY_RED)
    (stored,) = desk.verifications("c1")
    assert (stored.name, stored.credential_id) == (flag.verification, "cred-1")


def test_an_event_again_and_an_older_one_change_nothing(desk: Desk) -> None:
    first = desk.changed(person("c1", badge()), revision=1)
    second = desk.changed(person("c1", badge(), region="FR"), revision=2)
    desk.take(first, second)
    after = desk.profile("c1")
    assert (after.revision, after.facets.region) == (2, "FR")
    desk.take(first, second)
    desk.take(desk.changed(person("c1"), revision=1), desk.changed(person("c1"), revision=2))
    assert desk.profile("c1") == after
    assert len(desk.sent()) == 2


def test_a_change_that_no_reader_sees_publishes_nothing(desk: Desk) -> None:
    desk.take(desk.changed(person("c1", badge())))
    same = person("c1", badge())
    same.identity.dids.append("did:example:holder")
    desk.take(desk.changed(same, revision=2))
    profile = desk.profile("c1")
    assert (profile.revision, profile.candidate_revision) == (1, 2)
    assert len(desk.sent()) == 1


def test_deleted_then_changed_again(desk: Desk) -> None:
    desk.take(desk.changed(person("c1", badge())), desk.deleted("c1", 2))
    with pytest.raises(grpc.RpcError) as caught:
        desk.profile("c1")
    assert readable(caught.value).reason == "RESOURCE_DELETED"
    assert desk.verifications("c1") == []
    desk.take(desk.changed(person("c1", badge()), revision=1))
    with pytest.raises(grpc.RpcError):
        desk.profile("c1")  # what was sent before the deletion stays behind it
    desk.take(desk.changed(person("c1", badge()), revision=3))
    assert desk.profile("c1").revision == 3
    types = [envelope.type.rpartition(".")[2] for _, envelope in desk.sent() if envelope]
    assert types == ["ProfileChanged", "ProfileDeleted", "ProfileChanged"]


def test_a_tombstone_erases_and_is_passed_on(desk: Desk) -> None:
    desk.take(desk.changed(person("c1", badge())), desk.changed(person("c2", badge())))
    desk.take(desk.purged("c1", 2))
    with pytest.raises(grpc.RpcError) as caught:
        desk.profile("c1")
    assert readable(caught.value).reason == "RESOURCE_NOT_FOUND"
    assert desk.verifications("c1") == []
    assert desk.sent()[-1] == ("acme/c1", None)
    assert desk.profile("c2").evidence
    with desk.database.transaction("acme") as tx:
        count = "SELECT (SELECT count(*) FROM profiles), (SELECT count(*) FROM verifications)"
        assert tuple(tx.connection.exec_driver_sql(count).one()) == (1, 1)


def test_verifications_by_page_and_outcome(desk: Desk) -> None:
    other = badge(email="somebody@else.example", number=2)
    desk.take(*(desk.changed(person(f"c{i}", badge(number=i), other)) for i in range(5)))
    everyone = f"{PARENT}/candidates/-"
    names, token = [], ""
    while True:
        page = desk.stub.ListVerifications(
            api.ListVerificationsRequest(parent=everyone, page_size=3, page_token=token)
        )
        names += [v.name for v in page.verifications]
        token = page.next_page_token
        if not token:
            break
    assert names == sorted(names)
    assert len(set(names)) == 10
    bad = desk.stub.ListVerifications(
        api.ListVerificationsRequest(parent=everyone, outcome=verification_pb2.OUTCOME_NOT_VERIFIED)
    ).verifications
    assert {v.credential_id for v in bad} == {"cred-2"}
    assert len(bad) == 5
