"""A gap audit: the largest gaps first, with their causes, then every competency."""

from dataclasses import dataclass

from credence.web import words
from credence.web.resources import last
from credence.web.views.bars import Bar, two_part
from credence.web.views.trend import Trend, trend
from credencepb.audit.v1.audit_pb2 import Audit, CompetencyGap

SUPPRESSED = "hidden: fewer than five people"


@dataclass(frozen=True, slots=True)
class CauseView:
    """`share` of the people who fall short, 0..100, 0 when suppressed. Causes overlap: one person may have several."""

    sentence: str
    share: float


@dataclass(frozen=True, slots=True)
class TopGap:
    wording: str
    gap: str
    share: str
    people: str
    causes: tuple[CauseView, ...]


@dataclass(frozen=True, slots=True)
class GapLine:
    """Texts are `SUPPRESSED` where the figure must not be shown; `bar` is None then."""

    id: str
    wording: str
    weight: str
    gap: str
    short: str
    coverage: str
    verified: str
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class GapReport:
    id: str
    cohort: str
    cohort_id: str
    role: str
    role_id: str
    when: str
    people: int
    target: str
    total: str
    top: tuple[TopGap, ...]
    lines: tuple[GapLine, ...]
    trend: Trend
    suppressed: bool
    versions: tuple[tuple[str, str], ...]


def gap_report(audit: Audit) -> GapReport:
    total = sum(gap.gap for gap in audit.gaps)
    return GapReport(
        id=last(audit.name),
        cohort=audit.cohort_display_name,
        cohort_id=last(audit.cohort),
        role=audit.role_title,
        role_id=last(audit.role),
        when=words.moment(audit.audit_time),
        people=audit.people,
        target=words.percent(audit.target_coverage),
        total=f"{total:.1f}",
        top=tuple(_top(gap, total, audit.people) for gap in audit.top_gaps if gap.gap > 0),
        lines=tuple(_line(gap, audit) for gap in audit.gaps),
        trend=trend(audit.trend, audit.name),
        suppressed=any(gap.suppressed for gap in audit.gaps),
        versions=(
            ("Audit", last(audit.name)),
            ("Scoring policy", audit.policy_version),
            ("Taxonomy", audit.taxonomy_version),
            ("Role revision", str(audit.role_revision)),
            ("Index position", str(audit.index_position)),
        ),
    )


def _top(gap: CompetencyGap, total: float, people: int) -> TopGap:
    if gap.suppressed:
        said = "How many people it concerns is not shown: they are fewer than five, or nearly everyone."
    else:
        fall = "falls" if gap.people_short == 1 else "fall"
        said = f"{gap.people_short} of {people} {fall} short, by {words.percent(gap.mean_shortfall)} of coverage on average."
    return TopGap(
        gap.wording,
        f"{gap.gap:.1f}",
        f"{words.percent(gap.gap / total)} of the whole gap" if total else "",
        said,
        _causes(gap),
    )


def _causes(gap: CompetencyGap) -> tuple[CauseView, ...]:
    short = gap.people_short
    return tuple(
        CauseView(
            cause.sentence,
            round(100 * cause.people / short, 1) if short and cause.HasField("people") else 0.0,
        )
        for cause in gap.causes
    )


def _line(gap: CompetencyGap, audit: Audit) -> GapLine:
    if gap.suppressed:
        shown = f"{gap.gap:.1f}" if gap.gap else SUPPRESSED
        return GapLine(
            gap.competency, gap.wording, f"{gap.weight:.2f}", shown, SUPPRESSED, SUPPRESSED, SUPPRESSED, None
        )
    coverage, verified = words.percent(gap.mean_coverage), words.percent(gap.mean_verified_coverage)
    said = f"{gap.wording}: {coverage} covered on average, {verified} by verified evidence alone"
    return GapLine(
        gap.competency,
        gap.wording,
        f"{gap.weight:.2f}",
        f"{gap.gap:.1f}",
        f"{gap.people_short} of {audit.people}",
        coverage,
        verified,
        two_part(gap.mean_coverage, gap.mean_verified_coverage, said, mark=audit.target_coverage),
    )
