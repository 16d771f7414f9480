"""Rules: trees of tests on answers, and the reference evaluator.

The evaluator is a direct recursive implementation of three-valued logic. Every faster one must agree with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Protocol

from prescreen.eligibility.criteria.dates import FIRST_DAY, LAST_DAY, DateToday, PartialDate, months_before
from prescreen.eligibility.criteria.truth import Truth, all_of, any_of, at_least

Value = bool | str | frozenset[str] | Fraction | PartialDate
"""What an answer can be: yes or no, one option, several options (perhaps none), an exact number, a date."""

Tested = bool | str | frozenset[str] | Fraction | DateToday
"""The value of an answer as tests see it on the day of the assessment."""


class Missing(Enum):
    """Why a question has no value to test."""

    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not applicable"


class Values(Protocol):
    """The source of the values that tests see: for each question a value, or why there is none."""

    def value(self, question: str) -> Tested | Missing:
        """Return the value of the question on the day of the assessment, or why it has none."""


@dataclass(frozen=True, slots=True)
class BooleanTest:
    """The answer is yes (or no)."""

    question: str
    expected: bool

    def holds(self, value: Tested) -> bool:
        """Return whether a known value passes."""
        return value is self.expected


@dataclass(frozen=True, slots=True)
class OptionTest:
    """The chosen option is one of these."""

    question: str
    options: frozenset[str]

    def holds(self, value: Tested) -> bool:
        """Return whether a known value passes."""
        return value in self.options


@dataclass(frozen=True, slots=True)
class ChoicesTest:
    """The ticked options meet the condition of every set that is given; None where a set is not given."""

    question: str
    any_of: frozenset[str] | None = None
    all_of: frozenset[str] | None = None
    none_of: frozenset[str] | None = None

    def holds(self, value: Tested) -> bool:
        """Return whether a known value passes; raise TypeError for one that is not a set of options."""
        if not isinstance(value, frozenset):
            raise TypeError(f"'{self.question}' holds no set of options")
        return (
            (self.any_of is None or not self.any_of.isdisjoint(value))
            and (self.all_of is None or self.all_of <= value)
            and (self.none_of is None or self.none_of.isdisjoint(value))
        )

    @property
    def mentioned(self) -> frozenset[str]:
        """Return the ids of all options that the test names."""
        return frozenset().union(*(part for part in (self.any_of, self.all_of, self.none_of) if part))


@dataclass(frozen=True, slots=True)
class NumberTest:
    """The number lies within these limits, in the question's unit: min and max inclusive, above and below exclusive."""

    question: str
    equal: Fraction | None = None
    min: Fraction | None = None
    max: Fraction | None = None
    above: Fraction | None = None
    below: Fraction | None = None

    def holds(self, value: Tested) -> bool:
        """Return whether a known value passes; raise TypeError for one that is not a number."""
        if isinstance(value, bool) or not isinstance(value, Fraction):
            raise TypeError(f"'{self.question}' holds no number")
        return (
            (self.equal is None or value == self.equal)
            and (self.min is None or value >= self.min)
            and (self.max is None or value <= self.max)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
        )

    @property
    def limits(self) -> tuple[Fraction, ...]:
        """Return the limits that are given."""
        given = (self.equal, self.min, self.max, self.above, self.below)
        return tuple(limit for limit in given if limit is not None)


