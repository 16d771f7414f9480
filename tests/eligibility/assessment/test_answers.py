"""Answers, missing answers, and the meaning of an answer on a later day."""

from datetime import date
from fractions import Fraction

import pytest

from prescreen.eligibility.assessment.answers import (
    Answer,
    AnsweredLaterError,
    Answers,
    Facts,
)
from prescreen.eligibility.criteria.dates import whole_months, whole_years
from prescreen.eligibility.criteria.growth import grown
from prescreen.eligibility.criteria.questions import Growth
from prescreen.eligibility.criteria.rules import BooleanTest, Missing, NumberTest, evaluate
from prescreen.eligibility.criteria.truth import Truth
from tests.eligibility.samples import (
    DO_NOT_KNOW,
    ON,
    RATHER_NOT_SAY,
    Given,
    answers,
    bank,
    body,
    boolean,
    choices,
    facts,
    number,
)

SCANNED = boolean("scanned")
RESULT = choices("result", "herniation", "bulge", ask_if=BooleanTest("scanned", True))


def test_declined_and_not_asked_are_kept_apart_though_both_are_unknown() -> None:
    declined, blank = facts(bank(SCANNED), scanned=DO_NOT_KNOW), facts(bank(SCANNED))

    assert "scanned" in declined.answers
    assert "scanned" not in blank.answers
    assert declined.value("scanned") is blank.value("scanned") is Missing.UNKNOWN


def test_no_options_at_all_is_a_known_answer() -> None:
    known = facts(bank(SCANNED, RESULT), scanned=True, result=set())

    assert known.value("result") == frozenset()


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"scanned": False}, Missing.NOT_APPLICABLE),
        ({"scanned": False, "result": {"bulge"}}, Missing.NOT_APPLICABLE),
        ({}, Missing.UNKNOWN),
        ({"result": {"bulge"}}, Missing.UNKNOWN),
        ({"scanned": DO_NOT_KNOW, "result": {"bulge"}}, Missing.UNKNOWN),
        ({"scanned": RATHER_NOT_SAY}, Missing.UNKNOWN),
        ({"scanned": True}, Missing.UNKNOWN),
    ],
)
def test_a_question_has_no_value_unless_it_applies_and_is_answered(given: dict[str, Given], missing: Missing) -> None:
    assert facts(bank(SCANNED, RESULT), **given).value("result") is missing


def test_whether_a_question_applies_goes_down_a_chain() -> None:
    last = boolean("last", ask_if=NumberTest("middle", min=Fraction(3)))
    questions = bank(SCANNED, number("middle", ask_if=BooleanTest("scanned", True)), last)

    assert facts(questions, scanned=False, middle=5, last=True).applies("last") is Truth.FALSE
    assert facts(questions, middle=5, last=True).applies("last") is Truth.UNKNOWN
    assert facts(questions, scanned=True, middle=3, last=True).value("last") is True


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2026-01-31", "2026-02-28", 0),
        ("2026-01-31", "2026-03-01", 1),
        ("2026-01-31", "2026-03-30", 1),
        ("2026-01-31", "2026-03-31", 2),
        ("2026-01-30", "2026-03-01", 1),
        ("2026-01-29", "2026-02-28", 0),
        ("2028-01-29", "2028-02-29", 1),
        ("2026-03-31", "2026-04-30", 0),
        ("2026-03-31", "2026-05-01", 1),
        ("2026-05-15", "2026-06-14", 0),
        ("2026-05-15", "2026-06-15", 1),
        ("2026-12-31", "2027-01-30", 0),
        ("2026-12-31", "2027-01-31", 1),
        ("2026-05-15", "2026-05-15", 0),
    ],
)
def test_a_month_is_whole_on_the_same_day_or_on_the_first_after(start: str, end: str, months: int) -> None:
    assert whole_months(date.fromisoformat(start), date.fromisoformat(end)) == months


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        ("2024-02-29", "2025-02-28", 0),
        ("2024-02-29", "2025-03-01", 1),
        ("2024-02-29", "2028-02-28", 3),
        ("2024-02-29", "2028-02-29", 4),
        ("2025-11-23", "2026-11-22", 0),
        ("2025-11-23", "2026-11-23", 1),
        ("2025-12-31", "2026-12-30", 0),
    ],
)
def test_a_year_is_whole_on_its_day(start: str, end: str, years: int) -> None:
    assert whole_years(date.fromisoformat(start), date.fromisoformat(end)) == years


