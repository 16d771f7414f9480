"""Which options of questions have a purpose: a rule that names them, or the need to answer something else."""

from collections.abc import Collection, Iterable, Iterator

from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import ChoicesTest, OptionTest, Rule, Test, tests_in

Named = frozenset[tuple[str, str]]
"""Pairs of a question and one of its options."""


def options_named(rules: Iterable[Rule]) -> Named:
    """Return the options that the rules name in any of their tests."""
    tests = (test for rule in rules for test in tests_in(rule))
    return frozenset((test.question, option) for test in tests for option in _options_of(test))


def _options_of(test: Test) -> frozenset[str]:
    match test:
        case OptionTest():
            return test.options
        case ChoicesTest():
            return test.mentioned
        case _:
            return frozenset()


def without_purpose(bank: QuestionBank, named: Named) -> Iterator[tuple[Question, tuple[str, ...]]]:
    """Yield each question with those of its options that serve nothing.

    A question none of whose options is named is left out: it is of no use as a whole, or of another.
    """
    for question in bank:
        used = frozenset(option for name, option in named if name == question.id)
        idle = _idle(question, used) if used else ()
        if idle:
            yield question, idle


def _idle(question: Question, used: Collection[str]) -> tuple[str, ...]:
    """Return the options that are neither named nor needed; of a choice one is, for people whom none other fits."""
    idle = tuple(one.id for one in question.options if not one.exclusive and one.id not in used)
    return () if question.type is QuestionType.CHOICE and len(idle) == 1 else idle
