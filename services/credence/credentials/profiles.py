"""From a State to the next stored Profile and its event: shared by the consumer and the standing clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from credence.credentials import convert
from credence.credentials.domain import Check, State
from credence.credentials.grading import endings, grade_state
from credence.credentials.registry import Registry
from credence.credentials.scarcity import NOT_MEASURED, PoolShares
from credence.credentials.store import StoredProfile
from credence.credentials.unreached import when_due
from credence.platform.kafka.events import Event, new_event
from credence.topics import PROFILES
from credence_models.coverage import Policy
from credencepb.credentials.v1 import profile_pb2, verification_pb2
from credencepb.credentials.v1.credential_events_pb2 import ProfileChanged, ProfileDeleted


@dataclass(frozen=True, slots=True)
class Grader:
    """Everything that a strength depends on but the registry, which is the tenant's and may change at any time."""

    policy: Policy
    taxonomy_version: str
    linker_version: str
    status_every: timedelta
    """How long a status that was looked up is believed."""
    retry: timedelta
    """How soon an issuer or a status list that could not be reached is tried again for the first time."""

    def grading(self, registry: Registry, pool: PoolShares = NOT_MEASURED) -> str:
        """What profiles were graded with: another value makes them due."""
        return f"{self.policy.version}/{registry.version}/{pool.version}"

    def next_profile(
        self,
        tenant: str,
        candidate_id: str,
        state: State,
        registry: Registry,
        now: datetime,
        *,
        before: StoredProfile | None,
        candidate_revision: int,
        cause: str,
        pool: PoolShares = NOT_MEASURED,
    ) -> tuple[StoredProfile, bool, list[verification_pb2.Verification]]:
        """The profile to store, whether it differs from the one published `before`, and its verifications."""
        graded = grade_state(state, registry.issuers, self.policy, now, pool)
        versions = profile_pb2.Versions(
            policy=self.policy.version,
            taxonomy=self.taxonomy_version,
            linker=self.linker_version,
            registry=registry.version,
        )
        body = convert.profile(tenant, candidate_id, state, graded, versions)
        published = before.body if before else None
        changed = published is None or _content(published) != _content(body)
        revision = before.revision if before else 0
        if changed:
            revision += 1
            body.revision = revision
            body.evaluated_on = now.astimezone(UTC).date().isoformat()
            body.cause = cause
        elif published is not None:
            body = published
        if body.candidate_revision != candidate_revision:
            kept = profile_pb2.Profile()
            kept.CopyFrom(body)
            kept.candidate_revision = candidate_revision
            body = kept
        moments = [graded.next_change, *(self.due(check) for check in state.checks)]
        stored = StoredProfile(
            id=candidate_id,
            revision=revision,
            candidate_revision=candidate_revision,
            body=body,
            state=state,
            graded_with=self.grading(registry, pool),
            next_evaluation=min((moment for moment in moments if moment is not None), default=None),
        )
        records = {check.credential_id: check.record for check in state.checks}
        verifications = [
            convert.verification(
                v,
                tenant=tenant,
                candidate_id=candidate_id,
                credential_id=credential_id,
                issuer_ids=registry.ids,
                next_check=stored.next_evaluation,
                record=records.get(credential_id, ""),
            )
            for credential_id, v in graded.verifications
        ]
        return stored, changed, verifications

    def due(self, check: Check) -> datetime | None:
        """When issuer or status list are to be asked again; None: never."""
        return when_due(check, retry=self.retry, every=self.status_every)


def cause_of(before: StoredProfile, state: State, grading: str, now: datetime) -> str:
    """Why a profile that no candidate changed is another one: the most telling cause comes first."""
    if before.state is None:
        return "CANDIDATE_CHANGED"
    old = {c.credential_id: c.verification for c in before.state.checks}
    for check in state.checks:
        known = old.get(check.credential_id)
        if known is not None and known.issuer_unreached and not check.verification.issuer_unreached:
            return "ISSUER_REACHED"
    for check in state.checks:
        known = old.get(check.credential_id)
        if known is not None and known.verdicts["status"].code != check.verification.verdicts["status"].code:
            return "STATUS_CHANGED"
    # what was still to come when the profile was graded last was its next evaluation, or came after that
    if (last := before.next_evaluation) is not None and any(last <= end <= now for end in endings(state)):
        return "EXPIRED"
    if before.graded_with == grading:
        return "AGED"
    same_but_pool = before.graded_with.rpartition("/")[0] == grading.rpartition("/")[0]
    return "POOL_CHANGED" if same_but_pool else "REGISTRY_CHANGED"


def changed_event(tenant: str, profile: StoredProfile, cause: Event | None = None) -> Event:
    return new_event(
        PROFILES,
        ProfileChanged(profile=profile.body),
        tenant=tenant,
        subject=convert.profile_name(tenant, profile.id),
        revision=profile.revision,
        cause=cause,
    )


def deleted_event(tenant: str, profile: StoredProfile, cause: Event) -> Event:
    return new_event(
        PROFILES,
        ProfileDeleted(candidate=convert.candidate_name(tenant, profile.id)),
        tenant=tenant,
        subject=convert.profile_name(tenant, profile.id),
        revision=profile.revision,
        cause=cause,
    )


def _content(profile: profile_pb2.Profile) -> bytes:
    """What a reader of the profile sees change; when and under which registry it was computed is not among it."""
    bare = profile_pb2.Profile()
    bare.CopyFrom(profile)
    for field in ("revision", "candidate_revision", "evaluated_on", "cause", "etag"):
        bare.ClearField(field)
    bare.versions.ClearField("registry")
    return bare.SerializeToString(deterministic=True)


def each_last(profiles: Sequence[StoredProfile]) -> list[StoredProfile]:
    """The last of each id, in the order of ids: one statement may not write a row twice."""
    return [profile for _, profile in sorted({p.id: p for p in profiles}.items())]
