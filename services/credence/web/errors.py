"""What went wrong, as a page: what happened and what to do. No page is a bare status code."""

import logging
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from credence.platform import telemetry
from credence.platform.grpc.client import RemoteError
from credence.web.rendering import Renderer

_log = logging.getLogger(__name__)
RETRY_AFTER_S: Final = 5


@dataclass(frozen=True, slots=True)
class Trouble:
    status: int
    title: str
    what: str
    todo: str
    retry: bool = False


class SignInNeededError(Exception):
    """The page needs a session."""


class NotForSessionError(Exception):
    """The session may not see the page. `todo` says what would help."""

    def __init__(self, what: str, todo: str) -> None:
        super().__init__(what)
        self.what = what
        self.todo = todo


_GONE = Trouble(
    404,
    "There is no such page",
    "The address leads to nothing that Credence keeps. It may have been removed, or the address is not complete.",
    "Check the address, or start from the overview.",
)
_AWAY = Trouble(
    503,
    "This part of Credence does not answer",
    "The service behind this page is starting, or it is out of reach. Nothing was lost: what was recorded is kept.",
    "Wait a few seconds and load the page again.",
    retry=True,
)
_DEFECT = Trouble(
    500,
    "Something broke on our side",
    "The page could not be made. The failure is in the log.",
    "Load the page again. If it stays, pass on the number below.",
    retry=True,
)
_FORBIDDEN = Trouble(
    403,
    "Your sign-in does not include this",
    "The page shows what only other roles may see.",
    "Go back, or sign in with a role that includes it.",
)
_MALFORMED = Trouble(
    400,
    "The address could not be understood",
    "Something in it is not what this page takes.",
    "Go back, or start from the overview.",
)
_BY_REASON: Final = {
    "RESOURCE_NOT_FOUND": _GONE,
    "INVALID_RESOURCE_NAME": _GONE,
    "NOT_READY": _AWAY,
    "OVERLOADED": _AWAY,
    "DEADLINE": _AWAY,
    "MISSING_SCOPE": _FORBIDDEN,
    "OTHER_TENANT": _GONE,
    "INVALID_PAGE_TOKEN": Trouble(
        400,
        "This page of the list is no longer valid",
        "The address belongs to another filter, or to a list that has been made anew.",
        "Start again from the first page.",
    ),
    "RESOURCE_DELETED": Trouble(
        410,
        "This is no longer kept",
        "It was removed, or the data behind this list has changed since you opened it.",
        "Start again from the first page.",
    ),
}


def trouble_of(error: RemoteError) -> Trouble:
    """The page for what a service answered."""
    known = _BY_REASON.get(error.reason)
    if known is not None:
        return known
    if error.reason in ("INVALID_FIELD", "TOO_LARGE"):
        details = "; ".join(f"{field}: {text}" for field, text in error.violations) or error.message
        return Trouble(
            400,
            "That could not be done as asked",
            details,
            "Go back, change what is named, and send it again.",
        )
    return _DEFECT


class ErrorPages:
    """Handlers for the application's exceptions."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    async def remote(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, RemoteError)  # noqa: S101 - registered for this class alone
        trouble = trouble_of(error)
        if trouble is _DEFECT:
            _log.error("a service failed: %s", error)
        return self._page(request, trouble)

    async def http(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class alone
        if error.status_code == 404:
            return self._page(request, _GONE)
        trouble = Trouble(
            error.status_code,
            "That could not be done",
            str(error.detail),
            "Go back and try it from the page itself.",
        )
        return self._page(request, trouble)

    async def sign_in(self, request: Request, error: Exception) -> Response:
        path, query = request.url.path, request.url.query
        target = f"{path}?{query}" if query else path
        wanted = f"?next={quote(target, safe='/')}" if request.method == "GET" and target != "/" else ""
        return RedirectResponse(f"/sign-in{wanted}", 303)

    async def not_for_session(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, NotForSessionError)  # noqa: S101 - registered for this class alone
        return self._page(request, Trouble(403, _FORBIDDEN.title, error.what, error.todo))

    async def malformed(self, request: Request, error: Exception) -> Response:
        return self._page(request, _MALFORMED)

    async def defect(self, request: Request, error: Exception) -> Response:
        return self._page(request, _DEFECT)

    def _page(self, request: Request, trouble: Trouble) -> Response:
        number = telemetry.trace_id() if trouble.status >= 500 else ""
        page = self._renderer.page(
            request, "error.html", {"trouble": trouble, "number": number}, trouble.status
        )
        if trouble.retry:
            page.headers["retry-after"] = str(RETRY_AFTER_S)
        return page
