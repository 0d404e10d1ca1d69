"""Wiring: settings in, application out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from credence.platform.grpc.client import RemoteError
from credence.web.clients import Clients, Tokens
from credence.web.errors import ErrorPages, NotForSessionError, SignInNeededError
from credence.web.middleware import Observed, WithSession
from credence.web.rendering import STATIC, Renderer
from credence.web.resources import Names
from credence.web.routes import audits, candidates, cohorts, compare, people, roles, shortlist, signin
from credence.web.routes.common import Parts
from credence.web.sessions import Sessions
from credence.web.settings import WebSettings


class _Kept(StaticFiles):
    """Addresses change with the contents, so browsers keep the files."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["cache-control"] = "public, max-age=31536000, immutable"
        return answer


def build(settings: WebSettings) -> ASGIApp:
    """Opens no connection yet: a service that is away makes a page say so, not the start fail."""
    clients, sessions, tokens = Clients(settings), Sessions(settings.session_secret), Tokens(settings)
    renderer = Renderer(sessions)
    pages = ErrorPages(renderer)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        clients.close()

    app = FastAPI(
        openapi_url=None,
        lifespan=lifespan,
        exception_handlers={
            RemoteError: pages.remote,
            HTTPException: pages.http,
            RequestValidationError: pages.malformed,
            SignInNeededError: pages.sign_in,
            NotForSessionError: pages.not_for_session,
            Exception: pages.defect,
        },
    )
    app.state.parts = Parts(clients, Names(settings.tenant), renderer, sessions)
    # the last one added is the outer one
    app.add_middleware(WithSession, sessions=sessions, tokens=tokens)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(settings.allowed_hosts), www_redirect=False)
    app.mount("/static", _Kept(directory=STATIC))
    app.get("/healthz")(_alive)
    for router in (
        signin.router,
        roles.router,
        shortlist.router,
        candidates.router,
        compare.router,
        people.router,
        cohorts.router,
        audits.router,
    ):
        app.include_router(router)
    # around everything, the page for defects too
    return Observed(app)


def _alive(request: Request) -> Response:
    return PlainTextResponse("ok")
