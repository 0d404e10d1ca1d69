"""Everything that can be asked about a company, as bytes: two runs that came to the same state have equal snapshots."""

from dataclasses import dataclass, fields

from google.protobuf.message import Message

from credencepb.audit.v1 import audit_service_pb2
from credencepb.candidates.v1 import candidates_service_pb2
from credencepb.credentials.v1 import credentials_service_pb2
from support.workplace import Workplace

EXPLAINED = 20


@dataclass(frozen=True)
class Snapshot:
    """By resource name (rankings by role and place). `index` is what each ranking depends on; `counts` are rows of tables."""

    candidates: dict[str, bytes]
    profiles: dict[str, bytes]
    verifications: dict[str, bytes]
    rankings: dict[str, bytes]
    explanations: dict[str, bytes]
    index: dict[str, bytes]
    audits: dict[str, bytes]
    counts: dict[str, int]

    def differences(self, other: "Snapshot") -> list[str]:
        """Where they differ, at most five of each kind."""
        found = []
        for field in fields(self):
            mine, theirs = getattr(self, field.name), getattr(other, field.name)
            differing = sorted(key for key in mine.keys() | theirs.keys() if mine.get(key) != theirs.get(key))
            found += [f"{field.name}: {key}" for key in differing[:5]]
        return found


_COUNTS = (
    ("candidates", "candidates"),
    ("candidates", "candidate_changes"),
    ("credentials", "inbox"),
    ("credentials", "profiles"),
    ("credentials", "verifications"),
    ("matching", "inbox"),
    ("matching", "profiles"),
    ("audit", "inbox"),
    ("audit", "profiles"),
    ("candidates", "outbox"),
    ("credentials", "outbox"),
    ("matching", "outbox"),
    ("audit", "outbox"),
)


def snapshot(place: Workplace) -> Snapshot:
    """Asks every service for everything; the place must have settled."""
    candidates = _candidates(place)
    rankings: dict[str, bytes] = {}
    explanations: dict[str, bytes] = {}
    index: dict[str, bytes] = {}
    for title, role in place.roles.items():
        index[role.name] = _bytes(place.rank_page(role.name, page_size=1).provenance)
        ranked = place.ranking(role.name)
        rankings |= {f"{role.name} {c.rank:05}": _bytes(c) for c in ranked}
        for shown in ranked[:: max(1, len(ranked) // EXPLAINED)]:
            explanations[f"{role.name} {shown.candidate}"] = _bytes(place.explain(title, shown.candidate))
    return Snapshot(
        candidates=candidates,
        profiles={name: _bytes(place.profile_of(name)) for name in candidates},
        verifications=_verifications(place),
        rankings=rankings,
        explanations=explanations,
        index=index,
        audits=_audits(place),
        counts={
            f"{service}.{table}": place.flow.count(service, f"SELECT count(*) FROM {table}")  # type: ignore[arg-type]
            for service, table in _COUNTS
        },
    )


def _candidates(place: Workplace) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    token = ""
    while True:
        page = place.candidates.ListCandidates(
            candidates_service_pb2.ListCandidatesRequest(
                parent=place.tenant, page_size=250, page_token=token, show_deleted=True
            )
        )
        found |= {c.name: _bytes(c) for c in page.candidates}
        token = page.next_page_token
        if not token:
            return found


def _verifications(place: Workplace) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    token = ""
    while True:
        page = place.credentials.ListVerifications(
            credentials_service_pb2.ListVerificationsRequest(
                parent=f"{place.tenant}/candidates/-", page_size=250, page_token=token
            )
        )
        found |= {v.name: _bytes(v) for v in page.verifications}
        token = page.next_page_token
        if not token:
            return found


def _audits(place: Workplace) -> dict[str, bytes]:
    """One audit of each cohort, without what is new in each audit: its name and its place in the history."""
    found = {}
    for cohort in place.company.cohorts:
        for role in place.roles.values():
            audit = place.audit.AuditCohort(
                audit_service_pb2.AuditCohortRequest(cohort=cohort.name, role=role.name)
            )
            audit.ClearField("name")
            audit.ClearField("trend")
            found[f"{cohort.name} {role.name}"] = _bytes(audit)
    return found


def _bytes(message: Message) -> bytes:
    return message.SerializeToString(deterministic=True)
