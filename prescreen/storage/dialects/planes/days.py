"""The calendar, for many days at once. Days are counted from 1970."""

from collections.abc import Callable

import numpy as np

from prescreen.storage.dialects.planes.bits import Numbers


def years(days: Numbers) -> Numbers:
    """Give the year of each day."""
    return _looked_up(days, lambda every: every.astype("M8[Y]").astype(np.int64) + 1970)


def months(days: Numbers) -> Numbers:
    """Give the month of each day, from 1 to 12."""
    return _looked_up(days, lambda every: every.astype("M8[M]").astype(np.int64) % 12 + 1)


def days_of_month(days: Numbers) -> Numbers:
    """Give the day number of each day, from 1 to 31."""
    return _looked_up(days, lambda every: (every - every.astype("M8[M]")).astype(np.int64) + 1)


def _looked_up(days: Numbers, read: Callable[[Numbers], Numbers]) -> Numbers:
    """Read the calendar once for each day between the first and the last: people are many, days are few."""
    if not len(days):
        return days
    first = int(days.min())
    every = np.arange(first, int(days.max()) + 1).astype("M8[D]")
    found: Numbers = read(every)[days - first]
    return found
