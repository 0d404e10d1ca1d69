"""The shortlist of a role, as a page and as CSV."""

from collections.abc import Iterator

from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse

from credence.web.clients import answer
from credence.web.personas import SHORTLISTS
from credence.web.routes.common import Parts, PartsIn, SessionIn, display_names, require
from credence.web.sessions import Session
from credence.web.views import table
from credence.web.views.csv_text import file_name
from credence.web.views.filters import Filter, controls, read_filter
from credence.web.views.provenance import NOTICE
from credence.web.views.roles import role_view
from credence.web.views.shortlist import shortlist
from credencepb.matching.v1.matching_service_pb2 import (
    GetRoleRequest,
    RankCandidatesRequest,
    RankCandidatesResponse,
)

router = APIRouter()
PAGE = 25
CSV_PAGE = 250
WHAT = "A shortlist"


@router.get("/roles/{role}/shortlist")
def page(request: Request, found: PartsIn, session: SessionIn, role: str, page: str = "") -> Response:
    require(session, SHORTLISTS, WHAT)
    wanted = read_filter(request.query_params.multi_items())
    got_role = found.clients.matching.GetRole.future(GetRoleRequest(name=found.names.role(role)))
    ranked = answer(
        found.clients.matching.RankCandidates.future(
            RankCandidatesRequest(
                role=found.names.role(role), filter=wanted.request(), page_size=PAGE, page_token=page
            )
        )
    )
    known = display_names(found, session, [c.candidate for c in ranked.candidates])
    context = {
        "role": role_view(answer(got_role)),
        "list": shortlist(ranked, known.names),
        "names_missing": known.missing,
        "filter": wanted,
        "controls": controls(wanted, ranked.facets),
        "notice": NOTICE,
    }
    return found.renderer.page(request, "shortlist.html", context)


@router.get("/roles/{role}/shortlist.csv")
def export(request: Request, found: PartsIn, session: SessionIn, role: str) -> Response:
    """Everyone who passes the filter. The first page is fetched before the answer begins, so that an error is still a page."""
    require(session, SHORTLISTS, WHAT)
    wanted = read_filter(request.query_params.multi_items())
    first = _page(found, role, wanted, "")
    return StreamingResponse(
        _rows(found, session, role, wanted, first),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{file_name("shortlist", role)}"'},
    )


def _rows(
    found: Parts, session: Session, role: str, wanted: Filter, page: RankCandidatesResponse
) -> Iterator[str]:
    named = not session.blind
    yield table.header(page, named=named)
    while True:
        known = display_names(found, session, [c.candidate for c in page.candidates])
        yield table.rows(page, known.names, named=named)
        if not page.next_page_token:
            return
        page = _page(found, role, wanted, page.next_page_token)


def _page(found: Parts, role: str, wanted: Filter, token: str) -> RankCandidatesResponse:
    return answer(
        found.clients.matching.RankCandidates.future(
            RankCandidatesRequest(
                role=found.names.role(role), filter=wanted.request(), page_size=CSV_PAGE, page_token=token
            )
        )
    )
