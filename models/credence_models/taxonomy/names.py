"""O*NET technology names: which name a thing that can be learned, and how people write them."""

import re
from collections.abc import Collection
from dataclasses import dataclass

_KIND_OF_SOFTWARE = re.compile(
    r"[A-Z0-9][a-z0-9-]*( [a-z0-9/,()'-]+)* "
    r"(applications?|databases?|editors?|packages?|platforms?|programs?|readers?|software|systems?|tools?)"
)
_WITH_ACRONYM = re.compile(r"(?P<words>.+) \(?(?P<acronym>[A-Z][A-Z0-9/&-]+)\)?(?: software| systems?)?")
_SMALL = frozenset({"and", "for", "in", "of", "the", "to"})


@dataclass(frozen=True, slots=True)
class TechnologyName:
    """What a technology is called: a label, and other spellings."""

    label: str
    aliases: tuple[str, ...]


def slug(name: str) -> str:
    """The part of a concept id that stands for `name`: stable as long as the name is.

    >>> slug("C++"), slug("C#"), slug("Microsoft .NET Framework")
    ('c-plus-plus', 'c-sharp', 'microsoft-dot-net-framework')
    """
    spelled = name.lower().replace("+", " plus ").replace("#", " sharp ")
    spelled = re.sub(r"(?<!\w)\.(?=\w)", "dot ", spelled)
    return re.sub(r"[^a-z0-9]+", "-", spelled).strip("-")


def is_kind_of_software(name: str, ordinary_words: Collection[str]) -> bool:
    """Whether the name describes a class of programs ("Inventory control software"), not one that has a
    name.
    """
    if not _KIND_OF_SOFTWARE.fullmatch(name):
        return False
    return all(word.lower() in ordinary_words for word in re.findall(r"[A-Za-z]{2,}", name)[:-1])


def parse(name: str) -> TechnologyName:
    """Label and spellings of a technology.

    An acronym that the words before it spell ("Security assertion markup language SAML") leaves the label.
    It is no spelling of its own: most such acronyms mean several things, so the ones in use are listed in
    common_names.yaml.
    """
    if (match := _WITH_ACRONYM.fullmatch(name)) and _spells(match["words"], match["acronym"]):
        return TechnologyName(match["words"], (name, f"{match['words']} ({match['acronym']})"))
    product = re.fullmatch(r"(.+) software", name)
    if product and any(part[:1].isupper() for part in product[1].split()):
        return TechnologyName(product[1], (name,))
    return TechnologyName(name, ())


def _spells(words: str, acronym: str) -> bool:
    letters = re.sub(r"[^a-z0-9]", "", acronym.lower())
    parts = [part.lower() for part in re.findall(r"[A-Za-z0-9]+", words)]
    for start in range(len(parts)):
        tail = parts[start:]
        if letters in ("".join(p[0] for p in tail), "".join(p[0] for p in tail if p not in _SMALL)):
            return True
    return False
