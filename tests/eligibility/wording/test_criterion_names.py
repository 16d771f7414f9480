"""Ids are whole words that tell something, and none that a file reads as something else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.criteria.rules import BooleanTest, ChoicesTest, OptionTest, Rule
from prescreen.eligibility.wording.criterion_names import name_of_group, name_of_rule, name_of_words

WORDS = re.findall("[a-z-]+", "infectious inflammatory metabolic well-known now index null both is the a ct of back")


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        (OptionTest("cancer_history", frozenset({"now"})), "cancer-history-now"),
        (OptionTest("diabetes", frozenset({"insulin"})), "insulin"),
        (ChoicesTest("nerve_conditions", any_of=frozenset({"other"})), "nerve-conditions-other"),
        (ChoicesTest("scan", any_of=frozenset({"ct"})), "scan-ct"),
        (BooleanTest("a_question_with_a_very_long_name_indeed", True), "a-question-with-a-very-long-name"),
    ],
)
def test_a_bare_option_is_named_with_its_question(rule: Rule, name: str) -> None:
    assert name_of_rule(rule) == name


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Both male and female", "criterion-both"),
        ("null", "criterion-null"),
        ("≥ 18", "criterion"),
        ("Crohn's disease", "crohn-disease"),
        ("Infectious, inflammatory, metabolic cause", "infectious-inflammatory"),
    ],
)
def test_bare_words_are_named_as_a_criterion(words: str, name: str) -> None:
    assert name_of_words(words) == name


@pytest.mark.parametrize(
    ("called", "name"), [("A", "group-a"), ("Patients", "group-patients"), ("Arm 2", "arm-2"), ("β", "group")]
)
def test_groups_have_the_id_that_they_are_called_by(called: str, name: str) -> None:
    assert name_of_group(called) == name


@given(st.lists(st.sampled_from(WORDS)))
def test_an_id_ends_in_a_whole_word_and_has_three_letters(words: list[str]) -> None:
    name = name_of_words(" ".join(words))

    assert 3 <= len(name) <= 32
    assert set(name.split("-")) <= {"criterion", *re.findall("[a-z]+", " ".join(words).lower())}
    assert name not in ("now", "index", "null", "both")
