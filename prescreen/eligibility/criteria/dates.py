"""Calendar dates as people know them, to the day or only to the month, and the time between two days."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

FIRST_DAY, LAST_DAY = date.min.toordinal(), date.max.toordinal()
MONTHS_A_YEAR = 12
_WRITTEN = re.compile(r"\d{4}-\d{2}(?:-\d{2})?", re.ASCII)


class Precision(StrEnum):
    """How exactly a date is known."""

    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date that a person knows to the day or to the month; `first` is the day, or the first day of the month.

    >>> str(PartialDate(date(2026, 3, 27))), str(PartialDate(date(2026, 3, 1), Precision.MONTH))
    ('2026-03-27', '2026-03')
    """

    first: date
    precision: Precision = Precision.DAY

    @classmethod
    def of(cls, day: date, precision: Precision) -> "PartialDate":
        """Return a day reduced to this precision."""
        return cls(day if precision is Precision.DAY else day.replace(day=1), precision)

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Read `2026-03-27` or `2026-03`; raise ValueError for any other text."""
        if not _WRITTEN.fullmatch(text):
            raise ValueError(text)
        is_month = len(text) == len("2026-03")
        return cls(
            date.fromisoformat(f"{text}-01" if is_month else text), Precision.MONTH if is_month else Precision.DAY
        )

    @property
    def last(self) -> date:
        """Return the day itself, or the last day of the month."""
        return self.first if self.precision is Precision.DAY else _end_of_month(self.first)

    def __str__(self) -> str:
        return self.first.isoformat() if self.precision is Precision.DAY else f"{self.first:%Y-%m}".rjust(7, "0")


@dataclass(frozen=True, slots=True)
class DateToday:
    """A date as rules test it on the day `on`: it lies from `earliest` to `latest`, both inclusive and in ordinals.

    A fraction stands for the gap between two days, where the values between two limits are examined.
    """

    earliest: int | Fraction
    latest: int | Fraction
    on: date


@dataclass(frozen=True, slots=True)
class DayBound:
    """A limit of the dates that may be answered: a fixed day, or an interval after the day of answering.

    Calendar months are added first, then days; both are negative for a limit before the day of answering.
    """

    day: date | None = None
    months: int | None = None
    days: int | None = None

    def ordinal(self, answered_on: date) -> int:
        """Return the limit for an answer of that day as an ordinal, clamped to the calendar."""
        if self.day is not None:
            return self.day.toordinal()
        return min(max(months_before(answered_on, -(self.months or 0)) + (self.days or 0), FIRST_DAY), LAST_DAY)


@dataclass(frozen=True, slots=True)
class DateRange:
    """The first and the last date that may be answered; None where there is no such limit."""

    min: DayBound | None = None
    max: DayBound | None = None

    def ordinals(self, answered_on: date) -> tuple[int, int]:
        """Return the first and the last day that may be answered on a day, as ordinals."""
        low = FIRST_DAY if self.min is None else self.min.ordinal(answered_on)
        return low, LAST_DAY if self.max is None else self.max.ordinal(answered_on)


def lies_ahead(day: date, on: date) -> bool:
    """Return whether a day is yet to come wherever it was written; where it is tomorrow, it has begun elsewhere.

    >>> lies_ahead(date(2026, 11, 24), date(2026, 11, 23)), lies_ahead(date(2026, 11, 25), date(2026, 11, 23))
    (False, True)
    """
    return (day - on).days > 1


def whole_days(start: date, end: date) -> int:
    """Return the number of days from `start` to `end`."""
    return (end - start).days


def whole_months(start: date, end: date) -> int:
    """Return the number of whole months from `start` to `end`.

    A month is whole on the same day of the month or, where that month has no such day, on the first of the next month.

    >>> whole_months(date(2026, 1, 31), date(2026, 2, 28)), whole_months(date(2026, 1, 31), date(2026, 3, 1))
    (0, 1)
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if end.day >= start.day else months - 1


def whole_years(start: date, end: date) -> int:
    """Return the number of whole years from `start` to `end`; from 29 February a common year is whole on 1 March.

    >>> whole_years(date(2024, 2, 29), date(2025, 2, 28)), whole_years(date(2024, 2, 29), date(2025, 3, 1))
    (0, 1)
    """
    return whole_months(start, end) // 12


def months_before(on: date, months: int) -> int:
    """Return the ordinal of the last day from which `months` whole months pass until `on`; 0 before the calendar.

    >>> date.fromordinal(months_before(date(2026, 3, 31), 1)), date.fromordinal(months_before(date(2024, 2, 29), 12))
    (datetime.date(2026, 2, 28), datetime.date(2023, 2, 28))
    """
    year, month = divmod(on.year * MONTHS_A_YEAR + on.month - 1 - months, MONTHS_A_YEAR)
    if not date.min.year <= year <= date.max.year:
        return FIRST_DAY - 1 if year < date.min.year else LAST_DAY + 1
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1])).toordinal()


def months_after(start: date, months: int) -> int:
    """Return the ordinal of the first day by which `months` whole months have passed since `start`.

    Outside the calendar it is the day before its first or after its last.

    >>> date.fromordinal(months_after(date(2026, 1, 31), 1)), date.fromordinal(months_after(date(2024, 2, 29), 12))
    (datetime.date(2026, 3, 1), datetime.date(2025, 3, 1))
    """
    year, month = divmod(start.year * MONTHS_A_YEAR + start.month - 1 + months, MONTHS_A_YEAR)
    if not date.min.year <= year <= date.max.year:
        return FIRST_DAY - 1 if year < date.min.year else LAST_DAY + 1
    days = monthrange(year, month + 1)[1]
    return date(year, month + 1, 1).toordinal() + min(start.day - 1, days)


def days_after(start: date, days: int) -> int:
    """Return the ordinal of the day on which that many days have passed since `start`, perhaps outside the calendar."""
    return start.toordinal() + days


def years_after(start: date, years: int) -> int:
    """Return the ordinal of the first day by which that many whole years have passed since `start`."""
    return months_after(start, MONTHS_A_YEAR * years)


def first_of_month(ordinal: int) -> int:
    """Return the ordinal of the first day of a day's month; a day outside the calendar is returned as it is."""
    if not FIRST_DAY <= ordinal <= LAST_DAY:
        return ordinal
    return ordinal - date.fromordinal(ordinal).day + 1


def _end_of_month(day: date) -> date:
    return day + timedelta(days=monthrange(day.year, day.month)[1] - day.day)
