"""`request_id`: the same request sent again gets the first answer, and happens once (AIP-155).

with database.transaction(tenant) as tx:
    return answer_once(tx, "CreateRole", request, Role, lambda: self._create(tx, request))
"""

import hashlib
from collections.abc import Callable
from typing import TypeVar

from google.protobuf.message import Message
from sqlalchemy import text

from credence.platform.errors import InvalidField, RequestIdReused
from credence.platform.sql.database import Transaction

R = TypeVar("R", bound=Message)

MAX_REQUEST_ID = 128

# of two equal requests at once the second waits here, then finds the first one's answer
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:identity, 0))")
_SELECT = text("SELECT digest, response FROM request_ids WHERE method = :method AND request_id = :request_id")
_INSERT = text(
    "INSERT INTO request_ids (method, request_id, digest, response)"
    " VALUES (:method, :request_id, :digest, :response)"
)
_FORGET = text("DELETE FROM request_ids WHERE position(convert_to(:name, 'UTF8') IN response) > 0")


def answer_once(
    tx: Transaction, method: str, request: Message, response: type[R], work: Callable[[], R]
) -> R:
    """`work()`'s answer, or the one given before to the same `request.request_id` of this tenant and method.

    `work` runs inside `tx`; when it raises, nothing is remembered. An empty request_id asks for no memory.
    Raises RequestIdReused when the request_id came before with other contents.
    """
    request_id: str = getattr(request, "request_id", "")
    if not request_id:
        return work()
    given = recall(tx, method, request_id, request)
    if given is not None:
        return response.FromString(given)
    answer = work()
    remember(tx, method, request_id, request, answer.SerializeToString())
    return answer


def recall(tx: Transaction, method: str, request_id: str, request: Message) -> bytes | None:
    """The answer remembered for this request, None when it is the first; holds off equal ones until the
    transaction ends.
    """
    if len(request_id) > MAX_REQUEST_ID:
        raise InvalidField("request_id", f"must not be longer than {MAX_REQUEST_ID} characters")
    tx.execute(_LOCK, {"identity": f"{tx.tenant}/{method}/{request_id}"})
    row = tx.execute(_SELECT, {"method": method, "request_id": request_id}).one_or_none()
    if row is None:
        return None
    if bytes(row.digest) != _digest(request):
        raise RequestIdReused(request_id)
    return bytes(row.response)


def remember(tx: Transaction, method: str, request_id: str, request: Message, response: bytes) -> None:
    """Keeps the answer for `recall`, as long as housekeeping keeps request ids."""
    tx.execute(
        _INSERT,
        {"method": method, "request_id": request_id, "digest": _digest(request), "response": response},
    )


def forget_answers(tx: Transaction, name: str) -> None:
    """Deletes every remembered answer in which the resource name stands: when what it names is erased for good."""
    tx.execute(_FORGET, {"name": name})


def _digest(request: Message) -> bytes:
    return hashlib.sha256(request.SerializeToString(deterministic=True)).digest()
