"""A role drafted from postings: how often each skill stands in them decides what it is."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from credence.matching.domain import MAX_COMPETENCIES, CompetencyLine, with_ids
from credence_models.coverage import Necessity

PRIORITY_FROM = 0.60
COMMON_FROM = 0.20
TOP_TEN_FROM = 0.40
TOP_TEN = 10
FEWEST_PRIORITIES, MOST_PRIORITIES = 3, 5
MOST_WORDINGS = 5

_DEGREE = re.compile(
    r"\b(?:bachelor'?s?|master'?s?|doctoral|university|college|academic)\s+degree\b|\bdegree\s+in\b"
    r"|\b(?:b\.?sc|m\.?sc|ph\.?d|mba)\b|\b(?:bachelor|master)'?s?\s+(?:of|in)\s+(?-i:[A-Z])"
    r"|\bdegree\s+(?:is\s+)?(?:required|preferred)\b",
    re.IGNORECASE,
)


class Band(StrEnum):
    PRIORITY = "priority"
    COMMON = "common"
    IGNORED = "ignored"


class Policy(StrEnum):
    """BANDS: 30-50 postings; 60 % makes a priority, under 20 % is left out. TOP_TEN: 100 postings; the ten most frequent from 40 % on."""

    BANDS = "bands"
    TOP_TEN = "top_ten"

    @property
    def postings_wanted(self) -> int:
        return 30 if self is Policy.BANDS else 100


@dataclass(frozen=True, slots=True)
class Mention:
    """A skill found in a posting, in the posting's own words."""

    concept: str
    label: str
    wording: str


@dataclass(frozen=True, slots=True)
class FoundSkill:
    """`count` postings name it, a `share` of all; `wordings` are the most frequent ways in which they do."""

    concept: str
    label: str
    count: int
    share: float
    band: Band
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    skills: tuple[FoundSkill, ...]
    competencies: tuple[CompetencyLine, ...]
    warnings: tuple[str, ...]


def draft(postings: Sequence[str], mentions: Sequence[Iterable[Mention]], policy: Policy) -> Draft:
    """The skills of the postings, most frequent first, and the competencies that follow from them.

    `mentions[i]` are those of `postings[i]`; a skill counts once a posting. The weight of a competency is its share.
    """
    skills = _skills(len(postings), mentions, policy)
    kept = [skill for skill in skills if skill.band is not Band.IGNORED]
    if policy is Policy.TOP_TEN:
        kept = [skill for skill in kept if skill.band is Band.PRIORITY]
    lines = [
        CompetencyLine(
            concept=skill.concept,
            concept_label=skill.label,
            wording=skill.label,
            weight=round(skill.share, 4),
            necessity=_necessity(place, skill),
        )
        for place, skill in enumerate(kept[:MAX_COMPETENCIES])
    ]
    return Draft(tuple(skills), with_ids(lines), tuple(_warnings(postings, skills, kept, policy)))


def _skills(postings: int, mentions: Sequence[Iterable[Mention]], policy: Policy) -> list[FoundSkill]:
    counts: Counter[str] = Counter()
    labels: dict[str, str] = {}
    wordings: dict[str, Counter[str]] = {}
    for of_posting in mentions:
        named: set[str] = set()
        for mention in of_posting:
            named.add(mention.concept)
            labels[mention.concept] = mention.label
            wordings.setdefault(mention.concept, Counter())[mention.wording] += 1
        counts.update(named)
    # by count, then by label and id: the same postings in any order give the same draft
    ordered = sorted(counts, key=lambda concept: (-counts[concept], labels[concept], concept))
    skills = []
    for place, concept in enumerate(ordered):
        share = counts[concept] / postings
        said = sorted(wordings[concept].items(), key=lambda item: (-item[1], item[0]))
        skills.append(
            FoundSkill(
                concept,
                labels[concept],
                counts[concept],
                share,
                _band(place, share, policy),
                tuple(wording for wording, _ in said[:MOST_WORDINGS]),
            )
        )
    return skills


def _band(place: int, share: float, policy: Policy) -> Band:
    from_share, places = (TOP_TEN_FROM, TOP_TEN) if policy is Policy.TOP_TEN else (PRIORITY_FROM, math.inf)
    if share >= from_share and place < places:
        return Band.PRIORITY
    return Band.COMMON if share >= COMMON_FROM else Band.IGNORED


def _necessity(place: int, skill: FoundSkill) -> Necessity:
    """A priority is a must-have, but no more than five are: a longer list of must-haves is met by nobody."""
    must = skill.band is Band.PRIORITY and place < MOST_PRIORITIES
    return Necessity.MUST if must else Necessity.SHOULD


def _warnings(
    postings: Sequence[str], skills: Sequence[FoundSkill], kept: Sequence[FoundSkill], policy: Policy
) -> Iterable[str]:
    if len(postings) < policy.postings_wanted:
        yield (
            f"Only {len(postings)} postings: from {policy.postings_wanted} on, shares are steady enough to build on."
        )
    priorities = sum(skill.band is Band.PRIORITY for skill in skills)
    if priorities < FEWEST_PRIORITIES:
        yield (
            f"Skills that stand out as priorities: {priorities}; {FEWEST_PRIORITIES} to {MOST_PRIORITIES} are usual: "
            "the postings may be of different roles."
        )
    elif priorities > MOST_PRIORITIES and policy is Policy.BANDS:
        yield (
            f"{priorities} skills stand out as priorities; the {MOST_PRIORITIES} most frequent are must-haves in the draft, "
            "the others are not."
        )
    if len(kept) > MAX_COMPETENCIES:
        yield f"{len(kept)} skills are frequent enough; the draft keeps the {MAX_COMPETENCIES} most frequent."
    demanding = sum(_DEGREE.search(posting) is not None for posting in postings)
    if demanding:
        yield (
            f"{demanding} of {len(postings)} postings demand a degree: where no law asks for it, "
            "it filters people without saying what they can do."
        )
