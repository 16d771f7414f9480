"""Many trials at once, by bitmaps, against the plain evaluator on every trial; broken bitmaps are found out."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import Determination, assess
from prescreen.eligibility.assessment.determination import find as find_one
from prescreen.eligibility.criteria.rules import All, BooleanTest
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.interview.question_selection import Interview
from prescreen.eligibility.matching import bitmaps, clauses, literals, normal_form
from prescreen.eligibility.matching.planner import Planner
from tests.eligibility.conversations import shown_groups
from tests.eligibility.samples import bank, boolean, include, trial
from tests.eligibility.worlds import Person, interviews, known, people

TRUTHS = (Truth.FALSE, Truth.UNKNOWN, Truth.TRUE)


@st.composite
def conversations(draw: st.DrawFn) -> tuple[Interview, Person]:
    """Draw trials and somebody who is judged by them."""
    plan = draw(interviews(computed=True))
    return plan, draw(people(plan.bank))


def plainly(plan: Interview, facts: Facts) -> dict[str, Determination]:
    return {one.id: assess(one, facts).determination for one in plan.trials}


def quickly(plan: Interview, facts: Facts) -> dict[str, Determination]:
    return dict(Planner(plan).at(facts).determinations)


@pytest.fixture(params=[128, 2, 0], ids=["clauses", "both", "trees"], scope="module", autouse=True)
def design(request: pytest.FixtureRequest) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(normal_form, "MOST_CLAUSES", request.param)
        yield request.param


@given(conversations())
def test_every_trial_is_determined_as_the_plain_evaluator_does(talk: tuple[Interview, Person]) -> None:
    plan, person = talk
    facts = known(plan.bank, person)

    assert quickly(plan, facts) == plainly(plan, facts)


@given(conversations())
def test_one_trial_is_determined_as_among_all(talk: tuple[Interview, Person]) -> None:
    plan, person = talk
    standing = Planner(plan).at(known(plan.bank, person))

    assert {one.id: standing.determination(one.id) for one in plan.trials} == standing.determinations


@given(conversations())
def test_every_trial_stands_in_the_group_of_its_determination(talk: tuple[Interview, Person]) -> None:
    plan, person = talk
    facts = known(plan.bank, person)

    groups = shown_groups(plan.trials, Planner(plan).at(facts))

    assert {one.id: group for group, trials in groups.items() for one in trials} == plainly(plan, facts)
    assert all([one for one in plan.trials if one in trials] == list(trials) for trials in groups.values())


def found_plainly(plan: Interview, facts: Facts) -> list[tuple[str, str, Truth]]:
    return [(one.id, item.id, find_one(item, facts).permits) for one in plan.trials for item in one.ruled]


def found_quickly(plan: Interview, facts: Facts) -> list[tuple[str, str, Truth]]:
    standing = Planner(plan).at(facts)
    coded = zip(standing.criteria, standing.criteria_codes.tolist(), strict=True)
    return [(plan.trials[place].id, item.id, TRUTHS[code]) for (place, item), code in coded]


@given(conversations())
def test_every_criterion_is_found_as_the_plain_evaluator_finds_it(talk: tuple[Interview, Person]) -> None:
    plan, person = talk
    facts = known(plan.bank, person)

    assert found_quickly(plan, facts) == found_plainly(plan, facts)


@given(conversations())
def test_what_stands_in_the_way_of_a_trial_is_what_its_assessment_says(talk: tuple[Interview, Person]) -> None:
    plan, person = talk
    facts = known(plan.bank, person)
    standing = Planner(plan).at(facts)

    found = [standing.blockers(place) for place in range(len(plan.trials))]

    assert found == [[one.criterion for one in assess(each, facts).blockers] for each in plan.trials]


@given(conversations())
def test_the_criteria_of_each_trial_lie_between_its_start_and_the_next(talk: tuple[Interview, Person]) -> None:
    plan, person = talk
    standing = Planner(plan).at(known(plan.bank, person))
    ends = standing.criteria_starts.tolist()

    parted = [standing.criteria[start:end] for start, end in pairwise(ends)]

    assert parted == [tuple((place, item) for item in one.ruled) for place, one in enumerate(plan.trials)]


def test_a_criterion_that_shares_all_it_asks_for_with_others_is_found_all_the_same() -> None:
    questions = bank(boolean("q"), boolean("r"))
    asking, both = BooleanTest("q", expected=True), All((BooleanTest("q", expected=True), BooleanTest("r", True)))
    plan = Interview(questions, (trial(include("first", asking), include("both", both), include("again", asking)),))

    standing = Planner(plan).at(known(questions, {"q": True, "r": False}))

    assert standing.criteria_codes.tolist() == [2, 0, 2]


@given(interviews(computed=True), st.data())
def test_many_people_are_judged_by_one_planner_as_each_by_their_own(plan: Interview, data: st.DataObject) -> None:
    planner = Planner(plan)
    everyone = [known(plan.bank, data.draw(people(plan.bank))) for _ in range(5)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bitmaps, "_MOST_VALUES", 1)
        patch.setattr(bitmaps, "_MOST_BYTES", 0)
        patch.setattr(bitmaps, "_FEWEST", 1)
        assert [planner.at(facts).determinations for facts in everyone] == [plainly(plan, facts) for facts in everyone]


def test_without_trials_nothing_is_asked_and_nothing_is_expected() -> None:
    questions = bank(boolean("q"))

    standing = Planner(Interview(questions, ())).at(known(questions, {"q": True}))

    assert (standing.next_question, standing.pages_left.about, standing.deciding("q")) == (None, 0, 0)
    assert (standing.determinations, standing.criteria, standing.criteria_codes.tolist()) == ({}, (), [])


def test_a_trial_without_any_rule_can_never_be_told() -> None:
    questions = bank(boolean("q"))
    plan = Interview(questions, (trial(),))

    standing = Planner(plan).at(known(questions, {"q": True}))

    assert standing.determinations == plainly(plan, known(questions, {"q": True}))
    assert [group for group, trials in shown_groups(plan.trials, standing).items() if trials] == [
        Determination.UNDETERMINED
    ]


def agree(plan: Interview, facts: Facts) -> bool:
    together = quickly(plan, facts) == plainly(plan, facts)
    return together and found_quickly(plan, facts) == found_plainly(plan, facts)


BROKEN: dict[str, tuple[object, str, Callable[..., object]]] = {
    "nothing waits": (literals.Marks, "waiting", lambda self, truths: bytes(self.size // 8)),
    "nothing is set": (literals.Marks, "set_by", lambda self, truths: bytes(self.size // 8)),
    "negated tests are not": (literals.Slots, "of_literal", lambda self, literal: self.of(literal.test)),
    "groups never hold": (clauses, "clauses", lambda group: [()]),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_bitmaps_that_are_broken_are_convicted(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, name, wrong = BROKEN[broken]
    many = settings(max_examples=500, derandomize=True, phases=[Phase.generate], database=None)

    monkeypatch.setattr(owner, name, wrong)

    assert find(
        conversations(),
        lambda talk: not agree(talk[0], known(talk[0].bank, talk[1])),
        settings=many,
    )
