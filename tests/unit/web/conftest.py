"""Messages as the services send them, small enough to be read."""

import pytest

from credencepb.audit.v1 import audit_pb2
from credencepb.credentials.v1 import profile_pb2, verification_pb2
from credencepb.matching.v1 import matching_service_pb2, ranking_pb2, role_pb2


@pytest.fixture
def candidate() -> ranking_pb2.RankedCandidate:
    """Two competencies, three pieces: 30.005 points, of which 20.0 verified."""

    def piece(title: str, *, verified: bool, url: str = "") -> profile_pb2.Evidence:
        kind = (
            profile_pb2.EVIDENCE_KIND_VERIFIED_CREDENTIAL if verified else profile_pb2.EVIDENCE_KIND_PORTFOLIO
        )
        return profile_pb2.Evidence(
            concept_label="SQL",
            kind=kind,
            strength=0.5,
            verified=verified,
            source=profile_pb2.EvidenceSource(title=title, url=url),
            factors=[
                profile_pb2.Factor(name="kind", value=0.5, code="KIND", sentence="Why."),
                profile_pb2.Factor(name="rigor", value=1.0, code="RIGOR", sentence="Why not."),
            ],
            wording="sql",
            link_confidence=0.91,
            link_method="nearest",
        )

    def adds(competency: str, points: float, evidence: profile_pb2.Evidence) -> ranking_pb2.Contribution:
        sentence = f"{evidence.source.title} adds {points}."
        return ranking_pb2.Contribution(
            competency=competency, evidence=evidence, points=points, similarity=1.0, x=0.5, sentence=sentence
        )

    must, should = role_pb2.NECESSITY_MUST, role_pb2.NECESSITY_SHOULD
    return ranking_pb2.RankedCandidate(
        candidate="tenants/t/candidates/c1aaaaaaaa",
        external_id="ANA-1",
        rank=3,
        score=30.005,
        verified_score=20.0,
        must_haves_met=False,
        competencies=[
            ranking_pb2.CompetencyResult(
                competency="sql",
                wording="SQL",
                necessity=must,
                coverage=0.5,
                gate=0.4,
                met=True,
                points=26.672,
                max_points=60,
            ),
            ranking_pb2.CompetencyResult(
                competency="law",
                wording="law",
                necessity=must,
                coverage=0.3999,
                gate=0.4,
                points=3.333,
                max_points=40,
                missing="More.",
            ),
            ranking_pb2.CompetencyResult(competency="tea", wording="tea", necessity=should, max_points=0.0),
        ],
        contributions=[
            adds("sql", 20.0, piece("Exam", verified=True)),
            adds("sql", 6.672, piece("Dashboard", verified=False, url="https://forge.test/ada.lovelace/1")),
            adds("law", 3.333, piece("Essay", verified=False)),
        ],
        flags=[
            profile_pb2.ProfileFlag(
                flag=verification_pb2.Flag(
                    code="EXPIRED", severity=verification_pb2.Flag.SEVERITY_YELLOW, text="Old."
                )
            ),
            profile_pb2.ProfileFlag(
                flag=verification_pb2.Flag(
                    code="REVOKED", severity=verification_pb2.Flag.SEVERITY_RED, text="Gone."
                )
            ),
            profile_pb2.ProfileFlag(
                flag=verification_pb2.Flag(
                    code="REVOKED", severity=verification_pb2.Flag.SEVERITY_RED, text="Gone too."
                )
            ),
        ],
        evidence_count=3,
        verified_count=1,
        facets=profile_pb2.Facets(region="DE-BE", availability="now", population="applicant"),
    )


@pytest.fixture
def ranking(candidate: ranking_pb2.RankedCandidate) -> matching_service_pb2.RankCandidatesResponse:
    """One candidate who meets the must-haves, then the one who does not."""
    first = ranking_pb2.RankedCandidate()
    first.CopyFrom(candidate)
    first.candidate, first.external_id, first.rank, first.must_haves_met = (
        "tenants/t/candidates/c2",
        "=cmd()",
        2,
        True,
    )
    return matching_service_pb2.RankCandidatesResponse(
        candidates=[first, candidate],
        next_page_token="more",
        total_size=10,
        must_haves_met_size=2,
        provenance=ranking_pb2.Provenance(
            ranking="tenants/t/rankings/r1",
            policy_version="p1",
            taxonomy_version="t1",
            encoder_version="e1",
            role_revision=4,
        ),
    )


@pytest.fixture
def audit() -> audit_pb2.Audit:
    """Two people, two competencies: a gap of 1.5 in `sql`, of 0.5 in `law`."""

    def gap(name: str, points: float, short: int, mean: float, cause: str) -> audit_pb2.CompetencyGap:
        causes = [audit_pb2.GapCause(code=cause, people=1, sentence="For one person.")]
        return audit_pb2.CompetencyGap(
            competency=name,
            wording=name.upper(),
            weight=1,
            gap=points,
            people_short=short,
            mean_shortfall=0.5,
            mean_coverage=mean,
            mean_verified_coverage=mean / 2,
            causes=causes,
        )

    def person(name: str, competency: str, coverage: float, cause: str) -> audit_pb2.PersonGap:
        return audit_pb2.PersonGap(
            candidate=f"tenants/t/candidates/{name}",
            external_id=name.upper(),
            competency=competency,
            coverage=coverage,
            shortfall=max(0.0, 0.7 - coverage),
            cause=cause,
        )

    gaps = [gap("sql", 1.5, 2, 0.2, "NO_EVIDENCE"), gap("law", 0.5, 1, 0.8, "UNVERIFIED_ONLY")]
    return audit_pb2.Audit(
        name="tenants/t/audits/a2", cohort="tenants/t/cohorts/x", cohort_display_name="X", role="tenants/t/roles/r",
        role_title="R", role_revision=1, people=2, target_coverage=0.7, top_gaps=gaps, gaps=gaps,
        person_gaps=[
            person("p1", "sql", 0.4, "UNVERIFIED_ONLY"),
            person("p1", "law", 0.9, ""),
            person("p2", "sql", 0.0, "NO_EVIDENCE"),
            person("p2", "law", 0.71, ""),
        ],
        trend=[
            audit_pb2.TrendPoint(audit="tenants/t/audits/a1", total_gap=4.0, people=3),
            audit_pb2.TrendPoint(audit="tenants/t/audits/a2", total_gap=2.0, people=2),
        ],
    )  # fmt: skip
