import pytest

from credence.web.personas import IDENTITY, PERSONAS
from credence.web.sessions import Session, Sessions, new_nonce

SECRET = "a secret of some length"
MANAGER, REVIEWER = PERSONAS["hiring-manager"], PERSONAS["second-reviewer"]


@pytest.mark.parametrize("persona", PERSONAS.values(), ids=lambda p: p.id)
def test_every_session_starts_blind_and_without_the_scope_for_names(persona) -> None:
    session = Session(new_nonce()).signed_in(persona)
    assert session.blind
    assert IDENTITY not in session.scopes


def test_names_come_with_the_scope_and_go_with_it() -> None:
    session = Session(new_nonce()).signed_in(MANAGER).with_names(shown=True)
    assert session.may(IDENTITY)
    assert not session.with_names(shown=False).may(IDENTITY)


def test_a_persona_that_may_not_see_names_cannot_leave_blind_mode() -> None:
    session = Session(new_nonce()).signed_in(REVIEWER)
    with pytest.raises(ValueError, match="may not see names"):
        session.with_names(shown=True)
    assert IDENTITY not in Session("n", REVIEWER, blind=False).scopes


def test_a_cookie_gives_the_session_back() -> None:
    sessions = Sessions(SECRET)
    session = Session("nonce", MANAGER, blind=False)
    assert sessions.open(sessions.seal(session)) == session


def test_an_open_cookie_of_a_persona_that_may_not_see_names_is_blind() -> None:
    sessions = Sessions(SECRET)
    assert sessions.open(sessions.seal(Session("nonce", REVIEWER, blind=False))).blind


@pytest.mark.parametrize(
    "cookie", ["", "x", "W10.a.b", Sessions("another secret of length").seal(Session("n", MANAGER))]
)
def test_what_is_not_ours_is_nobody(cookie: str) -> None:
    assert Sessions(SECRET).open(cookie).persona is None


def test_a_form_token_is_good_for_one_session_only() -> None:
    sessions, mine, other = Sessions(SECRET), Session("a", MANAGER), Session("b", MANAGER)
    assert sessions.is_form_token(mine, sessions.form_token(mine))
    assert not sessions.is_form_token(other, sessions.form_token(mine))
    assert not sessions.is_form_token(mine, "")
    assert not sessions.is_form_token(mine, "ü")


def test_signing_in_makes_a_new_nonce() -> None:
    before = Session(new_nonce())
    assert before.signed_in(MANAGER).nonce != before.nonce


def test_the_log_can_tell_who_decided_blind() -> None:
    session = Session("n", MANAGER)
    assert session.subject == "hiring-manager:blind"
    assert session.with_names(shown=True).subject == "hiring-manager"
