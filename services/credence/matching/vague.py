"""A linter for competencies: a good one says what the person does, so that somebody can see whether it was done."""

import re
from collections.abc import Iterable, Sequence

from credence.matching.domain import CompetencyLine

# what nobody can watch a person do; with or without "a good", "some", "basic" before it
_STATE_OF_MIND = re.compile(
    r"^\W*(?:(?:an?|the|some|good|strong|basic|solid|deep|sound|general|proven|working|excellent)\s+)*"
    r"(understand(?:s|ing)?|know(?:s|ing)?|knowledge|familiar(?:ity)?|aware(?:ness)?|appreciat(?:es?|ion|ing)"
    r"|learn(?:s|ing)?|grasp(?:s|ing)?|interest(?:ed)?|exposure|affinity|passion(?:ate)?)\b",
    re.IGNORECASE,
)
_LONG_ENOUGH = 3


def warnings(lines: Sequence[CompetencyLine]) -> list[str]:
    """One sentence for each thing that an author may want to sharpen, in the order of the lines."""
    return [*_vague(lines), *_repeated(lines)]


def is_vague(wording: str) -> bool:
    """Whether a wording names a state of mind ("understanding cloud computing") in place of something done."""
    return _STATE_OF_MIND.match(wording) is not None


def _vague(lines: Sequence[CompetencyLine]) -> Iterable[str]:
    for line in lines:
        found = _STATE_OF_MIND.match(line.wording)
        # "knowledge management" is the name of a skill, not a state of mind
        if found is None or line.wording.strip().casefold() == line.concept_label.casefold() != "":
            continue
        if len(line.wording.split()) < _LONG_ENOUGH and line.standard:
            continue
        yield (
            f"'{line.wording}' says '{found[1]}', which nobody can observe: say what the person does, under which conditions, "
            "to what standard."
        )


def _repeated(lines: Sequence[CompetencyLine]) -> Iterable[str]:
    first: dict[str, CompetencyLine] = {}
    for line in lines:
        if line.concept and line.concept in first:
            yield (
                f"'{first[line.concept].name}' and '{line.name}' are the same skill in the taxonomy: "
                "its evidence counts for both."
            )
        first.setdefault(line.concept, line)
