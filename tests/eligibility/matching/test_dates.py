"""Dates and growing numbers by bitmaps: a month that leaves a test unknown leaves the trial open."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import Determination, assess
from prescreen.eligibility.criteria.dates import DayBound
from prescreen.eligibility.criteria.questions import Growth, QuestionBank
from prescreen.eligibility.criteria.rules import DateTest, NumberTest, Rule
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.interview.question_selection import Interview
from prescreen.eligibility.matching.planner import Planner
from tests.eligibility.samples import ON, answers, bank, boolean, dated, facts, number, on_day, requiring
from tests.eligibility.worlds import Person, known, people, rules

BANK = bank(dated("day", high=DayBound(days=0)), dated("month", high=DayBound(days=0), months=True), boolean("well"))


def found(questions: QuestionBank, trials: Sequence[Trial], who: Facts) -> list[Determination]:
    return list(Planner(Interview(questions, tuple(trials))).at(who).determinations.values())


@given(st.lists(rules(list(BANK), depth=1), min_size=1, max_size=2), people(BANK))
def test_every_trial_is_determined_as_the_plain_evaluator_does(asked: list[Rule], person: Person) -> None:
    trials, who = (requiring(*asked), requiring(asked[0], trial_id="T2")), known(BANK, person)

    assert found(BANK, trials, who) == [assess(one, who).determination for one in trials]


def test_a_month_in_which_the_limit_lies_leaves_a_trial_undetermined_until_it_is_corrected() -> None:
    trials = [requiring(DateTest("month", min_months=1))]

    assert found(BANK, trials, facts(BANK, month=on_day("2026-10"))) == [Determination.UNDETERMINED]
    assert found(BANK, trials, facts(BANK, month=on_day("2026-09"))) == [Determination.POTENTIALLY_ELIGIBLE]


def test_a_number_that_grows_is_judged_as_of_today() -> None:
    questions = bank(number("age", 0, 120, unit="a", grows=Growth.YEARLY))
    said = answers(date(2025, 11, 23), age=17)

    trials = [requiring(NumberTest("age", min=Fraction(18)))]

    assert found(questions, trials, Facts(questions, said, ON)) == [Determination.POTENTIALLY_ELIGIBLE]
