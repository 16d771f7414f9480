"""Outlooks: when a "no" ends by itself, and what would end it today."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.assessment.counterfactuals import Change
from prescreen.eligibility.assessment.outlook import Outlook, outlook
from prescreen.eligibility.criteria.questions import Growth, QuestionBank
from prescreen.eligibility.criteria.rules import (
    All,
    Any,
    AtLeast,
    BooleanTest,
    ChoicesTest,
    Not,
    NumberTest,
    OptionTest,
    Rule,
    Value,
)
from prescreen.eligibility.criteria.trials import Criterion, Show
from tests.eligibility.samples import (
    DO_NOT_KNOW,
    ON,
    Given,
    answers,
    bank,
    body,
    boolean,
    choice,
    choices,
    exclude,
    facts,
    include,
    number,
    requiring,
    trial,
)

ADULT = NumberTest("age", min=Fraction(18))
FEMALE = Not(OptionTest("sex", frozenset({"male"})))
LONG = NumberTest("pain", min=Fraction(42))
BANK = bank(
    number("age", 0, 120, unit="a", grows=Growth.YEARLY),
    choice("sex", "female", "male"),
    choices(
        "pregnancy",
        "pregnant",
        "planning",
        exclusive="none",
        ask_if=All((FEMALE, NumberTest("age", max=Fraction(60)))),
    ),
    number("pain", 0, 4000, unit="d", grows=Growth.DAILY),
    number("surgery_time", 0, 4000, unit="d", grows=Growth.DAILY),
    number("course", 0, unit="mo", grows=Growth.MONTHLY),
    choices("pills", "nsaid", "steroid", "opioid", "cannabis", exclusive="none"),
    number("score", 0, 10),
    boolean("scanned"),
    boolean("smokes"),
    boolean("insured"),
)
NEVER = Outlook(None, None)


def ahead(*rules: Rule, on: date = ON, said_on: date | None = None, **given: Given) -> Outlook:
    """Return the outlook of a trial that requires all these rules."""
    return outlook(requiring(*rules), Facts(BANK, answers(said_on or on, **given), on))


def would_be(**values: Value) -> Outlook:
    return Outlook(None, None, tuple(Change(name, value) for name, value in values.items()))


@pytest.mark.parametrize(
    ("said_on", "on", "fits_from"),
    [
        (date(2026, 3, 5), date(2026, 11, 23), date(2027, 3, 5)),
        (date(2026, 11, 23), date(2026, 11, 23), date(2027, 11, 23)),
        (date(2024, 2, 29), date(2024, 2, 29), date(2025, 3, 1)),
        (date(2024, 2, 29), date(2025, 2, 28), date(2025, 3, 1)),
    ],
)
def test_seventeen_becomes_eighteen_a_whole_year_after_the_answer(said_on: date, on: date, fits_from: date) -> None:
    assert ahead(ADULT, on=on, said_on=said_on, age=17) == Outlook(fits_from, None)


def test_pain_of_four_weeks_is_pain_of_six_two_weeks_later() -> None:
    assert ahead(LONG, pain=28) == Outlook(date(2026, 12, 7), None)


def test_days_before_the_assessment_count_as_well() -> None:
    assert ahead(LONG, said_on=date(2026, 11, 13), pain=28) == Outlook(date(2026, 11, 27), None)


def test_a_window_closes_on_the_last_day_within_the_limit() -> None:
    window = NumberTest("pain", min=Fraction(42), max=Fraction(84))

    assert ahead(window, pain=28) == Outlook(date(2026, 12, 7), date(2027, 1, 18))


@pytest.mark.parametrize(
    ("window", "first", "last"),
    [
        (NumberTest("pain", above=Fraction(42), below=Fraction(84)), date(2026, 12, 8), date(2027, 1, 17)),
        (NumberTest("pain", equal=Fraction(42)), date(2026, 12, 7), date(2026, 12, 7)),
        (NumberTest("pain", min=Fraction("41.5"), max=Fraction("42.5")), date(2026, 12, 7), date(2026, 12, 7)),
        (NumberTest("course", min=Fraction(3), max=Fraction(3)), date(2027, 1, 23), date(2027, 2, 22)),
    ],
)
def test_limits_are_met_to_the_day(window: NumberTest, first: date, last: date) -> None:
    assert ahead(window, pain=28, course=1) == Outlook(first, last)


def test_an_exclusion_of_recent_surgery_passes() -> None:
    recent = trial(exclude("recent-surgery", NumberTest("surgery_time", below=Fraction("91.3125"))))

    assert outlook(recent, facts(BANK, surgery_time=60)) == Outlook(date(2026, 12, 25), None)


def test_a_window_that_is_open_today_says_when_it_closes() -> None:
    assert ahead(NumberTest("pain", max=Fraction(84)), BooleanTest("scanned", True), pain=80) == Outlook(
        ON, date(2026, 11, 27)
    )


def test_what_is_undetermined_fits_already() -> None:
    assert ahead(BooleanTest("scanned", True)) == Outlook(ON, None)


def test_only_the_first_window_is_told() -> None:
    weeks = Any((NumberTest("pain", equal=Fraction(30)), NumberTest("pain", min=Fraction(42))))

    assert ahead(weeks, pain=28) == Outlook(date(2026, 11, 25), date(2026, 11, 25))


@pytest.mark.parametrize(("pain", "expected"), [(0, date(2031, 11, 23)), (-1, None)])
def test_the_horizon_is_five_years_from_the_day_of_the_assessment(pain: int, expected: date | None) -> None:
    assert ahead(NumberTest("pain", min=Fraction(1826)), pain=pain).fits_from == expected


@pytest.mark.parametrize("on", [date(9999, 12, 31), date(9998, 1, 1), date(2024, 2, 29)])
def test_the_end_of_the_calendar_and_the_29th_of_february_are_no_trouble(on: date) -> None:
    assert ahead(NumberTest("pain", min=Fraction(4000)), on=on, pain=28) == would_be(pain=Fraction(4000))


def test_two_blockers_that_grow_wait_for_the_later() -> None:
    assert ahead(ADULT, LONG, age=17, pain=0) == Outlook(date(2027, 11, 23), None)
    assert ahead(ADULT, NumberTest("pain", min=Fraction(42), max=Fraction(84)), age=17, pain=0).fits_from is None


def test_a_blocker_that_does_not_grow_keeps_the_window_closed() -> None:
    both = ahead(LONG, BooleanTest("smokes", False), pain=28, smokes=True)

    assert both == would_be(pain=Fraction(42), smokes=False)


def test_a_question_that_comes_to_apply_with_time_opens_the_way() -> None:
    grown_up = bank(number("age", unit="a", grows=Growth.YEARLY), boolean("licence", ask_if=ADULT))
    person = facts(grown_up, age=17, licence=True)

    assert outlook(requiring(BooleanTest("licence", True)), person) == Outlook(date(2027, 11, 23), None)


def test_a_question_that_ceases_to_apply_with_time_opens_the_way() -> None:
    pregnant = trial(exclude("pregnant", ChoicesTest("pregnancy", any_of=frozenset({"pregnant"}))))
    at_59, at_50 = (facts(BANK, age=age, sex="female", pregnancy={"pregnant"}) for age in (59, 50))

    assert outlook(pregnant, at_59) == Outlook(date(2028, 11, 23), None)
    assert outlook(pregnant, at_50) == would_be(pregnancy=frozenset({"none"}))


def test_a_computed_number_may_be_made_of_one_that_grows() -> None:
    growing_up = body(number("height_cm"), number("weight_kg", grows=Growth.YEARLY))
    person = facts(growing_up, height_cm=100, weight_kg=20)

    window = outlook(requiring(NumberTest("bmi", above=Fraction(21), below=Fraction(23))), person)

    assert window == Outlook(date(2028, 11, 23), date(2029, 11, 22))


@pytest.mark.parametrize("given", [{"pain": DO_NOT_KNOW}, {}])
def test_what_is_not_known_does_not_grow(given: dict[str, Given]) -> None:
    assert ahead(LONG, BooleanTest("smokes", False), smokes=True, **given) == would_be(smokes=False)


def hidden(criterion_id: str, rule: Rule) -> Criterion:
    return replace(include(criterion_id, rule), show=Show.DIRECTION)


@pytest.mark.parametrize(
    ("rule", "pain"),
    [(LONG, 28), (NumberTest("pain", max=Fraction(84)), 80), (NumberTest("pain", max=Fraction(1)), 80)],
)
def test_nothing_is_said_of_limits_that_visitors_are_not_shown(rule: Rule, pain: int) -> None:
    assert outlook(trial(hidden("duration", rule)), facts(BANK, pain=pain)) == NEVER


def test_nothing_is_said_where_a_hidden_limit_closes_the_window_of_another_criterion() -> None:
    shut = trial(include("adult", ADULT), hidden("duration", NumberTest("pain", max=Fraction(84))))

    assert outlook(shut, facts(BANK, age=17, pain=28)) == would_be(age=Fraction(18))
    assert outlook(shut, facts(BANK, age=17, pain=100)) == NEVER


# What would end it today.


@pytest.mark.parametrize(
    ("rule", "given", "change"),
    [
        (BooleanTest("smokes", False), {"smokes": True}, {"smokes": False}),
        (OptionTest("sex", frozenset({"female"})), {"sex": "male"}, {"sex": "female"}),
        (NumberTest("score", min=Fraction(4)), {"score": 2}, {"score": Fraction(4)}),
        (NumberTest("score", above=Fraction(4)), {"score": 2}, {"score": Fraction(5)}),
        (NumberTest("score", below=Fraction("4.5")), {"score": 9}, {"score": Fraction(4)}),
        (NumberTest("score", above=Fraction(4), below=Fraction(5)), {"score": 9}, {"score": Fraction("4.9")}),
        (NumberTest("age", max=Fraction(60)), {"age": 70}, {"age": Fraction(60)}),
        (All((ADULT, NumberTest("score", max=Fraction(3)))), {"age": 30, "score": 8}, {"score": Fraction(3)}),
        (
            Any((BooleanTest("smokes", False), BooleanTest("scanned", True))),
            {"smokes": True, "scanned": False},
            {"scanned": True},
        ),
    ],
)
def test_the_nearest_answer_that_permits_is_told(rule: Rule, given: dict[str, Given], change: dict[str, Value]) -> None:
    assert ahead(rule, **given) == would_be(**change)


@pytest.mark.parametrize(
    ("test", "ticked", "wanted"),
    [
        (ChoicesTest("pills", none_of=frozenset({"steroid", "opioid"})), {"nsaid", "opioid"}, {"nsaid"}),
        (ChoicesTest("pills", none_of=frozenset({"steroid", "opioid"})), {"opioid"}, {"none"}),
        (ChoicesTest("pills", any_of=frozenset({"steroid", "opioid"})), {"cannabis"}, {"cannabis", "steroid"}),
        (ChoicesTest("pills", all_of=frozenset({"steroid", "opioid"})), {"none"}, {"steroid", "opioid"}),
    ],
)
def test_ticks_that_no_criterion_minds_stay(test: ChoicesTest, ticked: set[str], wanted: set[str]) -> None:
    assert ahead(test, pills=ticked) == would_be(pills=frozenset(wanted))


def test_a_change_stands_in_place_of_what_was_said_on_that_day() -> None:
    too_long = NumberTest("pain", max=Fraction(84))

    assert ahead(too_long, said_on=date(2026, 11, 13), pain=90) == would_be(pain=Fraction(74))


def test_two_blockers_take_two_changes_in_the_order_of_the_bank() -> None:
    both = ahead(BooleanTest("smokes", False), NumberTest("score", min=Fraction(4)), smokes=True, score=1)

    assert both == would_be(score=Fraction(4), smokes=False)


def test_one_answer_that_settles_two_blockers_is_enough() -> None:
    either = Any((BooleanTest("smokes", False), BooleanTest("insured", True)))
    also = Any((BooleanTest("scanned", True), BooleanTest("insured", True)))

    assert ahead(either, also, smokes=True, scanned=False, insured=False) == would_be(insured=True)
    assert ahead(*[BooleanTest("smokes", False)] * 4, smokes=True) == would_be(smokes=False)


def test_a_change_that_another_criterion_minds_is_not_told_alone() -> None:
    scanned_or_free = Any((BooleanTest("scanned", True), BooleanTest("smokes", False)))
    insured_if_scanned = Any((BooleanTest("scanned", False), BooleanTest("insured", True)))

    told = ahead(scanned_or_free, insured_if_scanned, scanned=False, smokes=True, insured=False)

    assert told == would_be(smokes=False)


def test_of_equally_few_the_question_asked_about_comes_before_what_it_hangs_on() -> None:
    pregnant = trial(exclude("pregnant", ChoicesTest("pregnancy", any_of=frozenset({"pregnant"}))))

    told = outlook(pregnant, facts(BANK, age=30, sex="female", pregnancy={"pregnant"}))

    assert [change.question for change in told.changes] == ["pregnancy"]


@pytest.mark.parametrize(("burden", "named"), [(1, "first"), (2, "second")])
def test_of_equally_few_the_least_burden_decides_and_then_the_bank(burden: int, named: str) -> None:
    both = bank(replace(boolean("first"), burden=Fraction(burden)), boolean("second"))
    rule = Any((BooleanTest("second", True), BooleanTest("first", True)))

    told = outlook(requiring(rule), facts(both, first=False, second=False))

    assert told == would_be(**{named: True})


def test_at_most_three_answers_are_changed() -> None:
    four = [BooleanTest(name, True) for name in ("scanned", "smokes", "insured")] + [
        NumberTest("score", max=Fraction(3))
    ]
    given: dict[str, Given] = {"scanned": False, "smokes": False, "insured": False}

    assert len(ahead(*four, **given, score=3).changes) == 3
    assert ahead(*four, **given, score=4) == NEVER
    assert ahead(AtLeast(3, tuple(four)), **given, score=4).changes[0].question == "score"


@pytest.mark.parametrize("never", [NumberTest("score", above=Fraction(10)), All((ADULT, Not(ADULT)))])
def test_what_no_answer_can_change_is_blocked_for_good(never: Rule) -> None:
    assert ahead(never, score=5, age=30) == NEVER


def test_too_many_cases_are_not_tried() -> None:
    names = [f"n{place}" for place in range(40)]
    many = bank(*(boolean(name) for name in names))
    rule = AtLeast(4, tuple(BooleanTest(name, True) for name in names))

    assert outlook(requiring(rule), facts(many, **dict.fromkeys(names, False))) == NEVER


def test_a_weight_brings_the_body_mass_index_to_its_limit_exactly() -> None:
    person = facts(body(), height_cm=160, weight_kg=80)

    assert outlook(requiring(NumberTest("bmi", max=Fraction(25))), person) == would_be(weight_kg=Fraction(64))
    assert outlook(requiring(NumberTest("bmi", below=Fraction(25))), person) == would_be(weight_kg=Fraction(63))


def test_a_height_is_changed_only_where_no_weight_will_do() -> None:
    person = facts(body(weight=number("weight_kg", 70, 90, unit="kg")), height_cm=160, weight_kg=80)

    assert outlook(requiring(NumberTest("bmi", max=Fraction(25))), person) == would_be(height_cm=Fraction(179))


@pytest.mark.parametrize(
    ("low", "pounds"),
    [(Fraction("90.718474"), Fraction(200)), (Fraction(90), Fraction(199))],
)
def test_a_number_that_cannot_be_written_exactly_gives_way_to_a_whole_one(low: Fraction, pounds: Fraction) -> None:
    weighed = bank(number("weight", 0, 500, unit="[lb_av]"))
    limit = low / Fraction("0.45359237")
    person = Facts(weighed, Answers({"weight": Answer(Fraction(150), ON)}), ON)

    assert outlook(requiring(NumberTest("weight", min=limit)), person) == would_be(weight=pounds)


def test_the_same_answers_give_the_same_outlook_in_any_order() -> None:
    rules = [BooleanTest("smokes", False), ChoicesTest("pills", any_of=frozenset({"steroid", "opioid"}))]
    given: dict[str, Given] = {"smokes": True, "pills": {"nsaid"}, "score": 3}

    assert ahead(*rules, **given) == ahead(*rules, **dict(reversed(given.items())))


def test_a_trial_without_rules_fits_for_good() -> None:
    assert outlook(trial(), Facts(QuestionBank({}), Answers(), ON)) == Outlook(ON, None)
