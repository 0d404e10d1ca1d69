"""Skill concepts: ESCO skills and O*NET technology names, one versioned table, built from pinned packages."""

from .install import default_path, install, load
from .model import Concept, ConceptKind, Taxonomy, TaxonomyCorrupt, TaxonomyError, TaxonomyMissing

__all__ = [
    "Concept",
    "ConceptKind",
    "Taxonomy",
    "TaxonomyCorrupt",
    "TaxonomyError",
    "TaxonomyMissing",
    "default_path",
    "install",
    "load",
]
