"""Which skills an achievement shows: codes that are validated, names that count, results that were not passed, levels."""

from dataclasses import replace

import pytest

from credence.credentials.alignments import Framework, agrees, framework_of, target_of
from credence.credentials.ctdl import Competency
from credence.credentials.levels import level_of, level_of_result, passed
from credence.credentials.skills import MAX_DOUBTS, MAX_FLAGS, UNNAMED, skills_of
from credence.credentials.verifier import Achievement, Alignment, Result
from credence_models.encoder import load_encoder
from credence_models.linker import Linker
from credence_models.taxonomy import Concept, ConceptKind, Taxonomy
from credence_models.taxonomy.model import Replacement
from support.badges import ACHIEVEMENT, ISSUER, check, credential

SQL = "598de5b0-5b58-4ea7-8058-a4bc4d18c742"
PYTHON = "ccd0a1d9-afda-43d9-b901-96344886e14d"
NOTHING = {"value": None, "status": None, "achieved_level": None, "description_name": None, "alignments": ()}
CTID = "ce-84958217-1323-46fe-87c8-652120800190"


def aligned(url=None, name=None, *, framework=None, code=None, kind=None) -> Alignment:
    return Alignment(url, framework, code, name, kind)


def esco(uuid: str) -> str:
    return f"http://data.europa.eu/esco/skill/{uuid}"


def achievement(**changed) -> Achievement:
    found = check(ISSUER.sign(credential(), "eddsa-jcs-2022")).achievement
    assert found is not None
    return replace(found, **{"alignments": (), "tags": (), **changed})


def shown(linker: Linker, **changed):
    skills, flags = skills_of(achievement(**changed), linker)
    return [(s.concept.id, s.source, s.method) for s in skills], [flag.code for flag in flags]


@pytest.mark.parametrize(
    "alignment",
    [
        aligned(esco(SQL)),
        aligned(esco(SQL).replace("http:", "https:") + "/"),
        aligned(esco(SQL.upper())),
        aligned(
            f"https://esco.ec.europa.eu/en/classification/skill?uri=http%3A//data.europa.eu/esco/skill/{SQL}"
        ),
        aligned(code=SQL, framework="ESCO"),
        aligned(code=f"esco:{SQL}"),
        aligned(code=esco(SQL), framework="Something"),
        aligned("https://framework.example/7", code=SQL, framework="ESCO skills v1.2"),
    ],
)
def test_codes_that_say_what_they_are(alignment, linker):
    target = target_of(alignment, linker.taxonomy, {})
    assert target.concept is not None
    assert target.concept.label == "SQL"


@pytest.mark.parametrize(
    "alignment",
    [
        aligned(code="SQL"),
        aligned("SQL"),
        aligned(code=SQL),
        aligned(code=SQL, framework="A framework of our own"),
        aligned(f"https://evil.example/?uri={esco(SQL)}"),
        aligned(f"{esco(SQL)}/../{PYTHON}"),
        aligned(esco("00000000-0000-4000-8000-000000000000")),
        aligned("http://[::1"),
        aligned(),
    ],
)
def test_codes_that_do_not(alignment, linker):
    assert target_of(alignment, linker.taxonomy, {}).concept is None


@pytest.mark.parametrize(
    ("alignment", "framework"),
    [
        (aligned(esco(SQL)), Framework.ESCO),
        (aligned("https://www.onetonline.org/find/descriptor/result/2.A.1.a"), Framework.ONET),
        (aligned(framework="O*NET-SOC"), Framework.ONET),
        (aligned("https://case.example/ims/case/v1p0/CFItems/7"), Framework.CASE),
        (aligned(kind="CFItem"), Framework.CASE),
        (aligned(f"https://credentialengineregistry.org/resources/{CTID}"), Framework.CTDL),
        (aligned(kind="ceasn:Competency"), Framework.CTDL),
        (aligned("https://school.example/outcomes/7"), Framework.OTHER),
    ],
)
def test_frameworks(alignment, framework):
    assert framework_of(alignment) is framework


@pytest.mark.parametrize(
    "alignment",
    [
        aligned("https://www.onetonline.org/link/summary/15-1252.00", "Software Developers"),
        aligned(code="15-1252.00", framework="O*NET-SOC", name="Software Developers"),
        aligned("http://data.europa.eu/esco/occupation/258e46f9-0075-4a2e-adae-1ff0477e0f30", "data analyst"),
        aligned(name="project management", kind="ceterms:Occupation"),
    ],
)
def test_an_occupation_is_no_skill(alignment, linker):
    assert shown(linker, alignments=(alignment,), name="Zxcv", criteria=None) == ([], [])


@pytest.mark.parametrize(
    ("name", "yes"),
    [
        ("SQL", True),
        ("sql", True),
        ("Advanced SQL", True),
        ("Use of SQL in reporting", True),
        ("Python", False),
        ("JavaScript", False),
        ("Knot tying for sailors", False),
        ("project management", False),
    ],
)
def test_whether_a_name_agrees_with_a_concept(name, yes, linker):
    concept = linker.taxonomy.get(f"esco:{SQL}")
    assert agrees(concept, name, linker) is yes


