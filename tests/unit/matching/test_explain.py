import pytest

from credence.matching import explain, sentences
from credence.matching.index import Line, PostingIndex, Query
from credence.matching.profiles import InvalidProfileError, facets_of, indexed
from credence_models.coverage import Competency as Scored
from credence_models.coverage import CompetencyCoverage, Necessity, load_policy
from credencepb.credentials.v1 import profile_pb2
from credencepb.matching.v1.role_pb2 import NECESSITY_MUST, Competency, Role
from support.matching import profile

POLICY = load_policy()
ROLE = Role(
    name="tenants/matchbox/roles/analyst",
    competencies=[
        Competency(id="sql", wording="SQL", weight=3, required_level=3, necessity=NECESSITY_MUST),
        Competency(id="charts", wording="charts", weight=1, necessity=NECESSITY_MUST),
    ],
)
LINES = (
    Line(Scored("sql", 3, 3, Necessity.MUST, None), (("esco:sql", 1.0), ("esco:mysql", 0.8))),
    Line(Scored("charts", 1, 0, Necessity.MUST, None), (("esco:charts", 1.0), ("esco:sql", 0.7))),
)
TARGET = explain.Target("matchbox", ROLE, LINES, POLICY)


def place(made: profile_pb2.Profile):
    index = PostingIndex()
    index.apply([indexed(made.SerializeToString(deterministic=True))])
    return index.rank(Query(LINES, POLICY)).place(0)


def test_the_explanation_is_of_the_score_that_ranked() -> None:
    made = profile(
        "a", [("esco:sql", 0.9, 2, True), ("esco:mysql", 0.4, 0, False), ("esco:sql", 0.3, 5, False)]
    )
    found = place(made)
    answer = explain.ranked_candidate(TARGET, found, full=True)
    assert (answer.score, answer.verified_score) == (found.score, found.verified_score)
    assert answer.must_haves_met is found.must_haves_met is False
    assert sum(c.points for c in answer.contributions) == pytest.approx(answer.score, abs=1e-9)
    assert [c.competency for c in answer.competencies] == ["sql", "charts"]
    assert sum(c.max_points for c in answer.competencies) == pytest.approx(100)
    assert (answer.evidence_count, answer.verified_count) == (3, 1)
    short = explain.ranked_candidate(TARGET, found, full=False)
    assert len(short.contributions) == 5
    assert not any(c.evidence.factors for c in short.contributions)
    assert [c.points for c in short.contributions] == [c.points for c in answer.contributions]


def test_a_page_that_would_be_too_large_ends_early() -> None:
    found = place(profile("a", [("esco:sql", 0.9)]))
    size = explain.ranked_candidate(TARGET, found, full=False).ByteSize()
    assert len(explain.page(TARGET, [found] * 9, 4 * size + 1)) == 4
    assert len(explain.page(TARGET, [found] * 9, 1)) == 1
    assert explain.page(TARGET, [], 100) == []


def piece(**fields: object) -> profile_pb2.Evidence:
    given: dict[str, object] = {
        "concept_label": "SQL",
        "kind": profile_pb2.EVIDENCE_KIND_VERIFIED_CREDENTIAL,
        "observed_on": "2025-05-17",
        "source": profile_pb2.EvidenceSource(title="Applied Data Analysis", issuer="Northfield University"),
        "factors": [profile_pb2.Factor(name="rigor", code="RIGOR_REVIEWED_PROJECT")],
    }
    return profile_pb2.Evidence(**{**given, **fields})


@pytest.mark.parametrize(
    ("evidence", "similarity", "sentence"),
    [
        (
            piece(),
            1.0,
            (
                "Verified credential 'Applied Data Analysis' by Northfield University, reviewed project, awarded May 2025, "
                "covers SQL: 12.4 of 25 points."
            ),
        ),
        (
            piece(
                kind=profile_pb2.EVIDENCE_KIND_EXPERIENCE,
                source=profile_pb2.EvidenceSource(title="Data clerk"),
                factors=[],
                concept_label="MySQL",
            ),
            0.8,
            "Work experience 'Data clerk', until May 2025, shows MySQL, close to SQL: 12.4 of 25 points.",
        ),
        (
            piece(
                kind=profile_pb2.EVIDENCE_KIND_SELF_CLAIMED,
                source=profile_pb2.EvidenceSource(),
                factors=[],
                observed_on="",
                level=1,
            ),
            1.0,
            "The candidate's own claim, level 1 where 3 is asked, covers SQL: 12.4 of 25 points.",
        ),
        (
            piece(
                kind=profile_pb2.EVIDENCE_KIND_PORTFOLIO,
                source=profile_pb2.EvidenceSource(title="sales-dashboard"),
                factors=[profile_pb2.Factor(code="RECENCY_EXPIRED")],
            ),
            1.0,
            "Portfolio work 'sales-dashboard', authorship not checked, from May 2025, expired, covers SQL: 12.4 of 25 points.",
        ),
    ],
)
def test_sentences_of_contributions(evidence: profile_pb2.Evidence, similarity: float, sentence: str) -> None:
    assert sentences.contribution(evidence, "SQL", 3, similarity, 12.4321, 25.0) == sentence


def test_sentences_of_what_is_missing() -> None:
    nothing = CompetencyCoverage("sql", 0.0, 0.0, False, 0.5, 0.0, 25.0, 0)
    assert "Nothing shows SQL yet" in sentences.missing(nothing, "SQL", 4)
    assert "at level 4 or above" in sentences.missing(nothing, "SQL", 4)
    some = CompetencyCoverage("sql", 0.4999, 0.0, False, 0.5, 12.0, 25.0, 2)
    assert "covers 49 % of SQL, 50 % count as met" in sentences.missing(some, "SQL", 0)
    met = CompetencyCoverage("sql", 0.5, 0.0, True, 0.5, 12.0, 25.0, 2)
    assert sentences.missing(met, "SQL", 0) == ""
    assert sentences.month("2025-13-01") == sentences.month("") == ""


def test_profiles_that_cannot_be_ranked_are_refused() -> None:
    good = profile("a", [("esco:sql", 0.5)])
    for spoil in (
        lambda p: setattr(p.evidence[0], "strength", 1.5),
        lambda p: setattr(p.evidence[0], "strength", float("nan")),
        lambda p: setattr(p.evidence[0], "level", 6),
        lambda p: setattr(p.evidence[0], "id", ""),
        lambda p: p.evidence.append(p.evidence[0]),
        lambda p: setattr(p, "revision", 0),
    ):
        bad = profile_pb2.Profile()
        bad.CopyFrom(good)
        spoil(bad)
        with pytest.raises(InvalidProfileError):
            indexed(bad.SerializeToString())
    with pytest.raises(InvalidProfileError):
        indexed(b"\xff\xff")


def test_facets_without_empty_ones() -> None:
    facets = profile_pb2.Facets(region="DE-BE", labels={"team": "data", "site": ""})
    assert facets_of(facets) == (("labels.team", "data"), ("region", "DE-BE"))
