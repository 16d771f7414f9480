"""Every rule is worded as one sentence that holds its limits and names its options."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.criteria.questions import Option
from prescreen.eligibility.criteria.rules import Any, BooleanTest, ChoicesTest, Not, NumberTest, Rule
from prescreen.eligibility.wording.rule_wording import sentence_of
from tests.eligibility.samples import bank, boolean, choices, number, text
from tests.eligibility.worlds import banks, rules

AGE = replace(number("age", 0, 120, unit="a"), ask=text("How old are you?"))
PAIN = replace(number("pain", unit="d"), ask=text("How long have you had this pain?"))
GOUT = replace(boolean("gout"), ask=text("Have you ever had gout?"))
LABELS = {"pregnant": "Pregnant", "feeding": "Breast-feeding", "walk": "Cannot walk (at all)"}
FITS = replace(
    choices("fits", *LABELS),
    ask=text("Which of these fit you now?"),
    options=tuple(Option(name, text(label)) for name, label in LABELS.items()),
)
BANK = bank(AGE, PAIN, GOUT, FITS)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (NumberTest("age", min=Fraction(18), max=Fraction(70)), "You are 18 to 70 years old."),
        (NumberTest("age", above=Fraction(21)), "You are over 21 years old."),
        (NumberTest("pain", min=Fraction(42)), "You have had this pain for at least 6 weeks."),
        (NumberTest("pain", min=Fraction(42), max=Fraction(84)), "You have had this pain for 6 to 12 weeks."),
        (BooleanTest("gout", False), "You have never had gout."),
        (ChoicesTest("fits", any_of=frozenset({"pregnant", "feeding"})), "You are pregnant or breast-feeding."),
        (ChoicesTest("fits", none_of=frozenset({"walk"})), "You can walk."),
        (
            Any((BooleanTest("gout", True), Not(NumberTest("pain", max=Fraction(7))))),
            "You have had gout, or you have had this pain for more than 1 week.",
        ),
    ],
)
def test_a_rule_is_said_to_you(rule: Rule, sentence: str) -> None:
    assert sentence_of(rule, BANK) == sentence


@given(st.data())
def test_every_rule_over_every_bank_has_a_sentence(data: st.DataObject) -> None:
    questions = data.draw(banks(computed=True))
    sentence = sentence_of(data.draw(rules(list(questions))), questions)

    assert sentence.endswith((".", "!", "?"))
    assert "{}" not in sentence
