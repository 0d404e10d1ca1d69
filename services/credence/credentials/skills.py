"""From an achievement to the skills that it shows: what the issuer aligned it to first, its own words only where that gives nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from credence.credentials.levels import level_of
from credence.credentials.verifier import Achievement, Alignment, Flag, Severity
from credence_models.linker import Link, Linker
from credence_models.taxonomy import Concept

MAX_CRITERIA = 4_000
"""Characters of a criteria text that are looked at; longer ones repeat themselves."""


@dataclass(frozen=True, slots=True)
class ShownSkill:
    """A concept, the level where one is stated (0: not), and how we came to it."""

    concept: Concept
    level: int
    wording: str
    confidence: float
    method: str
    """`alignment`, `exact` or `nearest`."""


def phrases_of(achievement: Achievement) -> Iterator[str]:
    """The short texts that `skills_of` will have linked: for linking many achievements at once beforehand."""
    for alignment in _alignments(achievement):
        if alignment.target_name:
            yield alignment.target_name
    yield from achievement.tags
    if achievement.name:
        yield achievement.name


def skills_of(achievement: Achievement, linker: Linker) -> tuple[tuple[ShownSkill, ...], tuple[Flag, ...]]:
    """Each concept once, the surest source first; and flags for alignments that contradict themselves.

    Alignments and tags count; name and criteria are read only when those give nothing.
    """
    flags: list[Flag] = []
    level = level_of(achievement.achieved_level)
    shown = [
        *_from_alignments(achievement.alignments, level, linker, flags),
        *(
            skill
            for result in achievement.results
            for skill in _from_alignments(
                result.alignments, level_of(result.achieved_level) or level, linker, flags
            )
        ),
        *_from_phrases(achievement.tags, level, linker),
    ]
    if not shown:
        shown = [
            *_from_phrases([achievement.name or ""], level, linker),
            *_from_criteria(achievement, level, linker),
        ]
    first: dict[str, ShownSkill] = {}
    for skill in shown:
        first.setdefault(skill.concept.id, skill)
    return tuple(first.values()), tuple(flags)


def _alignments(achievement: Achievement) -> Iterator[Alignment]:
    yield from achievement.alignments
    for result in achievement.results:
        yield from result.alignments


def _from_alignments(
    alignments: Iterable[Alignment], level: int, linker: Linker, flags: list[Flag]
) -> Iterator[ShownSkill]:
    for alignment in alignments:
        name = alignment.target_name or ""
        aligned = _resolved(alignment, linker)
        named = linker.link_phrase(name) if name else None
        if (
            aligned is not None
            and named is not None
            and named.concept_id != aligned.id
            and not _names(aligned, name)
        ):
            # a wrong code is common; what people read is the name
            flags.append(
                Flag(
                    "ALIGNMENT_CONTRADICTS_ITSELF",
                    Severity.YELLOW,
                    f"The alignment is named {name[:100]!r}, but its code stands for {aligned.label!r}; the name was taken.",
                    "/credentialSubject/achievement/alignment",
                )
            )
            aligned = None
        if aligned is not None:
            yield ShownSkill(aligned, level, name or aligned.label, 1.0, "alignment")
        elif named is not None:
            yield from _from_link(named, level, linker)


def _resolved(alignment: Alignment, linker: Linker) -> Concept | None:
    for code in (alignment.target_url, alignment.target_code):
        if code and (concept := linker.taxonomy.resolve(code)) is not None:
            return concept
    return None


def _names(concept: Concept, name: str) -> bool:
    folded = name.strip().casefold()
    return any(folded == known.casefold() for known in (concept.label, *concept.aliases))


def _from_phrases(phrases: Iterable[str], level: int, linker: Linker) -> Iterator[ShownSkill]:
    for link in linker.link_phrases([phrase for phrase in phrases if phrase.strip()]):
        if link is not None:
            yield from _from_link(link, level, linker)


def _from_criteria(achievement: Achievement, level: int, linker: Linker) -> Iterator[ShownSkill]:
    text = ". ".join(part for part in (achievement.name, achievement.criteria) if part)
    for link in linker.link_text(text[:MAX_CRITERIA]):
        yield from _from_link(link, level, linker)


def _from_link(link: Link, level: int, linker: Linker) -> Iterator[ShownSkill]:
    concept = linker.taxonomy.get(link.concept_id)
    if concept is not None:
        yield ShownSkill(concept, level, link.surface, link.confidence, link.method)
