"""The next question: opening questions, red flags, then only what can matter."""

from dataclasses import replace
from fractions import Fraction

import pytest

pytest.importorskip("numpy")

from prescreen.eligibility.assessment.answers import Answer, Facts
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import All, Any, BooleanTest, Not, NumberTest
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.interview.question_selection import (
    Interview,
    RedFlag,
    Urgency,
    next_red_flag_question,
    open_questions,
    raised,
)
from prescreen.eligibility.matching.planner import Planner
from tests.eligibility.samples import (
    DO_NOT_KNOW,
    ON,
    Given,
    answers,
    bank,
    body,
    boolean,
    facts,
    include,
    requiring,
    text,
    trial,
)

A, B, C, D, E = (BooleanTest(name, True) for name in "abcde")
BANK = bank(*(boolean(name) for name in "abcde"), boolean("numb"), boolean("fever"))
NUMB = RedFlag(BooleanTest("numb", True), Urgency.EMERGENCY, text("Call now."))
FEVER = RedFlag(BooleanTest("fever", True), Urgency.SEE_DOCTOR, text("See a doctor."))


def interview(
    *trials: Trial, bank: QuestionBank = BANK, opening: str = "", flags: tuple[RedFlag, ...] = ()
) -> Interview:
    return Interview(bank, trials, tuple(opening), flags)


def next_question(plan: Interview, known: Facts) -> str | None:
    return Planner(plan).next_question(known)


def played(plan: Interview, **person: Given) -> list[str]:
    """Return what a person with these answers is asked; what they lack they do not know."""
    asked: list[str] = []
    known = facts(plan.bank)
    while (question := next_question(plan, known)) is not None:
        answer = answers(**person).get(question) or Answer(DO_NOT_KNOW, ON)
        asked.append(question)
        known = Facts(plan.bank, known.answers.having(question, answer), ON)
    return asked


def test_opening_questions_come_first_then_red_flags_then_the_rest() -> None:
    plan = interview(requiring(A, B, C), opening="cb", flags=(NUMB, FEVER))

    assert played(plan, a=True, b=True, c=True) == ["c", "b", "numb", "fever", "a"]


def test_an_opening_question_that_cannot_matter_is_passed_over() -> None:
    assert played(interview(requiring(A), opening="ea"), a=True) == ["a"]


def test_an_opening_question_may_matter_to_a_red_flag_alone() -> None:
    flag = RedFlag(E, Urgency.SEE_DOCTOR, text("See a doctor."))

    assert played(interview(requiring(A), opening="e", flags=(flag,)), a=True) == ["e", "a"]


def test_red_flags_are_asked_even_where_no_trial_is_left() -> None:
    assert played(interview(flags=(NUMB, FEVER))) == ["numb", "fever"]
    assert played(interview(requiring(A), opening="a", flags=(NUMB,)), a=False) == ["a", "numb"]


def test_a_red_flag_is_settled_by_an_answer_given_elsewhere() -> None:
    known = facts(BANK, numb=False)

    assert next_red_flag_question(interview(flags=(NUMB,)), known) is None
    assert next_red_flag_question(interview(flags=(NUMB, FEVER)), known) == "fever"


def test_a_red_flag_that_can_no_longer_be_raised_asks_nothing() -> None:
    both = RedFlag(All((A, B)), Urgency.SEE_DOCTOR, text("See a doctor."))

    assert next_red_flag_question(interview(flags=(both,)), facts(BANK, a=False)) is None
    assert next_red_flag_question(interview(flags=(both,)), facts(BANK, a=DO_NOT_KNOW)) is None


@pytest.mark.parametrize(
    ("given", "advice"),
    [
        ({}, []),
        ({"numb": DO_NOT_KNOW, "fever": False}, []),
        ({"fever": True}, ["See a doctor."]),
        ({"fever": True, "numb": True}, ["Call now.", "See a doctor."]),
    ],
)
def test_only_answers_that_say_so_raise_a_flag(given: dict[str, Given], advice: list[str]) -> None:
    flags = raised(interview(flags=(NUMB, FEVER)), facts(BANK, **given))

    assert [str(flag.advice) for flag in flags] == advice


