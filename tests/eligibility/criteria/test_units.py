"""Units are converted exactly, and never between dimensions."""

from fractions import Fraction
from itertools import product

import pytest

from prescreen.eligibility.criteria.units import KNOWN_UNITS, QuantityError, UnitError, convertible, factor, quantity


@pytest.mark.parametrize(
    ("unit", "wanted", "expected"),
    [
        ("wk", "d", "7"),
        ("mo", "d", "30.4375"),
        ("a", "d", "365.25"),
        ("a", "mo", "12"),
        ("[lb_av]", "kg", "0.45359237"),
        ("[in_i]", "cm", "2.54"),
        ("{score_0_10}", "mm", "10"),
        ("mm", "{score_0_10}", "0.1"),
        ("mm", "cm", "0.1"),
        ("m", "cm", "100"),
    ],
)
def test_factors_are_exact(unit: str, wanted: str, expected: str) -> None:
    assert factor(unit, wanted) == Fraction(expected)


@pytest.mark.parametrize("unit", sorted(KNOWN_UNITS))
def test_a_unit_converts_to_itself_by_one(unit: str) -> None:
    assert factor(unit, unit) == 1


def test_converting_there_and_back_changes_nothing() -> None:
    pairs = [(one, other) for one, other in product(sorted(KNOWN_UNITS), repeat=2) if convertible(one, other)]

    assert len(pairs) > len(KNOWN_UNITS)
    assert all(factor(one, other) * factor(other, one) == 1 for one, other in pairs)


@pytest.mark.parametrize(("unit", "wanted"), [("kg", "d"), ("cm", "kg"), ("{score_0_10}", "cm"), ("d", "parsec")])
def test_units_of_different_kinds_are_refused(unit: str, wanted: str) -> None:
    with pytest.raises(UnitError) as error:
        factor(unit, wanted)

    assert not convertible(unit, wanted)
    assert unit in str(error.value)
    assert wanted in str(error.value)


@pytest.mark.parametrize(
    ("written", "unit", "expected"),
    [
        ("6 wk", "d", 42),
        ("42", "d", 42),
        ("180 [lb_av]", "kg", Fraction("81.6466266")),
        ("  3   mo ", "d", Fraction("91.3125")),
        ("-4.5", None, Fraction(-9, 2)),
        ("+4", None, 4),
        ("0.1", None, Fraction(1, 10)),
        ("40 mm", "{score_0_10}", 4),
        ("007", None, 7),
        ("999999999999999", None, 999_999_999_999_999),
    ],
)
def test_a_quantity_is_read_exactly(written: str, unit: str | None, expected: Fraction | int) -> None:
    assert quantity(written, unit) == expected


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "six wk",
        "6wk",
        "6 wk 2 d",
        "1e5",
        "1,5",
        "1/2",
        ".5",
        "5.",
        "NaN",
        "inf",
        "0x10",
        "1_000",
        "--1",
        "9" * 16,
    ],
)
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(QuantityError, match="is not a number"):
        quantity(written, "d")


def test_a_unit_is_refused_where_the_question_has_none() -> None:
    with pytest.raises(UnitError, match="plain number"):
        quantity("6 wk", None)


def test_sums_of_decimals_are_exact() -> None:
    assert quantity("0.1", None) + quantity("0.2", None) == quantity("0.3", None)


def test_a_decimal_comma_in_a_file_is_refused_with_the_word_that_a_point_is_wanted() -> None:
    with pytest.raises(QuantityError, match="decimals follow a point"):
        quantity("172,5 cm", "cm")
