"""Time since a date, and ages: from which day a trial fits, what would change its no, and how near a limit it is."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.assessment.counterfactuals import Change, smallest_change
from prescreen.eligibility.assessment.determination import Determination, assess
from prescreen.eligibility.assessment.margins import margins
from prescreen.eligibility.assessment.outlook import outlook
from prescreen.eligibility.criteria.dates import DayBound, PartialDate, Precision, whole_years
from prescreen.eligibility.criteria.kinds.registry import accept
from prescreen.eligibility.criteria.rules import All, Any, DateTest, Not, NumberTest, Rule
from prescreen.eligibility.criteria.trials import Show, Trial
from tests.eligibility.samples import ON, bank, dated, exclude, facts, include, number, on_day, requiring, text, trial

QUESTIONS = bank(
    dated("dose", DayBound(months=-120), DayBound(months=24)),
    dated("onset", DayBound(months=-120), DayBound(months=24), months=True),
    number("score", 0, 10),
)
NEAR = st.integers(-900, 900).map(lambda days: ON + timedelta(days=days))
LIMITS = {
    "first": NEAR,
    "last": NEAR,
    "min_days": st.integers(-400, 1500),
    "max_days": st.integers(-400, 1500),
    "min_months": st.integers(-12, 48),
    "max_months": st.integers(-12, 48),
}


@st.composite
def date_tests(draw: st.DrawFn) -> DateTest:
    names = draw(st.lists(st.sampled_from(sorted(LIMITS)), min_size=1, max_size=2, unique=True))
    return DateTest(draw(st.sampled_from(["dose", "onset"])), **{name: draw(LIMITS[name]) for name in names})


RULES: st.SearchStrategy[Rule] = st.recursive(
    date_tests(),
    lambda parts: st.one_of(
        parts.map(Not),
        st.lists(parts, min_size=1, max_size=3)
        .map(tuple)
        .flatmap(lambda some: st.sampled_from([All(some), Any(some)])),
    ),
    max_leaves=4,
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Trial, Facts]:
    criteria = [
        draw(st.sampled_from([include, exclude]))(f"c{place}", draw(RULES)) for place in range(draw(st.integers(1, 3)))
    ]
    said_on = ON - timedelta(days=draw(st.sampled_from([0, 1, 40])))
    given = {
        "dose": Answer(PartialDate(draw(NEAR)), said_on),
        "onset": Answer(PartialDate.of(draw(NEAR), Precision.MONTH), said_on),
    }
    return trial(*criteria), Facts(QUESTIONS, Answers(given), ON)


def fits(one: Trial, known: Facts, day: date) -> bool:
    return assess(one, Facts(known.bank, known.answers, day)).determination is not Determination.INELIGIBLE


def scanned(one: Trial, known: Facts) -> tuple[date | None, date | None]:
    """Return the first window by looking at every day of five years."""
    opened, day = None, known.on
    while whole_years(known.on, day) < 5 or day == date(2031, 11, 23):
        if opened is None and fits(one, known, day):
            opened = day
        elif opened is not None and not fits(one, known, day):
            return opened, day - timedelta(days=1)
        day += timedelta(days=1)
    return opened, None


@settings(max_examples=settings().max_examples // 3)
@given(cases())
def test_the_window_is_the_one_that_looking_at_every_day_finds(case: tuple[Trial, Facts]) -> None:
    ahead = outlook(*case)

    assert (ahead.fits_from, ahead.fits_until) == scanned(*case)


@given(cases())
def test_changed_dates_end_the_no_and_could_have_been_answered(case: tuple[Trial, Facts]) -> None:
    one, known = case
    changes = smallest_change(one, known)

    answers = known.answers
    for change in changes:
        said = answers.given[change.question]
        assert accept(known.bank[change.question], change.to, said.on) == change.to
        answers = answers.having(change.question, Answer(change.to, said.on))
    assert not changes or fits(one, Facts(known.bank, answers, known.on), known.on)


WASHOUT = DateTest("dose", min_days=42)


def test_a_washout_names_the_first_day_on_which_it_is_over() -> None:
    ahead = outlook(requiring(WASHOUT), facts(QUESTIONS, dose=on_day("2026-11-01")))

    assert (ahead.fits_from, ahead.fits_until, ahead.changes) == (date(2026, 12, 13), None, ())


def test_of_a_month_it_is_the_first_day_on_which_it_can_be_over() -> None:
    ahead = outlook(requiring(replace(WASHOUT, question="onset")), facts(QUESTIONS, onset=on_day("2026-11")))

    assert ahead.fits_from == date(2026, 12, 13)


def test_a_month_is_possible_from_the_first_day_on_which_the_limits_leave_a_day_of_it() -> None:
    known = facts(QUESTIONS, onset=on_day("2026-11"))

    ahead = outlook(requiring(DateTest("onset", first=ON + timedelta(days=3), min_days=1)), known)

    assert (ahead.fits_from, ahead.fits_until) == (ON + timedelta(days=4), None)


def test_a_computed_age_opens_a_window_on_the_birthday_on_which_it_is_reached() -> None:
    questions = bank(dated("birthday"), replace(number("age", unit="a"), computed="age"))
    adult = requiring(NumberTest("age", min=Fraction(18)))

    assert outlook(adult, facts(questions, birthday=on_day("2010-03-05"))).fits_from == date(2028, 3, 5)


def test_an_age_closes_a_window_on_the_last_day_before_the_birthday() -> None:
    born = facts(QUESTIONS, dose=on_day("2024-02-29"))

    assert outlook(requiring(DateTest("dose", max_months=35)), born).fits_until == date(2027, 2, 28)


def test_no_day_is_told_of_a_criterion_whose_limits_are_not() -> None:
    hidden = replace(include("washout", WASHOUT), show=Show.DIRECTION, public_text=text("When you had a dose."))

    ahead = outlook(trial(hidden), facts(QUESTIONS, dose=on_day("2026-11-01")))

    assert (ahead.fits_from, ahead.fits_until, ahead.changes) == (None, None, ())


def test_where_time_does_not_help_the_nearest_date_is_named() -> None:
    known = facts(QUESTIONS, dose=on_day("2026-11-01"))

    assert outlook(requiring(DateTest("dose", last=date(2026, 1, 31))), known).changes == (
        Change("dose", on_day("2026-01-31")),
    )


@pytest.mark.parametrize(
    ("rule", "floor", "ceiling", "distance"),
    [
        (DateTest("dose", min_days=42), None, (date(2026, 10, 12), True), 20),
        (DateTest("dose", first=date(2026, 11, 1)), (date(2026, 11, 1), True), None, 0),
        (Not(DateTest("dose", first=date(2026, 11, 1))), None, (date(2026, 11, 1), False), 0),
        (DateTest("dose", min_days=10, max_days=60), (date(2026, 9, 24), True), (date(2026, 11, 13), True), 12),
        (All((DateTest("dose", max_months=0), NumberTest("score", min=4))), (date(2026, 10, 24), True), None, 8),
    ],
)
def test_a_margin_counts_the_days_to_the_nearest_end(rule: Rule, floor: object, ceiling: object, distance: int) -> None:
    [margin] = margins(include("c", rule), facts(QUESTIONS, dose=on_day("2026-11-01")))

    ends = [(date.fromordinal(int(one.at)), one.included) if one else None for one in (margin.floor, margin.ceiling)]
    assert ends == [floor, ceiling]
    assert margin.distance == distance


def test_a_month_has_no_margin() -> None:
    known = facts(QUESTIONS, onset=on_day("2026-11"))

    assert margins(include("c", DateTest("onset", min_days=42)), known) == ()
