"""The filter of a ranking: checked, in one canonical form, as conditions of the index."""

import orjson

from credence.matching.index import Condition
from credence.matching.profiles import LABEL_FACET
from credence.platform.errors import InvalidField
from credencepb.matching.v1.matching_service_pb2 import RankingFilter

MAX_VALUES = 100
MAX_LENGTH = 200
AVAILABILITIES = ("now", "three_months", "not_looking")
POPULATIONS = ("applicant", "employee")


def check(wanted: RankingFilter) -> None:
    """Raises InvalidField naming every condition that cannot be meant."""
    found = []
    for field, allowed in (("regions", ()), ("availabilities", AVAILABILITIES), ("populations", POPULATIONS)):
        values = getattr(wanted, field)
        if len(values) > MAX_VALUES:
            found.append((f"filter.{field}", f"must be at most {MAX_VALUES}, not {len(values)}"))
            continue
        for i, value in enumerate(values):
            if allowed and value not in allowed:
                found.append((f"filter.{field}[{i}]", f"must be one of {', '.join(allowed)}"))
            elif not value or len(value) > MAX_LENGTH:
                found.append((f"filter.{field}[{i}]", f"must be 1 to {MAX_LENGTH} characters"))
    if len(wanted.labels) > MAX_VALUES:
        found.append(("filter.labels", f"must be at most {MAX_VALUES}, not {len(wanted.labels)}"))
    elif any(not key or not value or len(key + value) > MAX_LENGTH for key, value in wanted.labels.items()):
        found.append(("filter.labels", f"keys and values must be 1 to {MAX_LENGTH} characters together"))
    if found:
        raise InvalidField.several(found)


def conditions(wanted: RankingFilter) -> tuple[Condition, ...]:
    found = []
    if wanted.regions:
        found.append(Condition("region", tuple(wanted.regions), below=True))
    if wanted.availabilities:
        found.append(Condition("availability", tuple(wanted.availabilities)))
    if wanted.populations:
        found.append(Condition("population", tuple(wanted.populations)))
    found += [Condition(LABEL_FACET + key, (value,)) for key, value in sorted(wanted.labels.items())]
    return tuple(found)


def canonical(wanted: RankingFilter) -> str:
    """One text for all ways to write the same filter, as JSON; empty for no condition."""
    said: dict[str, object] = {
        "regions": sorted(set(wanted.regions)),
        "availabilities": sorted(set(wanted.availabilities)),
        "populations": sorted(set(wanted.populations)),
        "labels": dict(wanted.labels),
        "must_haves_met_only": wanted.must_haves_met_only,
    }
    said = {name: value for name, value in said.items() if value}
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode() if said else ""
