"""The newer version of a credential that its issuer keeps at an address which the credential names (`refreshService`)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from .documents import DocumentUnavailable
from .embedded import Judge
from .model import Verification
from .parsing import Refused
from .scene import Scene
from .sections import as_list, identifier_of, types_of
from .securing import Secured, open_secured
from .verdicts import Flag, Severity

__all__ = ["refreshed"]

_SERVICES: Final = frozenset(
    {
        "1EdTechCredentialRefresh",
        "VerifiableCredentialRefreshService",
        "VerifiableCredentialRefreshService2021",
    }
)


def refreshed(secured: Secured, answer: Verification, scene: Scene, judge: Judge) -> Verification:
    """The answer about the newer version where there is one that its issuer signed; else `answer`, with a flag that says why not.

    An address in a credential that nobody vouches for is not fetched, and a newer version names no further one.
    """
    position, url = next(_addresses(secured.credential), (0, None))
    if url is None or scene.depth or not _proven(answer):
        return answer
    where = f"{secured.root}/refreshService" + (
        f"/{position}" if isinstance(secured.credential["refreshService"], list) else ""
    )
    try:
        body = scene.documents.get(url)
        inner = scene.within(scene.recipient, body)
        newer = open_secured(body, inner.at, inner.documents, inner.limits, inner.past)
        judged = judge(newer, inner)
    except DocumentUnavailable as missing:
        return _remarked(
            answer,
            "REFRESH_UNREACHABLE",
            f"Whether the issuer has a newer version is not known: {missing.reason}.",
            where,
        )
    except Refused as refused:
        return _remarked(
            answer,
            "REFRESH_NOT_BELIEVED",
            f"What the issuer keeps as the newer version cannot be read: {refused.message}",
            where,
        )
    if newer.credential == secured.credential:
        return answer
    problem = _problem(secured, answer, newer, judged)
    if problem is not None:
        return _remarked(answer, "REFRESH_NOT_BELIEVED", f"The newer version is not taken: {problem}", where)
    return _remarked(
        judged,
        "REFRESHED",
        "The issuer has a newer version of this credential, which was judged in its place.",
        where,
    )


def _addresses(credential: dict[str, Any]) -> Any:
    for position, service in enumerate(as_list(credential.get("refreshService"))):
        if isinstance(service, dict) and not types_of(service).isdisjoint(_SERVICES):
            address = service.get("id", service.get("url"))
            if isinstance(address, str):
                yield position, address


def _problem(secured: Secured, answer: Verification, newer: Secured, judged: Verification) -> str | None:
    if not _proven(judged):
        failed = next(
            verdict
            for name in ("integrity", "issuer_authenticated")
            if not (verdict := judged.verdicts[name]).valid
        )
        return failed.message
    if judged.issuer_id != answer.issuer_id:
        return "It was signed by another issuer."
    own = identifier_of(secured.credential)
    if own is None or identifier_of(newer.credential) != own:
        return "It is another credential."
    if answer.valid_from and judged.valid_from and judged.valid_from < answer.valid_from:
        return "It is older than the one that was handed in."
    return None


def _proven(answer: Verification) -> bool:
    return answer.verdicts["integrity"].valid and answer.verdicts["issuer_authenticated"].valid


def _remarked(answer: Verification, code: str, text: str, where: str) -> Verification:
    return replace(answer, flags=(*answer.flags, Flag(code, Severity.YELLOW, text, where)))
