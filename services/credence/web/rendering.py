"""Templates to answers."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from credence.web import words
from credence.web.sessions import COOKIE, MAX_AGE_S, Session, Sessions

STATIC: Final = Path(__file__).parent / "static"


@cache
def _static_version() -> str:
    """Changes with any static file, so that browsers may keep them for ever."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def environment() -> Environment:
    """Undefined names are errors; all output is escaped."""
    made = Environment(
        loader=PackageLoader("credence.web", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {"percent": words.percent, "count": words.count, "day": words.day, "moment": words.moment}
    made.globals["static"] = lambda name: f"/static/{name}?v={_static_version()}"
    return made


class Renderer:
    """Renders pages with what each of them needs to know of the session."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._environment = environment()

    def page(
        self, request: Request, template: str, context: Mapping[str, Any] | None = None, status: int = 200
    ) -> HTMLResponse:
        """`context` is the template's; `session`, `form_token`, `path` and `section` are there besides."""
        session: Session = request.state.session
        path = request.url.path
        here = f"{path}?{request.url.query}" if request.url.query else path
        text = self._environment.get_template(template).render(
            session=session,
            form_token=self._sessions.form_token(session),
            here=here if request.method in ("GET", "HEAD") else "",
            section=path.split("/")[1],
            **(context or {}),
        )
        return HTMLResponse(text, status)

    def keep(self, request: Request, response: Response, session: Session) -> None:
        """Makes `session` the browser's."""
        response.set_cookie(
            COOKIE,
            self._sessions.seal(session),
            max_age=MAX_AGE_S,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )


def see(path: str) -> RedirectResponse:
    """The page to show after a POST."""
    return RedirectResponse(path, 303)


def own_path(path: str, fallback: str) -> str:
    """`path` when it leads to a page of ours, not to another site."""
    is_own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_own else fallback
