"""Credentials of one person that soon stop counting in full, and what goes with each."""

from collections.abc import Iterable
from dataclasses import dataclass

from credence.web import words
from credence.web.resources import last
from credencepb.credentials.v1.renewal_pb2 import Renewal

WITHIN_DAYS = 180
"""As far ahead as the pages look: courses and examinations take months to arrange."""
SOON_DAYS = 30
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class RenewalView:
    """`losses`: the skills that lose most, each with its coverage with and without the credential."""

    verification: str
    title: str
    issuer: str
    when: str
    left: str
    soon: bool
    why: str
    losses: tuple[str, ...]
    more: int


def renewal_views(renewals: Iterable[Renewal]) -> tuple[RenewalView, ...]:
    return tuple(_view(renewal) for renewal in renewals)


def _view(renewal: Renewal) -> RenewalView:
    lost = [s for s in renewal.skills if s.coverage > s.coverage_without]
    return RenewalView(
        verification=last(renewal.verification),
        title=renewal.title or "A credential without a name",
        issuer=renewal.issuer,
        when=words.day(renewal.expires_on),
        left="today" if renewal.days_left == 0 else f"in {words.count(renewal.days_left, 'day')}",
        soon=renewal.days_left <= SOON_DAYS,
        why="by its issuer's published policy; it states no end itself"
        if renewal.by_policy
        else "as it states",
        losses=tuple(
            f"{s.concept_label}: {words.percent(s.coverage)} covered now, {words.percent(s.coverage_without)} without it"
            for s in lost[:_SHOWN]
        ),
        more=max(0, len(lost) - _SHOWN),
    )
