"""Roles over gRPC: kept, checked, published."""

import uuid
from collections.abc import Callable

import grpc
import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from credence.platform.grpc.client import RemoteError, readable
from credencepb.matching.v1 import matching_service_pb2 as pb
from credencepb.matching.v1 import role_pb2
from credencepb.matching.v1.role_pb2 import Competency, Role
from support.matching import SQL, Api, role


def refused(call: Callable[[], object]) -> RemoteError:
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return readable(caught.value)


@pytest.fixture
def tenant() -> str:
    return f"t-{uuid.uuid4().hex[:12]}"


def create(api: Api, tenant: str, sent: Role | None = None, **fields: object) -> Role:
    request = pb.CreateRoleRequest(parent=f"tenants/{tenant}", role=sent or role(), **fields)
    return api.stub(tenant=tenant).CreateRole(request)


def test_a_role_is_kept_with_ids_labels_and_concepts(api: Api, tenant: str) -> None:
    made = create(api, tenant, role_id="data-analyst")
    assert made.name == f"tenants/{tenant}/roles/data-analyst"
    assert made.revision == 1
    assert made.etag
    assert made.create_time == made.update_time
    sql, charts = made.competencies
    assert (sql.id, sql.concept, sql.concept_label) == ("sql", SQL, "SQL")
    assert charts.id == "data-visualisation-software"
    assert charts.concept.startswith("esco:"), "a wording that is the name of a skill is linked to it"
    assert api.stub(tenant=tenant).GetRole(pb.GetRoleRequest(name=made.name)) == made


def test_a_wording_that_is_no_skill_stays_free_text(api: Api, tenant: str) -> None:
    wording = "keep the quarterly numbers of eleven sites straight under audit"
    lines = [Competency(wording=wording, weight=1, necessity=role_pb2.NECESSITY_NICE)]
    made = create(api, tenant, Role(title="Controller", competencies=lines))
    assert (made.competencies[0].concept, made.competencies[0].wording) == ("", wording)


def test_every_violation_is_named_at_once(api: Api, tenant: str) -> None:
    bad = Role(
        external_id="x" * 300,
        competencies=[
            Competency(id="Not An Id", wording="SQL", weight=1, necessity=role_pb2.NECESSITY_MUST),
            Competency(id="a", weight=1, necessity=role_pb2.NECESSITY_MUST),
            Competency(id="a", wording="R", weight=-1, required_level=9, gate=2),
            Competency(concept="esco:nothing", weight=float("nan"), necessity=role_pb2.NECESSITY_NICE),
        ],
    )
    error = refused(lambda: create(api, tenant, bad))
    assert (error.code_name, error.reason) == ("INVALID_ARGUMENT", "INVALID_FIELD")
    assert [field for field, _ in error.violations] == [
        "role.title",
        "role.external_id",
        "role.competencies[0].id",
        "role.competencies[1].wording",
        "role.competencies[2].weight",
        "role.competencies[2].required_level",
        "role.competencies[2].necessity",
        "role.competencies[2].gate",
        "role.competencies[2].id",
        "role.competencies[3].weight",
        "role.competencies[3].concept",
    ]
    assert refused(lambda: create(api, tenant, Role(title="Empty"))).violations[0][0] == "role.competencies"
    many = Role(title="Many", competencies=[Competency(wording="SQL", weight=1)] * 51)
    assert refused(lambda: create(api, tenant, many)).violations == [
        ("role.competencies", "must be 1 to 50, not 51")
    ]


def test_ids_and_external_ids_are_unique(api: Api, tenant: str) -> None:
    made = create(api, tenant, role(external_id="ATS-1"), role_id="one")
    error = refused(lambda: create(api, tenant, role_id="one"))
    assert (error.code_name, error.reason) == ("ALREADY_EXISTS", "RESOURCE_EXISTS")
    error = refused(lambda: create(api, tenant, role(external_id="ATS-1"), role_id="two"))
    assert (error.reason, error.metadata["resource"]) == ("RESOURCE_EXISTS", made.name)
    api.stub(tenant=tenant).DeleteRole(pb.DeleteRoleRequest(name=made.name))
    assert create(api, tenant, role(external_id="ATS-1"), role_id="two").external_id == "ATS-1"


def test_a_request_id_makes_a_repetition_harmless(api: Api, tenant: str) -> None:
    first = create(api, tenant, request_id="r-1")
    assert create(api, tenant, request_id="r-1") == first
    other = refused(lambda: create(api, tenant, role("Another"), request_id="r-1"))
    assert other.reason == "REQUEST_ID_REUSED"
    assert len(api.stub(tenant=tenant).ListRoles(pb.ListRolesRequest(parent=f"tenants/{tenant}")).roles) == 1


