"""Sources -> concepts: one entry for one thing, whatever the sources call it."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files

import yaml

from .model import Concept, ConceptKind, TaxonomyError
from .names import is_kind_of_software, parse, slug
from .sources import EscoRow, TechnologyRow

_QUALIFIER = re.compile(r" \([^()]*\)$")
_SOFTWARE = re.compile(
    r"(?i)the computer (program|language)\b|(computer )?programm?ing (language|paradigms) in\b|"
    r"techniques and principles of software development, such as|"
    r"^the (?:[a-z-]+ ){0,6}"
    r"(?-i:(?:database|environment|framework|platform|program|software|system|tool) [A-Z])"
)
_ORDINARY = 3
"""A word that at least so many ESCO descriptions print in lower case is an ordinary English word."""


def common_names() -> dict[str, list[str]]:
    text = files(__package__).joinpath("common_names.yaml").read_text(encoding="utf-8")
    names: dict[str, list[str]] = yaml.safe_load(text)
    return names


def _refuse(key: str) -> None:
    raise TaxonomyError(f"common_names.yaml: no source has {key!r}")


def assemble(
    esco: Sequence[EscoRow],
    technologies: Sequence[TechnologyRow],
    common: Mapping[str, Sequence[str]],
    *,
    unknown: Callable[[str], None] = _refuse,
) -> list[Concept]:
    """ESCO concepts in order of URI, then the O*NET technologies that ESCO lacks, in order of id.

    A technology that carries the name of an ESCO knowledge concept becomes spellings of that concept, and
    the concept a TECHNOLOGY. `unknown` is told of each key of `common` that no source has; by default it
    raises `TaxonomyError`.
    """
    concepts: dict[str, Concept] = {f"esco:{row.uuid}": _from_esco(row) for row in esco}
    owner = _owners(concepts.values())
    ordinary = ordinary_words(row.description for row in esco)
    folded = {spelling: key for key, spellings in common.items() for spelling in spellings}
    for row in technologies:
        if row.name in folded and folded[row.name] != row.name and not owner.get(row.name.casefold()):
            continue  # a spelling of its key, which takes it below
        concept = _from_onet(row)
        twin = owner.get(row.name.casefold()) or owner.get(concept.label.casefold())
        if twin:
            concepts[twin] = _joined(concepts[twin], concept, row.name)
        elif row.name in common or not is_kind_of_software(row.name, ordinary):
            concepts[concept.id] = concept
            owner[concept.label.casefold()] = owner[row.name.casefold()] = concept.id
    for key, spellings in common.items():
        at = owner.get(key.casefold()) or f"onet:{slug(key)}"
        if at in concepts:
            concepts[at] = _with_aliases(concepts[at], spellings)
        else:
            unknown(key)
    esco_ids = [f"esco:{row.uuid}" for row in esco]
    return [concepts[i] for i in (*esco_ids, *sorted(concepts.keys() - set(esco_ids)))]


def ordinary_words(descriptions: Iterable[str]) -> frozenset[str]:
    """Lower-case words in common use, going by the texts themselves."""
    counts: Counter[str] = Counter()
    for text in descriptions:
        counts.update(set(re.findall(r"(?<![\w-])[a-z]{2,}(?![\w-])", text)))
    return frozenset(word for word, count in counts.items() if count >= _ORDINARY)


def _from_esco(row: EscoRow) -> Concept:
    kind = row.kind
    named = row.label != row.label.lower()  # products and languages have names
    if kind is ConceptKind.KNOWLEDGE and named and _SOFTWARE.search(row.description[:300]):
        kind = ConceptKind.TECHNOLOGY
    concept = Concept(
        f"esco:{row.uuid}", row.label, kind, row.aliases, row.description, row.broader, row.reuse_level
    )
    bare = _QUALIFIER.sub("", row.label)
    return _with_aliases(concept, [bare]) if kind is ConceptKind.TECHNOLOGY else concept


def _from_onet(row: TechnologyRow) -> Concept:
    name = parse(row.name)
    return Concept(
        f"onet:{slug(row.name)}", name.label, ConceptKind.TECHNOLOGY, name.aliases, row.category, row.broader
    )


def _owners(concepts: Iterable[Concept]) -> dict[str, str]:
    """Name in lower case -> the ESCO knowledge concept that a technology of that name is. Labels go first."""
    owner: dict[str, str] = {}
    known = [c for c in concepts if c.kind in (ConceptKind.KNOWLEDGE, ConceptKind.TECHNOLOGY)]
    for concept in known:
        owner.setdefault(concept.label.casefold(), concept.id)
    for concept in known:
        owner.setdefault(_QUALIFIER.sub("", concept.label).casefold(), concept.id)
    for concept in known:
        for alias in concept.aliases:
            if alias != alias.lower() and _is_product(concept.label, alias):  # a name, not a paraphrase
                owner.setdefault(alias.casefold(), concept.id)
    # what a common name is given to may also be a skill ("perform data analysis")
    for concept in concepts:
        owner.setdefault(concept.label.casefold(), concept.id)
    return owner


def _is_product(label: str, alias: str) -> bool:
    """Whether a concept with a product among its other names is that product, and not what it is an example
    of: ESCO lists Ada under "computer programming", Selenium under "tools for ICT test automation". A label
    without a name in it may still begin with the maker's.
    """
    words = _QUALIFIER.sub("", label).split()
    is_class = any(w.islower() for w in words) and all(w.islower() or w.isupper() for w in words)
    return not is_class or words[0].lower() == alias.split()[0].lower()


def _joined(concept: Concept, technology: Concept, name: str) -> Concept:
    """`concept` with the spellings of a technology of the same name; a product makes it a TECHNOLOGY."""
    kind = concept.kind
    if kind is ConceptKind.KNOWLEDGE and (
        technology.label[1:].lower() != technology.label[1:] or " " not in name
    ):
        kind = ConceptKind.TECHNOLOGY
    broader = tuple(dict.fromkeys((*concept.broader, *technology.broader)))
    named = _with_aliases(concept, (name, technology.label, *technology.aliases))
    return replace(named, kind=kind, broader=broader)


def _with_aliases(concept: Concept, names: Iterable[str]) -> Concept:
    aliases = dict.fromkeys((*concept.aliases, *names))
    aliases.pop(concept.label, None)
    return replace(concept, aliases=tuple(aliases))
