"""AuditService over gRPC: checks what comes in, one transaction a call."""

from dataclasses import dataclass

import grpc

from credence.audit import convert
from credence.audit.handlers import Auditor
from credence.audit.programmes import Catalogue, Recommender
from credence.audit.store import AuditStore
from credence.platform.clock import Clock
from credence.platform.errors import AlreadyExists, InvalidField, NotFound
from credence.platform.etags import check_etag, etag
from credence.platform.grpc.auth import has_scope
from credence.platform.grpc.methods import method
from credence.platform.masks import apply_update_mask
from credence.platform.names import check_id, last_id, new_id, parse_name
from credence.platform.pages import PageTokens, arguments_digest, coerce_page_size
from credence.platform.sql.database import Database, Transaction
from credence.platform.sql.requests import answer_once
from credencepb.audit.v1 import audit_pb2 as pb
from credencepb.audit.v1 import audit_service_pb2 as api
from credencepb.audit.v1.audit_service_pb2_grpc import AuditServiceServicer

MAX_BATCH = 1000
MAX_NAMED = 5_000
_PARENT = "tenants/{tenant}"
_COHORT = "tenants/{tenant}/cohorts/{cohort}"
_ROLE = "tenants/{tenant}/roles/{role}"
_AUDIT = "tenants/{tenant}/audits/{audit}"
_CANDIDATE = "tenants/{tenant}/candidates/{candidate}"
_WRITABLE = ("display_name", "labels", "population", "candidates")


