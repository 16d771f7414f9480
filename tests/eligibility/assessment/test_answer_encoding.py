from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answer_encoding import to_json
from prescreen.eligibility.criteria.kinds.number import exact


@given(st.fractions())
def test_an_exact_number_reads_back_as_itself(number: Fraction) -> None:
    assert Fraction(exact(number)) == number


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=9))
def test_json_shows_every_digit_of_a_decimal(number: object) -> None:
    assert Fraction(str(to_json(Fraction(str(number))))) == Fraction(str(number))


def test_a_number_that_json_readers_would_round_comes_as_text() -> None:
    assert to_json(Fraction("0.12345678901234567890")) == "0.1234567890123456789"
