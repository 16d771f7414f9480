"""Margins in words. The Flask app is needed for the names of units."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest
from flask import Flask

from prescreen.eligibility.assessment.margins import margins
from prescreen.eligibility.criteria.rules import Not, NumberTest, Rule
from prescreen.web.assessment.margin_wording import margin_words, value_words
from tests.eligibility.samples import bank, body, facts, include, number

AGE = number("age", unit="a")
PAIN = number("pain", unit="{score_0_10}")
SPELL = replace(number("spell", unit="d"), units=("wk", "mo"))


@pytest.fixture(autouse=True)
def page(app: Flask) -> Iterator[None]:
    with app.test_request_context("/recruiter/"):
        yield


def limits(**given: int | str) -> dict[str, Fraction]:
    return {name: Fraction(limit) for name, limit in given.items()}


@pytest.mark.parametrize(
    ("question", "value", "test", "words"),
    [
        (PAIN, 4, limits(min=4), "floor 4: just inside"),
        (PAIN, 6, limits(min=4), "floor 4: 2 above"),
        (PAIN, "3.5", limits(min=4), "floor 4: under by 0.5"),
        (PAIN, 3, limits(max=4), "ceiling 4: 1 below"),
        (PAIN, 4, limits(above=4), "must be over 4: on the limit, just outside"),
        (PAIN, 4, limits(below=4), "must be under 4: on the limit, just outside"),
        (PAIN, 6, limits(equal=4), "must be 4: over by 2"),
        (AGE, 44, limits(min=18, max=70), "limit 18 to 70"),
        (AGE, 69, limits(min=18, max=70), "limit 18 to 70: 1 year below the ceiling"),
        (AGE, 20, limits(min=18, max=70), "limit 18 to 70: 2 years above the floor"),
        (AGE, 70, limits(min=18, max=70), "limit 18 to 70: just inside"),
        (AGE, 72, limits(min=18, max=70), "limit 18 to 70: over by 2 years"),
        (AGE, 44, limits(above=18, below=70), "limit over 18 to under 70"),
        (SPELL, 75, limits(min=42), "floor 42 (6 weeks): 33 days above"),
    ],
)
def test_a_margin_names_the_limits_and_the_way_to_the_nearest(question, value, test, words):
    known = facts(bank(question), **{question.id: Fraction(value)})

    (margin,) = margins(include("c", NumberTest(question.id, **test)), known)

    assert margin_words(margin, question) == words


def test_a_number_that_must_not_be_is_a_limit_from_either_side():
    (margin,) = margins(include("c", Not(NumberTest("age", equal=Fraction(30)))), facts(bank(AGE), age=33))

    assert margin_words(margin, AGE) == "must be over 30: 3 years above"


@pytest.mark.parametrize(
    ("kilograms", "words"),
    [
        ("90.19", "31.2, ceiling 30: over by 1.2"),
        ("86.7", "30, ceiling 30: just inside"),
        ("86.702", "30.001, ceiling 30: over by 0.001"),
        ("86.7000000001", "30, ceiling 30: over by less than 0.000001"),
    ],
)
def test_a_number_that_is_worked_out_has_as_many_decimals_as_tell_it_from_its_limit(kilograms: str, words: str):
    questions = body()
    rule: Rule = NumberTest("bmi", max=Fraction(30))

    (margin,) = margins(include("c", rule), facts(questions, height_cm=170, weight_kg=Fraction(kilograms)))

    assert f"{value_words(margin, questions['bmi'])}, {margin_words(margin, questions['bmi'])}" == words
