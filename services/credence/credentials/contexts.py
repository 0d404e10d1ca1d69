"""JSON-LD contexts that a verification may use: a closed list, each pinned by the SHA-256 of its bytes.

What a signature over RDF covers depends on the contexts, so a context that changed is a different credential. None is
fetched at run time: the texts come with two packages of the installation (pyld carries the W3C ones, openbadgeslib the
1EdTech ones and the security vocabularies), and this module only finds them and compares sums. It never imports
openbadgeslib.

The unversioned `https://purl.imsglobal.org/spec/ob/v3p0/context.json` is left out on purpose: it has named different
texts at different times, so a signature over it cannot be judged.

`python -m credence.credentials.contexts fetch` lists the contexts and exits 1 when one is missing or differs.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

__all__ = ["PINNED", "ContextsUnavailable", "PinnedContext", "document", "load_all"]

_PYLD: Final = "pyld/documentloader/frozen/bundled/"
_OPENBADGES: Final = "openbadgeslib/ob3/contexts/"


class ContextsUnavailable(RuntimeError):  # noqa: N818  (named like DocumentUnavailable)
    """A pinned context is not in this installation, or its text is not the pinned one."""


@dataclass(frozen=True, slots=True)
class PinnedContext:
    url: str
    distribution: str
    path: str
    sha256: str


def _pin(url: str, distribution: str, path: str, sha256: str) -> tuple[str, PinnedContext]:
    return url, PinnedContext(url, distribution, path, sha256)


_OB3: Final = "https://purl.imsglobal.org/spec/ob/v3p0/"

PINNED: Final[dict[str, PinnedContext]] = dict(
    [
        _pin(
            "https://www.w3.org/2018/credentials/v1",
            "pyld",
            _PYLD + "credentials-v1.jsonld",
            "00d7dd6d3ad8b920e3e550dd3a3d9090bffcac84cdbf943da6924b3e0a5c8bb8",
        ),
        _pin(
            "https://www.w3.org/ns/credentials/v2",
            "openbadgeslib",
            _OPENBADGES + "credentials-v2.json",
            "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
        ),
        _pin(
            "https://www.w3.org/ns/did/v1",
            "pyld",
            _PYLD + "did-v1.jsonld",
            "62c1054bf404d6dd3a4b26b64f830fd72095f6a26edc4469908c94351352ce5f",
        ),
        _pin(
            "https://w3id.org/security/suites/ed25519-2020/v1",
            "pyld",
            _PYLD + "security-ed25519-2020-v1.jsonld",
            "b9e1ab971fd8bf2c7553e0c4a9438e0b9450afde1ea1ca5b2492368b9f549588",
        ),
        _pin(
            "https://w3id.org/security/suites/jws-2020/v1",
            "pyld",
            _PYLD + "security-jws-2020-v1.jsonld",
            "00ee65bb7307f9a01c3170b823083b0d4de68223520834b2c5eb7a09bae5dea6",
        ),
        _pin(
            "https://w3id.org/security/v1",
            "pyld",
            _PYLD + "security-v1.jsonld",
            "e2d146cd556f6fa5f14996c6f1749667d5a14073fa30f0643990068e2c0b1bac",
        ),
        _pin(
            "https://w3id.org/security/v2",
            "pyld",
            _PYLD + "security-v2.jsonld",
            "4cb186bc29c08af6e40c58178c22dd84d542f2871a063afed6e648b47abc3cf6",
        ),
        _pin(
            "https://w3id.org/security/data-integrity/v2",
            "openbadgeslib",
            _OPENBADGES + "security-data-integrity-v2.json",
            "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
        ),
        _pin(
            "https://w3id.org/security/multikey/v1",
            "openbadgeslib",
            _OPENBADGES + "security-multikey-v1.json",
            "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
        ),
        _pin(
            _OB3 + "context-3.0.1.json",
            "openbadgeslib",
            _OPENBADGES + "ob-v3p0-context-3.0.1.json",
            "5f3d9dd6288ef437ff8286cf95ffbff609c748a66f24a1e9450c45ca64be1571",
        ),
        _pin(
            _OB3 + "context-3.0.2.json",
            "openbadgeslib",
            _OPENBADGES + "ob-v3p0-context-3.0.2.json",
            "00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53",
        ),
        _pin(
            _OB3 + "context-3.0.3.json",
            "openbadgeslib",
            _OPENBADGES + "ob-v3p0-context-3.0.3.json",
            "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
        ),
        _pin(
            "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
            "openbadgeslib",
            _OPENBADGES + "clr_context_2.0.1.json",
            "880f1902d4158f2f33ce06af41b90719977cd1ea337a9de2e41edb3ff5e543d6",
        ),
        _pin(
            _OB3 + "extensions.json",
            "openbadgeslib",
            _OPENBADGES + "ob-v3p0-extensions.json",
            "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93",
        ),
    ]
)


def _locate(pinned: PinnedContext) -> Path:
    try:
        distribution = metadata.distribution(pinned.distribution)
    except metadata.PackageNotFoundError:
        raise ContextsUnavailable(
            f"the package {pinned.distribution} is not installed; install credence with the extra 'credentials'"
        ) from None
    return Path(str(distribution.locate_file(pinned.path)))


@cache
def document(url: str) -> dict[str, Any]:
    """The parsed context of a pinned URL. KeyError: not pinned. ContextsUnavailable: missing or not the pinned text."""
    pinned = PINNED[url]
    path = _locate(pinned)
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ContextsUnavailable(
            f"{url} should be in {pinned.distribution} at {pinned.path}: {error}"
        ) from error
    if hashlib.sha256(text).hexdigest() != pinned.sha256:
        raise ContextsUnavailable(
            f"{url} in {pinned.distribution} is not the pinned text; install the pinned version"
        )
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def load_all() -> None:
    """Reads and checks every pinned context, so that a wrong installation is found at start and not at the first credential."""
    for url in PINNED:
        document(url)


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["fetch"]):
        print("usage: python -m credence.credentials.contexts [fetch]", file=sys.stderr)  # noqa: T201
        return 2
    try:
        load_all()
    except ContextsUnavailable as error:
        print(f"contexts: {error}", file=sys.stderr)  # noqa: T201
        return 1
    print(f"contexts: {len(PINNED)} present, sums right")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
