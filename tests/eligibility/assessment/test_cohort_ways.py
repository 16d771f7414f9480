"""Trials with cohorts against every way in which the answers can go on: fits, questions, red flags, hidden limits."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.cohort_assessment import alone
from prescreen.eligibility.assessment.determination import Determination, assess
from prescreen.eligibility.criteria import cohort_criterion
from prescreen.eligibility.criteria.rules import All, Not, evaluate
from prescreen.eligibility.criteria.trials import COHORTS, Cohort, Criterion, Show, Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.interview.question_selection import (
    Interview,
    RedFlag,
    Urgency,
    flag_questions,
    open_questions,
    raised,
)
from prescreen.eligibility.matching.planner import Planner
from prescreen.eligibility.matching.told_findings import Told
from tests.eligibility.samples import grouped, text
from tests.eligibility.worlds import banks, determinations, known, people, rules, trials_with_cohorts, ways

INELIGIBLE, UNDETERMINED, FITS = (
    Determination.INELIGIBLE,
    Determination.UNDETERMINED,
    Determination.POTENTIALLY_ELIGIBLE,
)


@dataclass(frozen=True)
class Situation:
    """A trial with cohorts, what is known of a person, and a red flag beside it."""

    trial: Trial
    facts: Facts
    flag: RedFlag

    @property
    def plan(self) -> Interview:
        """Return the interview about the trial, with its red flag."""
        return Interview(self.facts.bank, (self.trial,), (), (self.flag,))


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    questions = draw(banks())
    flag = RedFlag(draw(rules(list(questions), depth=1)), Urgency.EMERGENCY, text("Call now."))
    return Situation(draw(trials_with_cohorts(questions)), known(questions, draw(people(questions))), flag)


# The oracle judges criterion by criterion, and knows nothing of the one that stands for the cohorts.


def by_definition(criteria: tuple[Criterion, ...], facts: Facts) -> Determination:
    permits = [one.permits(evaluate(one.rule, facts)) for one in criteria if one.rule is not None]
    if Truth.FALSE in permits:
        return INELIGIBLE
    return FITS if all(found is Truth.TRUE for found in permits) else UNDETERMINED


def of_cohort(trial: Trial, cohort: Cohort, facts: Facts) -> Determination:
    return by_definition((*trial.common, *cohort.criteria), facts)


def best(trial: Trial, facts: Facts) -> Determination:
    """Return the determination of the cohort that is nearest to fitting."""
    return max((of_cohort(trial, one, facts) for one in trial.cohorts), key=[INELIGIBLE, UNDETERMINED, FITS].index)


def may_fit_as_some_cohort_may(one: Situation) -> bool:
    reached = ways(one.facts, lambda facts: assess(one.trial, facts).determination).outcomes_reached()
    cohorts = [ways(one.facts, lambda facts, own=own: of_cohort(one.trial, own, facts)) for own in one.trial.cohorts]
    return (FITS in reached) is any(FITS in cohort.outcomes_reached() for cohort in cohorts)


@given(situations())
def test_a_trial_may_come_to_fit_where_some_cohort_may_and_nowhere_else(one: Situation) -> None:
    assert may_fit_as_some_cohort_may(one)


def test_a_trial_that_wants_every_cohort_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cohort_criterion, "Any", All)

    find(situations(), lambda one: not may_fit_as_some_cohort_may(one), settings=settings(phases=[Phase.generate]))


@given(situations())
def test_what_is_known_for_sure_stays_so_whatever_is_answered_then(one: Situation) -> None:
    now = assess(one.trial, one.facts).determination
    reached = ways(one.facts, lambda facts: best(one.trial, facts)).outcomes_reached()

    assert now is UNDETERMINED or reached == {now}


@given(situations())
def test_it_is_settled_where_no_answer_makes_a_difference_to_the_best_of_its_cohorts(one: Situation) -> None:
    tried = ways(one.facts, lambda facts: best(one.trial, facts))

    assert open_questions(one.trial, one.facts) == {name for name in tried.names if tried.matters(name)}


@given(situations())
def test_what_is_asked_can_matter_to_a_cohort_that_is_not_ruled_out(one: Situation) -> None:
    left = [own for own in one.trial.cohorts if of_cohort(one.trial, own, one.facts) is not INELIGIBLE]
    wanted = frozenset().union(*(open_questions(alone(one.trial, own), one.facts) for own in left))
    asked = Planner(one.plan).next_question(one.facts)

    assert open_questions(one.trial, one.facts) <= wanted
    assert asked is None or asked in wanted | flag_questions(one.flag, one.facts)


@given(situations())
def test_a_red_flag_is_raised_and_asked_for_whatever_the_cohorts_come_to(one: Situation) -> None:
    wanted = Planner(one.plan).at(one.facts).red_flag_question
    open_now = flag_questions(one.flag, one.facts)

    assert raised(one.plan, one.facts) == raised(replace(one.plan, trials=()), one.facts)
    assert wanted in open_now if open_now else wanted is None


# What an author keeps back until the questions are over.


def hiding(trial: Trial) -> Trial:
    """Return the trial with all that its first cohort wants kept back until the end."""
    first, *others = trial.cohorts
    kept = tuple(replace(one, show=Show.END, public_text=text("Later.")) for one in first.criteria)
    return grouped(*trial.common, cohorts=(replace(first, criteria=kept), *others))


def turned(trial: Trial) -> Trial:
    """Return the trial with the opposite of what its first cohort wants."""
    first, *others = trial.cohorts
    kept = tuple(replace(one, rule=Not(one.rule) if one.rule else None) for one in first.criteria)
    return grouped(*trial.common, cohorts=(replace(first, criteria=kept), *others))


def told(trial: Trial, facts: Facts) -> tuple[object, ...]:
    """Return what a person is told of the trial before the questions are over."""
    found: Told = Planner(Interview(facts.bank, (trial,))).at(facts).told(over=False)
    reasons = found.sorted_by_reason([0]), found.blocking_questions([0])
    return found.codes_of(0), found.open_questions(0), reasons


def tells_what_is_kept_back(one: Situation) -> bool:
    here, there = hiding(one.trial), turned(hiding(one.trial))
    # That a trial does or does not fit is told at once.
    same = determinations((here,), one.facts) == determinations((there,), one.facts)
    return same and told(here, one.facts) != told(there, one.facts)


@given(situations())
def test_what_a_cohort_keeps_back_changes_nothing_that_is_told(one: Situation) -> None:
    assert not tells_what_is_kept_back(one)


def test_a_criterion_for_the_cohorts_that_is_not_kept_back_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cohort_criterion, "_LEAST_SHOWN", (Show.FULL, Show.DIRECTION, Show.END))

    find(
        situations().filter(lambda one: any(each.id == COHORTS for each in one.trial.criteria)),
        tells_what_is_kept_back,
        settings=settings(phases=[Phase.generate], max_examples=2000),
    )
