"""Resource names (`tenants/acme/candidates/7f3a`) and ids."""

import re
from functools import cache

import uuid_utils

from credence.platform.errors import InvalidField, InvalidResourceName

_ID = r"[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?"
_WHOLE_ID = re.compile(_ID)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    segments = (
        f"(?P<{segment[1:-1]}>{_ID})" if segment.startswith("{") else re.escape(segment)
        for segment in pattern.split("/")
    )
    return re.compile("/".join(segments))


def parse_name(pattern: str, name: str, field: str = "name") -> dict[str, str]:
    """The ids in `name`, by the pattern's variables: `tenants/{tenant}/roles/{role}` gives `tenant` and
    `role`.
    Raises InvalidResourceName, which names `field` of the request.
    """
    match = _compiled(pattern).fullmatch(name)
    if match is None:
        raise InvalidResourceName(name, pattern, field=field)
    return match.groupdict()


def last_id(name: str) -> str:
    """The last segment of a resource name."""
    return name.rpartition("/")[2]


def check_id(value: str, field: str = "id") -> str:
    """`value` itself when it may stand in a resource name: 1 to 63 of a-z 0-9 . _ -, a letter or digit at
    both ends.
    """
    if _WHOLE_ID.fullmatch(value) is None:
        raise InvalidField(
            field, "must be 1 to 63 of a-z, 0-9, '.', '_', '-', with a letter or digit at both ends"
        )
    return value


def new_id() -> str:
    """A UUIDv7 in 32 hexadecimal digits: sorts by the time of its making."""
    return uuid_utils.uuid7().hex