@dataclass(frozen=True, slots=True)
class AuditApi(AuditServiceServicer):
    """Single people are in an answer only when the caller has `audits.people`."""

    database: Database
    store: AuditStore
    auditor: Auditor
    catalogue: Catalogue
    recommender: Recommender
    clock: Clock
    pages: PageTokens

    @method(scope="audits.write", resource=("parent", "cohort.candidates"))
    def CreateCohort(self, request: api.CreateCohortRequest, context: grpc.ServicerContext) -> pb.Cohort:
        tenant = parse_name(_PARENT, request.parent, "parent")["tenant"]
        cohort_id = check_id(request.cohort_id, "cohort_id") if request.cohort_id else new_id()

        def create() -> pb.Cohort:
            if self.store.cohort(tx, cohort_id, lock=True) is not None:
                raise AlreadyExists(f"tenants/{tenant}/cohorts/{cohort_id}")
            return self._put(tx, cohort_id, request.cohort, None)

        with self.database.transaction(tenant) as tx:
            return answer_once(tx, "CreateCohort", request, pb.Cohort, create)

    @method(scope="audits.read", resource="name")
    def GetCohort(self, request: api.GetCohortRequest, context: grpc.ServicerContext) -> pb.Cohort:
        ids = parse_name(_COHORT, request.name)
        with self.database.transaction(ids["tenant"], read_only=True) as tx:
            return self.auditor.cohort(tx, ids["cohort"])

    @method(scope="audits.read", resource="parent")
    def ListCohorts(
        self, request: api.ListCohortsRequest, context: grpc.ServicerContext
    ) -> api.ListCohortsResponse:
        tenant = parse_name(_PARENT, request.parent, "parent")["tenant"]
        size = coerce_page_size(request.page_size)
        arguments = arguments_digest(request)
        after = self.pages.decode("ListCohorts", arguments, request.page_token) or ""
        with self.database.transaction(tenant, read_only=True) as tx:
            found = self.store.cohorts(tx, after, size + 1)
        more = len(found) > size
        token = self.pages.encode("ListCohorts", arguments, last_id(found[size - 1].name)) if more else ""
        return api.ListCohortsResponse(cohorts=found[:size], next_page_token=token)

    @method(scope="audits.write", resource=("cohort.name", "cohort.candidates"))
    def UpdateCohort(self, request: api.UpdateCohortRequest, context: grpc.ServicerContext) -> pb.Cohort:
        ids = parse_name(_COHORT, request.cohort.name, "cohort.name")

        def update() -> pb.Cohort:
            present = self.store.cohort(tx, ids["cohort"], lock=True)
            if present is None and not request.allow_missing:
                raise NotFound(request.cohort.name)
            if present is not None:
                check_etag(present.name, request.cohort.etag, present.etag)
            wanted = apply_update_mask(
                present or pb.Cohort(), request.cohort, request.update_mask, writable=_WRITABLE
            )
            return self._put(tx, ids["cohort"], wanted, present)

        with self.database.transaction(ids["tenant"]) as tx:
            return answer_once(tx, "UpdateCohort", request, pb.Cohort, update)

    @method(scope="audits.write", resource=("cohort", "role"))
    def AuditCohort(self, request: api.AuditCohortRequest, context: grpc.ServicerContext) -> pb.Audit:
        ids = parse_name(_COHORT, request.cohort, "cohort")
        role_id = parse_name(_ROLE, request.role, "role")["role"]

        def audit() -> pb.Audit:
            return self.auditor.audit(tx, ids["cohort"], role_id, request.target_coverage)

        with self.database.transaction(ids["tenant"]) as tx:
            done = answer_once(tx, "AuditCohort", request, pb.Audit, audit)
        return convert.visible(done, people=has_scope("audits.people"))

    @method(scope="audits.read", resource="name")
    def GetAudit(self, request: api.GetAuditRequest, context: grpc.ServicerContext) -> pb.Audit:
        ids = parse_name(_AUDIT, request.name)
        with self.database.transaction(ids["tenant"], read_only=True) as tx:
            audit = self.auditor.get(tx, ids["audit"])
        return convert.visible(audit, people=has_scope("audits.people"))

    @method(scope="audits.read", resource=("parent", "cohort", "role"))
    def ListAudits(
        self, request: api.ListAuditsRequest, context: grpc.ServicerContext
    ) -> api.ListAuditsResponse:
        tenant = parse_name(_PARENT, request.parent, "parent")["tenant"]
        size = coerce_page_size(request.page_size)
        arguments = arguments_digest(request)
        before = self.pages.decode("ListAudits", arguments, request.page_token)
        with self.database.transaction(tenant, read_only=True) as tx:
            found = self.store.audits(
                tx,
                cohort=request.cohort,
                role=request.role,
                before=tuple(before) if before else None,
                limit=size + 1,
            )
        token = self.pages.encode("ListAudits", arguments, found[size - 1][0]) if len(found) > size else ""
        return api.ListAuditsResponse(
            audits=[convert.visible(audit, people=False) for _, audit in found[:size]], next_page_token=token
        )

    @method(scope="audits.read", resource="audit")
    def RecommendProgrammes(
        self, request: api.RecommendProgrammesRequest, context: grpc.ServicerContext
    ) -> pb.Recommendation:
        ids = parse_name(_AUDIT, request.audit, "audit")
        if request.budget_minor < 0:
            raise InvalidField("budget_minor", "must not be negative; 0 is no limit")
        if not request.budget_hours >= 0:
            raise InvalidField("budget_hours", "must not be negative; 0 is no limit")
        if request.max_programmes and not 3 <= request.max_programmes <= 5:
            raise InvalidField("max_programmes", f"must be 3 to 5, or 0 for 3, not {request.max_programmes}")
        with self.database.transaction(ids["tenant"], read_only=True) as tx:
            audit = self.auditor.get(tx, ids["audit"])
            found = self.recommender.recommend(
                tx,
                audit,
                competencies=list(request.competencies),
                budget_minor=request.budget_minor,
                budget_hours=request.budget_hours,
                most=request.max_programmes or 3,
            )
        return convert.visible_recommendation(found, people=has_scope("audits.people"))

    @method(scope="audits.write", resource="parent")
    def BatchUpsertProgrammes(
        self, request: api.BatchUpsertProgrammesRequest, context: grpc.ServicerContext
    ) -> api.BatchUpsertProgrammesResponse:
        tenant = parse_name(_PARENT, request.parent, "parent")["tenant"]
        if len(request.programmes) > MAX_BATCH:
            raise InvalidField(
                "programmes", f"has {len(request.programmes)} entries, the limit is {MAX_BATCH}"
            )
        with self.database.transaction(tenant) as tx:
            done = self.catalogue.upsert(tx, request.programmes)
        return api.BatchUpsertProgrammesResponse(
            results=[
                _result(programme.name, programme.external_id)
                if error is None
                else _result(
                    "",
                    programme.external_id,
                    error.reason,
                    error.message,
                    error.violations[0][0] if error.violations else "",
                )
                for programme, error in done
            ]
        )

    @method(scope="audits.read", resource="parent")
    def ListProgrammes(
        self, request: api.ListProgrammesRequest, context: grpc.ServicerContext
    ) -> api.ListProgrammesResponse:
        tenant = parse_name(_PARENT, request.parent, "parent")["tenant"]
        size = coerce_page_size(request.page_size)
        arguments = arguments_digest(request)
        after = self.pages.decode("ListProgrammes", arguments, request.page_token) or ""
        with self.database.transaction(tenant, read_only=True) as tx:
            found = self.store.programmes(tx, after, size + 1)
        more = len(found) > size
        token = self.pages.encode("ListProgrammes", arguments, last_id(found[size - 1].name)) if more else ""
        return api.ListProgrammesResponse(programmes=found[:size], next_page_token=token)

    def _put(
        self, tx: Transaction, cohort_id: str, wanted: pb.Cohort, present: pb.Cohort | None
    ) -> pb.Cohort:
        _check_cohort(wanted)
        cohort = pb.Cohort(
            name=f"tenants/{tx.tenant}/cohorts/{cohort_id}",
            display_name=wanted.display_name,
            labels=wanted.labels,
            population=wanted.population,
            candidates=wanted.candidates,
            revision=present.revision if present else 0,
        )
        if present is not None and all(getattr(cohort, f) == getattr(present, f) for f in _WRITABLE):
            return present
        now = convert.timestamp(self.clock.now())
        cohort.create_time.CopyFrom(present.create_time if present else now)
        cohort.update_time.CopyFrom(now)
        cohort.revision += 1
        cohort.etag = etag(cohort.name, cohort.revision)
        self.store.put_cohort(tx, cohort_id, cohort)
        return cohort


def _check_cohort(cohort: pb.Cohort) -> None:
    found = []
    if not 0 < len(cohort.display_name) <= 200:
        found.append(("cohort.display_name", "must have 1 to 200 characters"))
    if cohort.population not in ("", "applicant", "employee"):
        found.append(("cohort.population", "must be applicant, employee or empty"))
    if not (cohort.labels or cohort.population or cohort.candidates):
        found.append(("cohort", "needs labels, a population or named candidates: nobody would be in it"))
    if len(cohort.candidates) > MAX_NAMED:
        found.append(("cohort.candidates", f"has {len(cohort.candidates)} entries, the limit is {MAX_NAMED}"))
    if found:
        raise InvalidField.several(found)
    for i, name in enumerate(cohort.candidates):
        parse_name(_CANDIDATE, name, f"cohort.candidates[{i}]")


def _result(
    name: str, external_id: str, reason: str = "", message: str = "", field: str = ""
) -> api.ProgrammeResult:
    return api.ProgrammeResult(
        name=name, external_id=external_id, reason=reason, message=message, field=field
    )
