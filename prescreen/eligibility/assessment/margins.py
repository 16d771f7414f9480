"""How far a number is from the limit that decides a criterion while all other answers stay as they are."""

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
    """The end of an interval of numbers, in the question's unit, and whether the number itself belongs to it."""

    at: Fraction
    included: bool


@dataclass(frozen=True, slots=True)
class Margin:
    """Today's value of a question, and the nearest interval of values with the best result for the criterion.

    `floor` and `ceiling` are the ends of that interval; None where it has no such end. At least one of them is given.
    For a date, the value and the ends are ordinals.
    """

    question: str
    value: Fraction
    floor: Limit | None
    ceiling: Limit | None

    @property
    def under(self) -> bool:
        """Whether the value lies below the interval."""
        return self.floor is not None and not _above(self.value, self.floor)

    @property
    def over(self) -> bool:
        """Whether the value lies above the interval."""
        return self.ceiling is not None and not _below(self.value, self.ceiling)

    @property
    def inside(self) -> bool:
        """Whether the value lies in the interval."""
        return not self.under and not self.over

    @property
    def distance(self) -> Fraction:
        """Return the distance of the value from the nearest end of the interval, never negative.

        Zero means the limit itself: just inside where it is included, just outside where it is not.

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
    """Return a margin for each known number on which the criterion depends, in the author's order.

    Only limits that decide count: of "65 or more, or 50 or more and smoking" it is 65 for a person who does not smoke.
    Where no limit decides given the other answers (another part excludes the person anyway), those count that could
    decide if the other answers were unknown.
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
    """The facts with another value for one question."""

    question: str
    other: Tested
    others: Values

    def value(self, question: str) -> Tested | Missing:
        return self.other if question == self.question else self.others.value(question)


Ends = tuple[Limit | None, Limit | None]


def _best(points: Sequence[Fraction], rank: Callable[[Fraction], int]) -> Iterator[Ends]:
    """Yield the intervals of values with the best rank; none where all values have the same rank."""
    ranks = _ranks(points, rank)
    if len(set(ranks)) > 1:
        yield from _stretches(points, [one == max(ranks) for one in ranks])


def _ranks(points: Sequence[Fraction], rank: Callable[[Fraction], int]) -> list[int]:
    """Return the ranks of the gap before the first point, the point, the gap after it, and so on to the last gap."""
    if not points:
        return []
    spaces = [points[0] - 1, *((low + high) / 2 for low, high in pairwise(points)), points[-1] + 1]
    probes = [spaces[0], *(number for pair in zip(points, spaces[1:], strict=True) for number in pair)]
    return [rank(number) for number in probes]


def _stretches(points: Sequence[Fraction], belongs: Sequence[bool]) -> Iterator[Ends]:
    """Yield the ends of each run of true values, indexed as in `_ranks`: even indexes are gaps, odd ones points."""
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
