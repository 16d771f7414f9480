"""One trial alone: what is asked for it, how many questions that can be, and what their number may tell."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Declined, Facts
from prescreen.eligibility.assessment.determination import Determination, assess
from prescreen.eligibility.criteria.rules import All, Any, BooleanTest
from prescreen.eligibility.criteria.trials import Criterion, Show
from prescreen.eligibility.interview.question_selection import Interview, flag_questions, open_questions
from prescreen.eligibility.matching.planner import Planner, Standing
from tests.eligibility.conversations import conversations, everything, flagged, shown_groups
from tests.eligibility.samples import bank, boolean, include, trial
from tests.eligibility.worlds import Person, interviews, known, learning, people, rules


def focused(plan: Interview, person: Person, place: int) -> Iterator[tuple[Facts, Standing]]:
    """Yield what is known before each question that is asked for one trial alone, and at the end."""
    planner, facts = Planner(plan), known(plan.bank, {})
    while True:
        standing = planner.at(facts).alone(plan.trials[place].id)
        yield facts, standing
        if standing.next_question is None:
            return
        facts = learning(facts, standing.next_question, person.get(standing.next_question, Declined.DO_NOT_KNOW))


@given(conversations(computed=True), st.data())
def test_only_what_matters_to_this_trial_or_warns_is_asked_and_then_no_answer_can_change_it(
    talk: tuple[Interview, Person], data: st.DataObject
) -> None:
    plan, person = talk
    place = data.draw(st.integers(0, len(plan.trials) - 1))
    one = plan.trials[place]

    for facts, standing in focused(plan, person, place):
        asked = standing.next_question
        flags = frozenset().union(*(flag_questions(flag, facts) for flag in plan.red_flags))
        assert asked is None or asked in open_questions(one, facts) | flags
        assert tuple(standing.determinations.values()) == tuple(
            assess(trial, facts).determination for trial in plan.trials
        )

    every = everything(plan, person)
    assert assess(one, facts).determination is assess(one, every).determination
    assert flagged(plan, facts) == flagged(plan, every)


@given(conversations(computed=True, flags=False), st.data())
def test_no_more_questions_follow_than_are_said_to_be_left(talk: tuple[Interview, Person], data: st.DataObject) -> None:
    plan, person = talk
    place = data.draw(st.integers(0, len(plan.trials) - 1))
    walk = list(focused(plan, person, place))

    for follow, (facts, standing) in enumerate(reversed(walk)):
        assert follow <= standing.most_left(place)
        assert follow <= standing.most_asked(place)
        is_open = standing.determination(plan.trials[place].id) is Determination.UNDETERMINED
        assert standing.is_settled(place) is not (is_open and bool(open_questions(plan.trials[place], facts)))


@st.composite
def kept_back(draw: st.DrawFn) -> tuple[Interview, Interview, Facts]:
    """Draw answers, and two plans that differ in how a criterion which is kept back combines the same two tests."""
    plan = draw(interviews(computed=True))
    place = draw(st.integers(0, len(plan.trials) - 1))
    tests = tuple(draw(rules(list(plan.bank), depth=0)) for _ in range(2))
    hidden = [replace(include("hidden", combined(tests)), show=Show.END) for combined in (All, Any)]
    first, second = (_asking_too(plan, place, criterion) for criterion in hidden)
    return first, second, known(plan.bank, draw(people(plan.bank)))


def _asking_too(plan: Interview, place: int, criterion: Criterion) -> Interview:
    trials = list(plan.trials)
    trials[place] = replace(trials[place], criteria=(*trials[place].criteria, criterion))
    return replace(plan, trials=tuple(trials))


def numbers(standing: Standing) -> object:
    """Return what the pages say in numbers: trials by group, and the questions left for each."""
    trials, told = range(len(standing.codes)), standing.told_so_far
    left = [(len(told.open_questions(one)), standing.most_asked(one)) for one in trials]
    return [standing.count(group) for group in Determination], left


@given(kept_back())
def test_no_number_tells_more_of_what_is_kept_back_than_the_groups_of_the_results(
    drawn: tuple[Interview, Interview, Facts],
) -> None:
    one, other, facts = drawn
    first, second = Planner(one).at(facts), Planner(other).at(facts)
    assume(first.shown_codes.tolist() == second.shown_codes.tolist())

    assert numbers(first) == numbers(second)


@given(conversations(computed=True))
def test_as_many_trials_are_counted_as_each_group_of_the_results_lists(talk: tuple[Interview, Person]) -> None:
    plan, person = talk
    standing = Planner(plan).at(known(plan.bank, person))
    listed = Counter({group: len(trials) for group, trials in shown_groups(plan.trials, standing).items()})

    assert {group: standing.count(group) for group in Determination} == dict(listed)


def test_a_trial_that_the_interview_does_not_have_cannot_be_asked_for_alone() -> None:
    plan = Interview(bank(boolean("a")), (trial(include("able", BooleanTest("a", True))),))
    with pytest.raises(KeyError):
        Planner(plan).at(known(plan.bank, {})).alone("T9")
