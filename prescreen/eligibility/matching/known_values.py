"""Truths as numbers, and the questions whose value is not simply the answer."""

from prescreen.eligibility.criteria.kinds.registry import kind_of
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.truth import Truth

FALSE, UNKNOWN, TRUE = 0, 1, 2
"""Truths, and so determinations, as whole numbers: the truth of "all of these" is the least of theirs."""

CODE_OF = {Truth.FALSE: FALSE, Truth.UNKNOWN: UNKNOWN, Truth.TRUE: TRUE}


def conditional_questions(bank: QuestionBank) -> tuple[str, ...]:
    """Return the questions whose value is not simply the answer.

    They have an `ask_if`, are computed, or move with the calendar.
    """
    return tuple(
        question.id
        for question in bank
        if question.ask_if is not None or question.computed or kind_of(question).is_moving(question)
    )
