"""Programmes for the audit's catalogue out of descriptions in CTDL."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from credence.credentials.ctdl import Descriptions
from credence.credentials.verifier import Achievement
from credence.credentials.verifier.rigor import rigor_of
from credencepb.audit.v1 import audit_pb2

MOST_COMPETENCIES = 50
"""Of one programme, as the catalogue takes them."""


@dataclass(frozen=True, slots=True)
class Unstated:
    """What to take where a description states no cost or no hours; None: leave such a programme out."""

    cost: float | None = None
    currency: str = ""
    hours: float | None = None


def programmes(
    found: Descriptions, linked: Callable[[Sequence[str]], Sequence[str]], unstated: Unstated
) -> tuple[list[audit_pb2.Programme], list[str]]:
    """A programme for each description that says what it teaches, and a remark on each that was left out.

    `linked` gives for each phrase its concept in the taxonomy, or nothing: what the taxonomy does not know is left out of a programme.
    """
    made, remarks = [], []
    for ctid, described in sorted(found.descriptions.items()):
        known = (
            *described.competencies,
            *(found.competencies[c] for c in described.refers if c in found.competencies),
        )
        names = [c.name for c in known][:MOST_COMPETENCIES]
        concepts = {c: n for c, n in zip(linked(names), names, strict=True) if c} if names else {}
        price = described.price if described.price is not None else unstated.cost
        currency = described.currency if described.price is not None else unstated.currency
        hours = described.hours or unstated.hours
        if not concepts:
            remarks.append(f"{described.name}: says nothing of skills that the taxonomy knows.")
        elif price is None or hours is None:
            what = "cost" if price is None else "hours"
            remarks.append(f"{described.name}: states no {what}; give --{what} to take it in all the same.")
        else:
            made.append(
                audit_pb2.Programme(
                    external_id=ctid,
                    title=described.name[:200],
                    provider=described.provider,
                    url=described.url if described.url.startswith(("https://", "http://")) else "",
                    issuer_standing="unknown",
                    competencies=[
                        audit_pb2.ProgrammeCompetency(concept=c, text=n) for c, n in concepts.items()
                    ],
                    rigor=rigor_of(_as_achievement(described.description, described.assessments)).lower(),
                    assessment="; ".join(described.assessments)[:2000],
                    hours=hours,
                    cost_minor=round(100 * price),
                    currency=currency,
                    outcomes="; ".join(described.outcomes)[:2000],
                )
            )
    return made, remarks


_SILENT = Achievement(
    id=None, type=None, name=None, description=None, criteria=None, criteria_url=None, alignments=(), tags=(), results=(),
    achieved_level=None, assessment=(), evidence=(), credits=None, issuer_id=None, issuer_name=None, awarded_on=None,
    valid_from=None, valid_until=None,
)  # fmt: skip


def _as_achievement(description: str, assessments: tuple[str, ...]) -> Achievement:
    """As much of an achievement as grading its assessment needs."""
    return replace(_SILENT, description=description or None, assessment=assessments)
