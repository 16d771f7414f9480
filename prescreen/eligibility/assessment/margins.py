"""How far a number is from the limit on which a criterion hangs, all other answers staying as they are."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.criteria.kinds.registry import kind_of
from prescreen.eligibility.criteria.rules import (
    Missing,
    Rule,
    Tested,
    Values,
    evaluate,
    limits_on,
    questions_in,
    tests_in,
)
from prescreen.eligibility.criteria.trials import Criterion
from prescreen.eligibility.criteria.truth import Truth

_RANK = {Truth.FALSE: 0, Truth.UNKNOWN: 1, Truth.TRUE: 2}


@dataclass(frozen=True, slots=True)
class Limit:
    """Where a stretch of numbers ends, in the question's unit, and whether that number itself belongs to it."""

    at: Fraction
    included: bool


@dataclass(frozen=True, slots=True)
class Margin:
    """Today's value of a question, and the nearest stretch of values with which the criterion permits most.

    Of a date the value and the ends are ordinals.
    `floor` and `ceiling` are the ends of that stretch; None where it has no such end. One of them is given.
    """

    question: str
    value: Fraction
    floor: Limit | None
    ceiling: Limit | None

    @property
    def under(self) -> bool:
        """Whether the value lies below the stretch."""
        return self.floor is not None and not _above(self.value, self.floor)

    @property
    def over(self) -> bool:
        """Whether the value lies above the stretch."""
        return self.ceiling is not None and not _below(self.value, self.ceiling)

    @property
    def inside(self) -> bool:
        """Whether the value lies in the stretch."""
        return not self.under and not self.over

    @property
    def distance(self) -> Fraction:
        """How far the value is from the nearest end of the stretch, never negative.

        Zero is the limit itself: just inside where it is included, just outside where it is not.

        >>> Margin("pain", Fraction(4), Limit(Fraction(4), included=True), None).distance
        Fraction(0, 1)
        >>> Margin("bmi", Fraction("31.2"), None, Limit(Fraction(30), included=True)).distance
        Fraction(6, 5)
        """
        return min(abs(self.value - end.at) for end in (self.floor, self.ceiling) if end)


def _above(value: Fraction, floor: Limit) -> bool:
    return value > floor.at or (floor.included and value == floor.at)


def _below(value: Fraction, ceiling: Limit) -> bool:
    return value < ceiling.at or (ceiling.included and value == ceiling.at)


def margins(criterion: Criterion, facts: Facts) -> tuple[Margin, ...]:
    """Return a margin for each known number on which the criterion hangs, in the author's order.

    Only limits that decide are looked at: of "65 or more, or 50 or more and smoking" it is 65 for who does not smoke.
    Where no limit decides as things are (another part keeps the person out anyway), it is those that could decide if
    the other answers were not known.
    """
    rule = criterion.permitting_rule
    found = (_margin(rule, name, facts) for name in questions_in(rule)) if rule else ()
    return tuple(margin for margin in found if margin)


def _margin(rule: Rule, question: str, facts: Facts) -> Margin | None:
    kind, known = kind_of(facts.bank[question]), facts.value(question)
    value = None if isinstance(known, Missing) else kind.measured(known)
    if value is None:
        return None

    def supposing(others: Values) -> Callable[[Fraction], int]:
        return lambda number: _RANK[evaluate(rule, _Supposing(question, kind.at_measure(number, facts.on), others))]

    tests = (test for test in tests_in(rule) if test.question == question)
    points = sorted({limit for test in tests for limit in limits_on(test, facts.on)})
    stretches = list(_best(points, supposing(facts))) or list(_best(points, supposing(_NOTHING_KNOWN)))
    candidates = (Margin(question, value, floor, ceiling) for floor, ceiling in stretches)
    return min(candidates, key=lambda one: (not one.inside, one.distance), default=None)


@dataclass(frozen=True, slots=True)
class _NothingKnown:
    def value(self, question: str) -> Tested | Missing:
        return Missing.UNKNOWN


_NOTHING_KNOWN = _NothingKnown()


@dataclass(frozen=True, slots=True)
class _Supposing:
    """What is known, with another value for one question."""

    question: str
    other: Tested
    others: Values

    def value(self, question: str) -> Tested | Missing:
        return self.other if question == self.question else self.others.value(question)


Ends = tuple[Limit | None, Limit | None]


def _best(points: Sequence[Fraction], rank: Callable[[Fraction], int]) -> Iterator[Ends]:
    """Yield the stretches of values with which the rule is truest; none where every value does as well as any other."""
    ranks = _ranks(points, rank)
    if len(set(ranks)) > 1:
        yield from _stretches(points, [one == max(ranks) for one in ranks])


def _ranks(points: Sequence[Fraction], rank: Callable[[Fraction], int]) -> list[int]:
    """Rank the space before the first point, the point, the space after it, and so on to the space after the last."""
    if not points:
        return []
    spaces = [points[0] - 1, *((low + high) / 2 for low, high in pairwise(points)), points[-1] + 1]
    probes = [spaces[0], *(number for pair in zip(points, spaces[1:], strict=True) for number in pair)]
    return [rank(number) for number in probes]


def _stretches(points: Sequence[Fraction], belongs: Sequence[bool]) -> Iterator[Ends]:
    """Yield where runs begin and end, the places counted as `_ranks` does: even ones are spaces, odd ones points."""
    start: int | None = None
    for place, inside in enumerate([*belongs, False]):
        if inside and start is None:
            start = place
        elif not inside and start is not None:
            yield _begin(points, start), _end(points, place - 1)
            start = None


def _begin(points: Sequence[Fraction], place: int) -> Limit | None:
    if place == 0:
        return None
    return Limit(points[(place - 1) // 2], included=place % 2 == 1)


def _end(points: Sequence[Fraction], place: int) -> Limit | None:
    if place == 2 * len(points):
        return None
    return Limit(points[place // 2], included=place % 2 == 1)
