"""Answers to questions that do not apply are left out, and nothing that is worked out from the others changes."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.assessment.determination import assess
from prescreen.eligibility.criteria.questions import Growth
from prescreen.eligibility.criteria.rules import BooleanTest, NumberTest, OptionTest
from prescreen.eligibility.interview.question_selection import Interview, is_askable
from tests.eligibility.samples import DO_NOT_KNOW, ON, Given, bank, boolean, choice, choices, facts, number
from tests.eligibility.worlds import asked_of, interviews, known, people

SEX = choice("sex", "female", "male")
PREGNANCY = choices("pregnancy", "pregnant", exclusive="none", ask_if=OptionTest("sex", frozenset({"female"})))
WEEKS = number("weeks", 0, 42, ask_if=BooleanTest("sure", True))
SURE = boolean("sure", ask_if=OptionTest("sex", frozenset({"female"})))
QUESTIONS = bank(SEX, PREGNANCY, SURE, WEEKS)
THOROUGH = settings(deadline=None, suppress_health_check=list(HealthCheck))


def kept(**given: Given) -> set[str]:
    return set(facts(QUESTIONS, **given).applicable().answers)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ({"sex": "female", "pregnancy": {"pregnant"}}, {"sex", "pregnancy"}),
        ({"sex": "male", "pregnancy": {"pregnant"}}, {"sex"}),
        ({"sex": DO_NOT_KNOW, "pregnancy": {"pregnant"}}, {"sex"}),
        ({"pregnancy": {"pregnant"}}, set()),
        ({"sex": "female", "sure": True, "weeks": 8}, {"sex", "sure", "weeks"}),
        ({"sex": "female", "sure": False, "weeks": 8}, {"sex", "sure"}),
        ({"sex": "male", "sure": True, "weeks": 8}, {"sex"}),
    ],
)
def test_an_answer_stays_only_while_its_question_applies_by_answers_that_stay(
    said: dict[str, Given], left: set[str]
) -> None:
    assert kept(**said) == left


def test_facts_without_such_an_answer_are_the_same_facts() -> None:
    whole = facts(QUESTIONS, sex="female", pregnancy={"none"})

    assert whole.applicable() is whole


def test_whether_a_question_applies_is_decided_on_the_day() -> None:
    age = number("age", 0, 120, unit="a", grows=Growth.YEARLY)
    questions = bank(age, boolean("scan", ask_if=NumberTest("age", max=Fraction(40))))
    said = Answers({"age": Answer(Fraction(40), ON), "scan": Answer(True, ON)})

    assert "scan" in Facts(questions, said, ON).applicable().answers
    assert "scan" not in Facts(questions, said, ON + timedelta(days=366)).applicable().answers


@THOROUGH
@given(st.data())
def test_no_finding_changes_and_a_second_time_nothing_is_left_out(data: st.DataObject) -> None:
    interview: Interview = data.draw(interviews(computed=True))
    said = known(interview.bank, data.draw(people(interview.bank)))

    shown = said.applicable()

    assert shown.applicable().answers == shown.answers
    assert set(shown.answers) <= set(said.answers)
    for trial in interview.trials:
        assert assess(trial, shown) == assess(trial, said)


@THOROUGH
@given(st.data())
def test_what_stays_is_what_the_person_would_say_if_asked_again_from_nothing(data: st.DataObject) -> None:
    interview: Interview = data.draw(interviews(computed=True))
    said = known(interview.bank, data.draw(people(interview.bank)))

    again = Facts(interview.bank, Answers(), ON)
    while waiting := [
        one.id for one in asked_of(interview.bank) if one.id in said.answers and is_askable(one.id, again)
    ]:
        again = Facts(interview.bank, again.answers.having(waiting[0], said.answers.given[waiting[0]]), ON)

    assert again.answers == said.applicable().answers
