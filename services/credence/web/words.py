"""Numbers, dates and stored words as people read them. No sentence about a person is made here."""

from datetime import UTC, date, datetime
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp

from credencepb.credentials.v1 import profile_pb2, verification_pb2
from credencepb.matching.v1 import ranking_pb2, role_pb2

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
NECESSITY: Final = {
    role_pb2.NECESSITY_MUST: "must have",
    role_pb2.NECESSITY_SHOULD: "should have",
    role_pb2.NECESSITY_NICE: "nice to have",
}
KIND: Final = {
    profile_pb2.EVIDENCE_KIND_VERIFIED_CREDENTIAL: "Verified credential",
    profile_pb2.EVIDENCE_KIND_EMPLOYER_ASSESSMENT: "Employer's assessment",
    profile_pb2.EVIDENCE_KIND_PORTFOLIO_AUTHORED: "Portfolio work, authorship checked",
    profile_pb2.EVIDENCE_KIND_PORTFOLIO: "Portfolio work, authorship not checked",
    profile_pb2.EVIDENCE_KIND_EXPERIENCE: "Work experience",
    profile_pb2.EVIDENCE_KIND_UNVERIFIED_CREDENTIAL: "Unverified credential",
    profile_pb2.EVIDENCE_KIND_SELF_CLAIMED: "Own claim",
}
OUTCOME: Final = {
    verification_pb2.OUTCOME_VERIFIED: "Verified",
    verification_pb2.OUTCOME_NOT_VERIFIED: "Not verified",
    verification_pb2.OUTCOME_INDETERMINATE: "Could not be decided",
}
DECISION: Final = {
    ranking_pb2.DECISION_OUTCOME_ADVANCE: "Advance",
    ranking_pb2.DECISION_OUTCOME_HOLD: "Hold",
    ranking_pb2.DECISION_OUTCOME_REJECT: "Reject",
}
STANDING: Final = {
    verification_pb2.ISSUER_STANDING_RECOGNISED: "recognised issuer",
    verification_pb2.ISSUER_STANDING_KNOWN: "known issuer",
    verification_pb2.ISSUER_STANDING_UNKNOWN: "issuer not in the registry",
    verification_pb2.ISSUER_STANDING_RED_FLAGGED: "issuer with red flags",
}
_VALUES: Final = {
    "now": "available now",
    "three_months": "within three months",
    "not_looking": "not looking",
    "applicant": "applicant",
    "employee": "employee",
}


def percent(share: float) -> str:
    """0.4949 as `49 %`: rounded down, so that nothing reads as reached before it is."""
    return f"{int(100 * share + 1e-9)} %"


def count(number: int, one: str, many: str = "") -> str:
    """`1 person`, `12 people`, `1,204 pieces`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def day(iso: str) -> str:
    """`2026-07-14` as `14 July 2026`, `2026-07` as `July 2026`; anything else as it is."""
    parts = iso.split("T")[0].split("-")
    try:
        if len(parts) == 2:
            return f"{_MONTHS[int(parts[1]) - 1]} {int(parts[0])}"
        when = date.fromisoformat(iso.split("T")[0])
    except (ValueError, IndexError):
        return iso
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def moment(when: Timestamp | datetime | None) -> str:
    """`22 November 2026, 00:21 UTC`; empty for an absent time."""
    if when is None or (isinstance(when, Timestamp) and not when.seconds):
        return ""
    at = when.ToDatetime(UTC) if isinstance(when, Timestamp) else when.astimezone(UTC)
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}, {at:%H:%M} UTC"


def code(stored: str) -> str:
    """`SIGNATURE_MISMATCH`, `reviewed_project` as `Signature mismatch`, `Reviewed project`."""
    text = stored.replace("_", " ").strip().lower()
    return text[:1].upper() + text[1:]


def facet_value(value: str) -> str:
    """A stored facet value in words; the tenant's own values as they are."""
    return _VALUES.get(value, value)


def money(minor: int, currency: str) -> str:
    """45000, "EUR" as `€450`."""
    whole, rest = divmod(abs(minor), 100)
    text = f"{whole:,}" + (f".{rest:02}" if rest else "")
    sign = {"EUR": "€", "USD": "$", "GBP": "£"}.get(currency)
    shown = f"{sign}{text}" if sign else f"{text} {currency}".strip()
    return f"−{shown}" if minor < 0 else shown
