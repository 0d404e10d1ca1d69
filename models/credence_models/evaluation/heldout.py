"""Which alternative labels nobody may learn, so that they can ask: a fixed tenth of those of ESCO.

The rule reads nothing but the id of the concept and the alias, so the split is the same on every machine, in every
version of the taxonomy and for training, which leaves these pairs out, as for evaluation, which asks for them.
"""

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from ..taxonomy import Concept, Taxonomy

SHARE = 10
"""One alias in so many is held out."""


def fold(name: str) -> str:
    """What of a name counts for the split: neither case nor the width and number of spaces.

    >>> fold(" Data  Science ")
    'data science'
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def is_held_out(concept_id: str, alias: str) -> bool:
    """Whether no one may learn that `alias` names this concept. Never true of technologies of O*NET alone."""
    if not concept_id.startswith("esco:"):
        return False
    digest = hashlib.sha256(f"{concept_id}\n{fold(alias)}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % SHARE == 0


def known_aliases(concept: Concept) -> tuple[str, ...]:
    """The aliases that may be learnt."""
    return tuple(alias for alias in concept.aliases if not is_held_out(concept.id, alias))


def without_held_out(taxonomy: Taxonomy) -> Taxonomy:
    """The same concepts in the same order, which do not know the aliases that are held out."""
    concepts = [replace(concept, aliases=known_aliases(concept)) for concept in taxonomy.concepts]
    return Taxonomy(f"{taxonomy.version}.heldout", concepts)


def held_out_queries(concepts: Iterable[Concept]) -> dict[str, frozenset[str]]:
    """Held-out alias -> ids of all concepts that it names.

    A question only where it cannot be looked up: of a concept with at least two aliases, not the label of any
    concept, and held out for every concept that lists it.
    """
    owners: dict[str, set[str]] = defaultdict(set)
    spelt: dict[str, str] = {}
    known: set[str] = set()
    for concept in concepts:
        known.add(fold(concept.label))
        for alias in concept.aliases:
            if len(concept.aliases) > 1 and is_held_out(concept.id, alias):
                owners[fold(alias)].add(concept.id)
                spelt.setdefault(fold(alias), alias)
            else:
                known.add(fold(alias))
    return {spelt[key]: frozenset(ids) for key, ids in owners.items() if key not in known}
