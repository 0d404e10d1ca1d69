"""The four services: one channel each for the whole process, every call under the token of the session that asks."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Final, Protocol, TypeVar

import grpc

from credence.platform.grpc.client import RemoteError, channel, readable
from credence.platform.tokens import development_key, mint_token
from credence.web.sessions import Session
from credence.web.settings import WebSettings
from credencepb.audit.v1 import audit_service_pb2, audit_service_pb2_grpc
from credencepb.candidates.v1 import candidates_service_pb2, candidates_service_pb2_grpc
from credencepb.credentials.v1 import credentials_service_pb2, credentials_service_pb2_grpc
from credencepb.matching.v1 import matching_service_pb2, matching_service_pb2_grpc

DEADLINE_S: Final = 10.0
_TOKEN_TTL: Final = timedelta(minutes=10)
_RENEW_BEFORE_S: Final = 120.0

_token: ContextVar[str] = ContextVar("credence_web_token", default="")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Pending(Protocol[T_co]):
    """A call that runs: what `Stub.Method.future` gives."""

    def result(self, timeout: float | None = None) -> T_co: ...


class Clients:
    """Stubs. `stub.Method.future(request)` starts a call, so that several run at once; `answer` waits for one."""

    def __init__(self, settings: WebSettings) -> None:
        def opened(target: str, service: str, pb: object) -> grpc.Channel:
            descriptor = pb.DESCRIPTOR.services_by_name[service]  # type: ignore[attr-defined]
            return channel(target, _token.get, services=[descriptor], deadline_s=DEADLINE_S)

        self._channels = [
            opened(settings.candidates_target, "CandidatesService", candidates_service_pb2),
            opened(settings.credentials_target, "CredentialsService", credentials_service_pb2),
            opened(settings.matching_target, "MatchingService", matching_service_pb2),
            opened(settings.audit_target, "AuditService", audit_service_pb2),
        ]
        candidates, credentials, matching, audit = self._channels
        self.candidates = candidates_service_pb2_grpc.CandidatesServiceStub(candidates)
        self.credentials = credentials_service_pb2_grpc.CredentialsServiceStub(credentials)
        self.matching = matching_service_pb2_grpc.MatchingServiceStub(matching)
        self.audit = audit_service_pb2_grpc.AuditServiceStub(audit)

    def close(self) -> None:
        for opened in self._channels:
            opened.close()


class Tokens:
    """Mints short-lived tokens with only the scopes of a session, and keeps each until shortly before it expires."""

    def __init__(self, settings: WebSettings) -> None:
        self._settings = settings
        self._key = development_key(settings.signing_key_file)
        self._kept: dict[tuple[str, frozenset[str]], tuple[float, str]] = {}
        self._lock = threading.Lock()

    @contextmanager
    def acting_for(self, session: Session) -> Iterator[None]:
        """Calls inside carry the session's token."""
        reset = _token.set(self._token_of(session))
        try:
            yield
        finally:
            _token.reset(reset)

    def _token_of(self, session: Session) -> str:
        if session.persona is None:
            return ""
        key, now = (session.subject, session.scopes), time.monotonic()
        with self._lock:
            until, token = self._kept.get(key, (0.0, ""))
            if now > until:
                token = mint_token(
                    self._key,
                    subject=session.subject,
                    tenant=self._settings.tenant,
                    scopes=session.scopes,
                    ttl=_TOKEN_TTL,
                    issuer=self._settings.token_issuer,
                    audience=self._settings.token_audience,
                )
                self._kept[key] = (now + _TOKEN_TTL.total_seconds() - _RENEW_BEFORE_S, token)
        return token


def answer(call: Pending[T]) -> T:
    """What the call answers. Raises RemoteError."""
    try:
        return call.result()
    except grpc.RpcError as error:
        raise readable(error) from error


def answer_or(call: Pending[T], fallback: T) -> tuple[T, RemoteError | None]:
    """For what a page can do without: the answer, or `fallback` with the reason."""
    try:
        return answer(call), None
    except RemoteError as error:
        return fallback, error
