"""A gap audit, as a page and as CSV, and the programmes that close its gaps."""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from credence.platform.grpc.client import RemoteError
from credence.web.clients import answer, answer_or
from credence.web.personas import AUDITS, IDENTITY, PEOPLE
from credence.web.routes.common import Parts, PartsIn, SessionIn, display_names, require
from credence.web.views.audit_table import audit_csv
from credence.web.views.budget import read_budget
from credence.web.views.csv_text import file_name
from credence.web.views.expiring import expiries
from credence.web.views.gaps import gap_report
from credence.web.views.heat import newest_of_teams, people_map, team_map
from credence.web.views.programmes import advice
from credencepb.audit.v1.audit_pb2 import Audit, Recommendation
from credencepb.audit.v1.audit_service_pb2 import (
    GetAuditRequest,
    ListAuditsRequest,
    ListAuditsResponse,
    RecommendProgrammesRequest,
)

router = APIRouter()
WHAT = "A gap audit"
TEAMS = 200
IN_FULL = 8


# before the page, whose pattern would take this address too
@router.get("/audits/{audit}.csv")
def export(request: Request, found: PartsIn, session: SessionIn, audit: str) -> Response:
    require(session, AUDITS, WHAT)
    got = _audit(found, audit)
    name = file_name("gap-audit", f"{got.cohort_display_name}-{got.role_title}")
    return Response(
        audit_csv(got),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


@router.get("/audits/{audit}")
def report(request: Request, found: PartsIn, session: SessionIn, audit: str) -> Response:
    require(session, AUDITS, WHAT)
    advising = found.clients.audit.RecommendProgrammes.future(
        RecommendProgrammesRequest(audit=found.names.audit(audit))
    )
    got = _audit(found, audit)
    beside = found.clients.audit.ListAudits.future(
        ListAuditsRequest(parent=found.names.parent, role=got.role, page_size=TEAMS)
    )
    people = [
        *{p.candidate: None for p in got.person_gaps},
        *{e.candidate: None for e in got.expiring if e.candidate},
    ]
    known = display_names(found, session, list(dict.fromkeys(people)))
    listed, teams_error = answer_or(beside, ListAuditsResponse())
    teams = newest_of_teams(got, listed.audits)
    if session.may(PEOPLE):
        teams = _in_full(found, teams)
    advised, advice_error = answer_or(advising, Recommendation())
    context = {
        "report": gap_report(got),
        "people": people_map(got, known.names),
        "teams": team_map(got, teams),
        "teams_error": teams_error,
        "expiring": expiries(got, known.names),
        "advice": advice(advised, got),
        "advice_error": advice_error,
        "names_missing": known.missing,
        "linked": session.may(IDENTITY),
    }
    return found.renderer.page(request, "audit.html", context)


@router.get("/audits/{audit}/programmes")
def programmes(request: Request, found: PartsIn, session: SessionIn, audit: str) -> Response:
    """Advice within a budget; with a budget that cannot be, the form comes back with what is wrong beside the field."""
    require(session, AUDITS, "A recommendation of programmes")
    got = _audit(found, audit)
    form = read_budget(request.query_params.multi_items(), got)
    advised, status = None, 422
    if not form.errors:
        asked = RecommendProgrammesRequest(
            audit=got.name,
            competencies=form.chosen,
            budget_minor=form.budget_minor,
            budget_hours=form.budget_hours,
            max_programmes=form.most,
        )
        try:
            advised, status = answer(found.clients.audit.RecommendProgrammes.future(asked)), 200
        except RemoteError as error:
            if error.reason != "INVALID_FIELD":
                raise
            form = form.refused(error.violations)
    context = {
        "report": gap_report(got),
        "form": form,
        "advice": advice(advised, got) if advised is not None else None,
    }
    return found.renderer.page(request, "programmes.html", context, status)


def _in_full(found: Parts, teams: Sequence[Audit]) -> list[Audit]:
    """A list of audits hides small cells from everyone; whoever may see people gets the first few in full."""
    calls = [found.clients.audit.GetAudit.future(GetAuditRequest(name=team.name)) for team in teams[:IN_FULL]]
    full = [answer_or(call, team)[0] for call, team in zip(calls, teams, strict=False)]
    return [*full, *teams[IN_FULL:]]


def _audit(found: Parts, audit: str) -> Audit:
    return answer(found.clients.audit.GetAudit.future(GetAuditRequest(name=found.names.audit(audit))))
