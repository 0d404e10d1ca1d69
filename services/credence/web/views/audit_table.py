"""A gap audit as CSV: one row for each competency, with the versions that it stands on. No single person is in it."""

from credence.web.resources import last
from credence.web.views.csv_text import MARK, lines
from credencepb.audit.v1.audit_pb2 import Audit, CompetencyGap

_COLUMNS = (
    *("cohort", "role", "audit_time", "people", "target_coverage", "competency", "wording", "weight", "gap"),
    *("people_short", "mean_shortfall", "mean_coverage", "mean_verified_coverage", "suppressed", "causes"),
    *("audit", "role_revision", "policy_version", "taxonomy_version", "index_position"),
)


def audit_csv(audit: Audit) -> str:
    """Figures that must not be shown are empty, and `suppressed` says so."""
    return MARK + lines([_COLUMNS, *(_row(audit, gap) for gap in audit.gaps)])


def _row(audit: Audit, gap: CompetencyGap) -> list[object]:
    shown = not gap.suppressed
    return [
        audit.cohort_display_name,
        audit.role_title,
        audit.audit_time.ToJsonString(),
        audit.people,
        f"{audit.target_coverage:.2f}",
        gap.competency,
        gap.wording,
        f"{gap.weight:g}",
        f"{gap.gap:.6f}" if shown or gap.gap else "",
        gap.people_short if shown else "",
        f"{gap.mean_shortfall:.6f}" if shown else "",
        f"{gap.mean_coverage:.6f}" if shown else "",
        f"{gap.mean_verified_coverage:.6f}" if shown else "",
        "yes" if gap.suppressed else "no",
        "; ".join(f"{c.code} {c.people}" if c.HasField("people") else c.code for c in gap.causes),
        last(audit.name),
        audit.role_revision,
        audit.policy_version,
        audit.taxonomy_version,
        audit.index_position,
    ]
