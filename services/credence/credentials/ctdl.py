"""Public descriptions of credentials and programmes in CTDL, by CTID: what they take, teach and assess. Read from files, never fetched.

CTDL (Credential Transparency Description Language, https://credreg.net/ctdl/terms) comes as JSON-LD with the prefixes `ceterms` and
`ceasn`. It is read by its names alone, without processing of contexts: a description proves nothing, it only says what a credential
is about.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from credence.credentials.verifier import Achievement, Limits
from credence.credentials.verifier.parsing import Refused, parse_json

__all__ = [
    "Competency",
    "Description",
    "Descriptions",
    "NotCtdlError",
    "ctid_of",
    "ctids_of",
    "read_ctdl",
]

MAX_BYTES: Final = 3_500_000
_LIMITS: Final = Limits(max_bytes=MAX_BYTES, max_depth=32, max_nodes=150_000)
_MOST: Final = 200
"""of anything that one description lists"""
_MOST_LOOKS: Final = 200_000
_LONGEST: Final = 2_000
"""characters of one text"""
_CTID: Final = re.compile(
    r"(?:^|[/:])(ce-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/?$", re.IGNORECASE
)


class NotCtdlError(ValueError):
    """The document is not JSON within its bounds, or describes nothing."""


@dataclass(frozen=True, slots=True)
class Competency:
    """Something that one can do or know. `targets` are addresses of the same thing in other frameworks, ESCO's for example."""

    ctid: str
    """empty: it has none, and stands in a description alone"""
    name: str
    text: str = ""
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Description:
    """A credential, a programme, a course or an assessment."""

    ctid: str
    kind: str
    """without prefix: `BachelorDegree`, `Certificate`, `LearningProgram`, `AssessmentProfile`"""
    name: str
    description: str = ""
    provider: str = ""
    url: str = ""
    competencies: tuple[Competency, ...] = ()
    """what it requires, teaches or assesses, itself or by the parts that the same document describes"""
    refers: tuple[str, ...] = ()
    """CTIDs of further ones, that other documents may describe"""
    assessments: tuple[str, ...] = ()
    """texts on how it is assessed"""
    outcomes: tuple[str, ...] = ()
    """texts on what became of those who completed it, as published"""
    hours: float = 0.0
    """estimated, 0: not stated"""
    price: float | None = None
    """all that is stated of one currency, together; None: not stated, or in several"""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Descriptions:
    """By CTID."""

    descriptions: Mapping[str, Description] = field(default_factory=dict)
    competencies: Mapping[str, Competency] = field(default_factory=dict)

    def of(self, achievement: Achievement) -> Description | None:
        """The description of an achievement that names its CTID."""
        return next((self.descriptions[c] for c in _own_ctids(achievement) if c in self.descriptions), None)

    def competencies_of(self, achievement: Achievement) -> tuple[Competency, ...]:
        """What the description of an achievement says that it is about, as far as that is described anywhere."""
        found = self.of(achievement)
        if found is None:
            return ()
        referred = (self.competencies[c] for c in found.refers if c in self.competencies)
        return (*found.competencies, *referred)


def ctid_of(text: str | None) -> str:
    """The CTID that an identifier or an address ends in; empty where there is none."""
    match = _CTID.search((text or "").strip()[:2048].split("?")[0])
    return match[1].lower() if match else ""


def ctids_of(achievement: Achievement) -> Iterator[str]:
    """Every CTID that an achievement names, of itself or of what it is aligned to."""
    yield from _own_ctids(achievement)
    for alignment in (*achievement.alignments, *(a for r in achievement.results for a in r.alignments)):
        yield from filter(None, (ctid_of(alignment.target_url), ctid_of(alignment.target_code)))


def read_ctdl(document: bytes) -> Descriptions:
    """All that a CTDL document describes. NotCtdlError: it is none, or past a bound."""
    try:
        parsed = parse_json(document, _LIMITS)
    except Refused as refused:
        raise NotCtdlError(f"{refused.message} [{refused.code}]") from None
    nodes = _nodes(parsed)
    competencies = {i: _competency(i, node) for i, node in nodes.items() if _is_competency(node)}
    reader = _Reader(nodes, competencies)
    descriptions = {
        i: found
        for i, node in nodes.items()
        if i not in competencies and (found := reader.description(i, node)) is not None
    }
    if not descriptions and not competencies:
        raise NotCtdlError("the document describes no credential, programme or competency by its CTID")
    return Descriptions(descriptions, {i: c for i, c in competencies.items() if c.name})


