"""Names that look like other names: skeletons in the sense of Unicode Technical Standard 39, for the scripts that matter here.

The table maps lower-case letters of other scripts to the Latin letter they are drawn like; it is deliberately small (letters a
reader of a badge cannot tell apart), because a flag is a warning, and a false one costs an issuer's good name.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

__all__ = ["hidden_characters", "mixed_scripts", "skeleton"]

_LOOKALIKES: Final = str.maketrans(
    {
        # Cyrillic
        "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "һ": "h", "і": "i", "ј": "j", "к": "k", "ӏ": "l", "м": "m",
        "н": "h", "о": "o", "р": "p", "ԛ": "q", "г": "r", "ѕ": "s", "т": "t", "у": "y", "ѵ": "v", "ԝ": "w", "х": "x",
        "ү": "y", "ё": "e", "ї": "i", "з": "3", "б": "6",
        # Greek
        "α": "a", "β": "b", "ε": "e", "η": "n", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t", "υ": "u",
        "χ": "x", "γ": "y", "ω": "w", "ϲ": "c", "ϳ": "j", "μ": "u", "ζ": "z",
        # Armenian, Cherokee and Latin letters of their own
        "ո": "n", "ս": "u", "օ": "o", "հ": "h", "ց": "g", "զ": "q", "ꮯ": "c", "ı": "i", "ɑ": "a", "ɡ": "g", "ʏ": "y",
        "ᴏ": "o", "ł": "l", "ø": "o", "đ": "d",
        # digits and punctuation that stand in for letters
        "0": "o", "1": "l", "|": "l", "!": "l", "$": "s", "@": "a",
    }
)  # fmt: skip


@lru_cache(maxsize=4096)  # issuers are few, and their names short
def skeleton(name: str) -> str:
    """Equal for two names that a reader can hardly tell apart. Only for comparison, never for display."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(
        character for character in folded if unicodedata.category(character) not in ("Mn", "Me", "Cf", "Cc")
    ).translate(_LOOKALIKES)
    # after the table, since it may make new ones; i and l are one stroke, rn is an m
    letters = letters.replace("rn", "m").replace("vv", "w").replace("i", "l")
    return " ".join("".join(c if c.isalnum() else " " for c in letters).split())


def hidden_characters(text: str) -> tuple[str, ...]:
    """Names of the invisible or direction-changing characters in `text` (zero width, bidi controls, tags)."""
    if text.isprintable():
        return ()  # what Unicode calls printable is in none of the categories below
    return tuple(
        unicodedata.name(character, f"U+{ord(character):04X}")
        for character in dict.fromkeys(text)
        if unicodedata.category(character) in ("Cf", "Cc", "Co")
        and character not in "\n\r\t\u200d\u200c\u00ad"
    )


def mixed_scripts(text: str) -> tuple[str, ...]:
    """The scripts of a word that mixes Latin with Cyrillic, Greek, Armenian or Cherokee; empty when no word does."""
    if text.isascii():
        return ()
    for word in text.split():
        scripts = {unicodedata.name(c, "").split(" ")[0] for c in word if c.isalpha()}
        suspicious = scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}
        if "LATIN" in scripts and suspicious:
            return ("LATIN", *sorted(suspicious))
    return ()