def test_a_wrong_code_is_not_believed_and_a_flag_says_so(linker):
    skills, flags = skills_of(achievement(alignments=(aligned(esco(PYTHON), "SQL"),)), linker)
    assert [(s.concept.id, s.method, s.source) for s in skills] == [(f"esco:{SQL}", "exact", "alignment")]
    (flag,) = flags
    assert flag.code == "ALIGNMENT_CONTRADICTS_ITSELF"
    assert "'SQL'" in flag.text
    assert "'Python (computer programming)'" in flag.text


def test_a_name_that_is_no_skill_confirms_no_code(linker):
    found, flags = shown(
        linker, alignments=(aligned(esco(PYTHON), "Qwertz uiop"),), name="Zxcv", criteria=None
    )
    assert (found, flags) == ([], ["ALIGNMENT_NOT_CONFIRMED"])


def test_a_code_without_a_name_is_believed_a_little_less(linker):
    (skill,) = skills_of(achievement(alignments=(aligned(esco(SQL)),)), linker)[0]
    assert (skill.confidence, skill.wording, skill.method) == (UNNAMED, "SQL", "alignment")
    (skill,) = skills_of(achievement(alignments=(aligned(esco(SQL), "SQL"),)), linker)[0]
    assert skill.confidence == 1.0


def test_a_flood_of_alignments_costs_what_a_few_do(linker, monkeypatch):
    asked = []
    near = linker.space.neighbours_of_text
    monkeypatch.setattr(
        linker.space, "neighbours_of_text", lambda text, **how: asked.append(text) or near(text, **how)
    )
    flood = tuple(aligned(esco(PYTHON), f"Qwertz {i} uiop zxcv") for i in range(1000))
    found, flags = shown(linker, alignments=(*flood, aligned(esco(SQL), "SQL")), name="Zxcv", criteria=None)
    assert (found, set(flags)) == ([], {"ALIGNMENT_NOT_CONFIRMED"})
    assert len(asked) == MAX_DOUBTS
    assert len(flags) == MAX_FLAGS


def test_the_order_of_sources(linker):
    result = Result("87", None, None, None, (aligned(esco(PYTHON), "Python"),))
    found, _ = shown(
        linker, alignments=(aligned(esco(SQL), "SQL"),), results=(result,), tags=("project management", "SQL")
    )
    assert [(source, method) for _, source, method in found] == [
        ("alignment", "alignment"),
        ("result", "alignment"),
        ("tag", "exact"),
    ]
    named, _ = shown(linker, name="SQL", criteria="A capstone project in JavaScript.")
    assert {source for _, source, _ in named} == {"name", "criteria"}


def test_a_competency_by_its_ctid(linker):
    known = Competency(CTID, "Query languages", targets=(esco(SQL),))
    alignment = aligned(f"https://credentialengineregistry.org/resources/{CTID}", "SQL")
    target = target_of(alignment, linker.taxonomy, {CTID: known})
    assert target.concept is not None
    assert target.concept.label == "SQL"
    unnamed = target_of(
        replace(alignment, target_name=None), linker.taxonomy, {CTID: replace(known, targets=())}
    )
    assert (unnamed.concept, unnamed.name) == (None, "Query languages")


def concept(concept_id: str, label: str) -> Concept:
    return Concept(concept_id, label, ConceptKind.SKILL, (), "", ())


@pytest.fixture
def small(tmp_path, monkeypatch) -> Linker:
    """Three concepts, one that was replaced and one that is retired, over the real encoder."""
    encoder = load_encoder(threads=1)
    monkeypatch.setenv("CREDENCE_CACHE", str(tmp_path))
    taxonomy = Taxonomy(
        "small",
        [concept(f"esco:{SQL}", "SQL"), concept(f"esco:{PYTHON}", "Python"), concept("onet:tool", "A tool")],
        replaced=[Replacement("esco:00000000-0000-4000-8000-000000000001", f"esco:{SQL}", "declared")],
        retired=[concept("esco:00000000-0000-4000-8000-000000000002", "tally sticks")],
    )
    return Linker(taxonomy, encoder)


def test_a_replaced_concept_is_its_successor(small):
    old = aligned(esco("00000000-0000-4000-8000-000000000001"), "SQL")
    assert shown(small, alignments=(old,)) == ([(f"esco:{SQL}", "alignment", "alignment")], [])


def test_a_retired_concept_stands_where_nothing_else_is_meant(small):
    retired = esco("00000000-0000-4000-8000-000000000002")
    found, flags = shown(small, alignments=(aligned(retired, "tally sticks"),))
    assert (found, flags) == ([("esco:00000000-0000-4000-8000-000000000002", "alignment", "alignment")], [])