@dataclass(frozen=True, slots=True)
class DateTest:
    """The date lies within these limits, all inclusive.

    `first` and `last` are days; the others count from the date to the day of the assessment: days, and whole months by
    the calendar.
    """

    question: str
    first: date | None = None
    last: date | None = None
    min_days: int | None = None
    max_days: int | None = None
    min_months: int | None = None
    max_months: int | None = None

    @property
    def limits(self) -> tuple[date | int, ...]:
        """Return the limits that are given."""
        spans = (self.min_days, self.max_days, self.min_months, self.max_months)
        return tuple(limit for limit in (self.first, self.last, *spans) if limit is not None)

    def stretch(self, on: date) -> tuple[int, int]:
        """Return the first and the last date that pass on the day of the assessment, as ordinals."""
        today = on.toordinal()
        lows = (
            None if self.first is None else self.first.toordinal(),
            None if self.max_days is None else today - self.max_days,
            None if self.max_months is None else months_before(on, self.max_months + 1) + 1,
        )
        highs = (
            None if self.last is None else self.last.toordinal(),
            None if self.min_days is None else today - self.min_days,
            None if self.min_months is None else months_before(on, self.min_months),
        )
        low = max([FIRST_DAY, *(end for end in lows if end is not None)])
        high = min([LAST_DAY, *(end for end in highs if end is not None)])
        # No date lies beyond the calendar, so a limit there is clamped to the day after its end.
        return min(low, LAST_DAY + 1), max(high, FIRST_DAY - 1)

    def truth(self, value: Tested) -> Truth:
        """Return the truth for a known date; unknown where it depends on the day of a month.

        Raise TypeError for a value that is not a date.
        """
        if not isinstance(value, DateToday):
            raise TypeError(f"'{self.question}' holds no date")
        low, high = self.stretch(value.on)
        if low <= value.earliest and value.latest <= high:
            return Truth.TRUE
        return Truth.FALSE if value.latest < low or value.earliest > high or low > high else Truth.UNKNOWN


Test = BooleanTest | OptionTest | ChoicesTest | NumberTest | DateTest


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Rule"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `count` of the parts hold."""

    count: int
    parts: tuple["Rule", ...]


Rule = Test | All | Any | Not | AtLeast


def evaluate(rule: Rule, values: Values) -> Truth:
    """Return the truth of `rule` for one person on one day.

    A test is unknown where the value is unknown, and false where its question does not apply.
    """
    match rule:
        case All(parts):
            return all_of(evaluate(part, values) for part in parts)
        case Any(parts):
            return any_of(evaluate(part, values) for part in parts)
        case Not(part):
            return ~evaluate(part, values)
        case AtLeast(count, parts):
            return at_least(count, (evaluate(part, values) for part in parts))
        case _:
            return _evaluate_test(rule, values)


def _evaluate_test(test: Test, values: Values) -> Truth:
    value = values.value(test.question)
    if value is Missing.UNKNOWN:
        return Truth.UNKNOWN
    if isinstance(value, Missing):
        return Truth.FALSE
    return truth_of(test, value)


def truth_of(test: Test, value: Tested) -> Truth:
    """Return the truth of a test of a known value."""
    return test.truth(value) if isinstance(test, DateTest) else Truth.of(test.holds(value))


def limits_on(test: Test, on: date) -> tuple[Fraction, ...]:
    """Return the numbers at which the truth of a test can change on a day; none for a test without limits."""
    match test:
        case NumberTest():
            return test.limits
        case DateTest():
            return tuple(Fraction(end) for end in test.stretch(on) if FIRST_DAY < end < LAST_DAY)
        case _:
            return ()


def tests_in(rule: Rule) -> Iterator[Test]:
    """Yield every test of the tree, in the author's order."""
    match rule:
        case All(parts) | Any(parts) | AtLeast(_, parts):
            for part in parts:
                yield from tests_in(part)
        case Not(part):
            yield from tests_in(part)
        case _:
            yield rule


def questions_in(rule: Rule) -> tuple[str, ...]:
    """Return the ids of the questions that the rule tests itself, once each, in the author's order."""
    return tuple(dict.fromkeys(test.question for test in tests_in(rule)))


def questions_behind(truth: Truth, rule: Rule, values: Values) -> Iterator[str]:
    """Yield the questions of the parts by which a rule has a truth that it has, true or false.

    Where no part of an `any` holds, all its parts are behind that; where a part of an `all` does not, that part alone.
    """
    match rule:
        case All(parts) | Any(parts) | AtLeast(_, parts):
            for part in parts:
                if evaluate(part, values) is truth:
                    yield from questions_behind(truth, part, values)
        case Not(part):
            yield from questions_behind(~truth, part, values)
        case _:
            yield rule.question
