"""Bearer tokens: JSON Web Tokens (RFC 7519) that carry a tenant and scopes.

Claims: `iss`, `aud`, `sub`, `exp`, `iat`, `nbf`, `tenant`, and `scope`, a space-separated list (RFC 8693,
section 4.2). The algorithm follows from the key's type, never from the token: an Ed25519 key takes EdDSA
(also under its RFC 9864 name `Ed25519`), a secret takes HS256. So a token can neither choose "none" nor have
a public key used as a secret.
"""

import os
import threading
import time
import warnings
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import orjson
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError, MissingClaimError, SecurityWarning
from joserfc.jwk import KeySet, OctKey, OKPKey
from joserfc.jws import extract_compact

from credence.platform.errors import Unauthenticated

# RFC 9864 renames EdDSA; issuers and libraries in use today still write the old name.
warnings.filterwarnings("ignore", message="EdDSA is deprecated", category=SecurityWarning)

DEFAULT_ISSUER: Final = "credence-dev"
DEFAULT_AUDIENCE: Final = "credence"
MAX_TOKEN_CHARS: Final = 8192
LEEWAY_S: Final = 30
"""Clock skew allowed between the issuer and us."""
_MIN_SECRET_BYTES: Final = 32
_CACHE_SIZE: Final = 2048

_Key = OKPKey | OctKey


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as the token says."""

    subject: str
    tenant: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Verified:
    caller: Caller
    expires: float


class TokenVerifier:
    """Checks tokens against a JSON Web Key Set. Thread-safe; remembers verified tokens until they expire.

    `token_keys` is the JWKS as JSON, or the path of a file that holds it: public Ed25519 keys, or secrets of
    at least 32 bytes. Raises ValueError for any other key, a private one too: a service has no need to mint.
    """

    def __init__(
        self, token_keys: str, issuer: str = DEFAULT_ISSUER, audience: str = DEFAULT_AUDIENCE
    ) -> None:
        self._keys = _load_keys(token_keys)
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_S,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        self._cache: dict[str, _Verified] = {}
        self._lock = threading.Lock()

    def verify(self, token: str) -> Caller:
        """The caller; `Unauthenticated` with metadata `cause` for anything that does not verify now."""
        known = self._cache.get(token)
        if known is not None:
            if known.expires + LEEWAY_S > time.time():
                return known.caller
            self._cache.pop(token, None)
        verified = self._verify(token)
        with self._lock:
            while len(self._cache) >= _CACHE_SIZE:
                del self._cache[next(iter(self._cache))]
            self._cache[token] = verified
        return verified.caller

    def _verify(self, token: str) -> _Verified:
        if len(token) > MAX_TOKEN_CHARS:
            raise _refused("too_long", f"the token has more than {MAX_TOKEN_CHARS} characters")
        try:
            header = extract_compact(token.encode("ascii")).headers()
            key, algorithms = self._key_for(header)
            claims = jwt.decode(token, key, algorithms=algorithms).claims
            self._claims.validate(claims)
        except ExpiredTokenError as error:
            raise _refused("expired", "the token has expired") from error
        except (InvalidClaimError, MissingClaimError) as error:
            raise _refused(
                "claims", f"the token's claims do not hold: {error.description or error}"
            ) from error
        except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise _refused("signature", "the token does not verify") from error
        return _Verified(_caller(claims), float(claims["exp"]))

    def _key_for(self, header: dict[str, Any]) -> tuple[_Key, Collection[str]]:
        kid = header.get("kid")
        candidates = [(key, allowed) for key, allowed in self._keys if kid is None or key.kid == kid]
        candidates = [(key, allowed) for key, allowed in candidates if header.get("alg") in allowed]
        if len(candidates) != 1:
            raise _refused("key", "no key of this service fits the token's kid and alg")
        return candidates[0]


def new_key() -> OKPKey:
    """A fresh Ed25519 key; its `kid` is its thumbprint (RFC 7638)."""
    return OKPKey.generate_key("Ed25519", auto_kid=True)


def public_jwks(*keys: OKPKey) -> str:
    """The public halves as a JSON Web Key Set: what `token_keys` of a service takes."""
    return orjson.dumps({"keys": [key.as_dict(private=False) for key in keys]}).decode()


def mint_token(
    key: _Key,
    *,
    subject: str,
    tenant: str,
    scopes: Iterable[str],
    ttl: timedelta = timedelta(hours=1),
    issuer: str = DEFAULT_ISSUER,
    audience: str = DEFAULT_AUDIENCE,
) -> str:
    """A signed token, valid from now for `ttl`."""
    now = int(time.time())
    claims = {
        "iss": issuer,
        "aud": audience,
        "sub": subject,
        "iat": now,
        "nbf": now,
        "exp": now + int(ttl.total_seconds()),
        "tenant": tenant,
        "scope": " ".join(sorted(set(scopes))),
    }
    algorithm = "HS256" if isinstance(key, OctKey) else "EdDSA"
    header = {"alg": algorithm} if key.kid is None else {"alg": algorithm, "kid": key.kid}
    return jwt.encode(header, claims, key, algorithms=[algorithm])


def development_key(path: Path) -> OKPKey:
    """The signing key kept in `path`, made on first use and readable by its owner only.

    For development, not for deployment.

    Processes that start at once agree on one key. Raises PermissionError when others can read the file.
    """
    if not path.exists():
        _store_once(path, orjson.dumps(new_key().as_dict(private=True)))
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path} holds a signing key and can be read by others: chmod 600 it")
    return OKPKey.import_key(orjson.loads(path.read_bytes()))


def _store_once(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.link(draft, path)  # atomic, and fails when another process was first
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)


def _load_keys(token_keys: str) -> list[tuple[_Key, Collection[str]]]:
    text = token_keys.strip()
    if not text.startswith("{"):
        text = Path(text).read_text()
    document = orjson.loads(text)
    if isinstance(document, dict) and "keys" not in document:
        document = {"keys": [document]}
    try:
        imported = KeySet.import_key_set(document).keys
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"not a JSON Web Key Set: {error}") from error
    keys: list[tuple[_Key, Collection[str]]] = []
    for key in imported:
        if isinstance(key, OKPKey) and key.curve_name == "Ed25519":
            if key.is_private:
                raise ValueError(
                    "a private key in a service's token keys: give it the public half (public_jwks)"
                )
            keys.append((key, ("EdDSA", "Ed25519")))
        elif isinstance(key, OctKey):
            if len(key.raw_value) < _MIN_SECRET_BYTES:
                raise ValueError(f"a secret of less than {_MIN_SECRET_BYTES} bytes")
            keys.append((key, ("HS256",)))
        else:
            raise ValueError(f"a key of type {key.key_type}: only Ed25519 and oct are taken")
    return keys


def _caller(claims: dict[str, Any]) -> Caller:
    subject, tenant, scope = claims["sub"], claims.get("tenant"), claims.get("scope", "")
    if not isinstance(tenant, str) or not tenant or "/" in tenant:
        raise _refused("claims", "the token names no tenant")
    if not isinstance(scope, str):
        raise _refused("claims", "the token's scope is not a space-separated string")
    return Caller(subject=subject, tenant=tenant, scopes=frozenset(scope.split()))


def _refused(cause: str, message: str) -> Unauthenticated:
    return Unauthenticated(message, cause=cause)
