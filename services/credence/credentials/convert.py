"""Profiles and verifications from domain to proto."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from credence.credentials.ctdl import Descriptions
from credence.credentials.domain import Evidence, Graded, State, achievement_key
from credence.credentials.explanation import explain
from credence.credentials.registry import Issuer
from credence.credentials.snapshots import StoredSnapshot
from credence.credentials.verifier import (
    VERDICTS,
    Achievement,
    Flag,
    Severity,
    Standing,
    Verdict,
    Verification,
)
from credence.credentials.verifier.snapshot import Snapshot
from credence.credentials.verifier.trust import lapse
from credence.platform.etags import etag
from credence_models.coverage import EvidenceKind
from credencepb.credentials.v1 import credentials_service_pb2 as api
from credencepb.credentials.v1 import profile_pb2, registry_pb2, verification_pb2

_KINDS = {kind: profile_pb2.EvidenceKind.Value(f"EVIDENCE_KIND_{kind.name}") for kind in EvidenceKind}
_STANDINGS = {s: verification_pb2.IssuerStanding.Value(f"ISSUER_STANDING_{s.name}") for s in Standing}
STANDINGS: Mapping[int, Standing] = {number: standing for standing, number in _STANDINGS.items()}
"""Standings by their proto number; UNSPECIFIED is none of them."""


def candidate_name(tenant: str, candidate_id: str) -> str:
    return f"tenants/{tenant}/candidates/{candidate_id}"


def profile_name(tenant: str, candidate_id: str) -> str:
    return f"tenants/{tenant}/profiles/{candidate_id}"


def verification_name(tenant: str, candidate_id: str, credential_id: str) -> str:
    """The same credential of the same candidate has the same name each time it is verified."""
    digest = hashlib.sha256(f"{candidate_id}\x1f{credential_id}".encode()).hexdigest()[:32]
    return f"tenants/{tenant}/verifications/{digest}"


def profile(
    tenant: str, candidate_id: str, state: State, graded: Graded, versions: profile_pb2.Versions
) -> profile_pb2.Profile:
    """All of a profile but revisions, date and cause."""
    verifications = dict(graded.verifications)
    return profile_pb2.Profile(
        name=profile_name(tenant, candidate_id),
        candidate=candidate_name(tenant, candidate_id),
        external_id=state.external_id,
        evidence=[
            _evidence(tenant, candidate_id, e, verifications.get(e.finding.credential_id))
            for e in graded.evidence
        ],
        flags=[
            profile_pb2.ProfileFlag(
                flag=verification_pb2.Flag(code=f.code, severity=_severity(f.red), text=f.text),
                verification=verification_name(tenant, candidate_id, f.credential_id),
                title=f.title,
            )
            for f in graded.flags
        ],
        facets=profile_pb2.Facets(
            region=state.facets.region,
            availability=state.facets.availability,
            population=state.facets.population,
            labels=state.facets.labels,
        ),
        versions=versions,
    )


def _evidence(
    tenant: str, candidate_id: str, evidence: Evidence, verification: Verification | None
) -> profile_pb2.Evidence:
    finding = evidence.finding
    source = profile_pb2.EvidenceSource(
        title=finding.title, issuer=finding.issuer, url=finding.url, platform=finding.platform
    )
    if verification is not None:
        source.issuer_standing = _STANDINGS[verification.standing]
        source.verification = verification_name(tenant, candidate_id, finding.credential_id)
        source.achievement_key = achievement_key(verification)
    return profile_pb2.Evidence(
        id=finding.evidence_id,
        concept=finding.concept_id,
        concept_label=finding.concept_label,
        concept_kind=finding.concept_kind,
        kind=_KINDS[finding.kind],
        strength=evidence.strength,
        level=finding.level,
        observed_on=_iso(evidence.observed_on) if not finding.ongoing else "",
        verified=evidence.verified,
        source=source,
        factors=[
            profile_pb2.Factor(name=f.name, value=f.value, code=f.code, sentence=f.sentence)
            for f in evidence.factors
            if not f.code.endswith(
                "_NOT_APPLICABLE"
            )  # there is nothing to say of an issuer where there is none
        ],
        wording=finding.wording,
        link_confidence=finding.link_confidence,
        link_method=finding.link_method,
        expires_on=_iso(evidence.expires_on),
        link_source=finding.link_source,
    )


def verification(
    value: Verification,
    *,
    tenant: str = "",
    candidate_id: str = "",
    credential_id: str = "",
    issuer_ids: Mapping[str, str] | None = None,
    next_check: datetime | None = None,
    record: str = "",
) -> verification_pb2.Verification:
    """A verification; without `candidate_id` a stateless one, with its members. `issuer_ids` gives an issuer's resource id, `record` is
    the credential id of the learner record that it came in."""
    message = verification_pb2.Verification(
        name=verification_name(tenant, candidate_id, credential_id) if candidate_id else "",
        candidate=candidate_name(tenant, candidate_id) if candidate_id else "",
        credential_id=credential_id,
        format=value.format,
        outcome=verification_pb2.Outcome.Value(f"OUTCOME_{value.outcome.name}"),
        verdicts=verification_pb2.Verdicts(**{name: _verdict(value.verdicts[name]) for name in VERDICTS}),
        flags=[_flag(flag) for flag in value.flags],
        proofs=[
            verification_pb2.ProofCheck(
                suite=p.kind, verification_method=p.verification_method or "", verdict=_verdict(p.result)
            )
            for p in value.proofs
        ],
        issuer=verification_pb2.Issuer(
            issuer_id=value.issuer_id or "",
            display_name=value.issuer_name or "",
            standing=_STANDINGS[value.standing],
        ),
        content_hash=value.content_hash,
        explanation=explain(value),
        check_time=_timestamp(value.verified_at),
        registry_version=value.registry_version,
        policy_end=_iso(end.on) if (end := lapse(value)) is not None else "",
        members=[]
        if candidate_id
        else [verification(m, tenant=tenant, issuer_ids=issuer_ids) for m in value.members],
        endorsements=[
            verification_pb2.Endorsement(
                endorsed=e.endorsed,
                issuer_id=e.issuer_id or "",
                display_name=e.issuer_name or "",
                comment=e.comment or "",
                verdict=_verdict(e.result),
            )
            for e in value.endorsements
        ],
        associations=[
            verification_pb2.Association(type=a.type, source=a.source, target=a.target)
            for a in value.associations
        ],
        record=verification_name(tenant, candidate_id, record) if record else "",
    )
    known = (issuer_ids or {}).get(value.issuer_id or "")
    if known:
        message.issuer.name = f"tenants/{tenant}/issuers/{known}"
    if value.achievement is not None:
        message.achievement.CopyFrom(_achievement(value.achievement, value.rigor))
    for field, time in (
        ("valid_from", value.valid_from),
        ("valid_until", value.valid_until),
        ("next_check_time", next_check),
    ):
        if time is not None:
            getattr(message, field).CopyFrom(_timestamp(time))
    return message


def issuer(tenant: str, value: Issuer) -> verification_pb2.Issuer:
    name = f"tenants/{tenant}/issuers/{value.id}"
    return verification_pb2.Issuer(
        name=name,
        issuer_id=value.issuer_id,
        display_name=value.display_name,
        standing=_STANDINGS[value.standing],
        aliases=value.aliases,
        note=value.note,
        revision=value.revision,
        etag=etag(name, value.revision),
        active_since=_iso(value.active_since),
    )


def snapshot_name(tenant: str, version: int) -> str:
    return f"tenants/{tenant}/registrySnapshots/{version}"


def snapshot(tenant: str, stored: StoredSnapshot, read: Snapshot) -> registry_pb2.RegistrySnapshot:
    """A registry snapshot without its document."""
    return registry_pb2.RegistrySnapshot(
        name=snapshot_name(tenant, stored.version),
        version=stored.version,
        date=read.made_on.isoformat(),
        entries_count=len(read.entries),
        sources=[
            registry_pb2.RegistrySource(
                title=source.title,
                licence=source.licence,
                url=source.url,
                sha256=source.sha256,
                entries_count=source.entries,
            )
            for source in read.sources
        ],
        signed_by=stored.signed_by,
        digest=stored.digest,
        import_time=_timestamp(stored.import_time),
    )


def descriptions(found: Descriptions) -> api.ImportDescriptionsResponse:
    return api.ImportDescriptionsResponse(
        descriptions=[
            api.CredentialDescription(
                ctid=d.ctid,
                kind=d.kind,
                title=d.name,
                provider=d.provider,
                url=d.url,
                competencies=[
                    c.name
                    for c in (
                        *d.competencies,
                        *(found.competencies[i] for i in d.refers if i in found.competencies),
                    )
                ],
                assessments=d.assessments,
                outcomes=d.outcomes,
                hours=d.hours,
            )
            for _, d in sorted(found.descriptions.items())
        ],
        competencies_count=len(found.competencies),
    )


def _achievement(achievement: Achievement, rigor: str) -> verification_pb2.Achievement:
    return verification_pb2.Achievement(
        id=achievement.id or "",
        type=achievement.type or "",
        name=achievement.name or "",
        description=achievement.description or "",
        criteria=achievement.criteria or "",
        alignments=[
            verification_pb2.Alignment(
                target_name=a.target_name or "",
                target_url=a.target_url or "",
                target_framework=a.target_framework or "",
                target_code=a.target_code or "",
                target_type=a.target_type or "",
            )
            for a in achievement.alignments
        ],
        tags=achievement.tags,
        achieved_level=achievement.achieved_level or "",
        rigor=rigor.lower(),
        evidence_urls=[e.id for e in achievement.evidence if e.id],
        credits_earned=achievement.credits or 0.0,
        credits_unit=achievement.credits_unit or "",
        awarded=_iso(achievement.awarded_on.astimezone(UTC).date()) if achievement.awarded_on else "",
    )


def _verdict(verdict: Verdict) -> verification_pb2.Verdict:
    return verification_pb2.Verdict(
        verdict=verification_pb2.Verdict.Value.Value(f"VALUE_{verdict.state.name}"),
        code=verdict.code,
        pointer=verdict.pointer,
        message=verdict.message,
    )


def _flag(flag: Flag) -> verification_pb2.Flag:
    return verification_pb2.Flag(
        code=flag.code, severity=_severity(flag.severity is Severity.RED), text=flag.text
    )


def _severity(red: bool) -> verification_pb2.Flag.Severity.ValueType:
    return verification_pb2.Flag.SEVERITY_RED if red else verification_pb2.Flag.SEVERITY_YELLOW


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _timestamp(time: datetime) -> Timestamp:
    message = Timestamp()
    message.FromDatetime(time.astimezone(UTC))
    return message
