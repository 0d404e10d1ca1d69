"""A shortlist as CSV: every row carries the versions and the notice, so that no row can be cut loose from them."""

from collections.abc import Mapping

from credence.web.resources import last
from credence.web.views.csv_text import MARK, lines
from credence.web.views.provenance import NOTICE
from credencepb.credentials.v1.verification_pb2 import Flag
from credencepb.matching.v1.matching_service_pb2 import RankCandidatesResponse
from credencepb.matching.v1.ranking_pb2 import RankedCandidate
from credencepb.matching.v1.role_pb2 import NECESSITY_MUST

_COLUMNS = (
    *("rank", "candidate", "external_id", "score", "verified_score", "must_haves_met", "must_haves_missed"),
    *("evidence_count", "verified_count", "red_flags", "yellow_flags", "reason_1", "reason_2"),
)
_VERSIONS = (
    "ranking",
    "role_revision",
    "index_position",
    "policy_version",
    "taxonomy_version",
    "encoder_version",
)


def header(page: RankCandidatesResponse, *, named: bool) -> str:
    """Coverage of every competency has a column of its own, by its id. UTF-8 with a mark, as spreadsheets want it."""
    coverages = (
        [f"coverage_{c.competency}" for c in page.candidates[0].competencies] if page.candidates else []
    )
    return MARK + lines([[*_COLUMNS, *(["name"] if named else []), *coverages, *_VERSIONS, "notice"]])


def rows(page: RankCandidatesResponse, names: Mapping[str, str], *, named: bool) -> str:
    p = page.provenance
    versions = [
        *(last(p.ranking), p.role_revision, p.index_position),
        *(p.policy_version, p.taxonomy_version, p.encoder_version),
    ]
    return lines(
        [
            *_cells(candidate),
            *([names.get(candidate.candidate, "")] if named else []),
            *(f"{c.coverage:.4f}" for c in candidate.competencies),
            *versions,
            NOTICE,
        ]
        for candidate in page.candidates
    )


def _cells(candidate: RankedCandidate) -> list[object]:
    reasons = [c.sentence for c in candidate.contributions[:2]]
    flags = [f.flag for f in candidate.flags]
    return [
        candidate.rank,
        last(candidate.candidate),
        candidate.external_id,
        f"{candidate.score:.6f}",
        f"{candidate.verified_score:.6f}",
        "yes" if candidate.must_haves_met else "no",
        "; ".join(c.wording for c in candidate.competencies if c.necessity == NECESSITY_MUST and not c.met),
        candidate.evidence_count,
        candidate.verified_count,
        "; ".join(sorted({f.code for f in flags if f.severity == Flag.SEVERITY_RED})),
        "; ".join(sorted({f.code for f in flags if f.severity != Flag.SEVERITY_RED})),
        *[*reasons, "", ""][:2],
    ]
