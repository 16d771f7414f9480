"""Discretization: a question's value as a bucket number that keeps apart what any test of the trials keeps apart.

0 is unknown, 1 does not apply, values start at 2. The tests of a question are evaluated once per bucket.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import lcm

from prescreen.eligibility.criteria.kinds.registry import kind_of
from prescreen.eligibility.criteria.questions import Question, QuestionType
from prescreen.eligibility.criteria.rules import NumberTest, Test, Tested, truth_of
from prescreen.eligibility.matching.known_values import CODE_OF, FALSE, NOT_APPLICABLE, UNKNOWN, Quick

INAPPLICABLE_BUCKET, FIRST_VALUE = 1, 2

Bucketing = Callable[[Quick], int]


class QuestionBuckets:
    """The buckets of one question and the tests on it; `packed` holds the tests' truths per bucket, a byte each."""

    def __init__(self, question: Question, tests: Sequence[Test]) -> None:
        self.question, self.tests = question, tuple(tests)
        self.bucket, examples = _bucketing(question, self.tests)
        unknown, inapplicable = bytes([UNKNOWN]) * len(tests), bytes([FALSE]) * len(tests)
        self.packed = [unknown, inapplicable, *(self.judged(value) for value in examples)]

    @property
    def is_open_ended(self) -> bool:
        """Whether buckets are not counted beforehand: values such as sets of options are too many."""
        return len(self.packed) == FIRST_VALUE

    def judged(self, value: Tested) -> bytes:
        """Return the truth of each test for a known value, a byte each."""
        return bytes([CODE_OF[truth_of(test, value)] for test in self.tests])


def _bucketing(question: Question, tests: tuple[Test, ...]) -> tuple[Bucketing, list[Tested]]:
    listed = kind_of(question).listed(question)
    if listed is not None:
        return _listed(listed)
    if question.type is QuestionType.NUMBER:
        limits = {limit for test in tests if isinstance(test, NumberTest) for limit in test.limits}
        return _between_limits(sorted(limits))
    return lambda value: INAPPLICABLE_BUCKET, []


def _listed(values: list[Tested]) -> tuple[Bucketing, list[Tested]]:
    buckets: dict[Quick, int] = {value: place for place, value in enumerate(values, FIRST_VALUE)}
    buckets[NOT_APPLICABLE] = INAPPLICABLE_BUCKET
    return buckets.__getitem__, values


def _between_limits(limits: list[Fraction]) -> tuple[Bucketing, list[Tested]]:
    """Return buckets for the limits and the gaps around them: below the first, the first, between, the second, ..."""
    scale = lcm(*(limit.denominator for limit in limits)) if limits else 1
    steps = [int(limit * scale) for limit in limits]

    def bucket(value: Quick) -> int:
        if value is NOT_APPLICABLE:
            return INAPPLICABLE_BUCKET
        scaled = value * scale  # type: ignore[operator]  # a number: only they are scaled
        place = bisect_left(steps, scaled)
        exact = place < len(steps) and steps[place] == scaled
        return FIRST_VALUE + 2 * place + exact

    points: list[Fraction] = [limits[0] - 1] if limits else [Fraction(0)]
    for place, limit in enumerate(limits):
        points.append(limit)
        points.append((limit + limits[place + 1]) / 2 if place + 1 < len(limits) else limit + 1)
    return bucket, list(points)