def test_nothing_is_asked_once_all_is_settled() -> None:
    assert next_question(interview(requiring(A, B)), facts(BANK, a=False)) is None
    assert next_question(interview(requiring(A, B)), facts(BANK, a=True, b=True)) is None
    assert next_question(interview(), facts(BANK)) is None
    assert next_question(interview(trial(include("mri", None))), facts(BANK)) is None


@pytest.mark.parametrize("given", [{}, {"a": False}, {"a": DO_NOT_KNOW}])
def test_a_question_is_never_asked_twice(given: dict[str, Given]) -> None:
    asked = played(interview(requiring(A, Any((B, C)), Not(D))), **given)

    assert len(asked) == len(set(asked))


def test_what_a_declined_answer_leaves_open_for_good_is_not_asked_for() -> None:
    plan = interview(requiring(Any((A, B))))

    assert open_questions(plan.trials[0], facts(BANK, a=DO_NOT_KNOW)) == {"b"}
    assert next_question(interview(requiring(Any((A, All((B, C)))))), facts(BANK, a=DO_NOT_KNOW, b=DO_NOT_KNOW)) is None


def test_a_question_is_asked_only_after_the_one_it_depends_on() -> None:
    gated = bank(boolean("b", ask_if=A), boolean("a"))

    assert played(interview(requiring(B), bank=gated), a=True, b=True) == ["a", "b"]
    assert played(interview(requiring(B), bank=gated), a=False, b=True) == ["a"]
    assert played(interview(requiring(B), bank=gated), b=True) == ["a"]


def test_a_gated_red_flag_asks_its_gate_first() -> None:
    gated = bank(boolean("b", ask_if=A), boolean("a"))
    flag = RedFlag(B, Urgency.EMERGENCY, text("Call now."))

    assert played(interview(bank=gated, flags=(flag,)), a=True) == ["a", "b"]
    assert played(interview(bank=gated, flags=(flag,)), a=False) == ["a"]


def test_the_inputs_of_a_computed_question_are_asked_and_never_the_question() -> None:
    plan = interview(requiring(NumberTest("bmi", max=Fraction(30))), bank=body())

    assert sorted(played(plan, height_cm=160, weight_kg=64)) == ["height_cm", "weight_kg"]
    assert len(played(plan)) == 1


def test_trials_that_are_settled_ask_for_nothing() -> None:
    trials = [requiring(A, B, trial_id="T1"), requiring(C, trial_id="T2"), requiring(D, trial_id="T3")]

    needed = [open_questions(one, facts(BANK, a=False, d=True)) for one in trials]

    assert needed == [frozenset(), {"c"}, frozenset()]


def test_a_question_that_settles_more_trials_is_asked_before_one_that_settles_fewer() -> None:
    plan = interview(requiring(A, trial_id="T1"), requiring(B, trial_id="T2"), requiring(B, trial_id="T3"))

    assert next_question(plan, facts(BANK)) == "b"


def test_a_burdensome_question_waits() -> None:
    heavy = bank(replace(boolean("a"), burden=Fraction(5)), boolean("b"))

    assert next_question(interview(requiring(A, B), bank=heavy), facts(heavy)) == "b"


def test_the_same_answers_always_give_the_same_question_in_whatever_order_they_came() -> None:
    plan = interview(requiring(A, B, C, D), requiring(E, C, trial_id="T2"), opening="a", flags=(NUMB,))
    one, other = facts(BANK, a=True, numb=False, c=True), facts(BANK, c=True, numb=False, a=True)

    assert next_question(plan, one) == next_question(plan, other) == next_question(plan, one)
