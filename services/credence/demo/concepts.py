"""From the labels in data/ to the ids of the taxonomy."""

from collections.abc import Mapping
from functools import cache

from credence_models import taxonomy

from .source import Skill, load


class UnknownConceptError(LookupError):
    """The installed taxonomy has no concept, or more than one, with a label that the demo data names."""


@cache
def concept_ids() -> Mapping[str, str]:
    """Concept id of each skill, by the key of the skill. Raises UnknownConceptError with all labels that fail."""
    return resolve(load().skills, taxonomy.load())


def resolve(skills: Mapping[str, Skill], table: taxonomy.Taxonomy) -> Mapping[str, str]:
    found = {key: table.resolve(skill.label) for key, skill in skills.items()}
    missing = [skills[key].label for key, concept in found.items() if concept is None]
    if missing:
        raise UnknownConceptError(
            f"taxonomy {table.version} has no single concept labelled: {'; '.join(missing)}"
        )
    return {key: concept.id for key, concept in found.items() if concept is not None}
