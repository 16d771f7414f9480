"""The coding of numbers: all that can be typed is short, and every number that a question accepts comes back."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.assessment.reply_parsing import typed_number
from prescreen.eligibility.criteria.kinds.registry import accept
from prescreen.eligibility.criteria.kinds.typed_numbers import typed_numbers
from prescreen.eligibility.criteria.questions import Question, ValueRefusedError
from tests.eligibility.samples import ON, number

QUESTIONS = {
    "no unit, no range": number("n"),
    "a score": number("score", 0, 10),
    "a small stretch": number("level", 100, 101),
    "below zero": number("balance", -5, 5),
    "up to nothing": number("debt", None, -1),
    "an age": number("age", 0, 120, unit="a"),
    "an age in months": replace(number("age", 0, 120, unit="a"), units=("a", "mo")),
    "a weight": replace(number("weight", 20, 350, unit="kg"), units=("kg", "[lb_av]")),
    "a height": replace(number("height", 100, 250, unit="cm"), units=("cm", "[in_i]")),
    "a time": replace(number("time", 0, 32872, unit="d"), units=("wk", "mo", "a")),
    "a time without an end": replace(number("since", 0, unit="d"), units=("h", "d", "wk", "mo", "a")),
}
every_question = pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())


@st.composite
def typed(draw: st.DrawFn) -> str:
    """Draw a number as it is typed: up to nine digits and six decimals, or fifteen digits."""
    whole = draw(st.integers(95, 105) | st.integers(0, 10 ** draw(st.integers(0, 9)) - 1))
    decimals = draw(st.integers(0, 6))
    fine = f"{whole}.{draw(st.integers(0, 10**decimals - 1)):0{decimals}}" if decimals else str(whole)
    return draw(st.sampled_from([fine, str(draw(st.integers(0, 10**15 - 1))), "999999999.999999", "9" * 15]))


@every_question
@given(text=typed(), chosen=st.integers(0, 4))
def test_what_is_typed_has_a_code_up_to_the_greatest(question: Question, text: str, chosen: int) -> None:
    units = question.units or (question.unit,)
    coding = typed_numbers(question)
    try:
        value = typed_number(question, text, units[chosen % len(units)], ON)
    except ValueRefusedError:
        return

    assert isinstance(value, Fraction)
    assert coding.encode(value) <= coding.greatest
    assert coding.decode(coding.encode(value)) == value


@every_question
@given(value=st.fractions() | st.fractions(0, 150, max_denominator=1000) | st.integers(-(10**40), 10**40).map(Fraction))
def test_every_number_that_is_accepted_comes_back_whether_it_can_be_typed_or_not_and_no_other(
    question: Question, value: Fraction
) -> None:
    coding = typed_numbers(question)
    try:
        kept = accept(question, value, ON)
    except ValueRefusedError:
        assert coding.decode(coding.encode(value)) is None
    else:
        assert isinstance(kept, Fraction)
        assert coding.decode(coding.encode(kept)) == kept


@pytest.mark.parametrize("text", ["5'11\"", "6'", "5'11.125\"", "8'2\""])
def test_feet_and_inches_are_inches(text: str) -> None:
    coding = typed_numbers(QUESTIONS["a height"])
    value = typed_number(QUESTIONS["a height"], text, "cm", ON)

    assert isinstance(value, Fraction)
    assert coding.encode(value) <= coding.greatest
    assert coding.decode(coding.encode(value)) == value


def test_whole_numbers_come_before_those_with_decimals() -> None:
    coding = typed_numbers(QUESTIONS["a score"])

    assert [coding.encode(Fraction(text)) for text in ("0", "7", "10")] == [0, 7, 10]
    assert 10 < coding.encode(Fraction("7.5")) < 10 + 101
    assert coding.greatest < 2**24


@pytest.mark.parametrize("text", [b"", b"1/0", b"1/00", b"1/2/3", b"+1", b"1.5", b"x", b"1e9", b"-"])
def test_a_text_that_is_no_fraction_is_no_number(text: bytes) -> None:
    coding = typed_numbers(QUESTIONS["a score"])

    assert coding.decode(coding.greatest + 1 + int.from_bytes(text, "big")) is None


def test_a_group_of_digits_that_is_longer_than_what_can_be_typed_without_groups_is_refused() -> None:
    question = QUESTIONS["no unit, no range"]

    assert typed_number(question, "123,456,789.123456", None, ON) == Fraction("123456789.123456")
    for text in ("1,234,567,890.5", "1.234.567.890,5"):
        with pytest.raises(ValueRefusedError):
            typed_number(question, text, None, ON)
