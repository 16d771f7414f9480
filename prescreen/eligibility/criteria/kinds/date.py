"""The kind of questions that are answered with a date, to the day or to the month."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction

from prescreen.eligibility.criteria.dates import (
    FIRST_DAY,
    LAST_DAY,
    MONTHS_A_YEAR,
    DateRange,
    DateToday,
    DayBound,
    PartialDate,
    Precision,
    days_after,
    months_after,
)
from prescreen.eligibility.criteria.kinds.coding import Coding, fold, unfold
from prescreen.eligibility.criteria.kinds.kind import Kind, refuse
from prescreen.eligibility.criteria.questions import Question, ValueRefusedError
from prescreen.eligibility.criteria.rules import DateTest, Test, Tested, Value, truth_of
from prescreen.eligibility.criteria.typed_text import tidy_line

EPOCH = date(1970, 1, 1).toordinal()
"""The ordinal of the day that is 0 in columns."""

_IN_USE_FROM, _IN_USE_UNTIL = date(2000, 1, 1), date(2100, 1, 1)
_EXPECTED = {
    Precision.DAY: "expects a day such as 2026-03-27",
    Precision.MONTH: "expects a month such as 2026-03",
}
_TYPED_PART = re.compile(r"\d{1,4}", re.ASCII)
_PARTS_OF_A_DATE = 3
_DATE_IN_NUMBERS = {
    Precision.DAY: "expects a day, a month and a year in numbers, such as 27 3 2026",
    Precision.MONTH: "expects a month and a year in numbers, such as 3 2026",
}
_RELATIVE = re.compile(r"(?P<count>[+-]?\d{1,5}) (?P<unit>d|wk|mo|a)", re.ASCII)
_IN_DAYS, _IN_MONTHS = {"d": 1, "wk": 7}, {"mo": 1, "a": 12}


class Date(Kind[PartialDate]):
    """A question that is answered with a date."""

    value_type = PartialDate
    row_name = "date"
    own_keys = frozenset({"range", "precision"})
    hangs_on_day = True

    def expected(self, question: Question) -> str:
        """Return the phrase that describes a valid answer, which depend on the question's precision."""
        return _EXPECTED[precision_of(question)]

    def accept(self, question: Question, value: Value, on: date) -> None:
        """Raise ValueRefusedError for anything but a date of the question's precision that may be answered on `on`."""
        if not isinstance(value, PartialDate) or value.precision is not precision_of(question):
            refuse(question, self.expected(question))
        low, high = range_on(question, on)
        if not (low <= value.last.toordinal() and value.first.toordinal() <= high):
            refuse(question, f"{value} lies outside {_range_words(question, on)}")

    def from_json(self, question: Question, raw: object) -> PartialDate | None:
        """Read `2026-03-27`, or `2026-03` where the question asks for a month."""
        try:
            value = PartialDate.parse(raw) if isinstance(raw, str) else None
        except ValueError:
            return None
        return value if value and value.precision is precision_of(question) else None

    def to_json(self, value: PartialDate) -> str:
        """Return the date in the notation of FHIR and ISO 8601."""
        return str(value)

    def from_text(self, question: Question, raw: object, on: date) -> PartialDate | None:
        """Read the same as `from_json`, or a date relative to the day of answering: `today`, `-6 wk`."""
        bound = relative_bound(raw) if isinstance(raw, str) else None
        if bound is None:
            return self.from_json(question, raw)
        return PartialDate.of(date.fromordinal(bound.ordinal(on)), precision_of(question))

    def to_text(self, value: PartialDate) -> str:
        """Return the date in the notation of ISO 8601."""
        return str(value)

    def from_row(self, text: str) -> PartialDate:
        """Read what `to_row` wrote."""
        return PartialDate.parse(text)

    def to_row(self, value: PartialDate) -> str:
        """Return the date in the notation of ISO 8601."""
        return str(value)

    def to_number(self, question: Question, value: PartialDate) -> int | None:
        """Return the days from 1970-01-01 to the date's first day; None for another precision than the question's."""
        return value.first.toordinal() - EPOCH if value.precision is precision_of(question) else None

    def from_number(self, question: Question, number: Fraction | int) -> PartialDate | None:
        """Return the date that many days after 1970-01-01; None where calendar or precision has no such date."""
        ordinal = int(number) + EPOCH
        if not FIRST_DAY <= ordinal <= LAST_DAY:
            return None
        day = date.fromordinal(ordinal)
        value = PartialDate.of(day, precision_of(question))
        return value if value.first == day else None

    def coding(self, question: Question) -> Coding[PartialDate]:
        """Return the coding as days or months since the first that can be answered in this century."""
        precision = precision_of(question)
        first, last = (_units(date.fromordinal(day), precision) for day in _ends_in_use(question))
        size = max(last - first + 1, 0)

        def decode(code: int) -> PartialDate | None:
            return _of_units(first + unfold(code, size), precision)

        return Coding(lambda value: fold(_units(value.first, precision) - first, size), decode, max(size - 1, 0))

    def meaning(self, question: Question) -> tuple[str, ...]:
        """Return the precision, since a month and its first day have the same number but different meanings."""
        return (precision_of(question).value,)

    def representatives(self, question: Question, tests: Sequence[Test], on: date, most: int) -> Iterable[Tested]:
        """Return dates that can be answered on the day `on`, one for each way in which the tests judge them."""
        found: dict[tuple[object, ...], Tested] = {}
        for value in telling_dates(question, tests, on, on):
            today = self.tested(question, value, on, on)
            found.setdefault(tuple(truth_of(test, today) for test in tests), today)
        return list(found.values())[: most + 1]

    def tested(self, question: Question, value: PartialDate, answered_on: date, on: date) -> Tested:
        """Return the range of days that the date can be, as tests look at it on the day of the assessment."""
        return DateToday(value.first.toordinal(), value.last.toordinal(), on)

    def instead(
        self, question: Question, said: PartialDate, tests: Sequence[Test], answered_on: date, on: date
    ) -> Iterable[PartialDate]:
        """Return the dates in the order of nearness to what was said."""
        dates = telling_dates(question, tests, answered_on, on)
        return sorted(dates, key=lambda one: abs(one.first - said.first))

    def measured(self, value: Tested) -> Fraction | None:
        """Return the ordinal of a date that is known to the day; None for any other."""
        exact = isinstance(value, DateToday) and value.earliest == value.latest
        return Fraction(value.earliest) if isinstance(value, DateToday) and exact else None

    def at_measure(self, number: Fraction, on: date) -> Tested:
        """Return the date with this ordinal."""
        return DateToday(number, number, on)

    def turning_days(
        self, question: Question, said: PartialDate, answered_on: date, test: Test, ahead: range
    ) -> Iterable[int]:
        """Yield the days on which either end of the range of possible days reaches or passes a limit of the test.

        For a month and a test of several limits it is every day in between: where no day is left between two limits,
        the month is ruled out although it may contain both.
        """
        if not isinstance(test, DateTest):
            return
        days, months = (test.min_days, test.max_days), (test.min_months, test.max_months)
        spans = [*((one, days_after) for one in days), *((one, months_after) for one in months)]
        for limit, after in ((limit, after) for limit, after in spans if limit is not None):
            passed = [after(end, count) for end in (said.first, said.last) for count in (limit, limit + 1)]
            if said.first != said.last and len(test.limits) > 1:
                passed = list(range(max(passed[0], ahead.start), min(passed[-1] + 1, ahead.stop)))
            yield from (day for day in passed if day in ahead)

    def is_moving(self, question: Question) -> bool:
        """Whether the result of tests can change with the calendar: always, since ages and elapsed times do."""
        return True


