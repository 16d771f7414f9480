"""People whose answers are as common as a bank says, drawn for the shipped questions.

A module of its own: the tests of the length of interviews draw the same people.
"""

import random
from collections.abc import Mapping
from fractions import Fraction

from benchmarks.base.workload import ON
from prescreen.eligibility.assessment.answers import Answer
from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import Value

_AGED = (50, 15)
"""Mean and standard deviation of people's ages, in years."""


def person(bank: QuestionBank, seed: int) -> Mapping[str, Answer]:
    """Return the answers of one person to all questions, whether they apply or not."""
    asked = (question for question in bank if not question.computed and question.type is not QuestionType.DATE)
    return {one.id: Answer(drawn(one, random.Random(f"{seed} {one.id}")), ON) for one in asked}


def drawn(question: Question, chance: random.Random) -> Value:
    """Return an answer as common as the bank says. Raise ValueError for a date, which the shipped bank does not ask."""
    shares = {answer: float(share) for answer, share in question.prevalence.items()}
    match question.type:
        case QuestionType.BOOLEAN:
            return chance.random() < shares.get("true", 0.5)
        case QuestionType.CHOICE:
            return chance.choices(question.option_ids, [shares.get(one, 1.0) for one in question.option_ids])[0]
        case QuestionType.CHOICES:
            together = [one for one in question.option_ids if one not in question.exclusive_ids]
            ticked = frozenset(one for one in together if chance.random() < shares.get(one, 0.2))
            return ticked or frozenset(sorted(question.exclusive_ids)[:1])
        case QuestionType.NUMBER:
            return Fraction(int(_number(question, chance)))
        case _:
            raise ValueError(f"no date is drawn for '{question.id}'")


def _number(question: Question, chance: random.Random) -> float:
    low, high = float(question.range.min or 0), float(question.range.max or 100)
    spread = chance.gauss(*_AGED) if question.id == "age" else low + (high - low) * chance.random() ** 3
    return min(high, max(low, spread))
