"""Descriptions in CTDL: what they say of credentials, and documents that are none."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credence.credentials.ctdl import NotCtdlError, ctid_of, ctids_of, read_ctdl
from credence.credentials.verifier import Alignment
from support.badges import ISSUER, check, credential

SQL_URI = "http://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742"


def ctid(number: int) -> str:
    return f"ce-00000000-0000-4000-8000-{number:012}"


def resource(number: int) -> str:
    return f"https://registry.example/resources/{ctid(number)}"


GRAPH = {
    "@context": "https://registry.example/context",
    "@graph": [
        {
            "@id": resource(1),
            "@type": "ceterms:Certificate",
            "ceterms:ctid": ctid(1),
            "ceterms:name": {"de": "Analytik", "en-US": "Analytics Certificate"},
            "ceterms:description": {"en": "Reports   that hold."},
            "ceterms:subjectWebpage": "https://academy.example/analytics",
            "ceterms:ownedBy": [resource(9)],
            "ceterms:estimatedCost": [
                {"ceterms:price": 1000, "ceterms:currency": "USD"},
                {"ceterms:price": 200.5, "ceterms:currency": "USD"},
            ],
            "ceterms:estimatedDuration": [{"ceterms:exactDuration": "PT120H"}],
            "ceterms:requires": [
                {
                    "@type": "ceterms:ConditionProfile",
                    "ceterms:targetCompetency": [
                        {
                            "@type": "ceterms:CredentialAlignmentObject",
                            "ceterms:targetNode": SQL_URI,
                            "ceterms:targetNodeName": {"en": "SQL"},
                        },
                        {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": resource(3)},
                        resource(8),
                    ],
                    "ceterms:targetAssessment": [resource(2)],
                }
            ],
            "ceterms:aggregateData": [
                {"ceterms:description": {"en": "Of 40 who completed it, 31 found work."}}
            ],
        },
        {
            "@id": resource(2),
            "@type": "ceterms:AssessmentProfile",
            "ceterms:ctid": ctid(2),
            "ceterms:name": {"en": "Final examination"},
            "ceterms:isProctored": True,
            "ceterms:assesses": [resource(3)],
        },
        {
            "@id": resource(3),
            "@type": "ceasn:Competency",
            "ceterms:ctid": ctid(3),
            "ceasn:competencyText": {"en": "Draws charts that show what data says"},
            "ceasn:competencyLabel": {"en": "data visualisation"},
            "ceasn:exactAlignment": ["https://framework.example/7"],
        },
        {
            "@id": resource(9),
            "@type": "ceterms:CredentialOrganization",
            "ceterms:name": {"en": "Example Academy"},
        },
    ],
}


def read(document: object):
    return read_ctdl(json.dumps(document).encode())


def test_what_a_certificate_requires_and_how_it_is_assessed():
    found = read(GRAPH)
    assert set(found.descriptions) == {ctid(1), ctid(2)}, "an organisation is no credential"
    certificate = found.descriptions[ctid(1)]
    assert (certificate.kind, certificate.name) == ("Certificate", "Analytics Certificate")
    assert (certificate.provider, certificate.url) == ("Example Academy", "https://academy.example/analytics")
    assert certificate.description == "Reports that hold."
    assert [(c.name, c.targets) for c in certificate.competencies] == [
        ("SQL", (SQL_URI,)),
        ("data visualisation", ("https://framework.example/7",)),
    ]
    assert certificate.refers == (ctid(8),), "described elsewhere, perhaps"
    assert certificate.assessments == ("Final examination", "Proctored exam")
    assert certificate.outcomes == ("Of 40 who completed it, 31 found work.",)
    assert (certificate.hours, certificate.price, certificate.currency) == (120, 1200.5, "USD")
    assert found.descriptions[ctid(2)].price is None
    assert found.competencies[ctid(3)].text == "Draws charts that show what data says"


def test_one_object_without_a_graph_and_names_without_prefixes():
    found = read(
        {
            "id": f"res:{ctid(1)}",
            "type": "Course",
            "name": "Physics",
            "teaches": [{"targetNodeName": "physics"}],
        }
    )
    assert [c.name for c in found.descriptions[ctid(1)].competencies] == ["physics"]


def test_rings_end():
    one = {
        "@id": resource(1),
        "@type": "ceterms:Course",
        "ceterms:name": "A",
        "ceterms:hasPart": [resource(2)],
    }
    two = {
        "@id": resource(2),
        "@type": "ceterms:Course",
        "ceterms:name": "B",
        "ceterms:hasPart": [resource(1)],
    }
    assert set(read([one, two]).descriptions) == {ctid(1), ctid(2)}


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{}",
        b"[1, 2]",
        b'"ce-00000000-0000-4000-8000-000000000001"',
        b"[" * 40 + b"]" * 40,
        b'{"a": 1, "a": 2}',
        json.dumps({"@id": resource(1)}).encode(),
        json.dumps({"@id": resource(1), "@type": "ceterms:Course"}).encode(),
        json.dumps(
            {"@id": "https://registry.example/7", "@type": "ceterms:Course", "ceterms:name": "A"}
        ).encode(),
        b" " * 3_600_000,
    ],
)
def test_documents_that_describe_nothing(document):
    with pytest.raises(NotCtdlError):
        read_ctdl(document)


def test_courses_that_all_name_each_other_are_refused():
    many = [
        {
            "@id": resource(i),
            "@type": "ceterms:Course",
            "ceterms:name": f"Course {i}",
            "ceterms:hasPart": [ctid(j) for j in range(150)],
        }
        for i in range(300)
    ]
    with pytest.raises(NotCtdlError, match="more than"):
        read(many)


NAMES = [
    "@id",
    "@type",
    "ceterms:name",
    "ceterms:requires",
    "ceterms:teaches",
    "ceterms:ctid",
    "ceterms:ownedBy",
    "ceterms:targetNode",
    "ceterms:estimatedCost",
    "ceterms:price",
    "ceterms:currency",
    "ceterms:estimatedDuration",
    "ceterms:aggregateData",
    "ceasn:competencyText",
]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
JSON = st.recursive(
    LEAVES | st.sampled_from([resource(1), resource(2)]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=30,
)


@settings(deadline=None, max_examples=200)
@given(JSON)
def test_no_document_makes_it_stumble(document):
    try:
        found = read(document)
    except NotCtdlError:
        return
    assert all(ctid_of(key) == key for key in (*found.descriptions, *found.competencies))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (ctid(1), ctid(1)),
        (ctid(1).upper().replace("CE-", "ce-"), ctid(1)),
        (resource(1) + "/", ctid(1)),
        (f"urn:ctid:{ctid(1)}", ctid(1)),
        (f"{resource(1)}?page=2", ctid(1)),
        ("ce-1", ""),
        (f"x{ctid(1)}", ""),
        (f"{resource(1)}/edit", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_ctids(text, found):
    assert ctid_of(text) == found


def test_an_achievement_names_ctids_of_itself_and_of_what_it_is_aligned_to():
    found = check(ISSUER.sign(credential(), "vc-jwt")).achievement
    assert found is not None
    assert list(ctids_of(found)) == []
    naming = replace(
        found,
        id="urn:x",
        identifiers=(ctid(1),),
        alignments=(
            Alignment(resource(3), None, None, None, None),
            Alignment(None, None, ctid(4), None, None),
        ),
    )
    assert list(ctids_of(naming)) == [ctid(1), ctid(3), ctid(4)]
