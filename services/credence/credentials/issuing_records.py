"""The issuing side of what holds or supports other credentials: learner records (CLR 2.0) and endorsements (Open Badges 3.0)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from .issuing import CONTEXT

__all__ = ["RECORD_CONTEXT", "endorsement_credential", "record_credential"]

RECORD_CONTEXT: Final = (
    CONTEXT[0],
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    CONTEXT[1],
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
)


def record_credential(
    *,
    id: str,  # noqa: A002  (the data model's own name)
    issuer_id: str,
    issuer_name: str,
    subject_id: str,
    members: Sequence[bytes],
    valid_from: datetime,
    valid_until: datetime | None = None,
    name: str = "Learner record",
    associations: Sequence[tuple[str, str, str]] = (),
) -> dict[str, Any]:
    """An unsecured ClrCredential of the secured `members`: JSON, or compact tokens, which are enveloped.

    Associations are (type, source, target).
    """
    subject: dict[str, Any] = {
        "id": subject_id,
        "type": ["ClrSubject"],
        "verifiableCredential": [_member(member) for member in members],
    }
    if associations:
        subject["association"] = [
            {"type": "Association", "associationType": kind, "sourceId": source, "targetId": target}
            for kind, source, target in associations
        ]
    return {
        "@context": list(RECORD_CONTEXT),
        "id": id,
        "type": ["VerifiableCredential", "ClrCredential"],
        "issuer": {"id": issuer_id, "type": ["Profile"], "name": issuer_name},
        "validFrom": _rfc3339(valid_from),
        **({"validUntil": _rfc3339(valid_until)} if valid_until else {}),
        "name": name,
        "credentialSubject": subject,
    }


def _member(secured: bytes) -> Mapping[str, Any]:
    if secured.startswith(b"{"):
        member: dict[str, Any] = json.loads(secured)
        return member
    return {
        "@context": [CONTEXT[0]],
        "id": f"data:application/vc+jwt,{secured.decode()}",
        "type": ["EnvelopedVerifiableCredential"],
    }


def endorsement_credential(
    *,
    id: str,  # noqa: A002
    issuer_id: str,
    issuer_name: str,
    endorsed: str,
    comment: str,
    valid_from: datetime,
    valid_until: datetime | None = None,
) -> dict[str, Any]:
    """An unsecured EndorsementCredential of the thing called `endorsed`: a credential, an achievement or an issuer."""
    return {
        "@context": list(CONTEXT),
        "id": id,
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "issuer": {"id": issuer_id, "type": ["Profile"], "name": issuer_name},
        "validFrom": _rfc3339(valid_from),
        **({"validUntil": _rfc3339(valid_until)} if valid_until else {}),
        "name": "Endorsement",
        "credentialSubject": {
            "id": endorsed,
            "type": ["EndorsementSubject"],
            "endorsementComment": comment,
        },
    }


def _rfc3339(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
