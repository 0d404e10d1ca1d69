"""Text as the linker sees it: same length, one case, cut into sentences and list items."""

import re
import unicodedata
from collections.abc import Iterator

Span = tuple[int, int]

_ONE_FOR_ONE = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u00a0": " ",
        "\t": " ",
    }
)
_IZE = re.compile(r"(?<=[a-z]{3})z(?=(?:e|ed|er|ers|es|ing|ation|ations)\b)")
"""British and American spelling of -ise verbs and their nouns; ESCO is British. One letter for one."""

_SEGMENT = re.compile(r"(?:\.(?=\s+[A-Z(\"'])|[!?](?=\s)|[\n\r\u2022\u25aa\u25cf\u00b7]|;\s|\.\s*$)+")
_ITEM = re.compile(r"\s*(?:[,;|:()]|\s/\s|\s-\s|\band\b|\bor\b|&(?=\s))\s*")

_LEAD = re.compile(
    r"(?i)^(?:(?:(?:very |highly )?(?:strong|solid|good|great|excellent|advanced|basic|deep|proven|demonstrated|sound|"
    r"working|practical|hands-on|in-depth|extensive|professional|relevant|prior|previous|some)|"
    r"(?:\d+\+? ?(?:-|to)? ?\d*\+?) years?(?: of| in|')?|"
    r"(?:ability|able|capable|capacity|capability) (?:to|of)|"
    r"(?:experienced?|expert|expertise|proficien(?:t|cy)|skilled|skills?|competen(?:t|ce)|fluen(?:t|cy)|"
    r"familiar(?:ity)?|knowledge|knowledgeable|understanding|command|background|certified|versed|interest) "
    r"(?:with|of|in|at|on|about|using)(?: the)?|experienced?|proficient|using|e\.g\.|incl(?:uding|\.)|such as|"
    r"other|various|modern|related)\s+)+"
)
_TRAIL = re.compile(
    r"(?i)(?:\s+(?:skills?|experience|knowledge|expertise|proficiency|competenc(?:e|y|ies)|abilit(?:y|ies)|"
    r"know-how|basics|essentials|fundamentals|is a plus|preferred|required|"
    r"\(?(?:basic|intermediate|advanced|expert|native|fluent|beginner)\)?))+$"
)
_EDGE = " \t\n\r.,;:!?\"'()[]{}*-\u2013\u2022\u00b7/|"


def folded(text: str) -> str:
    """Lower case, plain quotes and hyphens, one spelling of -ise; every character stays at its offset."""
    plain = text.translate(_ONE_FOR_ONE).replace("\n", " ").replace("\r", " ")
    lower = plain.lower()
    if len(lower) != len(plain):  # a few letters grow in lower case
        lower = "".join(char.lower() if len(char.lower()) == 1 else char for char in plain)
    return _IZE.sub("s", lower) if "z" in lower else lower


def phrase_key(text: str) -> str:
    """The text of a phrase or tag without what does not matter; case stays, it tells Spark from SPARK."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def trimmed(phrase: str) -> str:
    """A phrase without punctuation around it."""
    return _strip(phrase)


def core(phrase: str) -> str:
    """A phrase without what surrounds the skill: "strong knowledge of SQL (advanced)" -> "SQL"."""
    bare = _strip(phrase)
    inner = _strip(_TRAIL.sub("", _LEAD.sub("", bare)))
    return inner or bare


def compact(phrase: str) -> str:
    """Letters, digits, + and # alone: "Node JS", "node.js" and "NodeJS" are one."""
    return re.sub(r"[^a-z0-9+#]", "", folded(phrase))


def segments(text: str) -> Iterator[Span]:
    """Sentences, lines and bullets, as offsets, without the space around them."""
    start = 0
    for cut in _SEGMENT.finditer(text):
        yield from _bare(text, start, cut.start())
        start = cut.end()
    yield from _bare(text, start, len(text))


def items(text: str, start: int, end: int) -> list[Span]:
    """The parts of an enumeration: what commas, slashes, colons, brackets and "and" separate."""
    spans: list[Span] = []
    at = start
    for cut in _ITEM.finditer(text, start, end):
        spans.extend(_bare(text, at, cut.start()))
        at = cut.end()
    spans.extend(_bare(text, at, end))
    return spans


def _bare(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    inner = piece.strip(" \t\n\r*-\u2013\u2022\u00b7")
    if inner:
        start += piece.index(inner)
        yield start, start + len(inner)


def _strip(phrase: str) -> str:
    inner = phrase.strip(_EDGE)
    if not inner:
        return phrase
    # what belongs to the name is not punctuation: .NET, C (programming)
    at = phrase.index(inner)
    if at and phrase[at - 1] == "." and inner[:1].isalpha() and (at == 1 or phrase[at - 2].isspace()):
        inner = "." + inner
    if phrase[at + len(inner) :].startswith(")") and "(" in inner:
        inner += ")"
    return inner
