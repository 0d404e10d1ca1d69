"""Candidates side by side."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from credence.web.clients import answer
from credence.web.personas import SHORTLISTS
from credence.web.routes.common import PartsIn, SessionIn, display_names, require
from credence.web.views.compare import AT_LEAST, AT_MOST, comparison
from credence.web.views.provenance import NOTICE, provenance_view
from credence.web.views.roles import role_view
from credencepb.matching.v1.matching_service_pb2 import CompareCandidatesRequest, GetRoleRequest

router = APIRouter()


@router.get("/roles/{role}/compare")
def compare(
    request: Request,
    found: PartsIn,
    session: SessionIn,
    role: str,
    c: Annotated[tuple[str, ...], Query()] = (),
) -> Response:
    require(session, SHORTLISTS, "A comparison of candidates")
    chosen = list(dict.fromkeys(c))
    if not AT_LEAST <= len(chosen) <= AT_MOST:
        got = answer(found.clients.matching.GetRole.future(GetRoleRequest(name=found.names.role(role))))
        context = {"role": role_view(got), "chosen": len(chosen)}
        return found.renderer.page(request, "compare_choose.html", context, 422)
    names = [found.names.candidate(candidate) for candidate in chosen]
    comparing = found.clients.matching.CompareCandidates.future(
        CompareCandidatesRequest(role=found.names.role(role), candidates=names)
    )
    known = display_names(found, session, names)
    compared = answer(comparing)
    context = {
        "role": role_view(compared.role),
        "table": comparison(compared, known.names),
        "names_missing": known.missing,
        "provenance": provenance_view(compared.provenance),
        "notice": NOTICE,
    }
    return found.renderer.page(request, "compare.html", context)
