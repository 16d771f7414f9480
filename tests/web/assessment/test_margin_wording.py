"""Margins in words. The Flask app is needed for the names of units."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.config import SHIPPED_CRITERIA
from prescreen.eligibility.assessment.margins import Limit, Margin, margins
from prescreen.eligibility.criteria.questions import QuestionType
from prescreen.eligibility.criteria.rules import Not, NumberTest, Rule
from prescreen.eligibility.criteria.units import factor
from prescreen.web.assessment.margin_wording import margin_words, said_in, value_words
from tests.eligibility.samples import bank, body, facts, include, number

AGE = number("age", unit="a")
PAIN = number("pain", unit="{score_0_10}")
SPELL = replace(number("spell", unit="d"), units=("wk", "mo"))
SHIPPED = load_to_judge(SHIPPED_CRITERIA, date(2026, 11, 29)).bank


@pytest.fixture(autouse=True)
def page(app: Flask) -> Iterator[None]:
    with app.test_request_context("/recruiter/"):
        yield


def limits(**given: int | str) -> dict[str, Fraction]:
    return {name: Fraction(limit) for name, limit in given.items()}


@pytest.mark.parametrize(
    ("question", "value", "test", "words"),
    [
        (PAIN, 4, limits(min=4), "at least 4: just inside"),
        (PAIN, 6, limits(min=4), "at least 4: 2 above"),
        (PAIN, "3.5", limits(min=4), "at least 4: under by 0.5"),
        (PAIN, 3, limits(max=4), "at most 4: 1 below"),
        (PAIN, 4, limits(above=4), "more than 4: on the limit, just outside"),
        (PAIN, 4, limits(below=4), "less than 4: on the limit, just outside"),
        (PAIN, 6, limits(equal=4), "must be 4: over by 2"),
        (AGE, 44, limits(min=18, max=70), "18 to 70"),
        (AGE, 69, limits(min=18, max=70), "18 to 70: 1 year below the upper limit"),
        (AGE, 20, limits(min=18, max=70), "18 to 70: 2 years above the lower limit"),
        (AGE, 70, limits(min=18, max=70), "18 to 70: just inside"),
        (AGE, 72, limits(min=18, max=70), "18 to 70: over by 2 years"),
        (AGE, 44, limits(above=18, below=70), "over 18 to under 70"),
        (SPELL, 75, limits(min=42), "at least 6 weeks: 33 days above"),
        (SPELL, 77, limits(min=42), "at least 6 weeks: 5 weeks above"),
        (SPELL, "1339.25", limits(min=14), "at least 2 weeks: about 43.5 months above"),
        (SPELL, "91.3125", limits(min="90"), "at least 90 days: about 1 day above"),
        (SPELL, "60.875", limits(min="60.25"), "at least 60.25 days: about 1 day above"),
        (SPELL, "60.875", limits(min="60.75"), "at least 60.75 days: less than 1 day above"),
    ],
)
def test_a_margin_names_the_limits_and_the_way_to_the_nearest(question, value, test, words):
    known = facts(bank(question), **{question.id: Fraction(value)})

    (margin,) = margins(include("c", NumberTest(question.id, **test)), known)

    assert margin_words(margin, question, said_in(question, Fraction(value))) == words


def test_a_number_that_must_not_be_is_a_limit_from_either_side():
    (margin,) = margins(include("c", Not(NumberTest("age", equal=Fraction(30)))), facts(bank(AGE), age=33))

    assert margin_words(margin, AGE, AGE.unit) == "more than 30: 3 years above"


@pytest.mark.parametrize(
    ("kilograms", "words"),
    [
        ("90.19", "31.2, at most 30: over by 1.2"),
        ("86.7", "30, at most 30: just inside"),
        ("86.702", "30, at most 30: over by less than 0.1"),
        ("86.7000000001", "30, at most 30: over by less than 0.1"),
    ],
)
def test_a_number_that_is_worked_out_has_one_decimal(kilograms: str, words: str):
    questions = body()
    rule: Rule = NumberTest("bmi", max=Fraction(30))

    (margin,) = margins(include("c", rule), facts(questions, height_cm=170, weight_kg=Fraction(kilograms)))

    assert f"{value_words(margin, questions['bmi'], None)}, {margin_words(margin, questions['bmi'], None)}" == words


UNITS = [(one.id, unit) for one in SHIPPED if one.type is QuestionType.NUMBER for unit in one.units or (one.unit,)]


@pytest.mark.parametrize(("name", "unit"), UNITS)
@given(said=st.integers(1, 60), away=st.fractions(0, 5, max_denominator=10_000), grown=st.integers(0, 400))
@settings(max_examples=25, deadline=None, suppress_health_check=[*HealthCheck])
def test_in_every_unit_an_amount_is_told_as_people_say_it(
    name: str, unit: str | None, said: int, away: Fraction, grown: int
):
    question = SHIPPED[name]
    by = factor(unit, question.unit) if unit and question.unit else Fraction(1)
    value = said * by
    today = value + grown if question.grows else value
    margin = Margin(name, today, Limit(value * (1 - away / 10), included=True), None)

    where = margin_words(margin, question, unit).partition(": ")[2]
    told = [where, value_words(margin, question, unit)]

    assert not [words for words in told if re.search(r"\d\.\d\d", words)]
    # Days are told of less than a week alone, unless they are what was said.
    days = [int(found[1]) for words in told if (found := re.search(r"(\d+) day", words))]
    assert unit == "d" or all(many <= 7 for many in days)
    assert not re.search("floor|ceiling", margin_words(margin, question, unit))
