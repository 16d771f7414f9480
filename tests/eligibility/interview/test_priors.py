"""The probability of an answer before it is given."""

from dataclasses import replace
from fractions import Fraction

import pytest

from prescreen.eligibility.criteria.rules import NumberTest, Rule
from prescreen.eligibility.interview.priors import chance
from tests.eligibility.samples import bank, number

AGES = {"20": Fraction(1, 10), "40": Fraction(1, 2), "60": Fraction(9, 10)}


def likely(rule: Rule, prevalence: dict[str, Fraction]) -> float:
    return chance(rule, bank(replace(number("age", 0, 100), prevalence=prevalence)))


@pytest.mark.parametrize(
    ("test", "share"),
    [
        (NumberTest("age", min=Fraction(40)), 0.5),
        (NumberTest("age", max=Fraction(20)), 0.1),
        (NumberTest("age", above=Fraction(30)), 0.7),
        (NumberTest("age", min=Fraction(20), max=Fraction(60)), 0.8),
        (NumberTest("age", min=Fraction(60), max=Fraction(20)), 0.0),
        (NumberTest("age", below=Fraction(0)), 0.0),
        (NumberTest("age", max=Fraction(200)), 1.0),
        (NumberTest("age", equal=Fraction(30)), 0.02),
    ],
)
def test_a_number_follows_the_shares_that_the_bank_gives(test: NumberTest, share: float) -> None:
    assert likely(test, AGES) == pytest.approx(share)


def test_a_number_without_shares_is_spread_evenly_over_its_range() -> None:
    assert likely(NumberTest("age", min=Fraction(75)), {}) == pytest.approx(0.25)


def test_a_number_of_no_range_and_no_shares_passes_as_often_as_the_ways_that_tests_tell_apart() -> None:
    assert 0 < chance(NumberTest("age", min=Fraction(75)), bank(number("age"))) < 1
