"""The kind of questions that are answered with an exact number, perhaps with a unit or growing with the calendar."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from prescreen.eligibility.criteria.growth import completed, days_of_passing, grown
from prescreen.eligibility.criteria.kinds.coding import Coding
from prescreen.eligibility.criteria.kinds.kind import Kind, refuse
from prescreen.eligibility.criteria.kinds.typed_numbers import typed_numbers
from prescreen.eligibility.criteria.questions import Question, Range, ValueRefusedError, plain
from prescreen.eligibility.criteria.rules import NumberTest, Test, Tested, Value
from prescreen.eligibility.criteria.units import QuantityError, UnitError, quantity

_GREATEST_EXPONENT = 15
_MOST_DIGITS = 30
_MOST_PLACES = 60


class Number(Kind[Fraction]):
    """A question that is answered with a number."""

    value_type = Fraction
    row_name = "number"
    own_keys = frozenset({"unit", "units", "range", "grows", "computed", "prevalence"})
    is_whole = False

    def expected(self, question: Question) -> str:
        """Return what an answer must be."""
        return "expects a number"

    def accept(self, question: Question, value: Value, on: date) -> None:
        """Raise ValueRefusedError for anything but a number in the question's range."""
        if isinstance(value, bool) or not isinstance(value, Fraction):
            refuse(question, self.expected(question))
        if value not in question.range:
            unit = f" {question.unit}" if question.unit else ""
            refuse(question, f"{plain(value)} lies outside {_range_words(question.range)}{unit}")

    def as_kept(self, question: Question, value: Value) -> Value:
        """Return an age in completed years, and any other number as it is."""
        return completed(question, value) if isinstance(value, Fraction) else value

    def from_json(self, question: Question, raw: object) -> Fraction | None:
        """Read a number, which must be an int or a Decimal, or a text with a unit; return None for anything else."""
        if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
            return _of_json(question, raw)
        return read_quantity(question, raw) if isinstance(raw, str) and " " in raw.strip() else None

    def to_json(self, value: Fraction) -> int | float | str:
        """Return a number, or a text where JSON parsers would round the number."""
        text = exact(value)
        if text.lstrip("-").isdigit():
            return int(text)
        return float(text) if "/" not in text and repr(float(text)) == text else text

    def from_text(self, question: Question, raw: object, on: date) -> Fraction | None:
        """Read a number, or a number with a unit; return None for anything but a text."""
        return read_quantity(question, raw) if isinstance(raw, str) else None

    def to_text(self, value: Fraction) -> str:
        """Return the number with all its digits."""
        return exact(value)

    def from_row(self, text: str) -> Fraction:
        """Read what `to_row` wrote."""
        return Fraction(text)

    def to_row(self, value: Fraction) -> str:
        """Return a whole number, or a fraction such as `7/2`."""
        return str(value)

    def to_number(self, question: Question, value: Fraction) -> Fraction:
        """Return the number as it is."""
        return value

    def from_number(self, question: Question, number: Fraction | int) -> Fraction:
        """Return the number as it is."""
        return Fraction(number)

    def coding(self, question: Question) -> Coding[Fraction]:
        """Return the coding as the digits that were typed in one of the question's units."""
        return typed_numbers(question)

    def representatives(self, question: Question, tests: Sequence[Test], on: date, most: int) -> Iterable[Tested]:
        """Return the limits of the tests, and a number from each gap between them."""
        return _telling_numbers(question, tests)

    def tested(self, question: Question, value: Fraction, answered_on: date, on: date) -> Tested:
        """Return the number with its growth since the day of the answer."""
        return grown(question, value, answered_on, on)

    def measured(self, value: Tested) -> Fraction | None:
        """Return the number itself."""
        return value if isinstance(value, Fraction) else None

    def at_measure(self, number: Fraction, on: date) -> Tested:
        """Return the number itself."""
        return number

    def turning_days(
        self, question: Question, said: Fraction, answered_on: date, test: Test, ahead: range
    ) -> Iterable[int]:
        """Return the days on which a growing number reaches or passes a limit of the test."""
        limits = test.limits if isinstance(test, NumberTest) and question.grows else ()
        passed = (day for limit in limits for day in days_of_passing(question, said, answered_on, limit))
        return (day for day in passed if day in ahead)

    def is_moving(self, question: Question) -> bool:
        """Whether the number grows with the calendar."""
        return question.grows is not None


def _of_json(question: Question, raw: int | Decimal) -> Fraction:
    number = Decimal(raw) if isinstance(raw, int) else raw
    if (
        not number.is_finite()
        or abs(number.adjusted()) > _GREATEST_EXPONENT
        or len(number.as_tuple().digits) > _MOST_DIGITS
    ):
        refuse(question, "the number is too large or too fine to be meant")
    return Fraction(number)


def read_quantity(question: Question, text: str) -> Fraction:
    """Return a number, perhaps given with a unit, in the question's unit; else raise ValueRefusedError."""
    try:
        return quantity(text, question.unit)
    except (QuantityError, UnitError) as error:
        raise ValueRefusedError(question.id, str(error)) from error


def _range_words(allowed: Range) -> str:
    if allowed.min is None or allowed.max is None:
        return (
            f"at least {plain(allowed.min)}"
            if allowed.min is not None
            else f"at most {plain(allowed.max or Fraction())}"
        )
    return f"{plain(allowed.min)} to {plain(allowed.max)}"


def exact(number: Fraction) -> str:
    """Return a number as a decimal, or as a fraction where no decimal of 60 places is exact.

    >>> exact(Fraction(15, 2)), exact(Fraction(1, 3)), exact(Fraction(100)), exact(Fraction(-1, 8))
    ('7.5', '1/3', '100', '-0.125')
    """
    shifted = number * 10**_MOST_PLACES
    if shifted.denominator != 1:
        return str(number)
    digits = str(abs(shifted.numerator)).rjust(_MOST_PLACES + 1, "0")
    places = digits[-_MOST_PLACES:].rstrip("0")
    whole = f"{'-' if number < 0 else ''}{digits[:-_MOST_PLACES]}"
    return f"{whole}.{places}" if places else whole


def _telling_numbers(question: Question, tests: Sequence[Test]) -> Iterator[Fraction]:
    limits = {limit for test in tests if isinstance(test, NumberTest) for limit in test.limits}
    ends = {end for end in (question.range.min, question.range.max) if end is not None}
    points = sorted(limits | ends) or [Fraction(0)]
    between = [(low + high) / 2 for low, high in pairwise(points)]
    telling = [points[0] - 1, *points, *between, points[-1] + 1]
    if question.counts_completed:
        telling = sorted({Fraction(whole) for number in telling for whole in (floor(number), ceil(number))})
    return (number for number in telling if number in question.range)
