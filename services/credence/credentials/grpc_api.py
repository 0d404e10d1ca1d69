"""CredentialsService over gRPC: proto to domain and back."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta

import grpc

from credence.credentials import convert, ctdl, snapshots
from credence.credentials.ctdl_store import DescriptionStore
from credence.credentials.issuer_fields import WRITABLE, checked_issuer
from credence.credentials.key_history import KeyHistoryStore
from credence.credentials.registry import IssuerStore
from credence.credentials.renewals import Renewals
from credence.credentials.store import ProfileStore
from credence.credentials.verifier import Code, Recipient
from credence.credentials.verifier.pool import Request, VerifierPool
from credence.credentials.verifier.trust import trusted_by
from credence.platform.clock import Clock
from credence.platform.errors import Deleted, InvalidField, MalformedCredential, NotFound, TooLarge
from credence.platform.etags import check_etag, etag
from credence.platform.grpc.methods import method
from credence.platform.masks import apply_update_mask
from credence.platform.names import parse_name
from credence.platform.pages import PageTokens, arguments_digest, coerce_page_size
from credence.platform.sql.database import Database, Transaction
from credence.platform.sql.requests import answer_once
from credence_models.linker import Link, Linker
from credencepb.credentials.v1 import credentials_service_pb2 as api
from credencepb.credentials.v1 import profile_pb2, registry_pb2, verification_pb2
from credencepb.credentials.v1.credentials_service_pb2_grpc import CredentialsServiceServicer

MAX_DOCUMENT_BYTES = 1024 * 1024
MAX_TEXTS = 1000
MAX_TEXT = 10_000
RENEWAL_DAYS, MAX_RENEWAL_DAYS = 90, 3650
MAX_TEXT_IN_ALL = 200_000
"""Characters in one call: some 2,000 sentences, which take a few seconds."""
_PARENT = "tenants/{tenant}"
_PROFILE = "tenants/{tenant}/profiles/{candidate}"
_CANDIDATE = "tenants/{tenant}/candidates/{candidate}"
_ISSUER = "tenants/{tenant}/issuers/{issuer}"
_SNAPSHOT = "tenants/{tenant}/registrySnapshots/{version}"
_NOT_A_CREDENTIAL = frozenset(
    {
        Code.NOT_JSON,
        Code.TOO_DEEP,
        Code.TOO_COMPLEX,
        Code.DUPLICATE_KEY,
        Code.UNSUPPORTED_FORMAT,
        Code.IMAGE_MALFORMED,
        Code.IMAGE_TOO_LARGE,
        Code.IMAGE_ENTITIES,
        Code.NO_CREDENTIAL_IN_IMAGE,
        Code.TWO_CREDENTIALS_IN_IMAGE,
    }
)


@dataclass(frozen=True, slots=True)
class CredentialsApi(CredentialsServiceServicer):
    database: Database
    store: ProfileStore
    issuers: IssuerStore
    pool: VerifierPool
    histories: KeyHistoryStore
    linker: Linker
    clock: Clock
    pages: PageTokens
    renewals: Renewals
    descriptions: DescriptionStore
    registry_keys: Collection[str] = ()
    """did:key of whoever may sign registry snapshots."""

    @method(scope="credentials.verify", resource="parent")
    def VerifyCredential(
        self, request: api.VerifyCredentialRequest, context: grpc.ServicerContext
    ) -> verification_pb2.Verification:
        tenant = parse_name(_PARENT, request.parent, "parent")["tenant"]
        if not request.document:
            raise InvalidField("document", "is required")
        if len(request.document) > MAX_DOCUMENT_BYTES:
            raise TooLarge("document", limit=MAX_DOCUMENT_BYTES, actual=len(request.document))
        emails = tuple(e for e in [request.recipient_email] if e)
        dids = tuple(d for d in [request.recipient_did] if d)
        recipient = Recipient(emails, dids) if emails or dids else None
        at = request.at.ToDatetime(UTC) if request.HasField("at") else self.clock.now()
        (verified,) = self.pool.verify_many(
            [Request(request.document, recipient, at, tenant)], self.histories.of
        )
        integrity = verified.verdicts["integrity"]
        if integrity.code in _NOT_A_CREDENTIAL:
            raise MalformedCredential(
                f"document: {integrity.message}", code=integrity.code, pointer=integrity.pointer
            )
        with self.database.transaction(tenant, read_only=True) as tx:
            registry = self.issuers.present(tx)
        return convert.verification(
            trusted_by(verified, registry.issuers), tenant=tenant, issuer_ids=registry.ids
        )

    @method(scope="profiles.read", resource="name")
    def GetProfile(
        self, request: api.GetProfileRequest, context: grpc.ServicerContext
    ) -> profile_pb2.Profile:
        ids = parse_name(_PROFILE, request.name)
        with self.database.transaction(ids["tenant"], read_only=True) as tx:
            stored = self.store.get(tx, ids["candidate"])
        if stored is None:
            raise NotFound(request.name)
        if stored.body is None:
            raise Deleted(request.name)
        stored.body.etag = etag(request.name, stored.revision)
        return stored.body

    @method(scope="profiles.read", resource="parent")
    def ListVerifications(
        self, request: api.ListVerificationsRequest, context: grpc.ServicerContext
    ) -> api.ListVerificationsResponse:
        tenant, candidate = _tenant_and_candidate(request.parent)
        size = coerce_page_size(request.page_size)
        arguments = arguments_digest(request)
        after = self.pages.decode("ListVerifications", arguments, request.page_token) or ""
        with self.database.transaction(tenant, read_only=True) as tx:
            found = self.store.page(
                tx,
                candidate_id=candidate,
                outcome=request.outcome,
                after=after,
                limit=size + 1,
            )
        token = ""
        if len(found) > size:
            last = found[size - 1].name.rpartition("/")[2]
            token = self.pages.encode("ListVerifications", arguments, last)
        return api.ListVerificationsResponse(verifications=found[:size], next_page_token=token)

    @method(scope="profiles.read", resource="parent")
    def ListRenewals(
        self, request: api.ListRenewalsRequest, context: grpc.ServicerContext
    ) -> api.ListRenewalsResponse:
        tenant, candidate = _tenant_and_candidate(request.parent)
        days = request.within_days or RENEWAL_DAYS
        if not 1 <= days <= MAX_RENEWAL_DAYS:
            raise InvalidField("within_days", f"must be 1 to {MAX_RENEWAL_DAYS}, or 0 for {RENEWAL_DAYS}")
        size = coerce_page_size(request.page_size)
        arguments = arguments_digest(request)
        day, _, last = (self.pages.decode("ListRenewals", arguments, request.page_token) or "").partition("|")
        with self.database.transaction(tenant, read_only=True) as tx:
            found = self.renewals.page(
                tx,
                self.clock.now(),
                timedelta(days=days),
                candidate_id=candidate,
                after=(date.fromisoformat(day) if day else date.min, last),
                limit=size + 1,
            )
        token = ""
        if len(found) > size:
            (end, verification), _ = found[size - 1]
            token = self.pages.encode("ListRenewals", arguments, f"{end.isoformat()}|{verification}")
        return api.ListRenewalsResponse(renewals=[r for _, r in found[:size]], next_page_token=token)

    @method(scope="profiles.read", resource="parent")
    def NormalizeSkills(
        self, request: api.NormalizeSkillsRequest, context: grpc.ServicerContext
    ) -> api.NormalizeSkillsResponse:
        if len(request.texts) > MAX_TEXTS:
            raise InvalidField("texts", f"has {len(request.texts)} entries, the limit is {MAX_TEXTS}")
        for i, text in enumerate(request.texts):
            if len(text) > MAX_TEXT:
                raise InvalidField(f"texts[{i}]", f"has {len(text)} characters, the limit is {MAX_TEXT}")
        if (whole := sum(map(len, request.texts))) > MAX_TEXT_IN_ALL:
            raise InvalidField("texts", f"has {whole} characters in all, the limit is {MAX_TEXT_IN_ALL}")
        if request.phrases:
            links = [[link] if link else [] for link in self.linker.link_phrases(list(request.texts))]
        else:
            links = [list(found) for found in self.linker.link_texts(list(request.texts))]
        return api.NormalizeSkillsResponse(
            texts=[api.NormalizedText(skills=[self._linked(link) for link in found]) for found in links],
            taxonomy_version=self.linker.taxonomy.version,
            linker_version=self.linker.version,
        )

    def _linked(self, link: Link) -> api.LinkedSkill:
        return api.LinkedSkill(
            concept=link.concept_id,
            label=self._label(link.concept_id),
            confidence=link.confidence,
            method=link.method,
            start=link.start,
            end=link.end,
            wording=link.surface,
            reason=link.reason,
            alternatives=[
                api.LinkedSkill.Alternative(concept=concept, label=self._label(concept), confidence=likely)
                for concept, likely in link.alternatives
            ],
        )

    def _label(self, concept_id: str) -> str:
        concept = self.linker.taxonomy.get(concept_id)
        return concept.label if concept else ""

    @method(scope="profiles.read", resource="name")
    def GetIssuer(
        self, request: api.GetIssuerRequest, context: grpc.ServicerContext
    ) -> verification_pb2.Issuer:
        ids = parse_name(_ISSUER, request.name)
        with self.database.transaction(ids["tenant"], read_only=True) as tx:
            found = self.issuers.get(tx, ids["issuer"])
        if found is None:
            raise NotFound(request.name)
        return convert.issuer(ids["tenant"], found)

    @method(scope="profiles.read", resource="parent")
    def ListIssuers(
        self, request: api.ListIssuersRequest, context: grpc.ServicerContext
    ) -> api.ListIssuersResponse:
        tenant = parse_name(_PARENT, request.parent, "parent")["tenant"]
        size = coerce_page_size(request.page_size)
        arguments = arguments_digest(request)
        after = self.pages.decode("ListIssuers", arguments, request.page_token) or ""
        with self.database.transaction(tenant, read_only=True) as tx:
            found = self.issuers.page(tx, after, size + 1)
        token = self.pages.encode("ListIssuers", arguments, found[size - 1].id) if len(found) > size else ""
        return api.ListIssuersResponse(
            issuers=[convert.issuer(tenant, i) for i in found[:size]], next_page_token=token
        )

    @method(scope="issuers.write", resource="issuer.name")
    def UpdateIssuer(
        self, request: api.UpdateIssuerRequest, context: grpc.ServicerContext
    ) -> verification_pb2.Issuer:
        ids = parse_name(_ISSUER, request.issuer.name, "issuer.name")
        with self.database.transaction(ids["tenant"]) as tx:
            return answer_once(
                tx,
                "UpdateIssuer",
                request,
                verification_pb2.Issuer,
                lambda: self._update(tx, ids["issuer"], request),
            )

    def _update(
        self, tx: Transaction, resource_id: str, request: api.UpdateIssuerRequest
    ) -> verification_pb2.Issuer:
        present = self.issuers.get(tx, resource_id, lock=True)
        if present is None and not request.allow_missing:
            raise NotFound(request.issuer.name)
        before = convert.issuer(tx.tenant, present) if present else verification_pb2.Issuer()
        if present is not None:
            check_etag(request.issuer.name, request.issuer.etag, before.etag)
        wanted = apply_update_mask(before, request.issuer, request.update_mask, writable=WRITABLE)
        after = checked_issuer(resource_id, wanted, present.revision if present else 0)
        if after != present:
            after = replace(after, revision=after.revision + 1)
            self.issuers.put(tx, after)
        return convert.issuer(tx.tenant, after)

    @method(scope="issuers.write", resource="name")
    def DeleteIssuer(
        self, request: api.DeleteIssuerRequest, context: grpc.ServicerContext
    ) -> verification_pb2.Issuer:
        ids = parse_name(_ISSUER, request.name)

        def delete() -> verification_pb2.Issuer:
            present = self.issuers.get(tx, ids["issuer"], lock=True)
            if present is None:
                raise NotFound(request.name)
            gone = convert.issuer(tx.tenant, present)
            check_etag(request.name, request.etag, gone.etag)
            self.issuers.delete(tx, present.id)
            return gone

        with self.database.transaction(ids["tenant"]) as tx:
            return answer_once(tx, "DeleteIssuer", request, verification_pb2.Issuer, delete)

    @method(scope="issuers.write", resource="parent")
    def ImportRegistrySnapshot(
        self, request: api.ImportRegistrySnapshotRequest, context: grpc.ServicerContext
    ) -> registry_pb2.RegistrySnapshot:
        tenant = parse_name(_PARENT, request.parent, "parent")["tenant"]
        read = snapshots.checked(request.document, self.registry_keys)
        with self.database.transaction(tenant) as tx:
            stored = self.issuers.snapshots.import_(
                tx, request.document, read, self.clock.now(), validate_only=request.validate_only
            )
        return convert.snapshot(tenant, stored, read)

    @method(scope="profiles.read", resource="name")
    def GetRegistrySnapshot(
        self, request: api.GetRegistrySnapshotRequest, context: grpc.ServicerContext
    ) -> registry_pb2.RegistrySnapshot:
        ids = parse_name(_SNAPSHOT, request.name)
        version = ids["version"]
        if version != "latest" and not (version.isdecimal() and len(version) < 17):
            raise NotFound(request.name)
        with self.database.transaction(ids["tenant"], read_only=True) as tx:
            stored = self.issuers.snapshots.get(tx, None if version == "latest" else int(version))
            if stored is None:
                raise NotFound(request.name)
            document = self.issuers.snapshots.document(tx, stored.version)
        message = convert.snapshot(ids["tenant"], stored, snapshots.checked(document, [stored.signed_by]))
        if request.with_document:
            message.document = document
        return message

    @method(scope="descriptions.write", resource="parent")
    def ImportDescriptions(
        self, request: api.ImportDescriptionsRequest, context: grpc.ServicerContext
    ) -> api.ImportDescriptionsResponse:
        tenant = parse_name(_PARENT, request.parent, "parent")["tenant"]
        if len(request.document) > ctdl.MAX_BYTES:
            raise TooLarge("document", limit=ctdl.MAX_BYTES, actual=len(request.document))
        try:
            found = ctdl.read_ctdl(request.document)
        except ctdl.NotCtdlError as error:
            raise InvalidField("document", str(error)) from None
        if not request.validate_only:
            with self.database.transaction(tenant) as tx:
                self.descriptions.put(tx, found)
        return convert.descriptions(found)


def _tenant_and_candidate(parent: str) -> tuple[str, str]:
    """Of `tenants/{tenant}/candidates/{candidate}`; the candidate is empty for `-`, which means all."""
    anyone = parent.endswith("/candidates/-")
    pattern = parent.removesuffix("/candidates/-") if anyone else parent
    ids = parse_name(_PARENT if anyone else _CANDIDATE, pattern, "parent")
    return ids["tenant"], ids.get("candidate", "")
