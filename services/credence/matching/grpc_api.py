"""MatchingService over gRPC: names and pages in, messages out."""

from datetime import UTC, datetime

import grpc

from credence.matching import convert, explain, filters
from credence.matching.decisions import DecisionHandlers, candidate_id
from credence.matching.handlers import RoleHandlers
from credence.matching.rankings import Rankings
from credence.platform.errors import InvalidField
from credence.platform.grpc.auth import current_caller
from credence.platform.grpc.methods import method
from credence.platform.names import last_id, parse_name
from credence.platform.pages import PageTokens, arguments_digest, coerce_page_size
from credence.platform.sql.database import Database
from credence.platform.sql.requests import answer_once
from credencepb.matching.v1 import matching_service_pb2 as pb
from credencepb.matching.v1 import matching_service_pb2_grpc
from credencepb.matching.v1.ranking_pb2 import Decision
from credencepb.matching.v1.role_pb2 import Role, RoleDraft

TENANT = "tenants/{tenant}"
ROLE = "tenants/{tenant}/roles/{role}"
PAGE, MAX_PAGE = 50, 500


class MatchingApi(matching_service_pb2_grpc.MatchingServiceServicer):
    """`max_answer_bytes` bounds a page of candidates: a page that would be larger ends earlier."""

    def __init__(
        self,
        database: Database,
        roles: RoleHandlers,
        rankings: Rankings,
        decisions: DecisionHandlers,
        tokens: PageTokens,
        max_answer_bytes: int,
    ) -> None:
        self._database = database
        self._roles = roles
        self._rankings = rankings
        self._decisions = decisions
        self._tokens = tokens
        self._max_answer_bytes = max_answer_bytes

    @method(scope="roles.write", resource="parent")
    def CreateRole(self, request: pb.CreateRoleRequest, context: grpc.ServicerContext) -> Role:
        tenant = _tenant(request.parent)
        with self._database.transaction(tenant) as tx:
            return answer_once(
                tx,
                "CreateRole",
                request,
                Role,
                lambda: self._roles.create(
                    tx, request.role, role_id=request.role_id, validate_only=request.validate_only
                ),
            )

    @method(scope="roles.read", resource="name")
    def GetRole(self, request: pb.GetRoleRequest, context: grpc.ServicerContext) -> Role:
        tenant, role = _role(request.name, "name")
        with self._database.transaction(tenant, read_only=True) as tx:
            return convert.shown(self._roles.get(tx, role))

    @method(scope="roles.read", resource="parent")
    def ListRoles(self, request: pb.ListRolesRequest, context: grpc.ServicerContext) -> pb.ListRolesResponse:
        tenant, size = _tenant(request.parent), coerce_page_size(request.page_size, maximum=1000)
        digest = arguments_digest(request)
        after = self._tokens.decode("ListRoles", digest, request.page_token) or ""
        with self._database.transaction(tenant, read_only=True) as tx:
            roles = self._roles.store.page(tx, after, size + 1)
        answer = pb.ListRolesResponse(roles=[convert.shown(role) for role in roles[:size]])
        if len(roles) > size:
            last = last_id(roles[size - 1].name)
            answer.next_page_token = self._tokens.encode("ListRoles", digest, last)
        return answer

    @method(scope="roles.write", resource="role.name")
    def UpdateRole(self, request: pb.UpdateRoleRequest, context: grpc.ServicerContext) -> Role:
        tenant, role = _role(request.role.name, "role.name")
        with self._database.transaction(tenant) as tx:
            return answer_once(
                tx,
                "UpdateRole",
                request,
                Role,
                lambda: self._roles.update(
                    tx,
                    role,
                    request.role,
                    request.update_mask,
                    allow_missing=request.allow_missing,
                    validate_only=request.validate_only,
                ),
            )

    @method(scope="roles.write", resource="name")
    def DeleteRole(
        self, request: pb.DeleteRoleRequest, context: grpc.ServicerContext
    ) -> pb.DeleteRoleResponse:
        tenant, role = _role(request.name, "name")
        with self._database.transaction(tenant) as tx:
            self._roles.delete(tx, role, request.etag)
        return pb.DeleteRoleResponse()

    @method(scope="roles.write", resource="parent")
    def DraftRole(self, request: pb.DraftRoleRequest, context: grpc.ServicerContext) -> pb.DraftRoleResponse:
        _tenant(request.parent)
        policy = convert.policy_of(request.policy)
        draft: RoleDraft = self._roles.draft(request.title, list(request.postings), policy)
        return pb.DraftRoleResponse(draft=draft)

    @method(scope="rankings.read", resource="role")
    def RankCandidates(
        self, request: pb.RankCandidatesRequest, context: grpc.ServicerContext
    ) -> pb.RankCandidatesResponse:
        tenant, role = _role(request.role, "role")
        size = coerce_page_size(request.page_size, default=PAGE, maximum=MAX_PAGE)
        filters.check(request.filter)
        digest = arguments_digest(request)
        position = self._tokens.decode("RankCandidates", digest, request.page_token)
        if position is None:
            start, given = 0, self._rankings.rank(tenant, role, request.filter)
            self._rankings.note(given, current_caller().subject)
        else:
            name, start = position
            given = self._rankings.again(tenant, role, request.filter, name)
        candidates = explain.page(given.target, given.ranking.page(start, size), self._max_answer_bytes)
        answer = pb.RankCandidatesResponse(
            candidates=candidates,
            total_size=len(given.ranking),
            must_haves_met_size=given.ranking.met,
            provenance=given.provenance,
            facets=[pb.FacetCount(facet=f.facet, value=f.value, count=f.count) for f in given.ranking.facets],
        )
        end = start + len(candidates)
        if end < len(given.ranking):
            position = [given.provenance.ranking, end]
            answer.next_page_token = self._tokens.encode("RankCandidates", digest, position)
        return answer

    @method(scope="rankings.read", resource=("role", "candidate"))
    def ExplainCandidate(
        self, request: pb.ExplainCandidateRequest, context: grpc.ServicerContext
    ) -> pb.ExplainCandidateResponse:
        tenant, role = _role(request.role, "role")
        candidate = candidate_id(request.candidate, "candidate")
        given, [place] = self._rankings.places(tenant, role, [candidate])
        return pb.ExplainCandidateResponse(
            candidate=explain.ranked_candidate(given.target, place, full=True),
            provenance=given.provenance,
            role=convert.shown(given.target.role),
        )

    @method(scope="rankings.read", resource=("role", "candidates"))
    def CompareCandidates(
        self, request: pb.CompareCandidatesRequest, context: grpc.ServicerContext
    ) -> pb.CompareCandidatesResponse:
        tenant, role = _role(request.role, "role")
        if not 2 <= len(request.candidates) <= 4:
            raise InvalidField("candidates", f"must be 2 to 4, not {len(request.candidates)}")
        ids = [candidate_id(name, f"candidates[{i}]") for i, name in enumerate(request.candidates)]
        if len(set(ids)) < len(ids):
            raise InvalidField("candidates", "must differ")
        given, places = self._rankings.places(tenant, role, ids)
        return pb.CompareCandidatesResponse(
            candidates=[explain.ranked_candidate(given.target, place, full=True) for place in places],
            provenance=given.provenance,
            role=convert.shown(given.target.role),
        )

    @method(scope="decisions.write", resource=("decision.role", "decision.candidate", "decision.ranking"))
    def RecordDecision(self, request: pb.RecordDecisionRequest, context: grpc.ServicerContext) -> Decision:
        caller = current_caller()
        with self._database.transaction(caller.tenant) as tx:
            return answer_once(
                tx,
                "RecordDecision",
                request,
                Decision,
                lambda: self._decisions.record(tx, request.decision, caller.subject),
            )

    @method(scope="rankings.read", resource=("parent", "role", "candidate"))
    def ListDecisions(
        self, request: pb.ListDecisionsRequest, context: grpc.ServicerContext
    ) -> pb.ListDecisionsResponse:
        tenant, size = _tenant(request.parent), coerce_page_size(request.page_size, maximum=1000)
        role = _role(request.role, "role")[1] if request.role else ""
        candidate = candidate_id(request.candidate, "candidate") if request.candidate else ""
        digest = arguments_digest(request)
        position = self._tokens.decode("ListDecisions", digest, request.page_token)
        before = (datetime.fromisoformat(position[0]), position[1]) if position else None
        with self._database.transaction(tenant, read_only=True) as tx:
            found = self._decisions.newest(tx, role=role, candidate=candidate, before=before, limit=size + 1)
        answer = pb.ListDecisionsResponse(decisions=found[:size])
        if len(found) > size:
            last = found[size - 1]
            position = [last.decide_time.ToDatetime(UTC).isoformat(), last_id(last.name)]
            answer.next_page_token = self._tokens.encode("ListDecisions", digest, position)
        return answer


def _tenant(parent: str) -> str:
    return parse_name(TENANT, parent, "parent")["tenant"]


def _role(name: str, field: str) -> tuple[str, str]:
    """(tenant, role id)"""
    ids = parse_name(ROLE, name, field)
    return ids["tenant"], ids["role"]
