"""What the token allows: scopes, and resource names of one tenant."""

from contextvars import ContextVar

from credence.platform.errors import InvalidResourceName, MissingScope, OtherTenant
from credence.platform.tokens import Caller

__all__ = [
    "Caller",
    "caller_or_none",
    "check_resource",
    "current_caller",
    "has_scope",
    "require",
    "set_caller",
]

_CALLER: ContextVar[Caller] = ContextVar("credence_caller")
_ROOT = "tenants/"


def current_caller() -> Caller:
    """Who calls the handler that runs now. LookupError outside a call: background work acts for nobody."""
    return _CALLER.get()


def caller_or_none() -> Caller | None:
    return _CALLER.get(None)


def set_caller(caller: Caller) -> None:
    """For the server alone; holds until the call's context ends with the call."""
    _CALLER.set(caller)


def has_scope(scope: str) -> bool:
    return scope in _CALLER.get().scopes


def require(scope: str) -> None:
    """Raises `MissingScope` unless the caller has `scope`.

    For a scope that depends on the request, beside the method's own.
    """
    if scope not in _CALLER.get().scopes:
        raise MissingScope(scope)


def check_resource(name: str, field: str = "name") -> None:
    """Raises `OtherTenant` unless `name` is the caller's tenant or below it, `InvalidResourceName` when it
    names no tenant.

    The rest of the name is the handler's to parse.
    """
    own = _ROOT + _CALLER.get().tenant
    if name.startswith(own) and (len(name) == len(own) or name[len(own)] == "/"):
        return
    if not name.startswith(_ROOT) or len(name.split("/", 2)[1]) == 0:
        raise InvalidResourceName(name, "tenants/{tenant}/...", field=field)
    raise OtherTenant(name)
