"""Etags: a digest of a resource's contents (AIP-154)."""

import hashlib

from google.protobuf.message import Message

from credence.platform.errors import EtagMismatch


def etag(*parts: Message | bytes | str | int) -> str:
    """A strong etag of all `parts`, which must determine the resource: its message without the etag field, or
    its name and revision.
    """
    digest = hashlib.sha256()
    for part in parts:
        match part:
            case Message():
                raw = part.SerializeToString(deterministic=True)
            case bytes():
                raw = part
            case _:
                raw = str(part).encode()
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return f'"{digest.hexdigest()[:32]}"'


def check_etag(resource: str, sent: str, present: str) -> None:
    """Raises EtagMismatch when the caller sent an etag and it is not the present one. An empty one asks for
    no check.
    """
    if sent and sent != present:
        raise EtagMismatch(resource, present)
