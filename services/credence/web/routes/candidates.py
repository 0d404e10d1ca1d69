"""One candidate's evidence for a role, and what people decide about it."""

import uuid
from dataclasses import dataclass, field

from fastapi import APIRouter, Request, Response

from credence.platform.grpc.client import RemoteError
from credence.web.clients import answer, answer_or
from credence.web.personas import DECISIONS, IDENTITY, SHORTLISTS
from credence.web.rendering import see
from credence.web.routes.common import FormIn, Parts, PartsIn, SessionIn, display_names, require, text_of
from credence.web.sessions import Session
from credence.web.views.decisions import decision_views
from credence.web.views.evidence import breakdown
from credence.web.views.provenance import NOTICE, provenance_view
from credence.web.views.renewals import WITHIN_DAYS, renewal_views
from credence.web.views.roles import role_view
from credence.web.views.shortlist import row
from credence.web.views.verdicts import credential_sheet
from credencepb.credentials.v1.credentials_service_pb2 import (
    ListRenewalsRequest,
    ListRenewalsResponse,
    ListVerificationsRequest,
    ListVerificationsResponse,
)
from credencepb.matching.v1 import ranking_pb2
from credencepb.matching.v1.matching_service_pb2 import (
    ExplainCandidateRequest,
    ListDecisionsRequest,
    ListDecisionsResponse,
    RecordDecisionRequest,
)

router = APIRouter()
_OUTCOMES = {
    "advance": ranking_pb2.DECISION_OUTCOME_ADVANCE,
    "hold": ranking_pb2.DECISION_OUTCOME_HOLD,
    "reject": ranking_pb2.DECISION_OUTCOME_REJECT,
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A decision form as it was sent, with what is wrong beside each field."""

    outcome: str = ""
    reason: str = ""
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    errors: dict[str, str] = field(default_factory=dict)


@router.get("/roles/{role}/candidates/{candidate}")
def evidence(
    request: Request, found: PartsIn, session: SessionIn, role: str, candidate: str, recorded: str = ""
) -> Response:
    return _page(request, found, session, role, candidate, Draft(), recorded=bool(recorded))


@router.post("/roles/{role}/candidates/{candidate}/decisions")
def decide(
    request: Request, found: PartsIn, session: SessionIn, form: FormIn, role: str, candidate: str
) -> Response:
    """Records one decision, once also when the form is sent twice; without an outcome or a reason the form comes back."""
    require(session, DECISIONS, "Deciding")
    draft = _draft(text_of(form, "outcome"), text_of(form, "reason"), text_of(form, "request_id"))
    if not draft.errors:
        decision = ranking_pb2.Decision(
            role=found.names.role(role),
            candidate=found.names.candidate(candidate),
            outcome=_OUTCOMES[draft.outcome],
            reason=draft.reason,
        )
        if ranking := text_of(form, "ranking"):
            decision.ranking = found.names.ranking(ranking)
        try:
            answer(
                found.clients.matching.RecordDecision.future(
                    RecordDecisionRequest(decision=decision, request_id=draft.request_id)
                )
            )
        except RemoteError as error:
            draft = _refused(draft, error)
        else:
            return see(f"/roles/{role}/candidates/{candidate}?recorded=1#decisions")
    return _page(request, found, session, role, candidate, draft, status=422)


def _draft(outcome: str, reason: str, request_id: str) -> Draft:
    errors = {}
    if outcome not in _OUTCOMES:
        errors["outcome"] = "Choose one of the three."
    if not reason:
        errors["reason"] = "Write the reason: a decision without one is not recorded."
    draft = Draft(outcome, reason, errors=errors)
    return Draft(outcome, reason, request_id, errors) if request_id and not errors else draft


def _refused(draft: Draft, error: RemoteError) -> Draft:
    """The form with what the service says against it. Raises `error` when that is not about the form."""
    if error.reason == "REQUEST_ID_REUSED":
        said = {
            "reason": "This form was sent before with another content. Look at what is recorded, then send it again."
        }
    elif error.reason == "INVALID_FIELD":
        fields = ((name.rsplit(".", 1)[-1], text) for name, text in error.violations)
        said = {field: f"The {field} {text}." for field, text in fields}
    else:
        raise error
    return Draft(draft.outcome, draft.reason, errors=said)


def _page(
    request: Request,
    found: Parts,
    session: Session,
    role: str,
    candidate: str,
    draft: Draft,
    *,
    recorded: bool = False,
    status: int = 200,
) -> Response:
    require(session, SHORTLISTS, "A candidate's evidence for a role")
    name = found.names.candidate(candidate)
    explaining = found.clients.matching.ExplainCandidate.future(
        ExplainCandidateRequest(role=found.names.role(role), candidate=name)
    )
    verifying = found.clients.credentials.ListVerifications.future(
        ListVerificationsRequest(parent=name, page_size=100)
    )
    renewing = found.clients.credentials.ListRenewals.future(
        ListRenewalsRequest(parent=name, within_days=WITHIN_DAYS, page_size=50)
    )
    deciding = found.clients.matching.ListDecisions.future(
        ListDecisionsRequest(
            parent=found.names.parent, role=found.names.role(role), candidate=name, page_size=50
        )
    )
    known = display_names(found, session, [name])
    explained = answer(explaining)
    verified, sheets_error = answer_or(verifying, ListVerificationsResponse())
    renewed, renewals_error = answer_or(renewing, ListRenewalsResponse())
    decided, history_error = answer_or(deciding, ListDecisionsResponse())
    links = session.may(IDENTITY)
    context = {
        "role": role_view(explained.role),
        "row": row(explained.candidate, known.names),
        "names_missing": known.missing,
        "sum": breakdown(explained.candidate, links=links),
        "sheets": [credential_sheet(v, links=links) for v in verified.verifications],
        "sheets_error": sheets_error,
        "renewals": renewal_views(renewed.renewals),
        "renewals_error": renewals_error,
        "decisions": decision_views(decided.decisions, blind=session.blind),
        "history_error": history_error,
        "draft": draft,
        "recorded": recorded,
        "provenance": provenance_view(explained.provenance),
        "notice": NOTICE,
    }
    return found.renderer.page(request, "candidate.html", context, status)
