"""How evidence ages: half-lives over whole months, so that a grade changes at most once a month."""

import math
from datetime import date
from itertools import count

from credence_models.coverage.facts import EvidenceFacts
from credence_models.coverage.policy import Policy
from credence_models.coverage.sentences import duration, percent


def factor(facts: EvidenceFacts, policy: Policy, as_of: date) -> tuple[float, str, str]:
    """(value, code, sentence) of the recency of `facts` on the day `as_of`."""
    months = None if facts.observed_on is None else whole_months(facts.observed_on, as_of)
    return _factor(facts, policy, months)


def next_step_on(facts: EvidenceFacts, policy: Policy, as_of: date) -> date | None:
    """The first day after `as_of` on which age changes the factor; None if it never does."""
    if facts.observed_on is None:
        return None
    age = whole_months(facts.observed_on, as_of)
    now = _factor(facts, policy, age)
    for months in count(age + 1):
        day = completed_on(facts.observed_on, months)
        if day is None or _factor(facts, policy, months) != now:
            return day
    return None


def whole_months(observed_on: date, as_of: date) -> int:
    """Completed months from one day to another, 0 if the first is not before the second."""
    months = (as_of.year - observed_on.year) * 12 + as_of.month - observed_on.month
    return max(0, months - (as_of.day < observed_on.day))


def completed_on(observed_on: date, months: int) -> date | None:
    """The first day on which `whole_months` gives `months` (1 or more): the same day of the month, or the
    first of the next month where a month is too short. None past the end of the calendar."""
    first_of_month = observed_on.year * 12 + observed_on.month - 1 + months
    for month_number, day in ((first_of_month, observed_on.day), (first_of_month + 1, 1)):
        try:
            return date(month_number // 12, month_number % 12 + 1, day)
        except ValueError:
            continue
    return None


def decay(months: int, concept_kind: str, policy: Policy) -> float:
    """0.5 ** (age / half-life), rounded to six digits so that it is the same with every machine's libm."""
    return round(math.pow(0.5, months / 12.0 / half_life(concept_kind, policy)), 6)


def half_life(concept_kind: str, policy: Policy) -> float:
    """In years."""
    table = policy.recency.half_life_years
    return table.get(concept_kind, table["default"])


def _factor(facts: EvidenceFacts, policy: Policy, months: int | None) -> tuple[float, str, str]:
    if months is None:
        value, code, sentence = policy.recency.undated, "RECENCY_UNDATED", "It carries no date."
    elif months == 0:
        value, code, sentence = 1.0, "RECENCY_NEW", "Less than a month old."
    else:
        value, code = decay(months, facts.concept_kind, policy), "RECENCY_AGED"
        halving = f"{half_life(facts.concept_kind, policy):g}"
        sentence = f"{duration(months)} old; the weight of such a skill halves every {halving} years."
    if not facts.expired:
        return value, code, sentence
    most = policy.recency.expired_at_most
    if value < most:
        return value, "RECENCY_EXPIRED", f"Expired. {sentence}"
    return most, "RECENCY_EXPIRED", f"Expired, so it counts at most {percent(most)}."
