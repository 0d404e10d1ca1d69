"""Roles and their competency profiles."""

from fastapi import APIRouter, Request, Response

from credence.web.clients import answer
from credence.web.routes.common import PartsIn, SessionIn
from credence.web.views.roles import role_view
from credencepb.matching.v1.matching_service_pb2 import GetRoleRequest, ListRolesRequest

router = APIRouter()
PAGE = 50


@router.get("/roles")
def roles(request: Request, found: PartsIn, session: SessionIn, page: str = "") -> Response:
    listed = answer(
        found.clients.matching.ListRoles.future(
            ListRolesRequest(parent=found.names.parent, page_size=PAGE, page_token=page)
        )
    )
    context = {"roles": [role_view(role) for role in listed.roles], "next_page": listed.next_page_token}
    return found.renderer.page(request, "roles.html", context)


@router.get("/roles/{role}")
def role(request: Request, found: PartsIn, session: SessionIn, role: str) -> Response:
    got = answer(found.clients.matching.GetRole.future(GetRoleRequest(name=found.names.role(role))))
    return found.renderer.page(request, "role.html", {"role": role_view(got)})
