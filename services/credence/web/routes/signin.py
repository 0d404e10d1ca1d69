"""Development sign-in, sign-out, and the switch of blind mode."""

from fastapi import APIRouter, Request, Response

from credence.web.personas import IDENTITY, PERSONAS
from credence.web.rendering import own_path, see
from credence.web.routes.common import FormIn, PartsIn, SessionIn, require, session_of, text_of
from credence.web.sessions import Session, new_nonce

router = APIRouter()


@router.get("/")
def start(request: Request) -> Response:
    persona = session_of(request).persona
    return see(persona.home if persona is not None else "/sign-in")


@router.get("/sign-in")
def sign_in_page(request: Request, found: PartsIn, next: str = "") -> Response:  # noqa: A002 - the word of the address
    page = found.renderer.page(
        request, "sign_in.html", {"personas": PERSONAS.values(), "next": own_path(next, "")}
    )
    found.renderer.keep(request, page, session_of(request))
    return page


@router.post("/sign-in")
def sign_in(request: Request, found: PartsIn, form: FormIn) -> Response:
    persona = PERSONAS.get(text_of(form, "persona"))
    if persona is None:
        return see("/sign-in")
    answer = see(own_path(text_of(form, "next"), persona.home))
    found.renderer.keep(request, answer, session_of(request).signed_in(persona))
    return answer


@router.post("/sign-out")
def sign_out(request: Request, found: PartsIn, form: FormIn) -> Response:
    answer = see("/sign-in")
    found.renderer.keep(request, answer, Session(new_nonce()))
    return answer


@router.post("/blind")
def blind(request: Request, found: PartsIn, session: SessionIn, form: FormIn) -> Response:
    """`names=show` leaves blind mode, for personas that may; anything else enters it."""
    shown = text_of(form, "names") == "show"
    if shown and session.persona is not None and not session.persona.may_see_names:
        require(session, IDENTITY, "Names")
    answer = see(own_path(text_of(form, "next"), "/"))
    found.renderer.keep(request, answer, session.with_names(shown))
    return answer
