"""What pages share: the parts of the application, who is signed in, a form that came from us."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends
from google.protobuf.field_mask_pb2 import FieldMask
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from credence.platform.grpc.client import RemoteError
from credence.web.clients import Clients, answer
from credence.web.errors import NotForSessionError, SignInNeededError
from credence.web.personas import IDENTITY
from credence.web.rendering import Renderer
from credence.web.resources import Names
from credence.web.sessions import Session, Sessions
from credence.web.views.people import names_of
from credencepb.candidates.v1.candidates_service_pb2 import BatchGetCandidatesRequest

MAX_FORM_BYTES: Final = 65_536
_log = logging.getLogger(__name__)
_NAMES_PER_CALL = 1000
"""The service gives no more at once."""
_NAMES_ONLY = FieldMask(paths=["name", "identity.display_name"])


@dataclass(frozen=True, slots=True)
class Parts:
    clients: Clients
    names: Names
    renderer: Renderer
    sessions: Sessions


def parts(request: Request) -> Parts:
    found: Parts = request.app.state.parts
    return found


def session_of(request: Request) -> Session:
    found: Session = request.state.session
    return found


def signed_in(request: Request) -> Session:
    """Raises SignInNeededError."""
    session = session_of(request)
    if session.persona is None:
        raise SignInNeededError
    return session


async def checked_form(request: Request) -> FormData:
    """The form of a POST that one of our own pages sent. The address bar, other sites and old sessions get 403."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403, "The form came from another site.")
    size = request.headers.get("content-length", "")
    if not size.isdecimal() or int(size) > MAX_FORM_BYTES:
        raise HTTPException(413, f"A form holds at most {MAX_FORM_BYTES:,} bytes.")
    form = await request.form(max_files=0, max_fields=100)
    if not parts(request).sessions.is_form_token(session_of(request), text_of(form, "form_token")):
        raise HTTPException(403, "The form is older than your sign-in. Load the page again, then send it.")
    return form


def text_of(form: FormData, field: str) -> str:
    value = form.get(field, "")
    return value.strip() if isinstance(value, str) else ""


PartsIn = Annotated[Parts, Depends(parts)]
SessionIn = Annotated[Session, Depends(signed_in)]
FormIn = Annotated[FormData, Depends(checked_form)]


def require(session: Session, scope: str, what: str) -> None:
    """Raises NotForSessionError with a sentence about `what`."""
    if not session.may(scope):
        raise NotForSessionError(
            f"{what} is not part of what this sign-in may see.",
            "Sign in with a role that includes it.",
        )


@dataclass(frozen=True, slots=True)
class Known:
    """Display names by resource name; `missing` when they should be there and could not be loaded."""

    names: dict[str, str]
    missing: bool = False


def display_names(found: Parts, session: Session, candidates: Sequence[str]) -> Known:
    """Asks for names only in a session that may see them; a page without names is better than no page."""
    if not session.may(IDENTITY) or not candidates:
        return Known({})
    batches = (candidates[i : i + _NAMES_PER_CALL] for i in range(0, len(candidates), _NAMES_PER_CALL))
    try:
        return Known(_names(found, batches))
    except RemoteError as error:
        _log.warning("names could not be loaded: %s", error)
        return Known({}, missing=True)


def _names(found: Parts, batches: Iterable[Sequence[str]]) -> dict[str, str]:
    calls = [
        found.clients.candidates.BatchGetCandidates.future(
            BatchGetCandidatesRequest(parent=found.names.parent, names=batch, read_mask=_NAMES_ONLY)
        )
        for batch in batches
    ]
    names: dict[str, str] = {}
    for call in calls:
        names |= names_of(answer(call).candidates)
    return names
