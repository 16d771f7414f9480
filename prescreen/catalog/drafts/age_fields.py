"""The ages of a record's fields as whole years, and the ages of criteria compared with them.

An age of the bank counts completed years. What is given in months, weeks or days keeps in whoever may be meant: whoever
is 18 months old is 1, and so is whoever is 12 months old.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from prescreen.eligibility.criteria.rules import All, Any, Not, NumberTest, Rule
from prescreen.eligibility.criteria.trials import Kind

_AGE = re.compile(r"\s*(?P<count>\d{1,6})(?:\.\d+)?\s*(?P<unit>year|month|week|day|hour|minute)s?\b", re.IGNORECASE)
_MONTHS, _SHORT_YEAR, _LONG_YEAR = 12, 365, 366


@dataclass(frozen=True, slots=True)
class AgeEnd:
    """One end of an age in whole years; None where it keeps out nobody. `is_exact`: the years say all of it."""

    years: int | None
    is_exact: bool = True


def least_age(text: str | None) -> AgeEnd:
    """Return the fewest whole years that somebody of at least this age can have.

    >>> least_age("18 Years"), least_age("18 Months"), least_age("24 Months"), least_age("N/A"), least_age(None)
    (AgeEnd(years=18, is_exact=True), AgeEnd(years=1, is_exact=False), AgeEnd(years=2, is_exact=True), \
AgeEnd(years=None, is_exact=True), AgeEnd(years=None, is_exact=True))
    """
    found = _AGE.match(text or "")
    if not found:
        return AgeEnd(None)
    count, unit = int(found["count"]), found["unit"].lower()
    match unit:
        case "year":
            return AgeEnd(count)
        case "month":
            return AgeEnd(count // _MONTHS, count % _MONTHS == 0)
        case _:
            return AgeEnd(floor(count * _DAYS[unit] / _LONG_YEAR), count == 0)


def greatest_age(text: str | None) -> AgeEnd:
    """Return the most whole years that somebody of at most this age can have: 70 years last until the 71st birthday.

    >>> greatest_age("70 Years"), greatest_age("18 Months"), greatest_age("23 Months"), greatest_age("30 Days")
    (AgeEnd(years=70, is_exact=True), AgeEnd(years=1, is_exact=False), AgeEnd(years=1, is_exact=True), \
AgeEnd(years=0, is_exact=False))
    """
    found = _AGE.match(text or "")
    if not found:
        return AgeEnd(None)
    count, unit = int(found["count"]), found["unit"].lower()
    match unit:
        case "year":
            return AgeEnd(count)
        case "month":
            return AgeEnd(count // _MONTHS, (count + 1) % _MONTHS == 0)
        case _:
            return AgeEnd(floor((count + 1) * _DAYS[unit] / _SHORT_YEAR), False)


_DAYS = {"week": Fraction(7), "day": Fraction(1), "hour": Fraction(1, 24), "minute": Fraction(1, 1440)}

Ages = tuple[int | None, int | None]
"""The fewest and the most whole years, None where there is no such limit."""


def ages_of(rule: Rule, kind: Kind) -> Ages | None:
    """Return the ages that a criterion lets in, None where they are no single stretch of whole years.

    >>> ages_of(Any((NumberTest("age", below=Fraction(18)), NumberTest("age", above=Fraction(65)))), Kind.EXCLUSION)
    (18, 65)
    """
    match rule, kind:
        case NumberTest(), Kind.INCLUSION:
            return _within(rule)
        case NumberTest(), _:
            return _without(*_within(rule))
        case (All(parts), Kind.INCLUSION) | (Any(parts), Kind.EXCLUSION):
            return narrowest(ages_of(part, kind) for part in parts)
        case Not(part), _:
            return ages_of(part, Kind.EXCLUSION if kind is Kind.INCLUSION else Kind.INCLUSION)
        case _:
            return None


def _within(test: NumberTest) -> Ages:
    low = [ceil(limit) for limit in (test.equal, test.min) if limit is not None]
    low += [] if test.above is None else [floor(test.above) + 1]
    high = [floor(limit) for limit in (test.equal, test.max) if limit is not None]
    high += [] if test.below is None else [ceil(test.below) - 1]
    return max(low, default=None), min(high, default=None)


def _without(low: int | None, high: int | None) -> Ages | None:
    if low is not None and high is not None:
        return None
    return (None, low - 1) if low is not None else (None if high is None else high + 1, None)


def narrowest(several: Iterable[Ages | None]) -> Ages | None:
    """Return the ages that all of these let in, None where one is unknown."""
    known = list(several)
    stretches = [one for one in known if one is not None]
    if len(stretches) < len(known):
        return None
    low = max((one[0] for one in stretches if one[0] is not None), default=None)
    high = min((one[1] for one in stretches if one[1] is not None), default=None)
    return low, high
