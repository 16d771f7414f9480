"""Options that no rule names serve nothing, but for what people need in order to answer at all."""

import pytest

from prescreen.eligibility.criteria.rules import All, BooleanTest, ChoicesTest, Not, OptionTest, Rule
from prescreen.eligibility.drafting.option_use import options_named, without_purpose
from tests.eligibility.samples import bank, boolean, choice, choices

BANK = bank(
    choices("organs", "lungs", "kidneys", "liver", exclusive="none"),
    choice("smoking", "never", "past", "now"),
    boolean("tired"),
)


def organs(**sets: frozenset[str]) -> Rule:
    return ChoicesTest("organs", **sets)


def smoking(*options: str) -> Rule:
    return OptionTest("smoking", frozenset(options))


@pytest.mark.parametrize(
    ("rules", "idle"),
    [
        ([organs(any_of=frozenset({"lungs"}))], {"organs": ("kidneys", "liver")}),
        ([organs(none_of=frozenset({"lungs", "liver"}))], {"organs": ("kidneys",)}),
        ([organs(all_of=frozenset({"lungs"})), Not(organs(any_of=frozenset({"kidneys", "liver"})))], {}),
        ([organs(any_of=frozenset({"none"}))], {"organs": ("lungs", "kidneys", "liver")}),
        # One answer is needed for all whom no named one fits; two of them are one too many.
        ([smoking("now", "past")], {}),
        ([All((smoking("now"), BooleanTest("tired", True)))], {"smoking": ("never", "past")}),
        # A question of which no option is named is used by something else, or of no use as a whole.
        ([BooleanTest("tired", True)], {}),
        ([], {}),
    ],
)
def test_options_without_a_purpose_are_those_that_no_rule_names(rules: list[Rule], idle: dict[str, object]) -> None:
    found = {question.id: options for question, options in without_purpose(BANK, options_named(rules))}

    assert found == idle
