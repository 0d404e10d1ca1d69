"""Page sizes and page tokens (AIP-158).
A token holds where the next page starts and a digest of the arguments of the first call, signed by the
service: other arguments with an old token, or a token made elsewhere, are refused. It is authenticated, not
encrypted: put no personal data into the position.
"""

import base64
import hashlib
import hmac
from typing import Any

import orjson
from google.protobuf.message import Message

from credence.platform.errors import InvalidField, InvalidPageToken

_DIGEST_BYTES = 16


def coerce_page_size(size: int, *, default: int = 50, maximum: int = 1000) -> int:
    """`default` for 0, at most `maximum`; negative is INVALID_FIELD."""
    if size < 0:
        raise InvalidField("page_size", "must not be negative")
    return min(size or default, maximum)


def arguments_digest(request: Message, *, ignoring: tuple[str, ...] = ("page_size", "page_token")) -> bytes:
    """A digest of all that a list request asks for, but for its page."""
    bare = type(request)()
    bare.CopyFrom(request)
    for field in ignoring:
        bare.ClearField(field)
    return hashlib.sha256(bare.SerializeToString(deterministic=True)).digest()[:_DIGEST_BYTES]


class PageTokens:
    """Makes and reads the page tokens of one service.

    `secret` must be the same in all replicas and over restarts, for a token to outlive them.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def encode(self, kind: str, arguments: bytes, position: Any) -> str:
        """A token for the page that starts after `position` (anything JSON can hold)."""
        body = arguments + orjson.dumps(position)
        return base64.urlsafe_b64encode(self._sign(kind, body) + body).decode().rstrip("=")

    def decode(self, kind: str, arguments: bytes, token: str) -> Any:
        """The position in `token`, None for the empty one; raises InvalidPageToken."""
        if not token:
            return None
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            raise InvalidPageToken("is not a page token") from None
        signature, body = raw[:_DIGEST_BYTES], raw[_DIGEST_BYTES:]
        if not hmac.compare_digest(signature, self._sign(kind, body)):
            raise InvalidPageToken("was not issued by this method")
        if body[:_DIGEST_BYTES] != arguments:
            raise InvalidPageToken("was issued for other arguments; start again from the first page")
        return orjson.loads(body[_DIGEST_BYTES:])

    def _sign(self, kind: str, body: bytes) -> bytes:
        return hmac.digest(self._secret, kind.encode() + b"\0" + body, "sha256")[:_DIGEST_BYTES]
