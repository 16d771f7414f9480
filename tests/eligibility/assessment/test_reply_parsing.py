"""Replies as JSON, as text of a file or as typed by a visitor: parsed, or refused with a correction."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answer_encoding import from_json, from_text
from prescreen.eligibility.assessment.answers import Declined
from prescreen.eligibility.assessment.reply_parsing import (
    AmbiguousNumberError,
    InchesError,
    typed_number,
    typed_quantity,
)
from prescreen.eligibility.criteria.questions import Question, ValueRefusedError, plain
from prescreen.eligibility.criteria.rules import Value
from tests.eligibility.samples import ON, body, boolean, choice, choices, number

SMOKES = boolean("smokes")
SEX = choice("sex", "female", "male", "no", "true")
SIGNS = choices("signs", "fever", "weakness", exclusive="none")
SCORE = number("score", 0, 10)
DURATION = number("duration", 0, 36525, unit="d")
FREE = number("free")


@pytest.mark.parametrize(
    ("question", "raw", "value"),
    [
        (SMOKES, True, True),
        (SMOKES, False, False),
        (SEX, "male", "male"),
        (SEX, "no", "no"),
        (SIGNS, [], frozenset()),
        (SIGNS, ["weakness", "fever"], frozenset({"fever", "weakness"})),
        (SIGNS, ["none"], frozenset({"none"})),
        (SCORE, 4, Fraction(4)),
        (SCORE, 0, Fraction(0)),
        (SCORE, Decimal("0.30"), Fraction(3, 10)),
        (SCORE, Decimal("1e1"), Fraction(10)),
        (SCORE, Decimal("-0.0"), Fraction(0)),
        (DURATION, "6 wk", Fraction(42)),
        (DURATION, " 3  mo", Fraction("91.3125")),
        (FREE, 10**15, Fraction(10**15)),
    ],
)
def test_json_of_the_right_type_is_read_exactly(question: Question, raw: object, value: Value) -> None:
    read = from_json(question, raw, ON)

    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("question", [SMOKES, SEX, SIGNS, SCORE])
def test_null_is_do_not_know(question: Question) -> None:
    assert from_json(question, None, ON) is Declined.DO_NOT_KNOW
    assert from_text(question, None, ON) is Declined.DO_NOT_KNOW


@pytest.mark.parametrize(
    ("question", "raw", "problem"),
    [
        (SMOKES, 1, "true or false, not 1"),
        (SMOKES, "true", 'true or false, not "true"'),
        (SMOKES, [], "true or false"),
        (SEX, True, "the id of one option, not true"),
        (SEX, 1, "the id of one option"),
        (SEX, ["male"], "the id of one option"),
        (SEX, "Male", "'Male' is not one of its options"),
        (SEX, "", "is not one of its options"),
        (SIGNS, "fever", "a list of option ids"),
        (SIGNS, [["fever"]], "a list of option ids"),
        (SIGNS, [None], "a list of option ids"),
        (SIGNS, {"fever": True}, "a list of option ids"),
        (SIGNS, ["cough"], "'cough' is not one of its options"),
        (SIGNS, ["fever", "fever"], "twice"),
        (SIGNS, ["fever", "none"], "cannot be chosen with others"),
        (SCORE, True, "a number, not true"),
        (SCORE, False, "a number, not false"),
        (SCORE, "4", "a number"),
        (SCORE, "four of ten", "is not a number"),
        (SCORE, [4], "a number"),
        (SCORE, 11, "outside 0 to 10"),
        (SCORE, Decimal("10.0001"), "outside 0 to 10"),
        (SCORE, "4 wk", "wk"),
        (DURATION, "6 kg", "'kg' cannot be converted to 'd'"),
        (DURATION, "6 weeks", "'weeks' cannot be converted to 'd'"),
        (FREE, 10**16, "too large"),
        (FREE, 10**4000, "too large"),
        (FREE, Decimal("1e999"), "too large"),
        (FREE, Decimal("1e-999"), "too fine"),
        (FREE, Decimal("1." + "1" * 40), "too fine"),
        (FREE, Decimal("NaN"), "too large"),
        (FREE, Decimal("Infinity"), "too large"),
    ],
)
def test_any_other_json_is_refused_with_what_was_expected(question: Question, raw: object, problem: str) -> None:
    with pytest.raises(ValueRefusedError, match=problem) as error:
        from_json(question, raw, ON)

    assert len(error.value.problem) < 200


@pytest.mark.parametrize("raw", ["x" * 100_000, ["x" * 100_000], "a\nb", "\x1b[31m", ["a\nb"]])
@pytest.mark.parametrize("question", [SMOKES, SEX, SIGNS, SCORE, DURATION])
def test_a_refusal_is_one_short_line_whatever_came(question: Question, raw: object) -> None:
    with pytest.raises(ValueRefusedError) as error:
        from_json(question, raw, ON)

    assert len(str(error.value)) < 250
    assert str(error.value).isprintable()


def test_a_deep_value_is_refused_like_any_other() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]

    with pytest.raises(ValueRefusedError, match="expects a number"):
        from_json(SCORE, deep, ON)


@pytest.mark.parametrize("raw", [None, 25, "25"])
def test_a_computed_question_takes_no_reply(raw: object) -> None:
    with pytest.raises(ValueRefusedError):
        from_text(body()["bmi"], raw, ON)


@pytest.mark.parametrize(
    ("question", "raw", "value"),
    [
        (SMOKES, "true", True),
        (SMOKES, "false", False),
        (SEX, "no", "no"),
        (SEX, "true", "true"),
        (SIGNS, [], frozenset()),
        (SIGNS, ["fever"], frozenset({"fever"})),
        (SCORE, "0.3", Fraction(3, 10)),
        (DURATION, "6 wk", Fraction(42)),
        (DURATION, "42", Fraction(42)),
    ],
)
def test_text_of_a_file_is_typed_by_its_question(question: Question, raw: object, value: Value) -> None:
    assert from_text(question, raw, ON) == value


@pytest.mark.parametrize(
    ("question", "raw", "problem"),
    [
        (SMOKES, "yes", "true or false"),
        (SMOKES, "True", "true or false"),
        (SEX, ["male"], "one option"),
        (SEX, "other", "not one of its options"),
        (SIGNS, "fever", "a list"),
        (SIGNS, ["fever", "fever"], "twice"),
        (SIGNS, ["fever", "none"], "cannot be chosen with others"),
        (SCORE, "11", "outside 0 to 10"),
        (SCORE, "ten", "is not a number"),
        (SCORE, {"min": "1"}, "a number"),
        (DURATION, "6 kg", "cannot be converted"),
        (DURATION, "NaN", "is not a number"),
        (DURATION, "1e3", "is not a number"),
    ],
)
def test_text_that_its_question_cannot_have_is_refused(question: Question, raw: object, problem: str) -> None:
    with pytest.raises(ValueRefusedError, match=problem):
        from_text(question, raw, ON)


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("6", "wk", "42"),
        ("6", None, "6"),
        (" 7.5 ", None, "7.5"),
        (".5", None, "0.5"),
        ("5.", None, "5"),
        ("7,5", None, "7.5"),
        (" 7,5 ", "wk", "52.5"),
        (",5", None, "0.5"),
        ("1,00", None, "1"),
        ("1,0000", None, "1"),
        ("0,125", None, "0.125"),
        ("1234,567", None, "1234.567"),
        ("12,345.5", None, "12345.5"),
        ("12.345,5", None, "12345.5"),
        ("1,234.567", None, "1234.567"),
        ("7\u200b.5\ufeff", None, "7.5"),
        ("0", "a", "0"),
        ("1", "mo", "30.4375"),
    ],
)
def test_a_typed_number_is_read_in_the_unit_that_was_chosen(typed: str, unit: str | None, value: str) -> None:
    assert typed_number(DURATION, typed, unit, ON) == Fraction(value)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "six",
        "6 weeks",
        "-1",
        "+1",
        "1e3",
        "1.2.3",
        "1,2,3",
        "1,23,456",
        "1.234.567",
        "1.23,4",
        "1,",
        ",",
        "0.1234567",
        "9" * 20,
        "½",
        "6\n7",
    ],
)
def test_what_is_no_plain_number_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ValueRefusedError, match="expects a number in digits"):
        typed_number(DURATION, typed, None, ON)


@pytest.mark.parametrize(("typed", "whole", "decimal"), [("1,234", "1234", "1.234"), ("172,500", "172500", "172.500")])
def test_a_comma_before_three_digits_is_asked_about(typed: str, whole: str, decimal: str) -> None:
    for typing in (lambda: typed_number(DURATION, typed, None, ON), lambda: typed_quantity(DURATION, typed, ON)):
        with pytest.raises(AmbiguousNumberError) as error:
            typing()
        assert (error.value.whole, error.value.decimal) == (whole, decimal)


@given(st.integers(0, 36524), st.integers(1, 999_999))
def test_a_comma_is_read_as_the_point_is_or_asked_about(whole: int, decimals: int) -> None:
    with_point, with_comma = f"{whole}.{decimals}", f"{whole},{decimals}"

    try:
        read = typed_number(DURATION, with_comma, None, ON)
    except AmbiguousNumberError:
        assert len(str(decimals)) == 3
        assert 1 <= whole <= 999
    else:
        assert read == typed_number(DURATION, with_point, None, ON)


@pytest.mark.parametrize(
    ("typed", "value"), [("6 wk", "42"), ("1,5 wk", "10.5"), ("2", "14"), ("3 d", "3"), (" 6\u00a0wk ", "42")]
)
def test_a_unit_may_be_typed_behind_the_number(typed: str, value: str) -> None:
    assert typed_quantity(replace(DURATION, units=("wk", "mo")), typed, ON) == Fraction(value)


@pytest.mark.parametrize(("typed", "unit"), [("101", "a"), ("36526", None), ("6", "kg"), ("6", "fortnight")])
def test_a_typed_number_out_of_range_or_in_another_unit_is_refused(typed: str, unit: str | None) -> None:
    with pytest.raises(ValueRefusedError):
        typed_number(DURATION, typed, unit, ON)


HEIGHT = replace(number("height_cm", 100, 250, unit="cm"), units=("cm", "[in_i]"))


@pytest.mark.parametrize(
    "typed", ["5 ft 6", "5'6\"", "5’ 6”", "5 feet 6 inches", "5 pies 6 pulgadas", "5ft 6in", " 5 FT 6 "]
)
def test_feet_and_inches_are_read_whatever_unit_was_chosen(typed: str) -> None:
    assert typed_number(HEIGHT, typed, "cm", ON) == typed_number(HEIGHT, "66", "[in_i]", ON) == Fraction("167.64")


@pytest.mark.parametrize("typed", ["5'12\"", "5'13\"", "5 ft 12 in", "5 pies 99", "6' 12.0", "5'12,5", "0'60"])
def test_twelve_inches_and_more_beside_feet_are_refused(typed: str) -> None:
    with pytest.raises(InchesError, match="fewer than 12"):
        typed_number(HEIGHT, typed, "cm", ON)
    with pytest.raises(InchesError, match="fewer than 12"):
        typed_quantity(HEIGHT, typed, ON)


@given(st.integers(4, 7), st.integers(0, 1199))
def test_feet_and_inches_are_what_the_inches_alone_are(feet: int, hundredths: int) -> None:
    beside = Fraction(hundredths, 100)

    read = typed_quantity(HEIGHT, f"{feet}'{plain(beside)}\"", ON)

    assert read == typed_quantity(HEIGHT, f"{plain(12 * feet + beside)} [in_i]", ON)


@pytest.mark.parametrize(
    "typed", ["1 h 75 min", "2 y 14 mo", "12 st 15 lb", "180 lb 16 oz", "1 h 5", "2 a 3 mo", "5 kg 3 g"]
)
@pytest.mark.parametrize("question", [DURATION, replace(number("weight", 25, 350, unit="kg"), units=("kg", "[lb_av]"))])
def test_no_other_compound_is_read(question: Question, typed: str) -> None:
    with pytest.raises(ValueRefusedError):
        typed_quantity(question, typed, ON)
    with pytest.raises(ValueRefusedError):
        typed_number(question, typed, question.unit, ON)
    with pytest.raises(ValueRefusedError):
        from_json(question, typed, ON)


def test_feet_alone_are_read() -> None:
    assert typed_number(HEIGHT, "6 ft", "[in_i]", ON) == Fraction("182.88")


@pytest.mark.parametrize("typed", ["5 6", "ft 6", "5 ft 6 kg", "55 ft", "0 ft 1"])
def test_what_is_no_height_is_refused(typed: str) -> None:
    with pytest.raises(ValueRefusedError):
        typed_number(HEIGHT, typed, "[in_i]", ON)


def test_feet_are_refused_where_inches_are_not_offered() -> None:
    with pytest.raises(ValueRefusedError):
        typed_number(DURATION, "5 ft 6", None, ON)
