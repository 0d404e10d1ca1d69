"""Everything held about one person: for sessions that may see who it is."""

from dataclasses import dataclass

import orjson
from fastapi import APIRouter, Request, Response

from credence.platform.grpc.client import RemoteError
from credence.web.clients import answer
from credence.web.errors import NotForSessionError
from credence.web.personas import IDENTITY, SHORTLISTS
from credence.web.routes.common import Parts, PartsIn, SessionIn
from credence.web.sessions import Session
from credence.web.views.decisions import decision_views
from credence.web.views.person import person_json, person_view
from credencepb.candidates.v1.candidates_service_pb2 import ExportCandidateRequest, ExportCandidateResponse
from credencepb.credentials.v1.credentials_service_pb2 import GetProfileRequest, ListVerificationsRequest
from credencepb.credentials.v1.profile_pb2 import Profile
from credencepb.credentials.v1.verification_pb2 import Verification
from credencepb.matching.v1.matching_service_pb2 import ListDecisionsRequest
from credencepb.matching.v1.ranking_pb2 import Decision

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Held:
    export: ExportCandidateResponse
    profile: Profile
    verifications: list[Verification]
    decisions: list[Decision] | None
    """None for a session that may not read them."""
    pending: bool
    """The record is there, its evidence has not been read yet."""


@router.get("/people/{candidate}.json")
def export(request: Request, found: PartsIn, session: SessionIn, candidate: str) -> Response:
    held = _held(found, session, candidate)
    body = orjson.dumps(
        person_json(held.export, held.profile, held.verifications, held.decisions), option=orjson.OPT_INDENT_2
    )
    name = "".join(c for c in candidate if c.isascii() and (c.isalnum() or c == "-"))[:64]
    headers = {"content-disposition": f'attachment; filename="person-{name}.json"'}
    return Response(body, media_type="application/json", headers=headers)


@router.get("/people/{candidate}")
def person(request: Request, found: PartsIn, session: SessionIn, candidate: str) -> Response:
    held = _held(found, session, candidate)
    view = person_view(held.export, held.profile, held.verifications)
    decisions = None if held.decisions is None else decision_views(held.decisions, blind=False)
    context = {"person": view, "pending": held.pending, "decisions": decisions}
    return found.renderer.page(request, "person.html", context)


def _held(found: Parts, session: Session, candidate: str) -> Held:
    if not session.may(IDENTITY):
        may = session.persona is not None and session.persona.may_see_names
        raise NotForSessionError(
            "This page is about who somebody is, and names are hidden in this session.",
            "Choose “Show names” above, then open it again."
            if may
            else "Somebody with a role that sees names can open it.",
        )
    name = found.names.candidate(candidate)
    exporting = found.clients.candidates.ExportCandidate.future(ExportCandidateRequest(name=name))
    profiling = found.clients.credentials.GetProfile.future(
        GetProfileRequest(name=found.names.profile(candidate))
    )
    verifying = found.clients.credentials.ListVerifications.future(
        ListVerificationsRequest(parent=name, page_size=1000)
    )
    deciding = (
        found.clients.matching.ListDecisions.future(
            ListDecisionsRequest(parent=found.names.parent, candidate=name, page_size=1000)
        )
        if session.may(SHORTLISTS)
        else None
    )
    record = answer(exporting)
    try:
        profile, pending = answer(profiling), False
    except RemoteError as error:
        if error.reason != "RESOURCE_NOT_FOUND":
            raise
        profile, pending = Profile(), True
    decisions = list(answer(deciding).decisions) if deciding is not None else None
    return Held(record, profile, list(answer(verifying).verifications), decisions, pending)
