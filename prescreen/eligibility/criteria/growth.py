"""Numbers that grow with the calendar, by the whole days, months or years between two days, and completed years.

A module of its own: answers, outlook and the demo need it without the kinds of questions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor

from prescreen.eligibility.criteria.dates import (
    days_after,
    months_after,
    whole_days,
    whole_months,
    whole_years,
    years_after,
)
from prescreen.eligibility.criteria.questions import Growth, Question
from prescreen.eligibility.criteria.units import factor


def grown(question: Question, value: Fraction, answered_on: date, on: date) -> Fraction:
    """Return a number as of a later day; one that grows has advanced by the whole days, months or years between."""
    said = completed(question, value)
    if question.grows is None:
        return said
    elapsed = _ADVANCES[question.grows].elapsed
    return said + elapsed(answered_on, on) * growth_step(question)


def completed(question: Question, value: Fraction) -> Fraction:
    """Return the completed years of an age, however exactly it was told; any other number as it is."""
    return Fraction(floor(value)) if question.counts_completed else value


def growth_step(question: Question) -> Fraction:
    """Return the increase of a growing number in one whole day, month or year, in the question's unit; else zero."""
    if question.grows is None:
        return Fraction(0)
    step = _ADVANCES[question.grows].unit
    return factor(step, question.unit or step)


def days_of_passing(question: Question, value: Fraction, answered_on: date, limit: Fraction) -> tuple[int, int]:
    """Return the first day on which a growing number is at or above a limit, and the first on which it is above.

    Both are ordinals, and may lie before the day of the answer.
    """
    steps = (limit - completed(question, value)) / growth_step(question)
    after = _ADVANCES[question.grows or Growth.DAILY].after
    return after(answered_on, ceil(steps)), after(answered_on, floor(steps) + 1)


@dataclass(frozen=True, slots=True)
class _Advance:
    """The unit of one step, the whole steps between two days, and the ordinal of the day so many steps later."""

    unit: str
    elapsed: Callable[[date, date], int]
    after: Callable[[date, int], int]


_ADVANCES = {
    Growth.DAILY: _Advance("d", whole_days, days_after),
    Growth.MONTHLY: _Advance("mo", whole_months, months_after),
    Growth.YEARLY: _Advance("a", whole_years, years_after),
}
