"""Reads the limits of dates: the ends of a range, days in rules, and how long ago a date is or how old it makes one."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from re import ASCII
from re import compile as pattern

from prescreen.eligibility.criteria.dates import DateRange, DayBound, PartialDate, Precision
from prescreen.eligibility.criteria.kinds.date import relative_bound
from prescreen.eligibility.criteria.questions import Question
from prescreen.eligibility.criteria.rules import DateTest, NumberTest
from prescreen.eligibility.criteria.units import QuantityError, UnitError, quantity

SAMPLE_DAYS = tuple(date(year, 2, 28) for year in (1900, 1990, 2026, 2060, 2200))
"""Days on which a fault must show to be one."""

_AGE = pattern(r"(?P<count>\d{1,4})(?: (?P<unit>a|mo))?", ASCII)
_MONTHS = {None: 12, "a": 12, "mo": 1}

Ends = dict[str, int]
"""Fields of a DateTest."""


class DateLimitError(ValueError):
    """A limit that cannot be read; the message says how to mend it."""


def read_bound(text: str) -> DayBound | None:
    """Return the end of a range: a day, `today`, or a time from it; None for any other text."""
    relative = relative_bound(text)
    if relative is not None:
        return relative
    day = _partial(text)
    return DayBound(day=day.first) if day and day.precision is Precision.DAY else None


def _partial(text: str) -> PartialDate | None:
    try:
        return PartialDate.parse(text)
    except ValueError:
        return None


def read_day(key: str, text: object) -> dict[str, date]:
    """Return the field of a test for `before` or `after`, which leave out the day itself; raise DateLimitError."""
    known = _partial(text) if isinstance(text, str) else None
    if known is None:
        raise DateLimitError(f"'{key}' expects a day such as 2026-01-01, or a month such as 2026-01")
    try:
        one_day = timedelta(days=1)
        return {"last": known.first - one_day} if key == "before" else {"first": known.last + one_day}
    except OverflowError as error:
        raise DateLimitError(f"no day lies {key} {text}") from error


def read_ago(key: str, text: object) -> Ends:
    """Return the field of a test for one limit of `ago`, in days; raise DateLimitError."""
    try:
        days = quantity(text, "d") if isinstance(text, str) else None
    except (QuantityError, UnitError) as error:
        raise DateLimitError(str(error)) from error
    if days is None:
        raise DateLimitError("expects a length of time such as '6 wk'")
    return _AGO[key](days)


_AGO: Mapping[str, Callable[[Fraction], Ends]] = {
    "min": lambda days: {"min_days": ceil(days)},
    "above": lambda days: {"min_days": floor(days) + 1},
    "max": lambda days: {"max_days": floor(days)},
    "below": lambda days: {"max_days": ceil(days) - 1},
}


def read_age(key: str, text: object) -> Ends:
    """Return the field of a test for one limit of `age`, in whole months by the calendar; raise DateLimitError."""
    found = _AGE.fullmatch(text) if isinstance(text, str) else None
    if not found:
        raise DateLimitError("expects whole years such as '18', or whole months such as '18 mo'")
    return _AGES[key](int(found["count"]), _MONTHS[found["unit"]])


_AGES: Mapping[str, Callable[[int, int], Ends]] = {
    "min": lambda count, months: {"min_months": count * months},
    "above": lambda count, months: {"min_months": (count + 1) * months},
    "max": lambda count, months: {"max_months": (count + 1) * months - 1},
    "below": lambda count, months: {"max_months": count * months - 1},
}


def age_test(birthday: str, test: NumberTest) -> DateTest:
    """Return the test of a date of birth that says the same as a test of whole years of age."""
    low = [ceil(limit) for limit in (test.equal, test.min) if limit is not None]
    low += [] if test.above is None else [floor(test.above) + 1]
    high = [floor(limit) for limit in (test.equal, test.max) if limit is not None]
    high += [] if test.below is None else [ceil(test.below) - 1]
    return DateTest(
        birthday,
        min_months=12 * max(low) if low else None,
        max_months=12 * min(high) + 11 if high else None,
    )


def is_possible(test: DateTest, question: Question) -> bool:
    """Return whether some date that may be answered passes the test on some day.

    Fixed days bound the date alone, the others the time from it to the day of the assessment: each must leave some.
    """
    dates = question.dates or DateRange()
    fixed = DateTest(test.question, test.first, test.last), DateRange(*map(_if_fixed, (dates.min, dates.max)))
    moving = replace(test, first=None, last=None), DateRange(*map(_if_moving, (dates.min, dates.max)))
    return all(any(_overlap(*limits, day) for day in SAMPLE_DAYS) for limits in (fixed, moving))


def _if_fixed(bound: DayBound | None) -> DayBound | None:
    return bound if bound and bound.day else None


def _if_moving(bound: DayBound | None) -> DayBound | None:
    return bound if bound and not bound.day else None


def _overlap(test: DateTest, dates: DateRange, on: date) -> bool:
    (low, high), (first, last) = test.stretch(on), dates.ordinals(on)
    return max(low, first) <= min(high, last)
