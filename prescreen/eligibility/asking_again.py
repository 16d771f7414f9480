"""What to ask a person once more, when somebody talks to them."""

from datetime import date

from prescreen.eligibility.answers import Answer, Answers, Declined, Facts
from prescreen.eligibility.criteria import Criterion
from prescreen.eligibility.prospects import prospect
from prescreen.eligibility.questions import Question


def is_stale(question: Question, answer: Answer, on: date) -> bool:
    """Say whether an answer is older than the question's half-life; a question without one never goes stale.

    >>> from prescreen.eligibility.questions import QuestionType
    >>> from prescreen.eligibility.wording import Text
    >>> pain = Question("pain", QuestionType.BOOLEAN, Text({"en": "Pain?"}), half_life=7)
    >>> answer = Answer(True, date(2026, 11, 1))
    >>> is_stale(pain, answer, date(2026, 11, 8)), is_stale(pain, answer, date(2026, 11, 9))
    (False, True)
    """
    return question.half_life is not None and (on - answer.on).days > question.half_life


def to_ask(criterion: Criterion, facts: Facts) -> tuple[str, ...]:
    """Give the questions that can settle a criterion that is unknown, in the order of the bank.

    Those that the person did not know or would not say are among them: a talk may settle what a form could not.
    """
    if criterion.rule is None:
        return ()
    open_questions = prospect(criterion.rule, _without_declined(facts)).open_questions
    return tuple(question.id for question in facts.bank if question.id in open_questions)


def _without_declined(facts: Facts) -> Facts:
    given = {name: answer for name, answer in facts.answers.given.items() if not isinstance(answer.value, Declined)}
    return Facts(facts.bank, Answers(given), facts.on)
