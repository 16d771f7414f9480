"""What a known answer could be instead: one value for each way in which tests can judge values, the nearest first.

Numbers have a short exact form: a limit itself where it is included, else a whole number beyond it, else a number
with as few decimals as possible.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import floor, isqrt
from typing import cast

from prescreen.eligibility.assessment.answers import Answer, Declined, Facts
from prescreen.eligibility.criteria.growth import grown
from prescreen.eligibility.criteria.kinds.registry import kind_of
from prescreen.eligibility.criteria.questions import COMPUTED_IN, Question
from prescreen.eligibility.criteria.rules import NumberTest, Test, Value
from prescreen.eligibility.criteria.units import factor

_MOST_SETS = 256
_PLACES = 8


def alternatives(question: Question, tests: Sequence[Test], facts: Facts) -> Sequence[Value]:
    """Return the values to try in place of what was said; none where the value is unknown or computed.

    A number that grows is returned as it would have been said on the day of the answer.
    """
    said = facts.answers.get(question.id)
    if said is None or isinstance(said.value, Declined) or question.computed:
        return []
    own = [test for test in tests if test.question == question.id]
    if isinstance(said.value, Fraction):
        return _other_numbers(question, said, tests, facts)
    others: Sequence[Value] = kind_of(question).others(question, said.value, own, said.on, facts.on)
    return others


def _other_numbers(question: Question, said: Answer, tests: Sequence[Test], facts: Facts) -> list[Fraction]:
    value = cast(Fraction, said.value)
    growth = grown(question, value, said.on, facts.on) - value
    limits = {limit - growth for test in tests for limit in _limits(question, test, facts)}
    ends = {end for end in (question.range.min, question.range.max) if end is not None}
    others = [number for number in _beyond(sorted(limits | ends), value) if number in question.range]
    return sorted(others, key=lambda number: abs(number - value))


def _beyond(points: list[Fraction], value: Fraction) -> Iterator[Fraction]:
    """Yield each point except the value, and one number from each interval between points that does not contain it."""
    yield from (point for point in points if point != value and _is_written_exactly(point))
    for low, high in pairwise([None, *points, None]):
        if low is not None and value <= low:
            yield from _above(low, high)
        elif high is not None and value >= high:
            yield from (-number for number in _above(-high, None if low is None else -low))


def _above(low: Fraction, high: Fraction | None) -> Iterator[Fraction]:
    """Yield the next number above `low` with the fewest decimals, if there is one below `high`.

    >>> [str(number) for number in _above(Fraction(91), Fraction(93))]
    ['92']
    >>> [str(number) for number in _above(Fraction(10), Fraction("10.2"))]
    ['101/10']
    """
    for scale in (10**places for places in range(_PLACES + 1)):
        number = Fraction(floor(low * scale) + 1, scale)
        if high is None or number < high:
            yield number
            return


def _is_written_exactly(number: Fraction) -> bool:
    return bool((number * 10**_PLACES).denominator == 1)


def _limits(question: Question, test: Test, facts: Facts) -> Iterable[Fraction]:
    """Return the values of the question at which the test is at a limit."""
    if isinstance(test, NumberTest) and test.question == question.id:
        return test.limits
    if isinstance(test, NumberTest) and question.id in facts.bank.sources_of(test.question):
        return [point for limit in test.limits for point in _body_limits(question, test, limit, facts)]
    return ()


def _body_limits(question: Question, test: NumberTest, limit: Fraction, facts: Facts) -> Iterator[Fraction]:
    """Yield the heights or weights that alone bring the body mass index to a limit.

    For a weight this is exact. A height is seldom exact, so the whole numbers on either side are yielded.
    """
    names = facts.bank.sources_of(test.question)
    in_cm, in_kg = (factor(facts.bank[name].unit or base, base) for name, base in zip(names, COMPUTED_IN, strict=True))
    height, weight = (facts.value_if_applicable(name) for name in names)
    if limit > 0 and question.id == names[1] and isinstance(height, Fraction):
        yield limit * (height * in_cm / 100) ** 2 / in_kg
    if limit > 0 and question.id == names[0] and isinstance(weight, Fraction) and weight >= 0:
        whole = isqrt(floor(10_000 * weight * in_kg / limit / in_cm**2))
        yield from (Fraction(whole), Fraction(whole + 1))
