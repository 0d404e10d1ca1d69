"""Public descriptions by CTID: a credential that names one is read with it."""

import json
from typing import Any

import grpc
import pytest

from credence.platform.grpc.client import readable
from credencepb.credentials.v1 import credentials_service_pb2 as api
from support.credentials import PARENT, Desk
from support.people import SQL, SQL_URI, badge, person

CTID = "ce-00000000-0000-4000-8000-000000000001"
PART = "ce-00000000-0000-4000-8000-000000000002"
DEGREE = {
    "@id": f"https://registry.example/resources/{CTID}",
    "@type": "ceterms:Certificate",
    "ceterms:name": {"en": "Analytics Certificate"},
    "ceterms:requires": {
        "ceterms:targetCompetency": [
            {"ceterms:targetNode": SQL_URI, "ceterms:targetNodeName": {"en": "SQL"}},
            PART,
        ],
        "ceterms:targetAssessment": {
            "@type": "ceterms:AssessmentProfile",
            "ceterms:name": {"en": "A project, reviewed by two experts"},
        },
    },
}
COMPETENCY = {
    "@id": f"https://registry.example/resources/{PART}",
    "@type": "ceasn:Competency",
    "ceasn:competencyText": {"en": "Python"},
}


def give(desk: Desk, *described: dict[str, Any], **more: bool) -> api.ImportDescriptionsResponse:
    document = json.dumps(list(described)).encode()
    return desk.stub.ImportDescriptions(
        api.ImportDescriptionsRequest(parent=PARENT, document=document, **more)
    )


def bare(**achievement: Any) -> bytes:
    """A badge that says nothing of skills or assessment itself."""
    silent = {
        "alignment": [],
        "name": "Qwertz",
        "description": "Zxcv.",
        "criteria": {"narrative": "Awarded."},
    }
    return badge(**{**silent, **achievement})


def shown(desk: Desk) -> dict[str, str]:
    return {e.concept: e.link_source for e in desk.profile("c1").evidence}


def test_a_credential_shows_what_its_description_says(desk: Desk) -> None:
    made = give(desk, DEGREE)
    (described,) = made.descriptions
    assert (described.ctid, described.kind, described.title) == (CTID, "Certificate", "Analytics Certificate")
    assert list(described.competencies) == ["SQL"]
    assert give(desk, COMPETENCY).competencies_count == 1
    identifier = {"type": ["IdentifierEntry"], "identifier": CTID, "identifierType": "ext:CTID"}
    desk.take(desk.changed(person("c1", bare(otherIdentifier=[identifier]))))
    assert shown(desk)[SQL] == "description"
    assert len(shown(desk)) == 2, "also what only another document described"
    (verification,) = desk.verifications("c1")
    assert verification.achievement.rigor == "reviewed_project"


def test_an_alignment_to_a_ctid_is_read_with_its_description(desk: Desk) -> None:
    give(desk, {**COMPETENCY, "ceasn:competencyText": "SQL", "ceasn:exactAlignment": SQL_URI})
    alignment = {
        "type": ["Alignment"],
        "targetName": "SQL",
        "targetUrl": f"https://registry.example/resources/{PART}",
    }
    desk.take(desk.changed(person("c1", bare(alignment=[alignment]))))
    assert shown(desk) == {SQL: "alignment"}
    (evidence,) = desk.profile("c1").evidence
    assert (evidence.link_method, evidence.link_confidence) == ("alignment", 1.0)


def test_without_a_description_nothing_is_guessed(desk: Desk) -> None:
    give(desk, DEGREE, validate_only=True)
    desk.take(desk.changed(person("c1", bare(id=f"https://registry.example/resources/{CTID}"))))
    assert shown(desk) == {}
    (verification,) = desk.verifications("c1")
    assert verification.achievement.rigor == "not_stated"


def test_what_the_credential_says_itself_comes_first(desk: Desk) -> None:
    give(
        desk,
        {**DEGREE, "ceterms:requires": {"ceterms:targetCompetency": [{"ceterms:targetNodeName": "Python"}]}},
    )
    desk.take(desk.changed(person("c1", badge(id=f"https://registry.example/resources/{CTID}"))))
    assert shown(desk) == {SQL: "alignment"}


def test_refusals(desk: Desk) -> None:
    for document, reason in (
        (b"{}", "INVALID_FIELD"),
        (b"not JSON", "INVALID_FIELD"),
        (b" " * 3_500_001, "TOO_LARGE"),
    ):
        with pytest.raises(grpc.RpcError) as caught:
            desk.stub.ImportDescriptions(api.ImportDescriptionsRequest(parent=PARENT, document=document))
        assert readable(caught.value).reason == reason


def test_descriptions_are_the_tenants_own(desk: Desk) -> None:
    give(desk, DEGREE)
    store = desk.handler.descriptions
    with desk.database.transaction("other", read_only=True) as tx:
        assert store.find(tx, [CTID]).descriptions == {}
