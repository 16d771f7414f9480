"""The known values of one person today, by question id, in types that are fast to test.

Whole numbers are int, which compares faster than a fraction and as exactly. A question that does not apply has a marker
that fails every test. Unknown values are absent.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from prescreen.eligibility.assessment.answers import Declined, Facts
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.kinds.registry import kind_of
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import Missing, Tested
from prescreen.eligibility.criteria.truth import Truth

FALSE, UNKNOWN, TRUE = 0, 1, 2
"""Truths, and so determinations, as whole numbers: the truth of "all of these" is the least of theirs."""

CODES = (Determination.INELIGIBLE, Determination.UNDETERMINED, Determination.POTENTIALLY_ELIGIBLE)
"""The determinations by their code: 0, 1, 2."""
CODE_OF = {Truth.FALSE: FALSE, Truth.UNKNOWN: UNKNOWN, Truth.TRUE: TRUE}


class _NotApplicable:
    """Fails every comparison, equals no option and contains none."""

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


def known_values(facts: Facts, conditional: tuple[str, ...]) -> dict[str, Quick]:
    """Return the known values of a person; `conditional` are the bank's `conditional_questions`."""
    known: dict[str, Quick] = {}
    for name, answer in facts.answers.given.items():
        value = answer.value
        if not isinstance(value, Declined):
            known[name] = quick(value)  # type: ignore[arg-type]  # a date is conditional, and so replaced below
    for name in conditional:
        found = known_value(facts, name)
        if found is None:
            known.pop(name, None)
        else:
            known[name] = found
    return known


def known_value(facts: Facts, question_id: str) -> Quick | None:
    """Return the value of one question, or None where it is unknown."""
    found = facts.value(question_id)
    if isinstance(found, Missing):
        return None if found is Missing.UNKNOWN else NOT_APPLICABLE
    return quick(found)


def quick(value: Tested) -> Quick:
    """Return a value in its quickest exact form."""
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    return value


def conditional_questions(bank: QuestionBank) -> tuple[str, ...]:
    """Return the questions whose value is not simply the answer.

    They have an `ask_if`, are computed, or move with the calendar.
    """
    return tuple(
        question.id
        for question in bank
        if question.ask_if is not None or question.computed or kind_of(question).is_moving(question)
    )