@pytest.mark.parametrize("status", ["Failed", "Withdrew", "InProgress", "In Progress", "Enrolled", "OnHold"])
def test_what_was_not_passed_shows_nothing(status, linker):
    result = Result(None, status, None, "Final exam", (aligned(esco(PYTHON), "Python"),))
    alignments = (aligned(esco(SQL), "SQL"),)
    assert shown(linker, alignments=alignments, results=(result,)) == ([], ["RESULT_NOT_PASSED"])
    other = replace(result, status="Completed", alignments=())
    found, flags = shown(linker, alignments=alignments, results=(result, other))
    assert ([c for c, _, _ in found], flags) == ([f"esco:{SQL}"], ["RESULT_NOT_PASSED"])


@pytest.mark.parametrize(
    ("result", "yes"),
    [
        ({"status": "Completed"}, True),
        ({"status": "Provisional"}, True),
        ({"value": "70", "required": 70.0}, True),
        ({"value": "69.9 %", "required": 70.0}, False),
        ({"value": "A", "required": 70.0}, True),
        ({}, True),
    ],
)
def test_passed(result, yes):
    assert passed(Result(**NOTHING | result)) is yes


@pytest.mark.parametrize(
    ("result", "level"),
    [
        ({"achieved_level": "Advanced"}, 4),
        ({"achieved_level": "Exceeds", "rubric_place": (2, 3)}, 4),
        ({"achieved_level": "Meets", "rubric_place": (1, 3)}, 2),
        ({"achieved_level": "Leading", "rubric_place": (4, 5)}, 5),
        ({"achieved_level": "Leading"}, 0),
        ({"value": "100", "scale": (0.0, 100.0)}, 4),
        ({"value": "50 %", "scale": (0.0, 100.0)}, 2),
        ({"value": "0", "scale": (0.0, 100.0)}, 1),
        ({"value": "101", "scale": (0.0, 100.0)}, 0),
        ({"value": "87"}, 0),
        ({"value": "B", "allowed": ("D", "C", "B", "A")}, 3),
        ({"value": "E", "allowed": ("D", "C", "B", "A")}, 0),
        ({"achieved_level": "Beginner", "value": "100", "scale": (0.0, 100.0)}, 1),
    ],
)
def test_levels(result, level):
    stated = {
        "value": None,
        "status": None,
        "achieved_level": None,
        "description_name": None,
        "alignments": (),
    }
    assert level_of_result(Result(**stated | result)) == level


@pytest.mark.parametrize(
    ("text", "level"), [("3", 3), ("Level 4", 4), ("7 of 10", 0), ("Expert", 5), ("Associate Expert", 0), ("", 0), (None, 0)]
)  # fmt: skip
def test_words_for_levels(text, level):
    assert level_of(text) == level


def described(**description) -> Achievement:
    """What is read of a signed achievement with one result description and one result."""
    raw = {
        **ACHIEVEMENT,
        "resultDescription": [{"id": "urn:r", "type": ["ResultDescription"], "name": "R", **description}],
    }
    result = {"resultDescription": "urn:r", "achievedLevel": "urn:l2", "value": "8"}
    found = check(ISSUER.sign(credential(achievement=raw, results=[result]), "vc-jwt")).achievement
    assert found is not None
    return found


def test_bounds_and_rubrics_as_they_are_stated():
    (bounds,) = described(resultType="RawScore", valueMin="0", valueMax="10", requiredValue="5").results
    assert (bounds.scale, bounds.required, bounds.rubric_place) == ((0.0, 10.0), 5.0, None)
    levels = [
        {"id": f"urn:l{i}", "type": ["RubricCriterionLevel"], "name": name, "points": str(points)}
        for i, name, points in ((1, "Great", 30), (2, "Fair", 20), (3, "Poor", 1))
    ]
    (rubric,) = described(resultType="RubricCriterionLevel", rubricCriterionLevel=levels).results
    assert (rubric.achieved_level, rubric.rubric_place) == ("Fair", (1, 3))
    unordered = [{k: v for k, v in level.items() if k != "points"} for level in levels]
    (rubric,) = described(resultType="RubricCriterionLevel", rubricCriterionLevel=unordered).results
    assert rubric.rubric_place is None, "the order of a list is no order of levels"


@pytest.mark.parametrize(
    ("text", "amount", "tags", "unit"),
    [
        ("A module of 5 ECTS.", 5.0, [], "ECTS"),
        ("About 40 contact hours of work.", 40.0, [], "contact hours"),
        ("A course of 40 hours worth 5 ECTS.", 5.0, [], "ECTS"),
        ("Worth 5 credits.", 5.0, [], None),
        ("A module of 6 ECTS.", 5.0, [], None),
        ("A module.", 5.0, ["SQL", "ECTS"], "ECTS"),
        ("A module.", 5.0, ["CEU", "ECTS"], None),
        ("A module of 5 ECTS.", None, [], None),
    ],
)
def test_the_unit_of_credits_where_it_is_stated(text, amount, tags, unit):
    raw = {**ACHIEVEMENT, "description": text, "tag": tags}
    found = check(ISSUER.sign(credential(achievement=raw, credits_earned=amount), "vc-jwt")).achievement
    assert found is not None
    assert (found.credits, found.credits_unit) == (amount, unit)
