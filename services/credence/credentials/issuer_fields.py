"""What a tenant may write of an issuer, and what must hold of it."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from credence.credentials import convert
from credence.credentials.registry import Issuer
from credence.platform.errors import InvalidField
from credencepb.credentials.v1 import verification_pb2

WRITABLE: Final = ("issuer_id", "display_name", "standing", "aliases", "note", "active_since")


def checked_issuer(resource_id: str, wanted: verification_pb2.Issuer, revision: int) -> Issuer:
    """The entry, if it may stand so. InvalidField names every violation."""
    violations = list(_violations(wanted))
    if violations:
        raise InvalidField.several(violations)
    return Issuer(
        resource_id,
        wanted.issuer_id,
        wanted.display_name,
        convert.STANDINGS[wanted.standing],
        tuple(wanted.aliases),
        wanted.note,
        revision,
        _day(wanted.active_since),
    )


def _violations(wanted: verification_pb2.Issuer) -> Iterator[tuple[str, str]]:
    if not wanted.issuer_id.startswith(("did:", "https://")) or len(wanted.issuer_id) > 2048:
        yield "issuer.issuer_id", "must be a DID or an https URL of at most 2048 characters"
    if not wanted.display_name or len(wanted.display_name) > 200:
        yield "issuer.display_name", "must have 1 to 200 characters"
    if wanted.standing not in convert.STANDINGS:
        yield "issuer.standing", "must be RECOGNISED, KNOWN, UNKNOWN or RED_FLAGGED"
    if len(wanted.aliases) > 50 or any(not a or len(a) > 2048 for a in wanted.aliases):
        yield "issuer.aliases", "must be at most 50, each of 1 to 2048 characters"
    if not wanted.note.strip() or len(wanted.note) > 2000:
        yield "issuer.note", "must say in 1 to 2000 characters why the issuer has this standing"
    if wanted.active_since and _day(wanted.active_since) is None:
        yield "issuer.active_since", "must be an ISO 8601 date, for example 2019-04-01"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2019-04-01") else None
    except ValueError:
        return None
