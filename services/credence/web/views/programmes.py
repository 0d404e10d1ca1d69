"""Programmes side by side: what they teach, how they assess, what they cost, what they close."""

from collections.abc import Mapping
from dataclasses import dataclass

from credence.web import words
from credence.web.views.links import Link, link
from credencepb.audit.v1.audit_pb2 import Audit, Recommendation, RecommendedProgramme

NO_OUTCOMES = "none published"


@dataclass(frozen=True, slots=True)
class Option:
    title: str
    provider: str
    standing: str
    closes: str
    closes_share: float
    teaches: tuple[str, ...]
    rigor: str
    assessment: str
    hours: str
    cost: str
    cost_all: str
    cost_per_point: str
    participants: str
    outcomes: str
    layer: str
    recognition: str
    flags: tuple[str, ...]
    sentence: str
    link: Link | None


@dataclass(frozen=True, slots=True)
class Advice:
    options: tuple[Option, ...]
    before: str
    after: str
    closed_share: float
    cost: str
    hours: str
    how: str
    notes: tuple[str, ...]


_HOW = {
    "exact": "Every combination was tried: no other closes more within this budget.",
    "greedy": "Chosen step by step; no combination can close more than 1.6 times as much.",
}


def advice(found: Recommendation, audit: Audit) -> Advice:
    wordings = {gap.competency: gap.wording for gap in audit.gaps}
    currency = found.programmes[0].programme.currency if found.programmes else ""
    before = found.gap_before
    return Advice(
        tuple(_option(p, wordings, before) for p in found.programmes),
        before=f"{before:.1f}",
        after=f"{max(0.0, found.gap_after):.1f}",
        closed_share=_share(before - max(0.0, found.gap_after), before),
        cost=words.money(found.total_cost_minor, currency),
        hours=f"{found.total_hours:,.0f}",
        how=_HOW.get(found.method, ""),
        notes=tuple(found.notes),
    )


def _option(item: RecommendedProgramme, wordings: Mapping[str, str], before: float) -> Option:
    p = item.programme
    return Option(
        title=p.title,
        provider=p.provider,
        standing=words.code(p.issuer_standing),
        closes=f"{item.gap_closed:.1f}",
        closes_share=_share(item.gap_closed, before),
        teaches=tuple(wordings.get(c, c) for c in item.competencies),
        rigor=words.code(p.rigor),
        assessment=p.assessment or "not stated",
        hours=f"{p.hours:,.0f}",
        cost=words.money(p.cost_minor, p.currency),
        cost_all=words.money(item.cost_minor, p.currency),
        cost_per_point=words.money(100 * round(item.cost_per_point_minor / 100), p.currency),
        participants=words.count(item.participants, "person", "people"),
        outcomes=p.outcomes or NO_OUTCOMES,
        layer=words.code(p.layer),
        recognition=words.percent(item.recognition) if item.HasField("recognition") else "not measured",
        flags=tuple(words.code(flag) if flag.isupper() else flag for flag in item.flags),
        sentence=item.sentence,
        link=link(p.url, shown=True),
    )


def _share(part: float, whole: float) -> float:
    return round(100 * min(1.0, max(0.0, part / whole)), 1) if whole else 0.0
