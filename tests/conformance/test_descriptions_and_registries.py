"""Public registries of issuers and examples of CTDL, as they come: every entry and every description is read."""

import json

import pytest

from conformance.material import ROOT
from credence.credentials.ctdl import read_ctdl
from credence.credentials.public_registries import merged, read_list
from credence.credentials.verifier import Standing
from credence.credentials.verifier.snapshot import MAX_BYTES

REGISTRIES = ROOT / "registries"
EXAMPLES = ROOT / "ctdl-in-ler-examples"

pytestmark = [
    pytest.mark.needs_shared,
    pytest.mark.skipif(
        not REGISTRIES.is_dir(), reason=f"no public registries at {REGISTRIES}; set CREDENCE_SHARED"
    ),
]
LISTS = {
    "dcc-community": "registry.json",
    "dcc-members-oidf": "testdata.json",
    "dcc-pilot": "registry.json",
    "dcc-registry": "registry.json",
    "dcc-sandbox": "registry.json",
    "hipo-university-domains": "world_universities_and_domains.json",
}


def read(name: str, **more):
    content = (REGISTRIES / name / LISTS[name]).read_bytes()
    arguments = {"title": name, "licence": "MIT", "standing": Standing.KNOWN} | more
    return read_list(content, **arguments)


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_read(name):
    imported = read(name, with_tests=True)
    content = json.loads((REGISTRIES / name / LISTS[name]).read_bytes())
    if isinstance(content, dict):
        tables = content.values()
        rows = content.get("registry") or [row for t in tables for row in t if "sub_name" in json.dumps(row)]
    else:
        rows = content
    lost = [remark for remark in imported.remarks if "twice" not in remark]
    assert len(imported.entries) + len(lost) == len(rows)
    assert len(lost) <= len(rows) / 100
    assert len(read(name).entries) <= len(imported.entries)


def test_all_of_them_fit_into_one_snapshot():
    entries, sources, remarks = merged(read(name) for name in LISTS)
    assert len(entries) > 10_000
    assert [source.title for source in sources] == list(LISTS)
    assert any("twice" in remark for remark in remarks), "one list holds an issuer twice"
    ids = [issuer_id for entry in entries for issuer_id in entry.issuer_ids]
    assert sum(map(len, ids)) < MAX_BYTES


EXPECTED = {
    "s1_1_DegreeInRegistry.json": {"Bachelor’s Degree": []},
    "s1_2_DegreeInRegistryAndVC.json": {"Bachelor’s Degree": ["Knowledge of Science", "Knowledge of Arts"]},
    "s1_3_LinkToDegreeInRegistry.json": {"Bachelor’s Degree": []},
    "s_2_1_StandaloneCompetence.json": {},
    "s_2_2_CompetenceAndDegree.json": {"Bachelor’s Degree": ["Knowledge of Science", "Knowledge of Arts"]},
    "s_3_1_CoursesFromDifferntOrgs.json": {
        "Literature 101": 1,
        "Physics 101": 1,
        "Degree Program in Science and Arts": 2,
    },
    "s_4_1_AssessmentAccreditation.json": {"Examination in Science and Arts": 2},
}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_examples_of_ctdl(name):
    """Where an example only refers to competencies, how many."""
    found = read_ctdl((EXAMPLES / name).read_bytes())
    about = {
        d.name: [c.name for c in d.competencies] if d.competencies or not d.refers else len(d.refers)
        for d in found.descriptions.values()
    }
    assert about == EXPECTED[name]