def precision_of(question: Question) -> Precision:
    """Return the precision that a date question asks for."""
    return question.precision or Precision.DAY


def is_month(question: Question) -> bool:
    """Return whether a date question asks only for a month and year."""
    return precision_of(question) is Precision.MONTH


def range_on(question: Question, answered_on: date) -> tuple[int, int]:
    """Return the first and the last date that may be answered on a day, as ordinals."""
    return (question.dates or DateRange()).ordinals(answered_on)


def _ends_in_use(question: Question) -> tuple[int, int]:
    """Return the first and the last date that may be answered in the years of this service, as ordinals."""
    return range_on(question, _IN_USE_FROM)[0], range_on(question, _IN_USE_UNTIL)[1]


def _units(day: date, precision: Precision) -> int:
    """Return the number of a day, or of its month, counted from the beginning of the calendar."""
    return day.toordinal() if precision is Precision.DAY else day.year * MONTHS_A_YEAR + day.month - 1


def _of_units(number: int, precision: Precision) -> PartialDate | None:
    """Return the date of a number of `_units`; None outside the calendar."""
    if precision is Precision.DAY:
        return PartialDate(date.fromordinal(number)) if FIRST_DAY <= number <= LAST_DAY else None
    year, month = divmod(number, MONTHS_A_YEAR)
    return PartialDate(date(year, month + 1, 1), precision) if date.min.year <= year <= date.max.year else None


