"""The calendar between two days."""

from datetime import date


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
