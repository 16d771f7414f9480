"""Options are told as what is true of somebody, whatever the form of their labels."""

from dataclasses import replace
from fractions import Fraction

import pytest

from prescreen.eligibility.criteria.questions import Option, Question
from prescreen.eligibility.criteria.rules import All, Any, BooleanTest, ChoicesTest, Not, NumberTest, OptionTest
from prescreen.eligibility.wording.option_wording import listed_clause
from prescreen.eligibility.wording.rule_wording import sentence_of
from tests.eligibility.samples import bank, boolean, choice, choices, number, text


def _asked(question: Question, ask: str, *labels: str) -> Question:
    options = tuple(Option(f"o{place}", text(label)) for place, label in enumerate(labels))
    return replace(question, ask=text(ask), options=options)


def _told(question: Question, *, holds: bool = True, word: str = "or") -> str:
    return listed_clause(question, frozenset(question.option_ids), holds, word)


def _one(ask: str, label: str, other: str = "No", *, holds: bool = True) -> str:
    question = _asked(choice("q", "o0", "o1"), ask, other, label)
    return listed_clause(question, frozenset({"o1"}), holds, "or")


def _several(ask: str, *labels: str, holds: bool = True, word: str = "or") -> str:
    return _told(_asked(choices("q", "o0"), ask, *labels), holds=holds, word=word)


def test_yes_is_told_as_what_was_asked() -> None:
    ask = "Do you use insulin every day for your diabetes?"
    assert _one(ask, "Yes") == "you use insulin every day for your diabetes"
    assert _one(ask, "Yes", holds=False) == "you do not use insulin every day for your diabetes"
    assert _one("Are you still in that study?", "Yes", "No, it has ended") == "you are still in that study"


def test_an_answer_of_two_forms_of_verb_is_one_statement() -> None:
    ask = "Have you ever had cancer?"
    now, past = "Yes, a cancer now, or being treated for it now", "Yes, a cancer in the past"
    assert _one(ask, now) == "you have a cancer now, or are being treated for it now"
    assert _one(ask, past) == "you had a cancer in the past"


def test_an_answer_that_makes_sense_under_its_question_alone_is_quoted_with_it() -> None:
    ask = "In which leg do you feel it?"
    assert _one(ask, "Left", "Right") == f'you answer "Left" to "{ask}"'
    assert _one(ask, "Left", "Right", holds=False) == f'you do not answer "Left" to "{ask}"'
    assert _several("Which scans have you had?", "None of these") == (
        'you answer "None of these" to "Which scans have you had?"'
    )


def test_a_label_that_is_a_sentence_is_not_told_of() -> None:
    ask = "What did a doctor say about your back?"
    labels = "A slipped disc (also called herniated)", "The scan shows that a nerve is pressed"
    assert _several(ask, *labels) == "a doctor told of a slipped disc, or the scan shows that a nerve is pressed"


@pytest.mark.parametrize(
    ("label", "fits", "does_not"),
    [
        ("Cannot come to visits", "you cannot come to visits", "you can come to visits"),
        ("In prison", "you are in prison", "you are not in prison"),
        ("A strong fear of needles", "you have a strong fear of needles", "you do not have a strong fear of needles"),
        ("A blood thinner", "you take a blood thinner", "you do not take a blood thinner"),
        ("Metal in the body", "this fits you: metal in the body", "this does not fit you: metal in the body"),
        ("Allergy to iodine", "you have an allergy to iodine", "you do not have an allergy to iodine"),
        (
            "A problem, now or in the past",
            "you have or had a problem, now or in the past",
            "you neither have nor had a problem, now or in the past",
        ),
        ("Cannot walk at all", "you cannot walk at all", "this is not true of you: you cannot walk at all"),
    ],
)
def test_each_option_of_what_fits_stands_by_itself(label: str, fits: str, does_not: str) -> None:
    assert _several("Which of these fit you now?", label) == fits
    assert _several("Which of these fit you now?", label, holds=False) == does_not


def test_a_list_in_a_label_is_told_to_its_end() -> None:
    label = "Smoking (now or in the last 3 months). Or a problem with drugs. Coffee does not count"
    assert _several("Do any of these fit you?", label) == (
        "this fits you: smoking (now or in the last 3 months), or a problem with drugs"
    )


def test_when_and_where_stand_before_a_list_and_not_after_its_last_words() -> None:
    ask = "Which of these have you tried for this pain?"
    assert _several(ask, "Pills, such as ibuprofen", "Heat") == (
        "for this pain, you have tried pills, such as ibuprofen; or heat"
    )
    assert _several("Which shots have you had in your low back?", "Some other shot in the low back") == (
        "you have had some other shot in the low back"
    )


def test_operations_that_were_advised_are_not_told_as_had() -> None:
    ask = "What has a doctor advised for your back?"
    assert _several(ask, "A shot near a nerve") == "a doctor has advised for your back: a shot near a nerve"


def test_a_limit_that_does_not_hold_is_told_by_its_contrary() -> None:
    age = replace(number("age", 0, 120, unit="a"), ask=text("How old are you?"))
    score = replace(number("score", 0, 10), ask=text("Pain score (from your diary)"))
    known = bank(age, score)
    assert sentence_of(Not(NumberTest("age", min=Fraction(18))), known) == "You are younger than 18 years."
    outside = Any((NumberTest("score", below=Fraction(2)), NumberTest("score", above=Fraction(8))))
    assert sentence_of(outside, known) == "Your pain score is less than 2 or more than 8."


def test_clauses_with_lists_of_their_own_are_numbered() -> None:
    ask = "Which of these have you tried for this pain?"
    known = bank(
        _asked(choices("tried", "o0"), ask, "Pills, such as ibuprofen", "Heat"),
        replace(boolean("gout"), ask=text("Do you have gout?")),
    )
    rule = All((ChoicesTest("tried", any_of=frozenset({"o0", "o1"})), _holds("gout")))

    assert sentence_of(rule, known) == (
        "All of these are true: (1) for this pain, you have tried pills, such as ibuprofen; or heat; (2) you have gout."
    )


def test_lists_within_lists_are_told_apart_by_their_signs() -> None:
    ask = "Which of these have you tried for this pain?"
    known = bank(
        _asked(choices("tried", "o0"), ask, "Pills, such as ibuprofen", "Heat"),
        *(replace(boolean(name), ask=text(f"Do you have {name}?")) for name in ("gout", "lupus")),
    )
    within = All((ChoicesTest("tried", any_of=frozenset({"o0", "o1"})), _holds("gout")))
    told = sentence_of(Any((within, _holds("lupus"))), known)

    assert told.startswith("At least one of these is true: (a) all of these are true: (1) for this pain, ")
    assert told.endswith("; (2) you have gout; (b) you have lupus.")


def test_what_is_joined_within_is_told_from_what_is_joined_outside() -> None:
    known = bank(
        *(replace(boolean(name), ask=text(f"Do you have {name}?")) for name in ("gout", "lupus", "asthma")),
        _asked(choice("sex", "o0", "o1"), "What sex were you recorded as at birth?", "Female", "Male"),
    )
    either = Any((_holds("gout"), _holds("lupus")))
    assert sentence_of(All((either, OptionTest("sex", frozenset({"o1"})))), known) == (
        "You have gout, or you have lupus; and you were recorded as male at birth."
    )
    assert sentence_of(Not(ChoicesTest("sex", any_of=frozenset({"o0"}))), known) == (
        "You were not recorded as female at birth."
    )


def _holds(name: str) -> BooleanTest:

    return BooleanTest(name, True)
