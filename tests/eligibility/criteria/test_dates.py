"""Dates, to the day and to the month: what tests say of them, against trying every day that they can be."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.criteria.dates import (
    DayBound,
    PartialDate,
    Precision,
    first_of_month,
    months_after,
    months_before,
    whole_days,
    whole_months,
    whole_years,
)
from prescreen.eligibility.criteria.kinds.registry import accept, as_tested, representatives
from prescreen.eligibility.criteria.questions import Question, ValueRefusedError
from prescreen.eligibility.criteria.rules import BooleanTest, DateTest, evaluate, truth_of
from prescreen.eligibility.criteria.truth import Truth
from tests.eligibility.samples import ON, bank, boolean, dated, facts, on_day

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31)) | st.sampled_from(
    [date(2024, 2, 29), date(2025, 2, 28), date(2026, 3, 31)]
)
SPANS = st.integers(-400, 2000)
MONTHS = st.integers(-13, 70)


@st.composite
def drawn_tests(draw: st.DrawFn) -> DateTest:
    fields = {
        "first": DAYS,
        "last": DAYS,
        "min_days": SPANS,
        "max_days": SPANS,
        "min_months": MONTHS,
        "max_months": MONTHS,
    }
    chosen = draw(st.lists(st.sampled_from(sorted(fields)), max_size=3, unique=True))
    return DateTest("seen", **{name: draw(fields[name]) for name in chosen})


def days_of(value: PartialDate) -> Iterator[date]:
    day = value.first
    while day <= value.last:
        yield day
        day += timedelta(days=1)


def plainly(test: DateTest, day: date, on: date) -> bool:
    """Say what each limit asks of one known day, in its own words."""
    since, months = whole_days(day, on), whole_months(day, on)
    return (
        (test.first is None or day >= test.first)
        and (test.last is None or day <= test.last)
        and (test.min_days is None or since >= test.min_days)
        and (test.max_days is None or since <= test.max_days)
        and (test.min_months is None or months >= test.min_months)
        and (test.max_months is None or months <= test.max_months)
    )


@given(drawn_tests(), DAYS, DAYS, st.sampled_from(list(Precision)))
def test_the_truth_is_that_of_all_days_that_it_can_be(
    test: DateTest, day: date, on: date, precision: Precision
) -> None:
    question = dated("seen", months=precision is Precision.MONTH)
    value = PartialDate.of(day, precision)
    found = {plainly(test, one, on) for one in days_of(value)}

    truth = truth_of(test, as_tested(question, value, on, on))

    assert truth is (Truth.UNKNOWN if len(found) > 1 else Truth.of(found.pop()))


@given(st.lists(drawn_tests(), min_size=1, max_size=3), DAYS, st.booleans())
def test_representatives_are_judged_in_every_way_in_which_any_date_is(
    tests: list[DateTest], on: date, months: bool
) -> None:
    question = dated("seen", DayBound(date(2024, 1, 10)), DayBound(date(2024, 7, 5)), months=months)
    all_days = (date(2024, 1, 10) + timedelta(days=one) for one in range(178))
    values = {PartialDate.of(day, Precision.MONTH if months else Precision.DAY) for day in all_days}

    seen = [tuple(truth_of(test, one) for test in tests) for one in representatives(question, tests, on)]

    assert set(seen) == {tuple(truth_of(test, as_tested(question, one, on, on)) for test in tests) for one in values}
    assert len(set(seen)) == len(seen)


@given(DAYS, MONTHS)
def test_the_last_day_from_which_months_are_whole_is_one_and_the_day_after_is_none(on: date, months: int) -> None:
    last = date.fromordinal(months_before(on, months))

    assert whole_months(last, on) >= months
    assert whole_months(last + timedelta(days=1), on) < months


@pytest.mark.parametrize(("on", "months"), [(date(2, 1, 1), 30), (date(9999, 1, 1), -20), (ON, 10**9), (ON, -(10**9))])
def test_beyond_the_calendar_lies_no_date(on: date, months: int) -> None:
    assert months_before(on, months) in (0, date.max.toordinal() + 1)
    assert DayBound(months=-months).ordinal(on) in (1, date.max.toordinal())


@given(st.dates())
def test_a_month_begins_on_its_first(day: date) -> None:
    assert date.fromordinal(first_of_month(day.toordinal())) == day.replace(day=1)


@given(st.dates(), st.sampled_from(list(Precision)))
def test_a_date_is_read_as_it_is_written(day: date, precision: Precision) -> None:
    value = PartialDate.of(day, precision)

    assert PartialDate.parse(str(value)) == value
    assert value.first <= day <= value.last


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-3", "2026-02-30", "2026-13", "26-03-01", "20260301", "2026-03-01T00"]
)
def test_any_other_text_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(?s:.*)$"):
        PartialDate.parse(text)


BIRTHDAY = dated("birthday", DayBound(date(1900, 1, 1)), DayBound(days=0))
VISIT = dated("visit", DayBound(days=0), DayBound(months=2))
DOSE = dated("dose", DayBound(months=-24), DayBound(days=0), months=True)


@pytest.mark.parametrize(
    ("question", "written"),
    [
        (BIRTHDAY, "1900-01-01"),
        (BIRTHDAY, "2026-11-23"),
        (VISIT, "2026-11-23"),
        (VISIT, "2027-01-23"),
        (DOSE, "2024-11"),
        (DOSE, "2026-11"),
    ],
)
def test_a_date_inside_its_range_is_accepted_on_the_day(question: Question, written: str) -> None:
    assert accept(question, on_day(written), ON) == on_day(written)


@pytest.mark.parametrize(
    ("question", "written", "problem"),
    [
        (BIRTHDAY, "1899-12-31", "1899-12-31 lies outside 1900-01-01 to 2026-11-23"),
        (BIRTHDAY, "2026-11-24", "outside"),
        (BIRTHDAY, "2026-11", "expects a day such as 2026-03-27"),
        (VISIT, "2026-11-22", "outside"),
        (VISIT, "2027-01-24", "outside 2026-11-23 to 2027-01-23"),
        (DOSE, "2024-10", "outside"),
        (DOSE, "2026-12", "outside"),
        (DOSE, "2026-10-01", "expects a month such as 2026-03"),
    ],
)
def test_any_other_date_is_refused_with_a_reason(question: Question, written: str, problem: str) -> None:
    with pytest.raises(ValueRefusedError, match=problem):
        accept(question, on_day(written), ON)


@given(DAYS, st.integers(0, 90), DAYS)
def test_an_age_is_the_whole_years_between_two_days(born: date, years: int, on: date) -> None:
    test = DateTest("birthday", min_months=12 * years, max_months=12 * years + 11)

    truth = truth_of(test, as_tested(BIRTHDAY, PartialDate(born), on, on))

    assert (truth is Truth.TRUE) == (whole_years(born, on) == years)


def test_a_date_of_a_question_that_does_not_apply_fails_every_test() -> None:
    gated = dated("dose", ask_if=BooleanTest("treated", True))
    known = facts(bank(boolean("treated"), gated), treated=False, dose=on_day("2026-01-01"))

    assert evaluate(DateTest("dose", last=ON), known) is Truth.FALSE


def test_a_test_of_a_date_refuses_other_values() -> None:
    with pytest.raises(TypeError, match="'dose' holds no date"):
        truth_of(DateTest("dose"), True)


@given(DAYS, MONTHS)
def test_months_have_passed_from_the_first_day_on_which_they_are_whole(start: date, months: int) -> None:
    first = date.fromordinal(months_after(start, months))

    assert whole_months(start, first) == months
    assert whole_months(start, first - timedelta(days=1)) == months - 1


def test_a_day_after_many_months_outside_the_calendar_is_beside_its_end() -> None:
    assert months_after(ON, 12 * 9000) == date.max.toordinal() + 1
    assert months_after(ON, -12 * 9000) == date.min.toordinal() - 1