def telling_dates(question: Question, tests: Sequence[Test], answered_on: date, on: date) -> list[PartialDate]:
    """Return dates in ascending order, at least one for each way in which tests on the day `on` can judge a date.

    All of them can be answered on the day `answered_on`.
    """
    low, high = range_on(question, answered_on)
    ends = {end for test in tests if isinstance(test, DateTest) for end in test.stretch(on)} | {low, high}
    found = {one for end in ends for one in _around(end, precision_of(question))}
    dates = sorted(found, key=lambda one: one.first)
    return [one for one in dates if low <= one.last.toordinal() and one.first.toordinal() <= high]


def _around(ordinal: int, precision: Precision) -> Iterator[PartialDate]:
    """Yield the date that contains a day, and the dates next to it."""
    here = date.fromordinal(min(max(ordinal, FIRST_DAY), LAST_DAY))
    one = PartialDate.of(here, precision)
    yield one
    if one.first.toordinal() > FIRST_DAY:
        yield PartialDate.of(date.fromordinal(one.first.toordinal() - 1), precision)
    if one.last.toordinal() < LAST_DAY:
        yield PartialDate.of(date.fromordinal(one.last.toordinal() + 1), precision)


def relative_bound(text: str) -> DayBound | None:
    """Read `today`, or an interval from it such as `-6 wk`; return None for any other text.

    >>> relative_bound("-2 a"), relative_bound("2 years")
    (DayBound(day=None, months=-24, days=None), None)
    """
    if text == "today":
        return DayBound(days=0)
    found = _RELATIVE.fullmatch(text)
    if not found:
        return None
    count, unit = int(found["count"]), found["unit"]
    return DayBound(months=count * _IN_MONTHS[unit]) if unit in _IN_MONTHS else DayBound(days=count * _IN_DAYS[unit])


def _range_words(question: Question, answered_on: date) -> str:
    dates, (low, high) = question.dates or DateRange(), range_on(question, answered_on)
    first, last = date.fromordinal(low), date.fromordinal(high)
    if dates.min is None:
        return f"the dates until {last}"
    return f"the dates from {first}" if dates.max is None else f"{first} to {last}"


def typed_date(question: Question, parts: Sequence[str], on: date) -> PartialDate:
    """Read day, month and year as a person types them; only month and year where the question asks for those.

    Raise ValueRefusedError for what is not a date or may not be answered.
    """
    precision = precision_of(question)
    numbers = [tidy_line(part) for part in parts]
    if precision is Precision.MONTH:
        numbers = ["1", *numbers]
    if len(numbers) != _PARTS_OF_A_DATE or not all(map(_TYPED_PART.fullmatch, numbers)):
        raise ValueRefusedError(question.id, _DATE_IN_NUMBERS[precision])
    try:
        day = date(*map(int, reversed(numbers)))
    except ValueError as error:
        raise ValueRefusedError(question.id, "expects a date that the calendar has") from error
    value = PartialDate(day, precision)
    Date().accept(question, value, on)
    return value