def test_update_by_mask_and_etag(api: Api, tenant: str) -> None:
    stub, made = api.stub(tenant=tenant), create(api, tenant, role(summary="Old"))

    def update(sent: Role, *paths: str, **fields: object) -> Role:
        request = pb.UpdateRoleRequest(role=sent, update_mask=FieldMask(paths=paths), **fields)
        return stub.UpdateRole(request)

    changed = update(Role(name=made.name, etag=made.etag, title="Lead Analyst"), "title")
    assert (changed.title, changed.summary, changed.revision) == ("Lead Analyst", "Old", 2)
    assert changed.etag != made.etag
    error = refused(lambda: update(Role(name=made.name, etag=made.etag, title="Again"), "title"))
    assert (error.code_name, error.reason) == ("ABORTED", "ETAG_MISMATCH")
    assert error.metadata["etag"] == changed.etag
    assert update(Role(name=made.name, title="Lead Analyst"), "title").revision == 2, "nothing changed"
    assert update(Role(name=made.name, title="Trial"), "title", validate_only=True).revision == 3
    assert stub.GetRole(pb.GetRoleRequest(name=made.name)).title == "Lead Analyst"
    error = refused(lambda: update(Role(name=made.name), "create_time"))
    assert error.reason == "INVALID_UPDATE_MASK"
    absent = f"tenants/{tenant}/roles/absent"
    assert refused(lambda: update(role(name=absent))).reason == "RESOURCE_NOT_FOUND"
    assert update(role(name=absent), allow_missing=True).revision == 1


def test_a_deleted_role_is_gone_and_its_revisions_go_on(api: Api, tenant: str) -> None:
    stub, made = api.stub(tenant=tenant), create(api, tenant, role_id="analyst")
    assert (
        refused(lambda: stub.DeleteRole(pb.DeleteRoleRequest(name=made.name, etag='"old"'))).reason
        == "ETAG_MISMATCH"
    )
    stub.DeleteRole(pb.DeleteRoleRequest(name=made.name, etag=made.etag))
    for call in (
        lambda: stub.GetRole(pb.GetRoleRequest(name=made.name)),
        lambda: stub.DeleteRole(pb.DeleteRoleRequest(name=made.name)),
        lambda: stub.RankCandidates(pb.RankCandidatesRequest(role=made.name)),
    ):
        assert refused(call).reason == "RESOURCE_NOT_FOUND"
    assert create(api, tenant, role_id="analyst").revision == 3


def test_pages_of_roles(api: Api, tenant: str) -> None:
    stub = api.stub(tenant=tenant)
    for number in range(5):
        create(api, tenant, role_id=f"r{number}")
    found, token = [], ""
    for expected in (2, 2, 1):
        page = stub.ListRoles(pb.ListRolesRequest(parent=f"tenants/{tenant}", page_size=2, page_token=token))
        assert len(page.roles) == expected
        found += [r.name[-2:] for r in page.roles]
        token = page.next_page_token
    assert (found, token) == (["r0", "r1", "r2", "r3", "r4"], "")


def test_vague_wordings_are_pointed_out(api: Api, tenant: str) -> None:
    lines = [
        Competency(wording="understanding cloud computing", weight=1, necessity=role_pb2.NECESSITY_MUST),
        Competency(
            wording="deploy and monitor containers on AWS ECS with cost optimisation",
            weight=1,
            necessity=role_pb2.NECESSITY_MUST,
        ),
    ]
    made = create(api, tenant, Role(title="Cloud Engineer", competencies=lines))
    assert len(made.warnings) == 1
    assert "'understanding cloud computing'" in made.warnings[0]


def test_a_role_drafted_from_postings(api: Api, tenant: str) -> None:
    stub = api.stub(tenant=tenant)
    postings = [
        f"We need somebody for site {number}.\n- SQL\n- Python\n"
        + ("- Tableau\n" if number % 3 == 0 else "")
        + ("Bachelor's degree in statistics required." if number % 2 else "")
        for number in range(36)
    ]
    draft = stub.DraftRole(
        pb.DraftRoleRequest(parent=f"tenants/{tenant}", title="Data Analyst", postings=postings)
    ).draft
    by_label = {skill.label: skill for skill in draft.skills}
    assert (by_label["SQL"].count, by_label["SQL"].share) == (36, 1.0)
    assert by_label["SQL"].band == role_pb2.BAND_PRIORITY
    assert list(by_label["SQL"].wordings) == ["SQL"]
    tableau = next(skill for skill in draft.skills if "ableau" in skill.label)
    assert (tableau.count, tableau.band) == (12, role_pb2.BAND_COMMON)
    necessity = {c.wording: c.necessity for c in draft.role.competencies}
    assert necessity["SQL"] == role_pb2.NECESSITY_MUST
    assert necessity[tableau.label] == role_pb2.NECESSITY_SHOULD
    assert any("18 of 36 postings demand a degree" in warning for warning in draft.warnings)
    made = create(api, tenant, draft.role)
    assert [c.concept for c in made.competencies] == [c.concept for c in draft.role.competencies]
    error = refused(lambda: stub.DraftRole(pb.DraftRoleRequest(parent=f"tenants/{tenant}")))
    assert error.violations[0][0] == "postings"
    large = pb.DraftRoleRequest(parent=f"tenants/{tenant}", postings=["x" * 20_001])
    assert refused(lambda: stub.DraftRole(large)).reason == "TOO_LARGE"


def test_who_may_not(api: Api, tenant: str) -> None:
    made = create(api, tenant)
    get = pb.GetRoleRequest(name=made.name)
    assert refused(lambda: api.stub(tenant="acme").GetRole(get)).reason == "OTHER_TENANT"
    assert (
        refused(lambda: api.stub(tenant=tenant, scopes=["rankings.read"]).GetRole(get)).reason
        == "MISSING_SCOPE"
    )
    assert refused(lambda: api.bare().GetRole(get)).reason == "INVALID_TOKEN"
    wrong = pb.GetRoleRequest(name=f"tenants/{tenant}/candidates/7")
    assert refused(lambda: api.stub(tenant=tenant).GetRole(wrong)).reason == "INVALID_RESOURCE_NAME"
