"""The trials that fit best, against an order worked out trial by trial."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import Determination, assess, shown_group
from prescreen.eligibility.criteria.rules import BooleanTest
from prescreen.eligibility.criteria.trials import Show, Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.interview.question_selection import Interview
from prescreen.eligibility.matching.planner import Planner
from tests.eligibility.samples import bank, boolean, include, trial
from tests.eligibility.worlds import Person, interviews, known, people


@st.composite
def choices(draw: st.DrawFn) -> tuple[Interview, Person, list[bool], set[str], int]:
    """Draw trials, a person, which trials are marked, which are left out, and how many are wanted."""
    plan = draw(interviews(computed=True))
    plan = replace(plan, trials=tuple(keeping_back(one, draw) for one in plan.trials))
    marked = draw(st.lists(st.sampled_from([True, True, False]), min_size=len(plan.trials), max_size=len(plan.trials)))
    without = draw(st.sets(st.sampled_from([*(one.id for one in plan.trials), "of another condition"]), max_size=1))
    return plan, draw(people(plan.bank)), marked, without, draw(st.integers(1, 3))


def keeping_back(one: Trial, draw: st.DrawFn) -> Trial:
    """Return a trial whose author keeps back some of its criteria."""
    return replace(
        one, criteria=tuple(replace(item, show=draw(st.sampled_from([Show.FULL, Show.END]))) for item in one.criteria)
    )


def plainly(facts: Facts, trials: list[Trial], most: int) -> tuple[str, ...]:
    groups = {one.id: shown_group(one, assess(one, facts).determination) for one in trials}
    fitting = [one for one in trials if groups[one.id] is Determination.POTENTIALLY_ELIGIBLE]
    open_ones = [one for one in trials if groups[one.id] is Determination.UNDETERMINED]
    ordered = [
        *sorted(fitting, key=lambda one: unknown(one, facts)),
        *sorted(open_ones, key=lambda one: unknown(one, facts)),
    ]
    return tuple(one.id for one in ordered[:most])


def unknown(one: Trial, facts: Facts) -> int:
    found = assess(one, facts).findings
    return sum(finding.permits is Truth.UNKNOWN or finding.criterion.show is Show.END for finding in found)


@settings(max_examples=300)
@given(choices())
def test_the_order_is_that_of_the_plain_evaluator(choice: tuple[Interview, Person, list[bool], set[str], int]) -> None:
    plan, person, marked, without, most = choice
    facts, planner = known(plan.bank, person), Planner(plan)

    found = planner.at(facts).best_fitting(np.array(marked, bool), most, without=without)

    left = [one for one, mark in zip(plan.trials, marked, strict=True) if mark and one.id not in without]
    assert tuple(one.id for one in found) == plainly(facts, left, most)


def test_what_an_author_keeps_back_does_not_show_in_the_order() -> None:
    questions = bank(boolean("q"), boolean("r"), boolean("s"))
    asks = {name: include(name, BooleanTest(name, expected=True)) for name in ("q", "r", "s")}
    kept = replace(asks["r"], show=Show.END)
    planner = Planner(
        Interview(questions, (trial(kept, asks["s"], trial_id="two"), trial(asks["q"], asks["s"], trial_id="one")))
    )

    def order(**answers: bool) -> list[str]:
        standing = planner.at(known(questions, answers))
        return [one.id for one in standing.best_fitting(np.array([True, True]), 2)]

    assert order(q=True, r=True) == order(q=True) == ["one", "two"]
    assert order(r=True, s=True) == order(s=True) == ["two", "one"]
    assert order(q=True, r=True, s=True) == ["one", "two"]
