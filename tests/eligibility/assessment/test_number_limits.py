"""What a message says of a number is true of its question: limits and example are accepted."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.assessment.number_limits import limits_in
from prescreen.eligibility.assessment.reply_parsing import typed_number
from prescreen.eligibility.criteria.questions import Range, plain
from tests.eligibility.samples import ON, number

UNITS = ("cm", "[in_i]", "m", "[ft_i]")
LENGTH = replace(number("length", unit="cm"), units=UNITS)
HEIGHT = replace(LENGTH, range=Range(Fraction(100), Fraction(250)))


@given(
    low=st.none() | st.fractions(0, 5000, max_denominator=7),
    wide=st.none() | st.fractions(200, 5000, max_denominator=7),
    unit=st.sampled_from(UNITS),
)
def test_limits_and_example_are_accepted_in_each_unit(low: Fraction | None, wide: Fraction | None, unit: str) -> None:
    question = replace(LENGTH, range=Range(low, None if wide is None else (low or 0) + wide))

    limits = limits_in(question, unit)

    told = [one for one in (limits.low, limits.high, limits.example) if one is not None]
    assert all(isinstance(typed_number(question, plain(one), unit, ON), Fraction) for one in told)
    assert (limits.low is None, limits.high is None) == (low is None, wide is None)


def test_the_example_is_a_middle_of_what_is_known_of_the_answers() -> None:
    known = replace(HEIGHT, prevalence={"150": Fraction(1, 25), "170": Fraction(11, 20), "190": Fraction(19, 20)})

    assert [limits_in(known, unit).example for unit in ("cm", "[in_i]")] == [170, 67]
    assert [limits_in(HEIGHT, unit).example for unit in ("cm", "[in_i]")] == [158, 62]


def test_the_example_is_never_zero_where_more_is_allowed() -> None:
    duration = replace(number("duration", 0, 36525, unit="d"), units=("wk", "a"), prevalence={"42": Fraction(1, 2)})

    assert [limits_in(duration, unit).example for unit in ("wk", "a")] == [6, 1]


def test_a_range_without_a_whole_number_has_an_example_of_a_tenth() -> None:
    narrow = replace(LENGTH, range=Range(Fraction("0.2"), Fraction("0.8")))

    assert limits_in(narrow, "cm").example == Fraction("0.2")
