"""Numbers that grow: how far they advance in the whole days, months or years between two days."""

from datetime import date
from fractions import Fraction

from prescreen.eligibility.criteria.questions import Growth, Question
from prescreen.eligibility.criteria.units import factor


def grown(question: Question, value: Fraction, answered_on: date, on: date) -> Fraction:
    """Return a number as it is on a later day: one that grows advances by whole days, months or years."""
    if question.grows is None:
        return value
    _, elapsed = _ELAPSED[question.grows]
    return value + elapsed(answered_on, on) * growth_step(question)


def growth_step(question: Question) -> Fraction:
    """Return by how much a number that grows advances in one whole day, month or year; zero for one that does not."""
    if question.grows is None:
        return Fraction(0)
    step, _ = _ELAPSED[question.grows]
    return factor(step, question.unit or step)


def whole_days(start: date, end: date) -> int:
    """Return the days from `start` to `end`."""
    return (end - start).days


def whole_months(start: date, end: date) -> int:
    """Return the whole months from `start` to `end`.

    A month is whole on the same day number, else, where that month has no such day, on the first of the month after.

    >>> whole_months(date(2026, 1, 31), date(2026, 2, 28)), whole_months(date(2026, 1, 31), date(2026, 3, 1))
    (0, 1)
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if end.day >= start.day else months - 1


def whole_years(start: date, end: date) -> int:
    """Return the whole years from `start` to `end`; from 29 February a common year is whole on 1 March.

    >>> whole_years(date(2024, 2, 29), date(2025, 2, 28)), whole_years(date(2024, 2, 29), date(2025, 3, 1))
    (0, 1)
    """
    return whole_months(start, end) // 12


_ELAPSED = {Growth.DAILY: ("d", whole_days), Growth.MONTHLY: ("mo", whole_months), Growth.YEARLY: ("a", whole_years)}
