"""The values that many trials are judged by: what is known of a person today, by question id, plain and quick to test.

Whole numbers come as int, which compares faster than a fraction and as exactly. What does not apply comes as a mark
that fails every test. What is unknown is absent.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from prescreen.eligibility.assessment.answers import Declined, Facts
from prescreen.eligibility.criteria.kinds.registry import kind_of
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import Missing, Tested


class _NotApplicable:
    """Fails every comparison, is no option, and holds none."""

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def _fails(self, other: object) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _fails

    def __repr__(self) -> str:
        return "NOT_APPLICABLE"


NOT_APPLICABLE = _NotApplicable()

Quick = Tested | int | _NotApplicable
Known = Mapping[str, Quick]
Changes = Mapping[str, Quick | None]
"""Values that are new; None where a question is not known any more."""


def known_values(facts: Facts, conditional: tuple[str, ...]) -> dict[str, Quick]:
    """Return the known values of a person; `conditional` are the questions that may not apply, or are computed."""
    known: dict[str, Quick] = {}
    bank, on = facts.bank.questions, facts.on
    for name, answer in facts.answers.given.items():
        value = answer.value
        if not isinstance(value, Declined):
            known[name] = quick(kind_of(bank[name]).tested(bank[name], value, answer.on, on))
    for name in conditional:
        found = known_value(facts, name)
        if found is None:
            known.pop(name, None)
        else:
            known[name] = found
    return known


def known_value(facts: Facts, question_id: str) -> Quick | None:
    """Return the value of one question, None where it is unknown."""
    found = facts.value(question_id)
    if isinstance(found, Missing):
        return None if found is Missing.UNKNOWN else NOT_APPLICABLE
    return quick(found)


def quick(value: Tested) -> Quick:
    """Return a value in its quickest exact form."""
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    return value


def dependants(bank: QuestionBank) -> dict[str, tuple[str, ...]]:
    """Return for each question those whose value can change with its answer: itself first, then what hangs on it."""
    found: dict[str, list[str]] = {question.id: [question.id] for question in bank}
    for name in conditional_questions(bank):
        for reached in bank.reached_from((name,))[:-1]:
            found[reached].append(name)
    return {name: tuple(names) for name, names in found.items()}


def conditional_questions(bank: QuestionBank) -> tuple[str, ...]:
    """Return the questions whose value is not simply the answer: those with an `ask_if`, and computed ones."""
    return tuple(question.id for question in bank if question.ask_if is not None or question.computed)
