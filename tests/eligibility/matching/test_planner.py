"""The fast planner against the plain one: it asks only what matters, and stops where nothing does."""

from dataclasses import replace

import numpy as np
from hypothesis import given

from prescreen.eligibility.assessment.answers import Declined
from prescreen.eligibility.interview.question_selection import Interview
from prescreen.eligibility.matching.planner import Planner
from tests.eligibility.conversations import conversations, everything, flagged
from tests.eligibility.plain_planner import mattering, next_question
from tests.eligibility.worlds import Person, determinations, known, learning


@given(conversations(computed=True))
def test_the_quick_planner_asks_only_what_matters_and_stops_where_the_plain_one_does(
    talk: tuple[Interview, Person],
) -> None:
    plan, person = talk
    planner, facts = Planner(plan), known(plan.bank, {})

    while (question := planner.next_question(facts)) is not None:
        assert question in mattering(plan, facts)
        standing = planner.at(facts)
        assert 1 <= standing.pages_left.about <= standing.pages_left.most
        assert tuple(standing.determinations.values()) == determinations(plan.trials, facts)
        facts = learning(facts, question, person.get(question, Declined.DO_NOT_KNOW))

    assert next_question(plan, facts) is None
    assert determinations(plan.trials, facts) == determinations(plan.trials, everything(plan, person))
    assert flagged(plan, facts) == flagged(plan, everything(plan, person))


@given(conversations(computed=True))
def test_a_plan_for_marked_trials_asks_what_a_plan_of_these_alone_does(talk: tuple[Interview, Person]) -> None:
    plan, person = talk
    marks = np.array([place % 2 == 0 for place in range(len(plan.trials))], bool)
    planner, alone = Planner(plan), replace(plan, trials=plan.trials[::2])
    facts = known(plan.bank, {})

    while (question := planner.at(facts, marks).next_question) is not None:
        assert question in mattering(alone, facts)
        assert tuple(planner.at(facts, marks).determinations.values()) == determinations(plan.trials, facts)
        facts = learning(facts, question, person.get(question, Declined.DO_NOT_KNOW))

    assert next_question(alone, facts) is None