@dataclass
class _Reader:
    nodes: Mapping[str, dict[str, Any]]
    known: Mapping[str, Competency]
    left: int = _MOST_LOOKS
    """Of what may be looked at for all descriptions together: they may name each other's parts."""

    def description(self, ctid: str, node: dict[str, Any]) -> Description | None:
        name, kinds = _text(_get(node, "name")), _kinds(node)
        if not name or not kinds or any(word in kind for kind in kinds for word in _NO_CREDENTIALS):
            return None
        parts = self._parts(node)
        named = [c for part in parts for c in self._competencies(part)]
        return Description(
            ctid=ctid,
            kind=kinds[0].rpartition(":")[2],
            name=name,
            description=_text(_get(node, "description")),
            provider=self._name_of(_get(node, "offeredBy") or _get(node, "ownedBy")),
            url=_text(_get(node, "subjectWebpage")),
            competencies=tuple(_each_once(c for c in named if c.name))[:_MOST],
            refers=tuple(dict.fromkeys(c.ctid for c in named if not c.name))[:_MOST],
            assessments=tuple(dict.fromkeys(t for part in parts for t in _assessment_texts(part)))[:_MOST],
            outcomes=tuple(dict.fromkeys(_outcome_texts(node)))[:_MOST],
            hours=_hours(_get(node, "estimatedDuration")),
            **_price(node),
        )

    def _parts(self, node: dict[str, Any]) -> list[dict[str, Any]]:
        """The node with its conditions, and the courses and assessments that they name, to the second step."""
        parts, seen = [node], {id(node)}
        for _ in range(2):
            for part in list(parts):
                for key in _PARTS:
                    for item in _list(_get(part, key)):
                        self._look()
                        found = self._node(item)
                        if found is not None and id(found) not in seen and not _is_competency(found):
                            seen.add(id(found))
                            parts.append(found)
                        if len(parts) >= _MOST:
                            return parts
        return parts

    def _competencies(self, part: dict[str, Any]) -> Iterator[Competency]:
        for key in _COMPETENCIES:
            for item in _list(_get(part, key))[:_MOST]:
                self._look()
                if isinstance(item, str):
                    ctid = ctid_of(item)
                    if ctid in self.known:
                        yield self.known[ctid]
                    elif ctid and ctid not in self.nodes:
                        yield Competency(ctid, "")
                elif isinstance(item, dict):
                    if _is_competency(item):
                        yield _competency(_ctid(item), item)
                    elif (aligned := self._aligned(item)) is not None:
                        yield aligned

    def _look(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise NotCtdlError(f"its descriptions name more than {_MOST_LOOKS} parts")

    def _aligned(self, item: dict[str, Any]) -> Competency | None:
        """What a CredentialAlignmentObject points to."""
        target = _text(_get(item, "targetNode"))
        name = _text(_get(item, "targetNodeName"))
        known = self.known.get(ctid_of(target))
        if known is not None:
            return known
        if not name:
            return None
        text = _text(_get(item, "targetNodeDescription"))
        return Competency(ctid_of(target), name, text, (target,) if target else ())

    def _node(self, item: Any) -> dict[str, Any] | None:
        if isinstance(item, str):
            return self.nodes.get(ctid_of(item))
        if not isinstance(item, dict):
            return None
        return self.nodes.get(_ctid(item)) or item

    def _name_of(self, items: Any) -> str:
        for item in _list(items):
            if (node := self._node(item)) is not None and (name := _text(_get(node, "name"))):
                return name
        return ""


_NO_CREDENTIALS: Final = ("Organization", "Agency", "Framework", "Rubric")
_PARTS: Final = (
    "requires",
    "recommends",
    "hasPart",
    "targetLearningOpportunity",
    "targetAssessment",
    "preparationFrom",
    "isPreparationFor",
)
_COMPETENCIES: Final = ("requires", "targetCompetency", "teaches", "assesses")


def _own_ctids(achievement: Achievement) -> Iterator[str]:
    for text in (achievement.id, *achievement.identifiers, achievement.criteria_url):
        if found := ctid_of(text):
            yield found


def _nodes(parsed: Any) -> dict[str, dict[str, Any]]:
    """Every object with a CTID, by it; of two for one CTID the one that says more."""
    found: dict[str, dict[str, Any]] = {}
    waiting = [parsed]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            ctid = _ctid(value)
            if ctid and len(value) > len(found.get(ctid, ())):
                found[ctid] = value
            waiting.extend(value.values())
    return dict(sorted(found.items()))


def _ctid(node: dict[str, Any]) -> str:
    for key in ("ctid", "id", "@id"):
        value = _get(node, key)
        if isinstance(value, str) and (found := ctid_of(value)):
            return found
    # a node that stands for one of the registry under a name of its own
    same = _get(node, "sameAs")
    return next((found for item in _list(same) if isinstance(item, str) and (found := ctid_of(item))), "")


def _is_competency(node: dict[str, Any]) -> bool:
    return any(kind.rpartition(":")[2] == "Competency" for kind in _kinds(node))


def _competency(ctid: str, node: dict[str, Any]) -> Competency:
    text = _text(_get(node, "competencyText"))
    name = _text(_get(node, "competencyLabel")) or _text(_get(node, "name")) or text
    targets = [
        target
        for key in ("exactAlignment", "majorAlignment")
        for item in _list(_get(node, key))[:_MOST]
        if (target := _text(item if isinstance(item, str) else _get(item, "targetNode")))
    ]
    return Competency(ctid, name[:300], text, tuple(dict.fromkeys(targets)))


def _assessment_texts(part: dict[str, Any]) -> Iterator[str]:
    if any("Assessment" in kind for kind in _kinds(part)):
        yield from filter(None, (_text(_get(part, "name")), _text(_get(part, "description"))))
        if _get(part, "isProctored") is True:
            yield "Proctored exam"
        yield from _named(part, ("assessmentMethodType", "assessmentOutput", "scoringMethodType"))
    yield from _named(part, ("assessmentMethodDescription", "learningMethodDescription"))


def _outcome_texts(node: dict[str, Any]) -> Iterator[str]:
    for key in ("aggregateData", "holders", "earnings", "employmentOutcome", "jobsObtained"):
        for item in _list(_get(node, key))[:_MOST]:
            text = _text(item) or (_text(_get(item, "description")) or _text(_get(item, "name")))
            if text:
                yield text


def _named(part: dict[str, Any], keys: Iterable[str]) -> Iterator[str]:
    for key in keys:
        for item in _list(_get(part, key))[:_MOST]:
            if text := _text(item) or (_text(_get(item, "targetNodeName")) if isinstance(item, dict) else ""):
                yield text


def _hours(durations: Any) -> float:
    """Of the first exact duration in hours; the ISO 8601 form `PT40H`. Days and weeks say nothing about hours of work."""
    for item in _list(durations):
        text = _text(item) or (_text(_get(item, "exactDuration")) if isinstance(item, dict) else "")
        if match := re.fullmatch(r"PT(\d{1,5})H", text):
            return float(match[1])
    return 0.0


def _price(node: dict[str, Any]) -> dict[str, Any]:
    by_currency: dict[str, float] = {}
    for item in _list(_get(node, "estimatedCost"))[:_MOST]:
        amount, currency = _get(item, "price"), _text(_get(item, "currency"))
        if (
            isinstance(amount, int | float)
            and not isinstance(amount, bool)
            and 0 <= amount < 1e9
            and currency
        ):
            by_currency[currency] = by_currency.get(currency, 0.0) + amount
    if len(by_currency) != 1:
        return {}
    ((currency, amount),) = by_currency.items()
    return {"price": amount, "currency": currency[:3].upper()}


def _get(node: Any, name: str) -> Any:
    """The value of a term under whichever prefix it comes."""
    if not isinstance(node, dict):
        return None
    for prefix in ("", "ceterms:", "ceasn:", "@", "owl:", "schema:"):
        if prefix + name in node:
            return node[prefix + name]
    return None


def _kinds(node: dict[str, Any]) -> list[str]:
    return [kind for kind in _list(_get(node, "type")) if isinstance(kind, str)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str:
    """A text; of a map by language the English one, else the first."""
    if isinstance(value, dict):
        if "@value" in value:
            return _text(value["@value"])
        by_language = {
            k: v for k, v in value.items() if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", k)
        }
        if len(by_language) != len(value) or not value:
            return ""
        english = next((v for k, v in by_language.items() if k.lower().startswith("en")), None)
        return _text(english if english is not None else next(iter(by_language.values())))
    if isinstance(value, list):
        return next((text for item in value if (text := _text(item))), "")
    return " ".join(value.split())[:_LONGEST] if isinstance(value, str) else ""


def _each_once(competencies: Iterable[Competency]) -> Iterator[Competency]:
    seen: set[str] = set()
    for competency in competencies:
        key = competency.ctid or competency.name.casefold()
        if competency.name and key not in seen:
            seen.add(key)
            yield competency
