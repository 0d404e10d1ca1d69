"""Which concept an alignment stands for, and whether its name agrees with that: real alignments often carry wrong codes.

A code is looked up only where it says itself what it is a code of (an ESCO address, an id of the taxonomy) or its framework does, never as
a label: "R" may be a language, a course and a rating. An alignment to an occupation shows no skill.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qs, urlsplit

from credence.credentials.ctdl import Competency, ctid_of
from credence.credentials.verifier import Alignment
from credence_models.linker import Linker
from credence_models.taxonomy import Concept, Taxonomy

_UUID: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_ESCO_SKILL: Final = re.compile(
    rf"https?://data\.europa\.eu/esco/(?:resource/)?skill/({_UUID})/?", re.IGNORECASE
)
_ESCO_OTHER: Final = re.compile(
    r"https?://data\.europa\.eu/esco/(?:resource/)?(?:occupation|isco)/", re.IGNORECASE
)
_CODE: Final = re.compile(rf"(?:esco:)?({_UUID})", re.IGNORECASE)
_OUR_ID: Final = re.compile(r"(?:esco|onet):[a-z0-9._+#-]{1,80}", re.IGNORECASE)
_OCCUPATION: Final = re.compile(r"\d\d-\d{4}(?:\.\d\d)?")
_NEAR: Final = 0.6
"""Least cosine of a name and the label of the concept that its code stands for, where the name is no skill of its own."""


class Framework(StrEnum):
    ESCO = "ESCO"
    ONET = "O*NET"
    CASE = "CASE"
    CTDL = "CTDL"
    OTHER = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What an alignment's address or code stands for. `name` and `concept` may both be absent."""

    framework: Framework
    concept: Concept | None
    name: str
    """as the alignment says it, else as the description of a competency that it points to does"""
    occupation: bool = False


def target_of(alignment: Alignment, taxonomy: Taxonomy, described: Mapping[str, Competency]) -> Target:
    """`described` are competencies by CTID that somebody imported the descriptions of."""
    framework = framework_of(alignment)
    ctid = ctid_of(alignment.target_url) or ctid_of(alignment.target_code)
    competency = described.get(ctid) if ctid else None
    name = alignment.target_name or (competency.name if competency is not None else "")
    if _is_occupation(alignment, framework):
        return Target(framework, None, name, occupation=True)
    codes = [_code_in(alignment.target_url or ""), _own_code(alignment.target_code or "", framework)]
    if competency is not None:
        codes += [_code_in(target) for target in competency.targets]
    for code in codes:
        if code and (concept := taxonomy.resolve(code)) is not None:
            return Target(framework, concept, name)
    return Target(framework, None, name)


def framework_of(alignment: Alignment) -> Framework:
    """By the address, else by what the framework and the type are called."""
    url = (alignment.target_url or "").casefold()
    named = f"{alignment.target_framework or ''} {alignment.target_type or ''}".casefold()
    host = _host(url)
    if host.endswith("europa.eu") and "esco" in url:
        return Framework.ESCO
    if host.endswith(("onetonline.org", "onetcenter.org")):
        return Framework.ONET
    if "/ims/case/" in url or "/cfitems/" in url:
        return Framework.CASE
    if ctid_of(url) or host.endswith(("credentialengineregistry.org", "credentialfinder.org")):
        return Framework.CTDL
    for framework, words in (
        (Framework.ESCO, ("esco",)),
        (Framework.ONET, ("o*net", "onet")),
        (Framework.CASE, ("cfitem", "ext:case", "ims case")),
        (Framework.CTDL, ("ceasn", "ctdl")),
    ):
        if any(word in named for word in words):
            return framework
    return Framework.OTHER


def agrees(concept: Concept, name: str, linker: Linker, *, by_meaning: bool = True) -> bool:
    """Whether people would take `name` for the concept: it is called so, is read as it or as its neighbour in the hierarchy, or, where it
    is no skill's name at all, holds its name or, `by_meaning`, is near it."""
    folded = name.strip().casefold()
    if any(folded == known.casefold() for known in (concept.label, *concept.aliases)):
        return True
    named = linker.link_phrase(name)
    if named is not None:
        if named.concept_id == concept.id:
            return True
        other = linker.taxonomy.get(named.concept_id)
        return other is not None and (concept.id in other.broader or other.id in concept.broader)
    words = set(re.findall(r"\w+", folded))
    if any(set(re.findall(r"\w+", known.casefold())) <= words for known in (concept.label, *concept.aliases)):
        return True
    if not by_meaning:
        return False
    near = linker.space.neighbours_of_text(name[:300], threshold=_NEAR)
    return any(concept_id == concept.id for concept_id, _ in near)


def _is_occupation(alignment: Alignment, framework: Framework) -> bool:
    url, code = alignment.target_url or "", alignment.target_code or ""
    if _ESCO_OTHER.search(url) or "occupation" in (alignment.target_type or "").casefold():
        return True
    if framework is not Framework.ONET and "soc" not in (alignment.target_framework or "").casefold().split():
        return False
    return bool(_OCCUPATION.fullmatch(code.strip()) or _OCCUPATION.search(url))


def _code_in(url: str) -> str:
    """The taxonomy's id in an address: ESCO's own, or a page of ESCO's portal that shows it."""
    if match := _ESCO_SKILL.fullmatch(url.strip()):
        return f"esco:{match[1].lower()}"
    if _host(url) in ("esco.ec.europa.eu", "ec.europa.eu"):
        for shown in parse_qs(urlsplit(url).query).get("uri", ()):
            if match := _ESCO_SKILL.fullmatch(shown.strip()):
                return f"esco:{match[1].lower()}"
    return ""


def _own_code(code: str, framework: Framework) -> str:
    code = code.strip()
    if found := _code_in(code):
        return found
    if _OUR_ID.fullmatch(code):
        return code.lower()
    if framework is Framework.ESCO and (match := _CODE.fullmatch(code)):
        return f"esco:{match[1].lower()}"
    return ""


def _host(url: str) -> str:
    try:
        return urlsplit(url.strip()).hostname or ""
    except ValueError:
        return ""
