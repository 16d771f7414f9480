"""The compiler from a rule to an expression over columns, for any dialect."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import reduce
from operator import add, and_, or_
from typing import Generic

from prescreen.eligibility.cohort.column_dialect import Column, Dialect
from prescreen.eligibility.cohort.column_layout import OPTIONS_A_COLUMN, columns_of, day_column, greatest, scale_of
from prescreen.eligibility.criteria.dates import Precision, first_of_month
from prescreen.eligibility.criteria.growth import growth_step
from prescreen.eligibility.criteria.kinds.date import EPOCH, precision_of
from prescreen.eligibility.criteria.questions import COMPUTED_IN, Growth, Question, QuestionBank
from prescreen.eligibility.criteria.rules import (
    All,
    Any,
    AtLeast,
    BooleanTest,
    ChoicesTest,
    DateTest,
    Not,
    NumberTest,
    OptionTest,
    Rule,
    Test,
)
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.criteria.units import factor

_GREATEST_GROWN = 2**62
_MOST_STEPS = 2**16  # days from 2000 to 2179
_WIDE = 10**38  # the greatest number of 38 digits


class TooFineError(ValueError):
    """Raised for limits of a computed question whose products do not fit into 38 digits."""

    def __init__(self, question_id: str) -> None:
        self.question_id = question_id
        super().__init__(f"the limits of '{question_id}' are too fine to be compared in columns; round them")


@dataclass(frozen=True, slots=True)
class Judging(Generic[Column]):
    """A trial as expressions: for each criterion that has a rule, whether it permits taking part.

    They refer to the gates by name, which must first be added as columns, in this order.
    """

    gates: tuple[tuple[str, Column], ...]
    permits: tuple[Column, ...]


def judging(trial: Trial, bank: QuestionBank, on: date, dialect: Dialect[Column]) -> Judging[Column]:
    """Compile a trial for one day; raise TooFineError where a limit cannot be compared exactly."""
    compiler = _Compiler(bank, on, dialect)
    rules = (criterion.permitting_rule for criterion in trial.criteria)
    permits = tuple(compiler.rule(rule) for rule in rules if rule is not None)
    return Judging(tuple(compiler.gates.items()), permits)


class _Compiler(Generic[Column]):
    def __init__(self, bank: QuestionBank, on: date, dialect: Dialect[Column]) -> None:
        self.bank, self.on, self.dialect = bank, on, dialect
        self._questions = bank.questions
        self.gates: dict[str, Column] = {}
        self._today_of: dict[str, Column] = {}

    def rule(self, rule: Rule) -> Column:
        match rule:
            case All(parts):
                return self._every(map(self.rule, parts))
            case Any(parts):
                return reduce(or_, map(self.rule, parts)) if parts else self.dialect.constant(truth=False)
            case Not(part):
                return ~self.rule(part)
            case AtLeast(count, parts):
                return self._at_least(count, [self.rule(part) for part in parts])
            case _:
                return self._where_it_applies(rule)

    def _every(self, parts: Iterable[Column]) -> Column:
        listed = list(parts)
        return reduce(and_, listed) if listed else self.dialect.constant(truth=True)

    def _at_least(self, count: int, parts: list[Column]) -> Column:
        if not parts:
            return self.dialect.constant(count <= 0)
        certain = reduce(add, [self.dialect.count(part, unknown=False) for part in parts])
        possible = reduce(add, [self.dialect.count(part, unknown=True) for part in parts])
        return (certain >= count) | ((possible >= count) & self.dialect.constant(truth=None))

    def _where_it_applies(self, test: Test) -> Column:
        question = self._questions[test.question]
        holds = self._holds(question, test)
        gate = self._gate(question) if question.ask_if or question.computed else None
        # False where the question does not apply; unknown where that is unknown, even if the value would not pass.
        return holds if gate is None else (gate & holds) | (gate & ~gate)

    def _gate(self, question: Question) -> Column | None:
        names = (question.id, *self.bank.sources_of(question.id))
        rules = [gate for name in names if (gate := self.bank[name].ask_if) is not None]
        if not rules:
            return None
        name = f"{question.id}?"
        if name not in self.gates:
            # A gate on which another depends is added first.
            self.gates.update({name: self._every([self.rule(rule) for rule in rules])})
        return self.dialect.column(name)

    def _holds(self, question: Question, test: Test) -> Column:
        match test:
            case BooleanTest():
                yes = self.dialect.column(question.id)
                return yes if test.expected else ~yes
            case OptionTest():
                wanted = [place for place, option in enumerate(question.options) if option.id in test.options]
                return self.dialect.among(self.dialect.column(question.id), tuple(wanted))
            case ChoicesTest():
                return self._chosen(question, test)
            case NumberTest() if question.computed:
                return self._index_within(question, test)
            case NumberTest():
                return self._within(question, test)
            case DateTest():
                return self._dated(question, test)

    def _chosen(self, question: Question, test: ChoicesTest) -> Column:
        columns = [self.dialect.column(name) for name in columns_of(question)]
        parts = []
        if test.all_of is not None or (test.none_of is None and test.any_of is None):
            all_of = zip(columns, _masks(question, test.all_of or frozenset()), strict=True)
            parts += [self.dialect.bits(column, mask) >= mask for column, mask in all_of]
        if test.none_of is not None:
            none_of = zip(columns, _masks(question, test.none_of), strict=True)
            parts += [self.dialect.bits(column, mask) <= 0 for column, mask in none_of]
        if test.any_of is not None:
            any_of = zip(columns, _masks(question, test.any_of), strict=True)
            parts.append(reduce(or_, [self.dialect.bits(column, mask) >= 1 for column, mask in any_of]))
        return self._every(parts)

    def _dated(self, question: Question, test: DateTest) -> Column:
        """Compare the first possible day of a date; for whole months that suffices, since each begins with one."""
        day, (low, high) = self.dialect.column(question.id), test.stretch(self.on)
        if low > high:
            return self._every([day <= low - EPOCH, day >= low - EPOCH + 1])
        holds = self._every([day >= low - EPOCH, day <= high - EPOCH])
        if precision_of(question) is Precision.DAY:
            return holds
        certain = holds & (day <= first_of_month(high + 1) - 1 - EPOCH)
        possible = (day >= first_of_month(low) - EPOCH) & (day <= high - EPOCH)
        return certain | (possible & self.dialect.constant(truth=None))

    def _within(self, question: Question, test: NumberTest) -> Column:
        steps, scale = self._today(question), scale_of(question)
        # The numbers that are told apart: all steps or, of an age, only the completed years.
        told = 1 if question.counts_completed else scale
        least = [_ceil(limit, told) for limit in (test.equal, test.min) if limit is not None]
        least += [_floor(limit, told) + 1 for limit in (test.above,) if limit is not None]
        most = [_floor(limit, told) for limit in (test.equal, test.max) if limit is not None]
        most += [_ceil(limit, told) - 1 for limit in (test.below,) if limit is not None]
        size = scale // told
        parts = [steps >= _in_64_bits(limit * size) for limit in least]
        parts += [steps <= _in_64_bits((limit + 1) * size - 1) for limit in most]
        return self._every(parts or [steps <= _GREATEST_GROWN])

    def _today(self, question: Question) -> Column:
        """Return a number in steps on the day of the assessment; one cached expression for each question."""
        if question.id not in self._today_of:
            self._today_of[question.id] = self._grown(question)
        return self._today_of[question.id]

    def _grown(self, question: Question) -> Column:
        steps = self.dialect.column(question.id)
        if question.grows is None:
            return steps
        step = (growth_step(question) * scale_of(question)).numerator
        return steps + self._elapsed(question.grows, self.dialect.column(day_column(question))) * step

    def _elapsed(self, grows: Growth, since: Column) -> Column:
        """Return the whole days, months or years since a day, as `dates.whole_days` and the like count them."""
        if grows is Growth.DAILY:
            return self.dialect.days(since) * -1 + (self.on - date(1970, 1, 1)).days
        year, month, day = self.dialect.calendar(since)
        later = day >= self.on.day + 1
        if grows is Growth.MONTHLY:
            incomplete = self.dialect.count(later, unknown=False)
            return (year * 12 + month + incomplete) * -1 + (self.on.year * 12 + self.on.month)
        incomplete = self.dialect.count(
            (month >= self.on.month + 1) | ((month >= self.on.month) & later), unknown=False
        )
        return (year + incomplete) * -1 + self.on.year

    def _index_within(self, question: Question, test: NumberTest) -> Column:
        """Compare a body mass index without division: weight x 10,000 against limit x height x height."""
        height, weight = (self.bank[name] for name in self.bank.sources_of(question.id))
        unit = _unit(weight, COMPUTED_IN[1]) * 10**4 / _unit(height, COMPUTED_IN[0]) ** 2
        square = self.dialect.wide(self._today(height)) * self.dialect.wide(self._today(height))
        mass = self.dialect.wide(self._today(weight))

        def compared(limit: Fraction) -> tuple[Column, Column]:
            ratio = limit / unit
            if max(ratio.denominator * _reach(weight), abs(ratio.numerator) * _reach(height) ** 2) >= _WIDE:
                raise TooFineError(question.id)
            return mass * self.dialect.whole(ratio.denominator), square * self.dialect.whole(ratio.numerator)

        pairs = {key: compared(limit) for key, limit in _limits(test).items()}
        parts = [pairs[key][0] >= pairs[key][1] for key in ("equal", "min") if key in pairs]
        parts += [pairs[key][0] <= pairs[key][1] for key in ("equal", "max") if key in pairs]
        parts += [~(pairs["above"][0] <= pairs["above"][1])] if "above" in pairs else []
        parts += [~(pairs["below"][0] >= pairs["below"][1])] if "below" in pairs else []
        # A height of zero is impossible: such an index is unknown.
        some = ~(self._today(height) >= 0) | (self._today(height) >= 1)
        holds = self._every(parts or [mass <= self.dialect.whole(_WIDE - 1)])
        return (some & holds) | (~some & self.dialect.constant(truth=None))


def _floor(limit: Fraction, scale: int) -> int:
    """Return the greatest step that is at most a limit; faster than multiplying fractions."""
    return limit.numerator * scale // limit.denominator


def _ceil(limit: Fraction, scale: int) -> int:
    """Return the least step that is at least a limit."""
    return -(-limit.numerator * scale // limit.denominator)


def _masks(question: Question, options: frozenset[str]) -> list[int]:
    bits = sum([1 << place for place, option in enumerate(question.options) if option.id in options])
    return [bits >> part * OPTIONS_A_COLUMN & (1 << OPTIONS_A_COLUMN) - 1 for part in range(len(columns_of(question)))]


def _in_64_bits(limit: int) -> int:
    """Return the limit clamped to 64 bits; the same numbers pass, since no column holds greater ones."""
    return max(-_GREATEST_GROWN, min(_GREATEST_GROWN, limit))


def _unit(question: Question, base: str) -> Fraction:
    return factor(question.unit or base, base) / scale_of(question)


def _reach(question: Question) -> int:
    grown = growth_step(question) * scale_of(question) * _MOST_STEPS if question.grows else 0
    return greatest(question) + int(grown)


def _limits(test: NumberTest) -> dict[str, Fraction]:
    given = {"equal": test.equal, "min": test.min, "max": test.max, "above": test.above, "below": test.below}
    return {key: limit for key, limit in given.items() if limit is not None}
