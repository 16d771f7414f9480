"""The length of interviews on the shipped trials, and what the pages say of it."""

import random
from fractions import Fraction

import pytest

from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.config import SHIPPED_CRITERIA
from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.criteria.questions import Question, QuestionType
from prescreen.eligibility.criteria.rules import Value
from prescreen.eligibility.matching.planner import Planner
from tests.eligibility.samples import ON

_AGED = (50, 15)


def drawn(question: Question, chance: random.Random) -> Value:
    """Draw an answer as common as the bank says."""
    shares = {answer: float(share) for answer, share in question.prevalence.items()}
    match question.type:
        case QuestionType.BOOLEAN:
            return chance.random() < shares.get("true", 0.5)
        case QuestionType.CHOICE:
            return chance.choices(question.option_ids, [shares.get(one, 1.0) for one in question.option_ids])[0]
        case QuestionType.CHOICES:
            together = [one for one in question.option_ids if one not in question.exclusive_ids]
            return (
                frozenset(one for one in together if chance.random() < shares.get(one, 0.2)) or question.exclusive_ids
            )
        case QuestionType.NUMBER:
            low, high = float(question.range.min or 0), float(question.range.max or 100)
            spread = chance.gauss(*_AGED) if question.id == "age" else low + (high - low) * chance.random() ** 3
            return Fraction(int(min(high, max(low, spread))))


def told_and_asked(planner: Planner, seed: int) -> list[tuple[int, int]]:
    """Give, before each question to one person, how many the page says are left, and how many there were."""
    chance, told = random.Random(seed), list[int]()
    facts = Facts(planner.interview.bank, Answers(), ON)
    while (name := planner.at(facts).next_question) is not None:
        told.append(planner.at(facts).questions_expected)
        given = facts.answers.having(name, Answer(drawn(facts.bank[name], chance), ON))
        facts = Facts(facts.bank, given, ON)
    return [(left, len(told) - place) for place, left in enumerate(told)]


@pytest.fixture(scope="module")
def interviews() -> list[list[tuple[int, int]]]:
    planner = load_to_judge(SHIPPED_CRITERIA, ON).planner("low-back-pain")
    return [told_and_asked(planner, seed) for seed in range(40)]


@pytest.mark.parametrize("place", [0, 5, 10])
def test_the_number_of_questions_left_is_told_about_right(interviews: list[list[tuple[int, int]]], place: int) -> None:
    told, asked = zip(*(one[place] for one in interviews if len(one) > place), strict=True)

    assert 0.6 < sum(told) / sum(asked) < 1.6


def test_half_of_the_interviews_take_no_more_than_thirty_questions(interviews: list[list[tuple[int, int]]]) -> None:
    lengths = sorted(len(one) for one in interviews)

    assert lengths[len(lengths) // 2] <= 30
