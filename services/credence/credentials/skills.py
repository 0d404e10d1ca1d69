"""From an achievement to the skills that it shows: what the issuer aligned it to first, its own words only where that gives nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice

from credence.credentials.alignments import agrees, target_of
from credence.credentials.ctdl import Competency
from credence.credentials.levels import level_of_achievement, level_of_result, passed
from credence.credentials.verifier import Achievement, Alignment, Flag, Severity
from credence_models.linker import Link, Linker
from credence_models.taxonomy import Concept

MAX_CRITERIA = 4_000
"""Characters of a criteria text that are looked at; longer ones repeat themselves."""
MAX_ALIGNMENTS = 200
MAX_TAGS = 100
"""Of one achievement, that are read: real ones have a dozen, and each unknown name costs a look through the taxonomy."""
MAX_DOUBTS = 16
"""Names of one achievement that are compared by meaning with what their codes stand for; past that, only those that match are believed."""
MAX_FLAGS = 10
UNNAMED = 0.9
"""Confidence in a code that no name confirms."""
_WHERE = "/credentialSubject/achievement/alignment"


@dataclass(frozen=True, slots=True)
class ShownSkill:
    """A concept, the level where one is stated (0: not), and how we came to it."""

    concept: Concept
    level: int
    wording: str
    confidence: float
    method: str
    """`alignment`, `exact` or `nearest`."""
    source: str = ""
    """`alignment`, `result`, `description`, `tag`, `name` or `criteria`: where in the credential, or in its public description."""


def phrases_of(achievement: Achievement) -> Iterator[str]:
    """The short texts that `skills_of` will have linked: for linking many achievements at once beforehand."""
    for alignment in _alignments(achievement):
        if alignment.target_name:
            yield alignment.target_name
    yield from achievement.tags[:MAX_TAGS]
    if achievement.name:
        yield achievement.name


def skills_of(
    achievement: Achievement,
    linker: Linker,
    described: Mapping[str, Competency] | None = None,
    competencies: Iterable[Competency] = (),
) -> tuple[tuple[ShownSkill, ...], tuple[Flag, ...]]:
    """Each concept once, the surest source first; and flags for alignments that are not believed.

    Alignments and tags count; the competencies of the achievement's public description (`competencies`) where no alignment does; name and
    criteria only when all of that gives nothing. `described` are competencies by CTID, for alignments that point to one. An achievement
    whose results all say that it was not passed shows nothing.
    """
    reading = _Reading(linker, described or {})
    failed = [result for result in achievement.results if not passed(result)]
    if failed:
        reading.note_failed([r.description_name or r.value or r.status or "" for r in failed])
    if failed and len(failed) == len(achievement.results):
        return (), tuple(reading.flags)
    level = level_of_achievement(achievement)
    shown = [
        *reading.alignments(achievement.alignments, level, "alignment"),
        *(
            skill
            for result in achievement.results
            if result not in failed
            for skill in reading.alignments(result.alignments, level_of_result(result) or level, "result")
        ),
    ]
    if not shown:
        shown = list(reading.alignments(map(_as_alignment, competencies), level, "description"))
    shown += reading.phrases(achievement.tags[:MAX_TAGS], level, "tag")
    if not shown:
        shown = [
            *reading.phrases([achievement.name or ""], level, "name"),
            *reading.criteria(achievement, level),
        ]
    first: dict[str, ShownSkill] = {}
    for skill in shown:
        first.setdefault(skill.concept.id, skill)
    return tuple(first.values()), tuple(reading.flags)


def _alignments(achievement: Achievement) -> Iterator[Alignment]:
    """In the order in which `skills_of` reads them, as far as it does."""
    results = (alignment for result in achievement.results for alignment in result.alignments)
    yield from islice(chain(achievement.alignments, results), MAX_ALIGNMENTS)


def _as_alignment(competency: Competency) -> Alignment:
    return Alignment(competency.ctid, "CTDL-ASN", competency.ctid, competency.name, None)


@dataclass
class _Reading:
    """One achievement as it is read; `flags` gathers what was not believed, each kind of it once for each concept."""

    linker: Linker
    described: Mapping[str, Competency]
    flags: list[Flag] = field(default_factory=list)
    unread: int = MAX_ALIGNMENTS
    doubts: int = MAX_DOUBTS

    def alignments(self, alignments: Iterable[Alignment], level: int, source: str) -> Iterator[ShownSkill]:
        for alignment in alignments:
            self.unread -= 1
            if self.unread < 0:
                return
            target = target_of(alignment, self.linker.taxonomy, self.described)
            if target.occupation:
                continue
            concept = target.concept
            named = self.linker.link_phrase(target.name) if target.name else None
            if concept is not None and target.name and not self._agrees(concept, target.name, named):
                self._disbelieve(concept, target.name, named)
                concept = None
            if concept is not None and (named is None or self.linker.taxonomy.get(concept.id) is not None):
                yield ShownSkill(
                    concept,
                    level,
                    target.name or concept.label,
                    1.0 if target.name else UNNAMED,
                    "alignment",
                    source,
                )
            elif named is not None:
                # a wrong code is common, and a retired concept is like nothing else; what people read is the name
                yield from self._linked(named, level, source)

    def _agrees(self, concept: Concept, name: str, named: Link | None) -> bool:
        if named is None:
            self.doubts -= 1
        return agrees(concept, name, self.linker, by_meaning=self.doubts >= 0)

    def phrases(self, phrases: Iterable[str], level: int, source: str) -> Iterator[ShownSkill]:
        for link in self.linker.link_phrases([phrase for phrase in phrases if phrase.strip()]):
            if link is not None:
                yield from self._linked(link, level, source)

    def criteria(self, achievement: Achievement, level: int) -> Iterator[ShownSkill]:
        text = ". ".join(part for part in (achievement.name, achievement.criteria) if part)
        for link in self.linker.link_text(text[:MAX_CRITERIA]):
            yield from self._linked(link, level, "criteria")

    def note_failed(self, names: list[str]) -> None:
        listed = ", ".join(f"{name[:60]!r}" for name in names[:3] if name) or "a result"
        text = f"The credential itself says that this was not achieved: {listed}; it shows no skill."
        self.flags.append(Flag("RESULT_NOT_PASSED", Severity.YELLOW, text, "/credentialSubject/result"))

    def _linked(self, link: Link, level: int, source: str) -> Iterator[ShownSkill]:
        concept = self.linker.taxonomy.get(link.concept_id)
        if concept is not None:
            yield ShownSkill(concept, level, link.surface, link.confidence, link.method, source)

    def _disbelieve(self, concept: Concept, name: str, named: Link | None) -> None:
        stands = f"The alignment is named {name[:100]!r}, but its code stands for {concept.label!r}"
        flag = (
            Flag("ALIGNMENT_NOT_CONFIRMED", Severity.YELLOW, f"{stands}; it was not believed.", _WHERE)
            if named is None
            else Flag(
                "ALIGNMENT_CONTRADICTS_ITSELF", Severity.YELLOW, f"{stands}; the name was taken.", _WHERE
            )
        )
        if flag not in self.flags and len(self.flags) < MAX_FLAGS:
            self.flags.append(flag)
