"""CandidatesService over gRPC: proto to domain and back; one transaction a call."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import grpc

from credence.candidates.convert import WRITABLE, content_to_proto, from_proto, population_word, to_proto
from credence.candidates.domain import Candidate
from credence.candidates.handlers import Handlers, Upsert, Upserted
from credence.platform.errors import CredenceError, InvalidField, NotFound
from credence.platform.grpc.auth import current_caller, has_scope, require
from credence.platform.grpc.deadlines import check_deadline
from credence.platform.grpc.methods import method
from credence.platform.masks import apply_read_mask, apply_update_mask, check_read_mask
from credence.platform.names import check_id, parse_name
from credence.platform.pages import PageTokens, arguments_digest, coerce_page_size
from credence.platform.sql.database import Database
from credence.platform.sql.requests import answer_once
from credencepb.candidates.v1 import candidate_pb2 as pb
from credencepb.candidates.v1 import candidates_service_pb2 as api
from credencepb.candidates.v1.candidates_service_pb2_grpc import CandidatesServiceServicer

MAX_BATCH = 1000
_NAME = "tenants/{tenant}/candidates/{candidate}"
_PARENT = "tenants/{tenant}"
_OUTCOMES = {
    "created": api.UpsertResult.OUTCOME_CREATED,
    "updated": api.UpsertResult.OUTCOME_UPDATED,
    "unchanged": api.UpsertResult.OUTCOME_UNCHANGED,
    "failed": api.UpsertResult.OUTCOME_FAILED,
}


@dataclass(frozen=True, slots=True)
class CandidatesApi(CandidatesServiceServicer):
    """Answers after the commit; Kafka is not needed for an answer."""

    handlers: Handlers
    database: Database
    pages: PageTokens

    @method(scope="candidates.write", resource="parent")
    def CreateCandidate(
        self, request: api.CreateCandidateRequest, context: grpc.ServicerContext
    ) -> pb.Candidate:
        tenant = parse_name(_PARENT, request.parent, "parent")["tenant"]
        chosen = check_id(request.candidate_id, "candidate_id") if request.candidate_id else ""
        content = from_proto(request.candidate)

        def create() -> pb.Candidate:
            made = self.handlers.create(
                tx, content, candidate_id=chosen, actor=_actor(), validate_only=request.validate_only
            )
            return _shown(tenant, made)

        with self.database.transaction(tenant) as tx:
            return answer_once(tx, "CreateCandidate", request, pb.Candidate, create)

    @method(scope="candidates.read", resource="name")
    def GetCandidate(self, request: api.GetCandidateRequest, context: grpc.ServicerContext) -> pb.Candidate:
        ids = parse_name(_NAME, request.name)
        with self.database.transaction(ids["tenant"], read_only=True) as tx:
            return _shown(ids["tenant"], self.handlers.get(tx, ids["candidate"]))

    @method(scope="candidates.read", resource=("parent", "names"))
    def BatchGetCandidates(
        self, request: api.BatchGetCandidatesRequest, context: grpc.ServicerContext
    ) -> api.BatchGetCandidatesResponse:
        tenant = parse_name(_PARENT, request.parent, "parent")["tenant"]
        _check_batch("names", len(request.names))
        ids = [parse_name(_NAME, name, f"names[{i}]")["candidate"] for i, name in enumerate(request.names)]
        check_read_mask(request.read_mask, pb.Candidate)
        with self.database.transaction(tenant, read_only=True) as tx:
            found = self.handlers.store.get(tx, ids)
        return api.BatchGetCandidatesResponse(
            candidates=[
                apply_read_mask(_shown(tenant, found[i]), request.read_mask) for i in ids if i in found
            ]
        )

    @method(scope="candidates.read", resource="parent")
    def ListCandidates(
        self, request: api.ListCandidatesRequest, context: grpc.ServicerContext
    ) -> api.ListCandidatesResponse:
        tenant = parse_name(_PARENT, request.parent, "parent")["tenant"]
        size = coerce_page_size(request.page_size)
        arguments = arguments_digest(request)
        after = self.pages.decode("ListCandidates", arguments, request.page_token) or ""
        with self.database.transaction(tenant, read_only=True) as tx:
            found = self.handlers.store.page(
                tx,
                after=after,
                limit=size + 1,
                labels=request.labels,
                population=population_word(request.population),
                external_id=request.external_id,
                show_deleted=request.show_deleted,
            )
        more = len(found) > size
        token = self.pages.encode("ListCandidates", arguments, found[size - 1].id) if more else ""
        return api.ListCandidatesResponse(
            candidates=[_shown(tenant, c) for c in found[:size]], next_page_token=token
        )

    @method(scope="candidates.write", resource="candidate.name")
    def UpdateCandidate(
        self, request: api.UpdateCandidateRequest, context: grpc.ServicerContext
    ) -> pb.Candidate:
        ids = parse_name(_NAME, request.candidate.name, "candidate.name")

        def update() -> pb.Candidate:
            present = self.handlers.locked(tx, ids["candidate"])
            if present is None and not request.allow_missing:
                raise NotFound(request.candidate.name)
            before = content_to_proto(present.content) if present else pb.Candidate()
            after = from_proto(
                apply_update_mask(before, request.candidate, request.update_mask, writable=WRITABLE)
            )
            if present is None:
                made = self.handlers.create(
                    tx,
                    after,
                    candidate_id=ids["candidate"],
                    actor=_actor(),
                    validate_only=request.validate_only,
                )
            else:
                made = self.handlers.update(
                    tx,
                    present,
                    after,
                    etag=request.candidate.etag,
                    actor=_actor(),
                    validate_only=request.validate_only,
                )
            return _shown(ids["tenant"], made)

        with self.database.transaction(ids["tenant"]) as tx:
            return answer_once(tx, "UpdateCandidate", request, pb.Candidate, update)

    @method(scope="candidates.write", resource="name")
    def DeleteCandidate(
        self, request: api.DeleteCandidateRequest, context: grpc.ServicerContext
    ) -> pb.Candidate:
        ids = parse_name(_NAME, request.name)

        def delete() -> pb.Candidate:
            return _shown(
                ids["tenant"], self.handlers.delete(tx, ids["candidate"], etag=request.etag, actor=_actor())
            )

        with self.database.transaction(ids["tenant"]) as tx:
            return answer_once(tx, "DeleteCandidate", request, pb.Candidate, delete)

    @method(scope="candidates.write", resource="name")
    def UndeleteCandidate(
        self, request: api.UndeleteCandidateRequest, context: grpc.ServicerContext
    ) -> pb.Candidate:
        ids = parse_name(_NAME, request.name)

        def undelete() -> pb.Candidate:
            return _shown(
                ids["tenant"], self.handlers.undelete(tx, ids["candidate"], etag=request.etag, actor=_actor())
            )

        with self.database.transaction(ids["tenant"]) as tx:
            return answer_once(tx, "UndeleteCandidate", request, pb.Candidate, undelete)

    @method(scope="candidates.write", resource="name")
    def PurgeCandidate(
        self, request: api.PurgeCandidateRequest, context: grpc.ServicerContext
    ) -> api.PurgeCandidateResponse:
        ids = parse_name(_NAME, request.name)
        with self.database.transaction(ids["tenant"]) as tx:
            self.handlers.purge(tx, ids["candidate"], force=request.force)
        return api.PurgeCandidateResponse()

    @method(scope="candidates.write", resource="parent")
    def BatchUpsertCandidates(
        self, request: api.BatchUpsertCandidatesRequest, context: grpc.ServicerContext
    ) -> api.BatchUpsertCandidatesResponse:
        tenant = parse_name(_PARENT, request.parent, "parent")["tenant"]
        _check_batch("candidates", len(request.candidates))
        with self.database.transaction(tenant) as tx:
            done = self.handlers.upsert(tx, _items(request.candidates), actor=_actor())
        return api.BatchUpsertCandidatesResponse(
            results=[_result(i, result) for i, result in enumerate(done)]
        )

    @method(scope="candidates.write", resource="parent")
    def ImportCandidates(
        self, request_iterator: Iterator[api.ImportCandidatesRequest], context: grpc.ServicerContext
    ) -> Iterator[api.ImportCandidatesResponse]:
        tenant = ""
        progress = api.ImportCandidatesResponse()
        for request in request_iterator:
            check_deadline()
            tenant = parse_name(_PARENT, request.parent, "parent")["tenant"] if request.parent else tenant
            _check_batch("candidates", len(request.candidates))
            with self.database.transaction(tenant) as tx:
                done = self.handlers.upsert(tx, _items(request.candidates), actor=_actor())
            del progress.failures[:]
            for result in done:
                setattr(progress, result.outcome, getattr(progress, result.outcome) + 1)
                if result.outcome == "failed":
                    progress.failures.append(_result(progress.received, result))
                progress.received += 1
            yield progress
        del progress.failures[:]
        progress.done = True
        yield progress

    @method(scope="candidates.read", resource="name")
    def ExportCandidate(
        self, request: api.ExportCandidateRequest, context: grpc.ServicerContext
    ) -> api.ExportCandidateResponse:
        require("candidates.identity")
        ids = parse_name(_NAME, request.name)
        with self.database.transaction(ids["tenant"], read_only=True) as tx:
            candidate = self.handlers.get(tx, ids["candidate"])
            changes = self.handlers.store.changes(tx, candidate.id)
        return api.ExportCandidateResponse(
            candidate=to_proto(ids["tenant"], candidate, identity=True),
            changes=[
                api.Change(revision=c.revision, time=c.time.isoformat(), actor=c.actor, action=c.action)
                for c in changes
            ],
        )


def page_tokens(secret: str) -> PageTokens:
    """Page tokens under the service's secret."""
    return PageTokens(base64.b64encode(secret.encode()))


def _actor() -> str:
    return current_caller().subject


def _shown(tenant: str, candidate: Candidate) -> pb.Candidate:
    return to_proto(tenant, candidate, identity=has_scope("candidates.identity"))


def _check_batch(field: str, size: int) -> None:
    if size > MAX_BATCH:
        raise InvalidField(field, f"has {size} entries, the limit is {MAX_BATCH}")


def _items(candidates: Sequence[pb.Candidate]) -> list[Upsert | CredenceError]:
    items: list[Upsert | CredenceError] = []
    for i, candidate in enumerate(candidates):
        try:
            items.append(Upsert(from_proto(candidate, f"candidates[{i}]"), candidate.etag))
        except CredenceError as error:
            items.append(error)
    return items


def _result(index: int, result: Upserted) -> api.UpsertResult:
    message = api.UpsertResult(
        outcome=_OUTCOMES[result.outcome], name=result.name, external_id=result.external_id, index=index
    )
    if result.error is not None:
        message.error.CopyFrom(
            api.ItemError(
                code=grpc.StatusCode[result.error.code_name].value[0],
                reason=result.error.reason,
                message=result.error.message,
                field=result.error.violations[0][0] if result.error.violations else "",
            )
        )
    return message
