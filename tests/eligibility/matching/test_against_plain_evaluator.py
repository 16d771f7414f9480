"""Many trials at once, by bitmaps, against the plain evaluator on every trial; broken bitmaps are found out."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import Determination, assess
from prescreen.eligibility.interview.question_selection import Interview
from prescreen.eligibility.matching import literals, rule_groups
from prescreen.eligibility.matching.planner import Planner
from tests.eligibility.samples import bank, boolean, trial
from tests.eligibility.worlds import Person, interviews, known, people


@st.composite
def conversations(draw: st.DrawFn) -> tuple[Interview, Person]:
    """Draw trials and somebody who is judged by them."""
    plan = draw(interviews(computed=True))
    return plan, draw(people(plan.bank))


def plainly(plan: Interview, facts: Facts) -> dict[str, Determination]:
    return {one.id: assess(one, facts).determination for one in plan.trials}


def quickly(plan: Interview, facts: Facts) -> dict[str, Determination]:
    return dict(Planner(plan).at(facts).determinations)


@pytest.fixture(params=[16, 0], ids=["groups one by one", "groups in arrays"], scope="module", autouse=True)
def design(request: pytest.FixtureRequest) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rule_groups, "_FEW", request.param)
        yield request.param


@given(conversations())
def test_every_trial_is_determined_as_the_plain_evaluator_does(talk: tuple[Interview, Person]) -> None:
    plan, person = talk
    facts = known(plan.bank, person)

    assert quickly(plan, facts) == plainly(plan, facts)


@given(conversations())
def test_every_trial_stands_in_the_group_of_its_determination(talk: tuple[Interview, Person]) -> None:
    plan, person = talk
    facts = known(plan.bank, person)

    groups = Planner(plan).at(facts).groups

    assert {one.id: group for group, trials in groups.items() for one in trials} == plainly(plan, facts)
    assert all([one for one in plan.trials if one in trials] == list(trials) for trials in groups.values())


def test_a_trial_without_any_rule_can_never_be_told() -> None:
    questions = bank(boolean("q"))
    plan = Interview(questions, (trial(),))

    standing = Planner(plan).at(known(questions, {"q": True}))

    assert standing.determinations == plainly(plan, known(questions, {"q": True}))
    assert [group for group, trials in standing.groups.items() if trials] == [Determination.UNDETERMINED]


BROKEN: dict[str, tuple[object, str, Callable[..., object]]] = {
    "nothing waits": (literals.LoneLiterals, "waiting", lambda self, trials: np.zeros((trials + 7) // 8, np.uint8)),
    "nothing is ruled out": (
        literals.LoneLiterals,
        "ruled_out",
        lambda self, truths, trials: np.zeros((trials + 7) // 8, np.uint8),
    ),
    "groups always hold": (rule_groups.Groups, "least", lambda self, trials, _: np.full(len(trials), 2, np.int8)),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_bitmaps_that_are_broken_are_convicted(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, name, wrong = BROKEN[broken]
    many = settings(max_examples=500, derandomize=True, phases=[Phase.generate], database=None)

    monkeypatch.setattr(owner, name, wrong)

    assert find(
        conversations(),
        lambda talk: quickly(talk[0], known(talk[0].bank, talk[1])) != plainly(talk[0], known(talk[0].bank, talk[1])),
        settings=many,
    )
