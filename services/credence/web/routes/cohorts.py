"""Cohorts: which teams there are, what is known of their gaps, and a new audit of one."""

import uuid
from collections.abc import Iterable

from fastapi import APIRouter, Request, Response

from credence.platform.grpc.client import RemoteError
from credence.web.clients import answer, answer_or
from credence.web.personas import AUDITING, AUDITS
from credence.web.rendering import see
from credence.web.resources import last
from credence.web.routes.common import FormIn, Parts, PartsIn, SessionIn, require, text_of
from credence.web.sessions import Session
from credence.web.views.cohorts import AuditForm, cohort_view, past_audits, read_audit_form
from credencepb.audit.v1.audit_service_pb2 import (
    AuditCohortRequest,
    GetCohortRequest,
    ListAuditsRequest,
    ListAuditsResponse,
    ListCohortsRequest,
)
from credencepb.matching.v1.matching_service_pb2 import ListRolesRequest, ListRolesResponse

router = APIRouter()
WHAT = "A gap audit"
RECENT = 200


@router.get("/cohorts")
def cohorts(request: Request, found: PartsIn, session: SessionIn, page: str = "") -> Response:
    require(session, AUDITS, WHAT)
    listing = found.clients.audit.ListCohorts.future(
        ListCohortsRequest(parent=found.names.parent, page_size=50, page_token=page)
    )
    history = found.clients.audit.ListAudits.future(
        ListAuditsRequest(parent=found.names.parent, page_size=RECENT)
    )
    listed = answer(listing)
    audits, history_error = answer_or(history, ListAuditsResponse())
    context = {
        "cohorts": [
            (cohort_view(c), past_audits(a for a in audits.audits if a.cohort == c.name))
            for c in listed.cohorts
        ],
        "next_page": listed.next_page_token,
        "history_error": history_error,
    }
    return found.renderer.page(request, "cohorts.html", context)


@router.get("/cohorts/{cohort}")
def cohort(request: Request, found: PartsIn, session: SessionIn, cohort: str) -> Response:
    return _page(request, found, session, cohort, AuditForm(request_id=str(uuid.uuid4())))


@router.post("/cohorts/{cohort}/audits")
def audit(request: Request, found: PartsIn, session: SessionIn, form: FormIn, cohort: str) -> Response:
    """Computes a new audit and shows it; the same form sent twice gives the same audit."""
    require(session, AUDITING, "Running an audit")
    sent = read_audit_form(text_of(form, "role"), text_of(form, "target"), text_of(form, "request_id"))
    if not sent.errors:
        try:
            made = answer(
                found.clients.audit.AuditCohort.future(
                    AuditCohortRequest(
                        cohort=found.names.cohort(cohort),
                        role=found.names.role(sent.role),
                        target_coverage=sent.target_coverage,
                        request_id=sent.request_id,
                    )
                )
            )
        except RemoteError as error:
            if error.reason not in ("INVALID_FIELD", "REQUEST_ID_REUSED"):
                raise
            sent = sent.refused(_said(error))
        else:
            return see(f"/audits/{last(made.name)}")
    return _page(request, found, session, cohort, sent, 422)


def _said(error: RemoteError) -> Iterable[tuple[str, str]]:
    return [(field.replace("target_coverage", "target"), text) for field, text in error.violations] or [
        ("form", error.message)
    ]


def _page(
    request: Request, found: Parts, session: Session, cohort: str, form: AuditForm, status: int = 200
) -> Response:
    require(session, AUDITS, WHAT)
    name = found.names.cohort(cohort)
    getting = found.clients.audit.GetCohort.future(GetCohortRequest(name=name))
    history = found.clients.audit.ListAudits.future(
        ListAuditsRequest(parent=found.names.parent, cohort=name, page_size=RECENT)
    )
    listing = found.clients.matching.ListRoles.future(
        ListRolesRequest(parent=found.names.parent, page_size=RECENT)
    )
    got = answer(getting)
    audits, history_error = answer_or(history, ListAuditsResponse())
    roles, roles_error = answer_or(listing, ListRolesResponse())
    context = {
        "cohort": cohort_view(got),
        "audits": past_audits(audits.audits),
        "history_error": history_error,
        "roles": [(last(role.name), role.title) for role in roles.roles],
        "roles_error": roles_error,
        "form": form,
    }
    return found.renderer.page(request, "cohort.html", context, status)
