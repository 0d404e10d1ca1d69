"""How the documents of attacks are made."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from credence.credentials.issuing import Issuer, Securing
from support.badges import ISSUER, credential
from support.forging import token

Change = Callable[[dict[str, Any]], Any]


def jwt(claims: Any, signer: Issuer = ISSUER, **header: Any) -> bytes:
    """A token signed for real, over any claims and header."""
    head = {"alg": "EdDSA", "typ": "vc+jwt", "kid": signer.key_id, **header}
    return token(
        {name: value for name, value in head.items() if value is not None}, claims, signer._private.sign
    )


def after(change: Change, securing: Securing = "eddsa-rdfc-2022", **changed: Any) -> Callable[[], bytes]:
    """A badge that was changed after it was signed."""

    def make() -> bytes:
        document = json.loads(ISSUER.sign(credential(**changed), securing))
        change(document)
        return json.dumps(document).encode()

    return make


def before(
    change: Change, securing: Securing = "eddsa-jcs-2022", signer: Issuer = ISSUER, **changed: Any
) -> Callable[[], bytes]:
    """A badge that was changed before it was signed: its issuer is the attacker, or careless."""

    def make() -> bytes:
        document = credential(signer, **changed)
        change(document)
        return signer.sign(document, securing)

    return make


def text(
    change: Callable[[str], str], securing: Securing = "eddsa-jcs-2022", **changed: Any
) -> Callable[[], bytes]:
    """A signed badge whose JSON text was changed."""

    def make() -> bytes:
        signed = ISSUER.sign(credential(**changed), securing).decode()
        made = change(signed)
        assert made != signed
        return made.encode("utf-8", "surrogatepass")

    return make
