"""Credentials that will soon stop counting in full."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date

from credence.web import words
from credence.web.resources import last
from credence.web.views.people import label
from credencepb.audit.v1.audit_pb2 import Audit

SOON_DAYS = 90


@dataclass(frozen=True, slots=True)
class Expiry:
    title: str
    issuer: str
    when: str
    soon: bool
    competencies: str
    who: str


def expiries(audit: Audit, names: Mapping[str, str]) -> tuple[Expiry, ...]:
    """The soonest first. `who` is empty for a caller who may not see people."""
    wordings = {gap.competency: gap.wording for gap in audit.gaps}
    ids = {person.candidate: person.external_id for person in audit.person_gaps}
    on = audit.audit_time.ToDatetime(UTC).date()
    return tuple(
        Expiry(
            item.title,
            item.issuer,
            words.day(item.expires_on),
            (date.fromisoformat(item.expires_on) - on).days <= SOON_DAYS,
            ", ".join(wordings.get(c, c) for c in item.competencies),
            label(item.candidate, ids.get(item.candidate, ""), names).text if last(item.candidate) else "",
        )
        for item in sorted(audit.expiring, key=lambda item: item.expires_on)
    )
