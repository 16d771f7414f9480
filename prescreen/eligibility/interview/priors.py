"""The probability of each answer before it is given: from the bank's prevalence, else uniform.

A number without a prevalence is taken as uniform over its range.

Only the order of questions depends on these probabilities, never a determination. Questions are treated as independent.
"""

from bisect import bisect_left
from collections.abc import Mapping
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
    truth_of,
)
from prescreen.eligibility.criteria.truth import Truth

UNTOLD = 0.5
"""The assumed probability to fail a criterion whose limits visitors are not told."""

PRIOR_PEOPLE = 20
"""The weight of the bank's probability, as a number of people, against counts of earlier people."""


class Seen(NamedTuple):
    """How many earlier people a criterion permitted, and how many it did not."""

    permitted: int
    not_permitted: int


Observed = Mapping[tuple[str, str], Seen]
"""The counts of earlier people, by trial and criterion."""


def chance(rule: Rule, bank: QuestionBank) -> float:
    """Return the probability that a rule is true of a person who answers everything."""
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
    """Return the probability that a criterion permits, from the bank's prior and the counts of earlier people."""
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
        case QuestionType.NUMBER, NumberTest() if steps := _cumulative_shares(question):
            return _chance_between(test, steps)
        case QuestionType.BOOLEAN, _ if shares:
            return sum(
                share for answer, share in shares.items() if truth_of(test, answer == "true") is Truth.TRUE
            ) / sum(shares.values())
        case _:
            values = representatives(question, [test], ANY_DAY)
            return sum(truth_of(test, value) is Truth.TRUE for value in values) / len(values) if values else 0.0


def _chance_of_ticks(test: ChoicesTest, shares: Mapping[str, float]) -> float:
    """Return the probability of a test on ticked options, which are treated as independent."""
    some = 1 - prod(1 - shares.get(option, 0.0) for option in test.any_of) if test.any_of else 1.0
    every = prod(shares.get(option, 0.0) for option in test.all_of) if test.all_of else 1.0
    none = prod(1 - shares.get(option, 0.0) for option in test.none_of) if test.none_of else 1.0
    return some * every * none


def _cumulative_shares(question: Question) -> list[tuple[float, float]]:
    """Return values with the share of people at or below each, rising; empty where nothing is known."""
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
    """Return the share of people at or below a value, interpolated linearly between the known ones."""
    place = bisect_left(steps, (value, 0.0))
    if place == len(steps):
        return 1.0 if value > steps[-1][0] else steps[-1][1]
    (to, upper), (since, lower) = steps[place], steps[max(0, place - 1)]
    return upper if to <= since or value >= to else lower + (upper - lower) * (value - since) / (to - since)
