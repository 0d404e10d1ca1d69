"""Credentials within a credential, opened by the same code as any other, within three bounds that all of them share: how deep they lie,
how many there are, and what their graphs cost.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from .model import Verification
from .parsing import Refused, looks_like_jwt
from .scene import Scene
from .sections import as_list, types_of
from .securing import Secured, open_parsed, open_secured
from .verdicts import Code

__all__ = ["EXHAUSTED", "Judge", "bound", "opened", "text_of_credential"]

Judge = Callable[[Secured, Scene], Verification]
EXHAUSTED: Final = frozenset({Code.POISON_GRAPH, Code.TOO_COMPLEX})
"""Codes of one that cost so much that no other graph is looked at."""
_ENVELOPES: Final = ("data:application/vc+jwt,", "data:application/vc+ld+json+jwt,", "data:application/jwt,")


def opened(stated: Any, scene: Scene) -> Secured:
    """Refused: it is no credential that can be read."""
    token = _token(stated)
    if token is not None:
        return open_secured(token, scene.at, scene.documents, scene.limits, scene.past)
    if not isinstance(stated, dict):
        raise Refused(Code.UNSUPPORTED_FORMAT, "What stands here is no credential.")
    return open_parsed(stated, scene.at, scene.documents, scene.limits, scene.past)


def _token(stated: Any) -> bytes | None:
    """A compact token, bare or in an EnvelopedVerifiableCredential (VC Data Model 2.0, section 4.13)."""
    if isinstance(stated, dict) and "EnvelopedVerifiableCredential" in types_of(stated):
        address = stated.get("id")
        prefix = next((p for p in _ENVELOPES if isinstance(address, str) and address.startswith(p)), None)
        stated = address[len(prefix) :] if isinstance(address, str) and prefix else None
    if isinstance(stated, str) and stated.isascii() and looks_like_jwt(stated.encode()):
        return stated.encode()
    return None


def text_of_credential(stated: Any) -> bytes:
    """What the credential would be as a document of its own."""
    return _token(stated) or json.dumps(stated, ensure_ascii=False).encode(errors="replace")


def bound(stated: Any, scene: Scene) -> str | None:
    """Takes the cost of one credential off what is left; a sentence where there is not enough."""
    if scene.depth >= scene.limits.max_embedding:
        return "It lies too deep within other credentials to be looked at."
    if scene.left.embedded <= 0:
        return f"It and what follows was not looked at: more than {scene.limits.max_embedded} credentials lie within this one."
    scene.left.embedded -= 1
    if isinstance(stated, dict) and _has_graph(stated):
        scene.left.graph_values -= _values(stated)
        if scene.left.graph_values < 0:
            return "It and what follows was not looked at: the credentials within this one are too large together."
    return None


def _has_graph(credential: dict[str, Any]) -> bool:
    """Whether one of its proofs is over a graph, which is what costs."""
    return any(
        isinstance(proof, dict) and "-jcs-" not in str(proof.get("cryptosuite"))
        for proof in as_list(credential.get("proof"))
    )


def _values(value: Any) -> int:
    waiting, count = [value], 0
    while waiting:
        current = waiting.pop()
        count += 1
        if isinstance(current, dict):
            waiting.extend(current.values())
        elif isinstance(current, list):
            waiting.extend(current)
    return count
