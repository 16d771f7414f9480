"""Trials with cohorts, against what it means to fit one: all common criteria, and all of some cohort."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.cohort_assessment import assess_cohorts, blocking_ids, open_on, still_to_check
from prescreen.eligibility.assessment.counterfactuals import smallest_change
from prescreen.eligibility.assessment.determination import Determination, assess
from prescreen.eligibility.assessment.outlook import fits_from
from prescreen.eligibility.criteria import cohort_criterion
from prescreen.eligibility.criteria.questions import Growth
from prescreen.eligibility.criteria.rules import All, BooleanTest, NumberTest, evaluate
from prescreen.eligibility.criteria.trials import Cohort, Criterion, Show, Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.interview.question_selection import Interview
from prescreen.eligibility.matching.planner import Planner
from tests.eligibility.growing_worlds import Case, cases
from tests.eligibility.samples import ON, bank, boolean, exclude, facts, grouped, include, number, text
from tests.eligibility.worlds import banks, known, people, trials_with_cohorts

INELIGIBLE, UNDETERMINED, FITS = (
    Determination.INELIGIBLE,
    Determination.UNDETERMINED,
    Determination.POTENTIALLY_ELIGIBLE,
)


def permits(criteria: Iterable[Criterion], known_facts: Facts) -> list[Truth]:
    return [one.permits(evaluate(one.rule, known_facts)) for one in criteria if one.rule is not None]


def plainly(trial: Trial, known_facts: Facts) -> Determination:
    """Return the determination by the definition, criterion by criterion."""
    common = permits(trial.common, known_facts)
    own = [permits(cohort.criteria, known_facts) for cohort in trial.cohorts]
    if Truth.FALSE in common or (own and all(Truth.FALSE in found for found in own)):
        return INELIGIBLE
    all_common = all(found is Truth.TRUE for found in common)
    some_cohort = not own or any(all(one is Truth.TRUE for one in found) for found in own)
    return FITS if all_common and some_cohort else UNDETERMINED


@st.composite
def judgings(draw: st.DrawFn) -> tuple[Trial, Facts]:
    questions = draw(banks(computed=True))
    return draw(trials_with_cohorts(questions)), known(questions, draw(people(questions)))


def is_as_defined(judging: tuple[Trial, Facts]) -> bool:
    return assess(*judging).determination is plainly(*judging)


@given(judgings())
def test_a_trial_fits_where_all_common_criteria_and_those_of_some_cohort_do(judging: tuple[Trial, Facts]) -> None:
    assert is_as_defined(judging)


def test_a_rule_that_wants_every_cohort_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cohort_criterion, "Any", All)

    find(judgings(), lambda judging: not is_as_defined(judging), settings=settings(phases=[Phase.generate]))


@given(judgings())
def test_the_planner_determines_it_alike(judging: tuple[Trial, Facts]) -> None:
    trial, known_facts = judging
    standing = Planner(Interview(known_facts.bank, (trial,))).at(known_facts)

    assert standing.determinations == {trial.id: plainly(trial, known_facts)}


@given(judgings())
def test_the_best_of_its_cohorts_is_the_determination_of_the_trial(judging: tuple[Trial, Facts]) -> None:
    trial, known_facts = judging
    judged = assess_cohorts(assess(trial, known_facts), known_facts)

    best = [INELIGIBLE, UNDETERMINED, FITS]
    assert max((one.determination for one in judged), key=best.index) is plainly(trial, known_facts)


@given(judgings())
def test_a_cohort_comes_to_what_a_trial_of_it_alone_comes_to(judging: tuple[Trial, Facts]) -> None:
    trial, known_facts = judging

    for one in assess_cohorts(assess(trial, known_facts), known_facts):
        alone = Trial(trial.id, trial.title, None, (), "", (*trial.common, *one.cohort.criteria))
        assert one.determination is assess(alone, known_facts).determination
        assert one.may_fit is (one.determination is not INELIGIBLE)


@given(judgings())
def test_changed_answers_let_it_fit_by_the_definition(judging: tuple[Trial, Facts]) -> None:
    trial, known_facts = judging
    changes = smallest_change(trial, known_facts)

    changed = known_facts
    for change in changes:
        changed = changed.replacing(change.question, change.to)
    assert not changes or (plainly(trial, known_facts) is INELIGIBLE and plainly(trial, changed) is not INELIGIBLE)


@given(cases(computed=True, dates=True))
def test_it_fits_from_the_first_day_on_which_it_does_by_the_definition(case: Case) -> None:
    trial, known_facts = case
    first = fits_from(trial, known_facts)
    if first is None:
        return

    assert plainly(trial, known_facts.later(first)) is not INELIGIBLE
    assert open_on(trial, known_facts, first) or not trial.cohorts
    if first > known_facts.on:
        assert plainly(trial, known_facts.later(first - timedelta(days=1))) is INELIGIBLE


# What is told of cohorts.

BACK = Cohort("back", text("Back"), (include("back-pain", BooleanTest("back", True)), include("scan", None)))
NECK = Cohort("neck", text("Neck"), (exclude("no-neck-pain", BooleanTest("neck", False)), include("exam", None)))
BOTH = grouped(include("adult", BooleanTest("adult", True)), include("heart", None), cohorts=(BACK, NECK))
QUESTIONS = bank(boolean("adult"), boolean("back"), boolean("neck"))


@pytest.mark.parametrize(
    ("given_answers", "checked", "blocking"),
    [
        ({}, ["heart", "scan", "exam"], {}),
        ({"back": False}, ["heart", "exam"], {}),
        ({"back": False, "neck": False}, ["heart"], {"cohorts": ("back-pain", "no-neck-pain")}),
        ({"adult": False, "back": False}, ["heart", "exam"], {"adult": ()}),
    ],
)
def test_what_is_left_to_the_team_and_what_blocks_depend_on_the_cohorts_left(
    given_answers: dict[str, bool], checked: list[str], blocking: dict[str, tuple[str, ...]]
) -> None:
    known_facts = facts(QUESTIONS, **given_answers)
    assessment = assess(BOTH, known_facts)
    cohorts = assess_cohorts(assessment, known_facts)

    assert [one.id for one in still_to_check(BOTH, cohorts)] == checked
    assert blocking_ids(assessment, cohorts) == blocking


def test_the_criterion_that_stands_for_cohorts_is_shown_as_little_as_the_least_shown_of_theirs() -> None:
    for show in Show:
        hidden = replace(BACK, criteria=(replace(BACK.criteria[0], show=show, public_text=text("Pain")),))
        standing = cohort_criterion.cohort_criterion([hidden, NECK])
        assert standing is not None
        assert standing.show is show
        assert str(standing.shown_text) == "You fit at least one of these groups: Back; Neck."


def test_a_cohort_without_a_rule_leaves_the_trial_to_its_common_criteria() -> None:
    open_to_all = grouped(*BOTH.common, cohorts=(BACK, Cohort("other", text("Others"), (include("exam", None),))))

    assert [one.id for one in open_to_all.criteria] == ["adult", "heart"]
    assert assess(open_to_all, facts(QUESTIONS, adult=True, back=False)).determination is FITS


def test_the_day_from_which_a_trial_fits_names_the_cohorts_that_fit_then() -> None:
    grown = number("weeks", 0, 99, unit="d", grows=Growth.DAILY)
    long = Cohort("long", text("Long"), (include("long-pain", NumberTest("weeks", min=Fraction(30))),))
    short = Cohort("short", text("Short"), (include("short-pain", NumberTest("weeks", max=Fraction(10))),))
    trial, known_facts = grouped(cohorts=(long, short)), facts(bank(grown), weeks=20)

    assert fits_from(trial, known_facts) == ON + timedelta(days=10) == date(2026, 12, 3)
    assert open_on(trial, known_facts, date(2026, 12, 3)) == (long,)
