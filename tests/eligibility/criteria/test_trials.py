"""Criteria permit or do not permit, and trials list their own."""

from dataclasses import replace
from datetime import date

import pytest

from prescreen.eligibility.criteria.rules import BooleanTest, Not
from prescreen.eligibility.criteria.trials import CheckedBy, Criterion, Kind, Show
from prescreen.eligibility.criteria.truth import Truth
from tests.eligibility.samples import bank, boolean, exclude, include, text, trial

RULE = BooleanTest("a", True)


@pytest.mark.parametrize(("truth", "permits"), [("true", "true"), ("false", "false"), ("unknown", "unknown")])
def test_an_inclusion_permits_where_its_rule_is_true(truth: str, permits: str) -> None:
    assert include("c", RULE).permits(Truth(truth)) is Truth(permits)


@pytest.mark.parametrize(("truth", "permits"), [("true", "false"), ("false", "true"), ("unknown", "unknown")])
def test_an_exclusion_permits_where_its_rule_is_false(truth: str, permits: str) -> None:
    assert exclude("c", RULE).permits(Truth(truth)) is Truth(permits)


def test_the_permitting_rule_of_an_exclusion_is_the_negation() -> None:
    assert include("c", RULE).permitting_rule == RULE
    assert exclude("c", RULE).permitting_rule == Not(RULE)
    assert exclude("c", None).permitting_rule is None


@pytest.mark.parametrize(("show", "shown"), [(Show.FULL, "long"), (Show.DIRECTION, "short"), (Show.END, "short")])
def test_the_wording_without_limits_is_shown_where_the_limits_are_not(show: Show, shown: str) -> None:
    criterion = Criterion("c", Kind.INCLUSION, text("long"), RULE, show=show, public_text=text("short"))

    assert str(criterion.shown_text) == shown


def test_a_trial_parts_criteria_with_a_rule_from_those_still_to_check() -> None:
    checked = Criterion("mri", Kind.INCLUSION, text("mri"), checked=CheckedBy.RECORDS)
    one = trial(include("adult", RULE), checked, exclude("pregnant", RULE))

    assert [criterion.id for criterion in one.ruled] == ["adult", "pregnant"]
    assert one.still_to_check == (checked,)
    assert one.criterion("mri") is checked
    with pytest.raises(KeyError):
        one.criterion("other")


def test_a_trial_reaches_the_questions_it_tests_and_what_they_depend_on() -> None:
    questions = bank(boolean("a", ask_if=BooleanTest("b", True)), boolean("b"), boolean("c"))

    assert trial(include("x", RULE), exclude("y", Not(RULE))).questions(questions) == ("b", "a")


@pytest.mark.parametrize(("on", "stale"), [(date(2026, 6, 30), False), (date(2026, 7, 1), True)])
def test_a_confirmation_is_stale_after_a_hundred_and_eighty_days(on: date, stale: bool) -> None:
    assert replace(trial(), confirmed=date(2026, 1, 1)).is_stale(on) is stale


def test_a_trial_that_was_never_confirmed_is_stale() -> None:
    assert trial().is_stale(date(2026, 1, 1))
