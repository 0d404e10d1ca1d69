"""Sessions live in a signed cookie: who, blind or not, and a nonce. Nothing is kept on the server."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from typing import Final

from itsdangerous import BadSignature, URLSafeTimedSerializer

from credence.web.personas import IDENTITY, PERSONAS, Persona

COOKIE: Final = "credence_session"
MAX_AGE_S: Final = 12 * 3600


@dataclass(frozen=True, slots=True)
class Session:
    """`persona` is None before sign-in. A session starts blind; only a persona that may see names can leave that."""

    nonce: str
    persona: Persona | None = None
    blind: bool = True

    @property
    def scopes(self) -> frozenset[str]:
        """What the session's token holds: without the scope for names while it is blind."""
        if self.persona is None:
            return frozenset()
        return self.persona.scopes - {IDENTITY} if self.blind else self.persona.scopes

    @property
    def subject(self) -> str:
        """Who acts, for the services' logs. A blind session says so: what it writes was written without a name in sight."""
        persona = self.persona.id if self.persona is not None else "nobody"
        return persona + BLIND_MARK if self.blind else persona

    def may(self, scope: str) -> bool:
        return scope in self.scopes

    def signed_in(self, persona: Persona) -> "Session":
        return Session(new_nonce(), persona)

    def with_names(self, shown: bool) -> "Session":
        """The session with names shown or hidden. ValueError when the persona may not see them."""
        if shown and not (self.persona and self.persona.may_see_names):
            raise ValueError("this persona may not see names")
        return replace(self, blind=not shown)


BLIND_MARK: Final = ":blind"


def new_nonce() -> str:
    return secrets.token_urlsafe(18)


class Sessions:
    """Signs and reads cookies and form tokens under one secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._serializer = URLSafeTimedSerializer(secret, salt="credence.web.session")

    def seal(self, session: Session) -> str:
        persona = session.persona.id if session.persona is not None else ""
        return self._serializer.dumps([session.nonce, persona, session.blind])

    def open(self, cookie: str) -> Session:
        """A fresh session for a cookie that is absent, forged, too old or of a persona that is gone."""
        try:
            nonce, persona_id, blind = self._serializer.loads(cookie, max_age=MAX_AGE_S)
        except (BadSignature, ValueError, TypeError):
            return Session(new_nonce())
        persona = PERSONAS.get(persona_id)
        if persona is None:
            return Session(nonce)
        return Session(nonce, persona, blind or not persona.may_see_names)

    def form_token(self, session: Session) -> str:
        """What every form of the session carries; another site cannot know it."""
        return hmac.new(self._secret, b"form:" + session.nonce.encode(), hashlib.sha256).hexdigest()

    def is_form_token(self, session: Session, sent: str) -> bool:
        return hmac.compare_digest(self.form_token(session).encode(), sent.encode())
