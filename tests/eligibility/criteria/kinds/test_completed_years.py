"""An age counts completed years, however exactly it is told: 65 holds until the day before the 66th birthday."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answer_encoding import from_json, from_text
from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.assessment.reachable_truths import prospect
from prescreen.eligibility.assessment.reply_parsing import typed_number
from prescreen.eligibility.criteria.kinds.registry import accept, representatives
from prescreen.eligibility.criteria.questions import Growth, ValueRefusedError
from prescreen.eligibility.criteria.rules import NumberTest, evaluate, truth_of
from prescreen.eligibility.criteria.truth import Truth
from tests.eligibility.samples import ON, bank, dated, facts, number, on_day

AGE = number("age", 0, 120, unit="a", grows=Growth.YEARLY)
SURGERY = number("surgery_time", 0, 90, unit="a")
AT_MOST_65 = NumberTest("age", max=Fraction(65))
LIMITS = st.fractions(min_value=-2, max_value=70, max_denominator=12)
KEYS = st.sampled_from(["equal", "min", "max", "above", "below"])


@pytest.mark.parametrize("told", ["65", "65.5", "65.999999", "789 mo", "24000 d", "3430 wk"])
def test_however_it_is_told_the_answer_is_whole_years(told: str) -> None:
    assert from_text(AGE, told, ON) == Fraction(65)


def test_it_is_whole_at_every_door() -> None:
    unit = number("age", 0, 120, unit="a")

    assert from_json(AGE, "789 mo", ON) == Fraction(65)
    assert accept(AGE, Fraction("65.5"), ON) == Fraction(65)
    assert typed_number(unit, "65.5", None, ON) == Fraction(65)
    assert typed_number(unit, "789", "mo", ON) == Fraction(65)


def test_its_range_is_kept_in_completed_years_too() -> None:
    assert accept(AGE, Fraction("120.9"), ON) == Fraction(120)
    for outside in (Fraction(121), Fraction("-0.1")):
        with pytest.raises(ValueRefusedError):
            accept(AGE, outside, ON)


def test_no_other_number_is_rounded() -> None:
    assert accept(SURGERY, Fraction("2.5"), ON) == Fraction("2.5")
    assert accept(number("age", 0, 1200, unit="mo"), Fraction("2.5"), ON) == Fraction("2.5")


@pytest.mark.parametrize(("days", "fits"), [(0, True), (364, True), (365, False)])
def test_an_age_that_was_kept_with_a_fraction_counts_completed_years_too(days: int, fits: bool) -> None:
    kept = Answers({"age": Answer(Fraction("65.5"), ON)})

    facts = Facts(bank(AGE), kept, ON + timedelta(days=days))

    assert evaluate(AT_MOST_65, facts) is (Truth.TRUE if fits else Truth.FALSE)


@pytest.mark.parametrize(("age", "young"), [("17.99", True), ("18", False), ("18.5", False)])
def test_who_is_under_age_is_decided_by_completed_years(age: str, young: bool) -> None:
    told = Facts(bank(AGE), Answers({"age": Answer(Fraction(age), ON)}), date(2026, 11, 23))

    assert told.is_under_age is young


@pytest.mark.parametrize(
    ("born", "young"),
    [
        # In November 2026, who was born in a November has one of two ages.
        ("2008-12", True),
        ("2009-11", True),
        ("2008-11", False),
        ("2007-11", False),
        ("2008-10", False),
        ("2008-11-24", True),
        ("2008-11-23", False),
    ],
)
def test_who_was_born_in_a_month_is_under_age_where_no_day_of_it_makes_them_18(born: str, young: bool) -> None:
    questions = bank(dated("birthday"), replace(AGE, computed="age"))

    assert facts(questions, birthday=on_day(born)).is_under_age is young


@given(LIMITS, KEYS, LIMITS, KEYS)
def test_the_values_that_are_tried_are_ages_and_tell_apart_what_ages_can(
    limit: Fraction, key: str, other: Fraction, beside: str
) -> None:
    tests = [NumberTest("age", **{key: limit}), NumberTest("age", **{beside: other})]

    tried = representatives(AGE, tests, ON)

    assert all(value.denominator == 1 and value in AGE.range for value in tried)
    by_ages = {tuple(truth_of(test, Fraction(age)) for test in tests) for age in range(121)}
    assert {tuple(truth_of(test, value) for test in tests) for value in tried} == by_ages


def test_between_two_years_there_is_no_age() -> None:
    rule = NumberTest("age", above=Fraction(17), below=Fraction(18))

    assert prospect(rule, Facts(bank(AGE), Answers(), ON)).to_true is None
