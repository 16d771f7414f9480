"""Plain Python, as one would write it by hand: a function inside a function for each rule, ending early.

Written without a look at the project's own engines, to be a check on them too.
"""

import operator
from collections.abc import Callable, Sequence

from benchmarks.base.workload import Values
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import (
    All,
    Any,
    AtLeast,
    BooleanTest,
    ChoicesTest,
    Not,
    NumberTest,
    OptionTest,
    Rule,
    Test,
)
from prescreen.eligibility.criteria.trials import Trial

NO, MAYBE, YES = 0, 1, 2
Told = Callable[[Values], int]
Holds = Callable[[object], bool]


class Closures:
    """Python closures."""

    name = "Python closures"
    most_trials = 100_000

    def prepare(self, bank: QuestionBank, trials: Sequence[Trial]) -> None:
        self._trials = [_lowest(_criteria(trial)) for trial in trials]

    def judge(self, values: Values) -> list[int]:
        return [told(values) for told in self._trials]


def _criteria(trial: Trial) -> list[Told]:
    found: list[Told] = []
    for criterion in trial.ruled:
        if criterion.rule is not None:
            found += _side_by_side(criterion.rule, wanted=criterion.kind == "inclusion")
    return found


def _side_by_side(rule: Rule, *, wanted: bool) -> list[Told]:
    """Return the parts that must all be so, an "all" within an "all" opened."""
    match rule:
        case Not(part):
            return _side_by_side(part, wanted=not wanted)
        case All(parts) if wanted:
            return [told for part in parts for told in _side_by_side(part, wanted=True)]
        case Any(parts) if not wanted:
            return [told for part in parts for told in _side_by_side(part, wanted=False)]
        case _:
            return [_told(rule, wanted=wanted)]


def _told(rule: Rule, *, wanted: bool) -> Told:
    match rule:
        case Not(part):
            return _told(part, wanted=not wanted)
        case All(parts) | Any(parts):
            inner = [_told(part, wanted=wanted) for part in parts]
            return _lowest(inner) if isinstance(rule, All) == wanted else _highest(inner)
        case AtLeast(count, parts):
            least = count if wanted else len(parts) - count + 1
            return _so_many(least, [_told(part, wanted=wanted) for part in parts])
        case _:
            return _tested(rule.question, _holds(rule), wanted)


def _lowest(parts: Sequence[Told]) -> Told:
    inner = tuple(parts)

    def told(values: Values) -> int:
        lowest = YES
        for part in inner:
            one = part(values)
            if one == NO:
                return NO
            if one == MAYBE:
                lowest = MAYBE
        return lowest

    return told


def _highest(parts: Sequence[Told]) -> Told:
    inner = tuple(parts)

    def told(values: Values) -> int:
        highest = NO
        for part in inner:
            one = part(values)
            if one == YES:
                return YES
            if one == MAYBE:
                highest = MAYBE
        return highest

    return told


def _so_many(least: int, parts: Sequence[Told]) -> Told:
    inner = tuple(parts)

    def told(values: Values) -> int:
        found = [part(values) for part in inner]
        sure = found.count(YES)
        if sure >= least:
            return YES
        return MAYBE if sure + found.count(MAYBE) >= least else NO

    return told


def _tested(name: str, holds: Holds, wanted: bool) -> Told:
    passed, failed = (YES, NO) if wanted else (NO, YES)

    def told(values: Values) -> int:
        value = values.get(name)
        if value is None:
            return MAYBE
        return passed if holds(value) else failed

    return told


def _holds(test: Test) -> Holds:
    match test:
        case BooleanTest(_, expected):
            return lambda value: value is expected
        case OptionTest(_, options):
            return options.__contains__
        case ChoicesTest():
            return _ticks(test)
        case NumberTest():
            return _limits(test)


def _ticks(test: ChoicesTest) -> Holds:
    match test:
        case ChoicesTest(_, any_of=frozenset() as options, all_of=None, none_of=None):
            return lambda ticked: not options.isdisjoint(ticked)
        case ChoicesTest(_, any_of=None, all_of=frozenset() as options, none_of=None):
            return options.issubset
        case ChoicesTest(_, any_of=None, all_of=None, none_of=frozenset() as options):
            return options.isdisjoint
        case _:
            return test.holds


def _limits(test: NumberTest) -> Holds:
    compared = {
        operator.eq: test.equal,
        operator.ge: test.min,
        operator.le: test.max,
        operator.gt: test.above,
        operator.lt: test.below,
    }
    given = [(compare, int(limit)) for compare, limit in compared.items() if limit is not None]
    if len(given) == 1:
        ((compare, limit),) = given
        return lambda number: compare(number, limit)
    if test.min is not None and test.max is not None and len(given) == 2:
        low, high = int(test.min), int(test.max)
        return lambda number: low <= number <= high
    return lambda number: all(compare(number, limit) for compare, limit in given)