@pytest.mark.parametrize(
    ("grows", "unit", "expected"),
    [
        (Growth.DAILY, "d", "42"),
        (Growth.DAILY, "wk", "16"),
        (Growth.MONTHLY, "mo", "11"),
        (Growth.MONTHLY, "d", "40.4375"),
        (Growth.YEARLY, "a", "10"),
        (None, "d", "10"),
    ],
)
def test_a_number_grows_by_whole_steps_in_its_own_unit(grows: Growth | None, unit: str, expected: str) -> None:
    question = number("n", unit=unit, grows=grows)
    elapsed = date(2026, 2, 1), date(2026, 3, 5)

    value = grown(question, Fraction(10), elapsed[0], elapsed[0] if grows is None else elapsed[1])

    assert value == (Fraction(expected) if unit != "wk" else 10 + Fraction(32, 7))


def test_a_number_grows_from_the_day_of_its_answer_until_the_day_of_the_assessment() -> None:
    questions = bank(number("age", 0, 120, unit="a", grows=Growth.YEARLY))
    said = answers(date(2025, 11, 24), age=17)

    assert Facts(questions, said, date(2026, 11, 23)).value("age") == 17
    assert Facts(questions, said, date(2026, 11, 24)).value("age") == 18


def test_a_grown_number_may_leave_the_range_of_its_question() -> None:
    questions = bank(number("pain", 0, 30, unit="d", grows=Growth.DAILY))

    assert Facts(questions, answers(date(2026, 1, 1), pain=30), date(2026, 2, 1)).value("pain") == 61


def test_a_declined_answer_does_not_grow() -> None:
    questions = bank(number("age", grows=Growth.YEARLY, unit="a"))

    assert Facts(questions, answers(date(2020, 1, 1), age=DO_NOT_KNOW), ON).value("age") is Missing.UNKNOWN


@pytest.mark.parametrize("value", [True, DO_NOT_KNOW])
def test_an_answer_after_the_day_of_the_assessment_is_refused(value: Given) -> None:
    with pytest.raises(AnsweredLaterError, match="'scanned' was answered on 2026-11-24"):
        Facts(bank(SCANNED), answers(date(2026, 11, 24), scanned=value), ON)


def test_sixty_four_kilograms_at_a_hundred_and_sixty_centimetres_is_exactly_twenty_five() -> None:
    known = facts(body(), height_cm=160, weight_kg=64)

    assert known.value("bmi") == 25
    assert evaluate(NumberTest("bmi", max=Fraction(25)), known) is Truth.TRUE
    assert evaluate(NumberTest("bmi", above=Fraction(25)), known) is Truth.FALSE
    assert evaluate(NumberTest("bmi", equal=Fraction(25)), known) is Truth.TRUE


def test_the_body_mass_index_looks_at_the_units_of_its_inputs() -> None:
    inches = body(number("height_cm", unit="m"), number("weight_kg", unit="[lb_av]"))

    value = facts(inches, height_cm=Fraction("1.6"), weight_kg=64 / Fraction("0.45359237")).value("bmi")

    assert value == 25


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, Missing.UNKNOWN),
        ({"height_cm": 160}, Missing.UNKNOWN),
        ({"height_cm": 160, "weight_kg": DO_NOT_KNOW}, Missing.UNKNOWN),
        ({"height_cm": 0, "weight_kg": 64}, Missing.UNKNOWN),
        ({"height_cm": 160, "weight_kg": 64, "scanned": False}, Missing.NOT_APPLICABLE),
        ({"height_cm": DO_NOT_KNOW, "scanned": False}, Missing.NOT_APPLICABLE),
        ({"height_cm": 160, "weight_kg": 64, "scanned": DO_NOT_KNOW}, Missing.UNKNOWN),
    ],
)
def test_a_computed_value_lacks_what_its_inputs_lack(given: dict[str, Given], missing: Missing) -> None:
    gated = number("weight_kg", unit="kg", ask_if=BooleanTest("scanned", True) if "scanned" in given else None)

    assert facts(body(None, gated, SCANNED), **given).value("bmi") is missing


def test_decimals_are_exact_at_an_edge() -> None:
    value = Fraction("0.1") + Fraction("0.2")

    assert evaluate(NumberTest("n", equal=Fraction("0.3")), facts(bank(number("n")), n=value)) is Truth.TRUE
    assert evaluate(NumberTest("n", above=Fraction("0.3")), facts(bank(number("n")), n=value)) is Truth.FALSE


def test_answers_are_values_that_never_change() -> None:
    first = answers(a=True)
    second = first.having("b", Answer(False, ON)).having("a", Answer(DO_NOT_KNOW, ON))

    assert list(first) == ["a"]
    assert list(second) == ["a", "b"]
    assert second.get("a") == Answer(DO_NOT_KNOW, ON)
    assert second.without("a") == answers(b=False)
    assert second.only(("a", "c")) == answers(a=DO_NOT_KNOW)
    assert len(Answers()) == 0
    assert first.get("b") is None
