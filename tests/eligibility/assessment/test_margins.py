from dataclasses import replace
from datetime import date
from fractions import Fraction

from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.assessment.margins import Limit, Margin, margins
from prescreen.eligibility.criteria.questions import Growth
from prescreen.eligibility.criteria.rules import All, Any, AtLeast, BooleanTest, Not, NumberTest
from prescreen.eligibility.criteria.trials import Criterion
from tests.eligibility.samples import DO_NOT_KNOW, bank, body, boolean, exclude, facts, include, number

BANK = bank(number("age", unit="a"), number("pain"), boolean("smokes"))


def limit(at: str | int, *, included: bool = True) -> Limit:
    return Limit(Fraction(at), included)


def only(criterion: Criterion, known: Facts) -> Margin:
    (margin,) = margins(criterion, known)
    return margin


def test_a_value_on_an_included_limit_is_just_inside():
    margin = only(include("pain", NumberTest("pain", min=Fraction(4))), facts(BANK, pain=4))

    assert (margin.floor, margin.ceiling) == (limit(4), None)
    assert (margin.inside, margin.distance) == (True, 0)


def test_a_value_on_an_excluded_limit_is_just_outside():
    margin = only(include("pain", NumberTest("pain", above=Fraction(4))), facts(BANK, pain=4))

    assert margin.floor == limit(4, included=False)
    assert (margin.under, margin.distance) == (True, 0)


def test_a_value_between_two_limits_is_measured_to_the_nearer_one():
    margin = only(include("age", NumberTest("age", min=Fraction(18), max=Fraction(70))), facts(BANK, age=68))

    assert (margin.floor, margin.ceiling) == (limit(18), limit(70))
    assert (margin.inside, margin.distance) == (True, 2)


def test_an_exclusion_turns_the_limit_round():
    margin = only(exclude("old", NumberTest("age", above=Fraction(70))), facts(BANK, age=72))

    assert margin.ceiling == limit(70)
    assert (margin.over, margin.distance) == (True, 2)


def test_what_keeps_one_number_out_leaves_a_limit_on_either_side_of_it():
    margin = only(include("not-30", Not(NumberTest("age", equal=Fraction(30)))), facts(BANK, age=33))

    assert (margin.floor, margin.ceiling) == (limit(30, included=False), None)


OLDER_OR_SMOKING = Any(
    (
        NumberTest("age", min=Fraction(65)),
        All((NumberTest("age", min=Fraction(50)), BooleanTest("smokes", True))),
    )
)


def test_of_several_limits_the_one_that_decides_for_this_person_is_given():
    criterion = include("age", OLDER_OR_SMOKING)

    assert only(criterion, facts(BANK, age=55, smokes=True)).floor == limit(50)
    assert only(criterion, facts(BANK, age=55, smokes=False)).floor == limit(65)


def test_of_two_stretches_the_nearer_one_counts():
    criterion = include("age", Any((NumberTest("age", max=Fraction(20)), NumberTest("age", min=Fraction(60)))))

    assert only(criterion, facts(BANK, age=25)).ceiling == limit(20)
    assert only(criterion, facts(BANK, age=50)).floor == limit(60)


def test_two_numbers_that_both_keep_out_have_a_margin_each():
    rule = All((NumberTest("age", min=Fraction(18)), NumberTest("pain", min=Fraction(4))))

    found = margins(include("both", rule), facts(BANK, age=16, pain=1))

    assert [(one.question, one.distance) for one in found] == [("age", 2), ("pain", 3)]


def test_a_number_that_nothing_hangs_on_has_no_margin():
    one_of_two = AtLeast(1, (BooleanTest("smokes", True), NumberTest("pain", min=Fraction(4))))
    whatever = Any((NumberTest("age", min=Fraction(40)), NumberTest("age", below=Fraction(40))))

    assert margins(include("any", whatever), facts(BANK, age=30)) == ()
    assert only(include("one", one_of_two), facts(BANK, smokes=True, pain=2)).floor == limit(4)


def test_what_is_not_known_or_is_no_number_has_no_margin():
    rule = All((NumberTest("age", min=Fraction(18)), BooleanTest("smokes", False)))

    assert margins(include("both", rule), facts(BANK, smokes=True)) == ()
    assert margins(include("both", rule), facts(BANK, age=DO_NOT_KNOW)) == ()
    assert margins(include("visit", None), facts(BANK, age=44)) == ()


def test_a_question_that_does_not_apply_has_no_margin():
    gated = bank(boolean("smokes"), number("packs", ask_if=BooleanTest("smokes", True)))

    assert margins(include("packs", NumberTest("packs", max=Fraction(1))), facts(gated, smokes=False, packs=2)) == ()


def test_a_number_that_grows_is_reckoned_to_the_day():
    growing = bank(replace(number("age", unit="a"), grows=Growth.YEARLY))
    said = Answers({"age": Answer(Fraction(69), date(2024, 3, 1))})

    margin = only(include("age", NumberTest("age", max=Fraction(70))), Facts(growing, said, date(2026, 11, 23)))

    assert (margin.value, margin.over, margin.distance) == (71, True, 1)


def test_a_number_that_is_worked_out_keeps_every_digit():
    known = facts(body(), height_cm=160, weight_kg=Fraction("64.0001"))

    margin = only(include("bmi", NumberTest("bmi", max=Fraction(25))), known)

    assert (margin.over, margin.distance) == (True, Fraction("0.0001") / Fraction("2.56"))
