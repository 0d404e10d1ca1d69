"""Skills that a sentence names in order to say that they are not asked for: "no Java needed", "you will not be welding"."""

import re

from .text import Span, folded

_CLAUSE = re.compile(
    r"[,;:()]|\s[-\u2014]\s|\b(?:but|however|although|though|yet|only|just|because|so that)\b"
)
_DENIAL = re.compile(
    r"\b(?:no|not|never|neither|nor|without|cannot)\b(?![-.])(?!\s+(?:only|just|merely|limited|least|matter|less|more|later|fewer))"
    r"|n't\b(?!\s+(?:only|just|merely))|\brather than\b|\binstead of\b"
)
_REACH = 7
"""Words between a denial and what it denies."""
_DENIED_AFTER = re.compile(
    r"(?:\s+[\w'-]+){0,4}?\s+(?:(?:is|are|was|were|do|does|will|need|have|has)\s+)?(?:not|never|n't)\b"
    r"|(?:\s+[\w'-]+){0,4}?\s+(?:isn't|aren't|wasn't|won't|needn't|doesn't|don't)\b"
)
_WANTED = re.compile(
    r"(?:\s+[\w'-]+){0,2}?\s+(?:required|requirement|needed|necessary|essential|expected|mandatory"
    r"|must|wanted|part of|involved|matter|be|have|need)\b"
)


def is_denied(segment: str, span: Span) -> bool:
    """Whether the sentence takes back what segment[span] names. Two denials in a clause cancel out."""
    plain = folded(segment)
    start, end = span
    before = _CLAUSE.split(plain[:start])[-1]
    near = " ".join(before.split()[-_REACH:])
    if len(_DENIAL.findall(near)) % 2:
        return True
    after = _CLAUSE.split(plain[end:])[0]
    found = _DENIED_AFTER.match(after)
    return found is not None and _WANTED.match(after, found.end()) is not None
