from dataclasses import replace
from datetime import date
from fractions import Fraction

from prescreen.eligibility.assessment.answers import Answer
from prescreen.eligibility.criteria.rules import All, Any, BooleanTest, NumberTest
from prescreen.eligibility.interview.question_selection import is_stale, to_ask
from tests.eligibility.samples import DO_NOT_KNOW, RATHER_NOT_SAY, bank, boolean, facts, include, number

BANK = bank(boolean("female"), boolean("pregnant", ask_if=BooleanTest("female", True)), number("pain"))
RULE = include("c", All((BooleanTest("pregnant", False), NumberTest("pain", min=Fraction(4)))))


def test_an_answer_goes_stale_the_day_after_its_half_life():
    pain = replace(number("pain"), half_life=7)

    assert not is_stale(pain, Answer(Fraction(4), date(2026, 11, 16)), date(2026, 11, 23))
    assert is_stale(pain, Answer(Fraction(4), date(2026, 11, 15)), date(2026, 11, 23))


def test_an_answer_without_a_half_life_stays():
    assert not is_stale(number("pain"), Answer(Fraction(4), date(1990, 1, 1)), date(2026, 11, 23))


def test_what_to_ask_begins_with_what_decides_whether_a_question_applies():
    assert to_ask(RULE, facts(BANK, pain=5)) == ("female", "pregnant")


def test_what_was_declined_is_asked_again():
    assert to_ask(RULE, facts(BANK, female=True, pregnant=RATHER_NOT_SAY, pain=DO_NOT_KNOW)) == ("pregnant", "pain")


def test_what_can_settle_nothing_any_more_is_not_asked():
    either = include("c", Any((BooleanTest("female", True), NumberTest("pain", min=Fraction(4)))))

    assert to_ask(either, facts(BANK, female=True)) == ()
    assert to_ask(include("visit", None), facts(BANK)) == ()
