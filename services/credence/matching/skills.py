"""What matching asks about skills: which concept a wording means, and which concepts count for a competency."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from credence.matching.domain import CompetencyLine, Violation
from credence.matching.draft import Mention
from credence_models.linker import Linker, load_linker
from credence_models.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Skills:
    """The taxonomy, the linker and the space of concepts that belong together."""

    linker: Linker

    @property
    def taxonomy(self) -> Taxonomy:
        return self.linker.taxonomy

    @property
    def taxonomy_version(self) -> str:
        return self.linker.taxonomy.version

    @property
    def encoder_version(self) -> str:
        return self.linker.space.encoder.version

    def neighbours(self, concept: str, wording: str, threshold: float) -> tuple[tuple[str, float], ...]:
        """The concepts whose evidence counts for a competency, with their similarity; by its wording where it has no concept."""
        space = self.linker.space
        if concept:
            return space.neighbours_of_concept(concept, threshold=threshold)
        return space.neighbours_of_text(wording, threshold=threshold)

    def settle(
        self, lines: Sequence[CompetencyLine], prefix: str
    ) -> tuple[list[CompetencyLine], list[Violation]]:
        """The lines with concept and label filled in, and the concepts that the taxonomy does not have.

        A wording without a concept gets one where the linker is sure, and stays free text otherwise.
        """
        free = [line.wording for line in lines if not line.concept]
        links = dict(zip(free, self.linker.link_phrases(free), strict=True))
        settled, unknown = [], []
        for i, line in enumerate(lines):
            link = links[line.wording] if not line.concept else None
            named = line.concept or (link.concept_id if link else "")
            concept = self.taxonomy.resolve(named) if named else None
            if concept is not None:
                label = concept.label
                settled.append(
                    replace(line, concept=concept.id, concept_label=label, wording=line.wording or label)
                )
            else:
                settled.append(replace(line, concept_label=""))
            if named and concept is None:
                at = f"{prefix}.competencies[{i}].concept"
                text = f"{named[:100]!r} is not in the taxonomy {self.taxonomy_version}"
                unknown.append((at, text))
        return settled, unknown

    def mentions(self, postings: Sequence[str]) -> list[list[Mention]]:
        """All skills found in each posting."""
        found = []
        for links in self.linker.link_texts(postings):
            concepts = ((link, self.taxonomy.get(link.concept_id)) for link in links)
            found.append([Mention(c.id, c.label, link.surface) for link, c in concepts if c is not None])
        return found


def load_skills(threads: int) -> Skills:
    """Loads what the cache holds. Raises TaxonomyMissing or EncoderError, which say what to run."""
    return Skills(load_linker(threads=threads))
