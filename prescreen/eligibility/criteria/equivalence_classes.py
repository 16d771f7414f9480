"""One value of a question for each way in which given tests can tell its values apart."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import islice, pairwise, product

from prescreen.eligibility.criteria.questions import Question, QuestionType
from prescreen.eligibility.criteria.rules import ChoicesTest, NumberTest, OptionTest, Test, Value

MOST = 1024
"""How many values are given at most, and one more."""


def representatives(question: Question, tests: Sequence[Test], most: int = MOST) -> list[Value]:
    """Return one value for each way in which the tests can tell values of the question apart.

    Where they would be more than `most`, the list stops one after.
    """
    match question.type:
        case QuestionType.BOOLEAN:
            return [True, False]
        case QuestionType.CHOICE:
            return list(_telling_options(question, tests))
        case QuestionType.CHOICES:
            return list(islice(_telling_sets(question, tests), most + 1))
        case QuestionType.NUMBER:
            return list(_telling_numbers(question, tests))


def _telling_options(question: Question, tests: Sequence[Test]) -> Iterable[str]:
    def seen_by(option: str) -> tuple[bool, ...]:
        return tuple(option in test.options for test in tests if isinstance(test, OptionTest))

    return {seen_by(option): option for option in question.option_ids}.values()


def _telling_sets(question: Question, tests: Sequence[Test]) -> Iterator[frozenset[str]]:
    """Yield sets of options: those that no test tells apart are ticked all together, or (for `all_of`) all but one."""
    choices = [test for test in tests if isinstance(test, ChoicesTest)]
    alike: dict[tuple[bool, ...], list[str]] = {}
    for option in sorted(frozenset().union(*(test.mentioned for test in choices)) - question.exclusive_ids):
        seen_in = tuple(option in (part or ()) for test in choices for part in (test.any_of, test.all_of, test.none_of))
        alike.setdefault(seen_in, []).append(option)
    ways = [
        [frozenset[str](), frozenset(options), *([frozenset(options[1:])] if len(options) > 1 else [])]
        for options in alike.values()
    ]
    for chosen in product(*ways):
        yield frozenset().union(*chosen)
    yield from (frozenset([alone]) for alone in sorted(question.exclusive_ids))


def _telling_numbers(question: Question, tests: Sequence[Test]) -> Iterator[Fraction]:
    limits = {limit for test in tests if isinstance(test, NumberTest) for limit in test.limits}
    ends = {end for end in (question.range.min, question.range.max) if end is not None}
    points = sorted(limits | ends) or [Fraction(0)]
    between = [(low + high) / 2 for low, high in pairwise(points)]
    for number in [points[0] - 1, *points, *between, points[-1] + 1]:
        if number in question.range:
            yield number
