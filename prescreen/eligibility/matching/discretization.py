"""Discretization: the values of a question under keys that keep apart what any test of the trials keeps apart."""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from math import lcm

from prescreen.eligibility.criteria.questions import Question, QuestionType
from prescreen.eligibility.criteria.rules import NumberTest, Test, Tested, truth_of
from prescreen.eligibility.matching.truth_codes import CODE_OF

KeyOf = Callable[[Tested], Hashable]


class QuestionBuckets:
    """The values of one question, and the tests on it. Values of one bucket pass the same tests."""

    def __init__(self, question: Question, tests: Sequence[Test]) -> None:
        self.tests = tuple(tests)
        self.bucket: KeyOf = _between_limits(self.tests) if question.type is QuestionType.NUMBER else _itself

    def judged(self, value: Tested) -> bytes:
        """Return the truth of each test for a known value, a byte each."""
        return bytes([CODE_OF[truth_of(test, value)] for test in self.tests])


def _itself(value: Tested) -> Hashable:
    return value


def _between_limits(tests: Sequence[Test]) -> KeyOf:
    """Return the number of the bucket: below the first limit, the first limit, between it and the second, ..."""
    limits = sorted({limit for test in tests if isinstance(test, NumberTest) for limit in test.limits})
    scale = lcm(*(limit.denominator for limit in limits)) if limits else 1
    steps = [int(limit * scale) for limit in limits]

    def bucket(value: Tested) -> int:
        scaled = value * scale  # type: ignore[operator]  # a number
        place = bisect_left(steps, scaled)
        return 2 * place + (place < len(steps) and steps[place] == scaled)

    return bucket
