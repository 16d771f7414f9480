"""How likely an answer is before it is given: from the bank's prevalence, else all answers alike.

A number without a prevalence counts as spread evenly over its range.

Only the order of questions rests on these figures, never a determination. Questions count as independent.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import prod
from typing import NamedTuple

from prescreen.eligibility.criteria.kinds.kind import ANY_DAY
from prescreen.eligibility.criteria.kinds.registry import representatives
from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import (
    All,
    Any,
    AtLeast,
    ChoicesTest,
    Not,
    NumberTest,
    OptionTest,
    Rule,
    Test,
    questions_in,
    truth_of,
)
from prescreen.eligibility.criteria.trials import Criterion, Trial
from prescreen.eligibility.criteria.truth import Truth

UNTOLD = 0.5
"""The chance to fail a criterion whose limits visitors are not told, whatever they are."""

_SHARED_BLAME = 0.25
"""What one answer contributes where a criterion hangs on several questions: a quarter of the chance to fail."""

PRIOR_PEOPLE = 20
"""How many people the bank's chance weighs as much as, where earlier people were counted."""


class Seen(NamedTuple):
    """How many earlier people a criterion permitted, and how many it did not."""

    permitted: int
    not_permitted: int


Observed = Mapping[tuple[str, str], Seen]
"""What was counted of earlier people, by trial and criterion."""


def chances_to_rule_out(trial: Trial, bank: QuestionBank) -> Mapping[str, float]:
    """Return for each question of a trial the chance that its answer alone rules the trial out."""
    staying: dict[str, float] = {}
    for criterion in trial.ruled:
        for question_id, failing in _failing(criterion, bank):
            staying[question_id] = staying.get(question_id, 1.0) * (1 - failing)
    return {question_id: 1 - chance for question_id, chance in staying.items()}


def _failing(criterion: Criterion, bank: QuestionBank) -> Iterable[tuple[str, float]]:
    rule = criterion.permitting_rule
    reached = bank.reached_from(questions_in(rule)) if rule else ()
    asked = [name for name in reached if not bank[name].computed]
    failing = _chance_to_fail(criterion, bank)
    share = failing if len(asked) == 1 else failing * _SHARED_BLAME
    return [(name, share) for name in asked]


def _chance_to_fail(criterion: Criterion, bank: QuestionBank) -> float:
    if criterion.permitting_rule is None:
        return 0.0
    # The order of questions must not give away a limit that visitors are not told.
    return 1 - chance(criterion.permitting_rule, bank) if criterion.is_told else UNTOLD


def chance(rule: Rule, bank: QuestionBank) -> float:
    """Return the chance that a rule is true of somebody who answers everything."""
    match rule:
        case All(parts):
            return prod(chance(part, bank) for part in parts)
        case Any(parts):
            return 1 - prod(1 - chance(part, bank) for part in parts)
        case Not(part):
            return 1 - chance(part, bank)
        case AtLeast(count, parts):
            return _chance_of_at_least(count, [chance(part, bank) for part in parts])
        case _:
            gate = bank[rule.question].ask_if
            applying = chance(gate, bank) if gate else 1.0
            return applying * _chance_of_test(rule, bank[rule.question])


def learned(permitting: float, seen: Seen) -> float:
    """Return the chance that a criterion permits, from the bank's and from what earlier people came to."""
    return (seen.permitted + PRIOR_PEOPLE * permitting) / (sum(seen) + PRIOR_PEOPLE)


def _chance_of_at_least(count: int, chances: list[float]) -> float:
    exactly = [1.0]
    for one in chances:
        exactly = [
            (exactly[hits] * (1 - one) if hits < len(exactly) else 0.0) + (exactly[hits - 1] * one if hits else 0.0)
            for hits in range(len(exactly) + 1)
        ]
    return sum(exactly[count:])


def _chance_of_test(test: Test, question: Question) -> float:
    shares = {option: float(share) for option, share in question.prevalence.items()}
    steps: list[tuple[float, float]]
    match question.type, test:
        case QuestionType.CHOICE, OptionTest(_, options) if shares:
            return sum(shares.get(option, 0.0) for option in options) / sum(shares.values())
        case QuestionType.CHOICES, ChoicesTest() if shares:
            return _chance_of_ticks(test, shares)
        case QuestionType.NUMBER, NumberTest() if steps := _steps(question):
            return _chance_between(test, steps)
        case QuestionType.BOOLEAN, _ if shares:
            return sum(
                share for answer, share in shares.items() if truth_of(test, answer == "true") is Truth.TRUE
            ) / sum(shares.values())
        case _:
            values = representatives(question, [test], ANY_DAY)
            return sum(truth_of(test, value) is Truth.TRUE for value in values) / len(values) if values else 0.0


def _chance_of_ticks(test: ChoicesTest, shares: Mapping[str, float]) -> float:
    """Return the chance for ticks that count as independent of each other."""
    some = 1 - prod(1 - shares.get(option, 0.0) for option in test.any_of) if test.any_of else 1.0
    every = prod(shares.get(option, 0.0) for option in test.all_of) if test.all_of else 1.0
    none = prod(1 - shares.get(option, 0.0) for option in test.none_of) if test.none_of else 1.0
    return some * every * none


def _steps(question: Question) -> list[tuple[float, float]]:
    """Return values with the share of people at or below them, rising; none where nothing is known."""
    given = [(float(Fraction(value)), float(share)) for value, share in question.prevalence.items()]
    low, high = question.range.min, question.range.max
    below = [] if low is None else [(float(low), 0.0)]
    above = [] if high is None else [(float(high), 1.0)]
    steps = sorted({**dict(below), **dict(above), **dict(given)}.items())
    return steps if len(steps) > 1 else []


def _chance_between(test: NumberTest, steps: list[tuple[float, float]]) -> float:
    if test.equal is not None:
        around = float(test.equal) - 0.5, float(test.equal) + 0.5
        return _share_at_most(around[1], steps) - _share_at_most(around[0], steps)
    lows = [limit for limit in (test.min, test.above) if limit is not None]
    highs = [limit for limit in (test.max, test.below) if limit is not None]
    start = max((_share_at_most(float(limit), steps) for limit in lows), default=0.0)
    end = min((_share_at_most(float(limit), steps) for limit in highs), default=1.0)
    return max(0.0, end - start)


def _share_at_most(value: float, steps: list[tuple[float, float]]) -> float:
    """Return the share of people at or below a value, on a straight line between the known ones."""
    place = bisect_left(steps, (value, 0.0))
    if place == len(steps):
        return 1.0 if value > steps[-1][0] else steps[-1][1]
    (to, upper), (since, lower) = steps[place], steps[max(0, place - 1)]
    return upper if to <= since or value >= to else lower + (upper - lower) * (value - since) / (to - since)
