"""Open Badges 1.0, 1.1 and 2.0: hosted and signed assertions, whose badge class and issuer are documents of their own.

A hosted badge is as good as its host: nothing is signed, and what counts is what the host of the assertion's address says now. A signed
one is a compact JWS by a key that the issuer's own document lists. Either way the issuer is who the badge class names, and only
the issuer's document, fetched from the issuer's own address, says who may speak for it.
"""

from .forms import is_assertion, unsupported_kind
from .judging import judge, judge_address, judge_token
from .revocation import recheck_entry

__all__ = ["is_assertion", "judge", "judge_address", "judge_token", "recheck_entry", "unsupported_kind"]
