"""Interviews page by page, against interviews question by question and every way of answering a page."""

from dataclasses import replace
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.interview.walks import Screen, in_order_of_dependence, screens_of_walk
from prescreen.eligibility.assessment.answers import Answer, Declined, Facts
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import BooleanTest, Not, OptionTest
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.interview.question_selection import Interview
from prescreen.eligibility.interview.screens import screen
from prescreen.eligibility.matching.planner import Planner, Standing
from tests.eligibility.conversations import conversations, flagged, held
from tests.eligibility.samples import ON, bank, boolean, choice, include, trial
from tests.eligibility.worlds import Person, asked_of, determinations, known, learning, values_of, ways

Talk = tuple[Interview, Person]


@st.composite
def talks(draw: st.DrawFn, *, computed: bool = False) -> Talk:
    """Draw an interview whose questions stand on pages of their own or of several, and somebody to be interviewed."""
    plan, person = draw(conversations(computed=computed))
    groups = {one.id: draw(st.sampled_from([None, "left", "right"])) for one in plan.bank}
    return replace(plan, bank=paged(plan.bank, groups)), person


def paged(questions: QuestionBank, groups: dict[str, str | None]) -> QuestionBank:
    """Return a bank with these questions in these groups."""
    grouped = {one.id: replace(one, together=None if one.computed else groups.get(one.id)) for one in questions}
    return QuestionBank(grouped)


def walked(plan: Interview, person: Person) -> list[tuple[Facts, Screen]]:
    """Return each page of an interview, with what was known before it."""
    said = {name: Answer(value, ON) for name, value in person.items()}
    screens, facts = list[tuple[Facts, Screen]](), known(plan.bank, {})
    for one in screens_of_walk(Planner(plan).at, plan.bank, said, ON):
        screens.append((facts, one))
        facts = answering(facts, person, one.answered)
    return [*screens, (facts, Screen((), ()))]


def answering(facts: Facts, person: Person, names: tuple[str, ...]) -> Facts:
    """Return what is known once these questions are answered."""
    for name in names:
        facts = learning(facts, name, person.get(name, Declined.DO_NOT_KNOW))
    return facts


def outcomes(plan: Interview, facts: Facts) -> tuple[object, ...]:
    return (*determinations(plan.trials, facts), *flagged(plan, facts))


def can_apply(name: str, facts: Facts, shown: tuple[str, ...]) -> bool:
    """Say whether some way of answering these questions makes this one apply; every way is tried."""
    others = [one for one in asked_of(facts.bank) if one.id in shown and one.id not in (name, *facts.answers)]
    for way in product(*([Declined.DO_NOT_KNOW, *values_of(one)] for one in others)):
        after = facts
        for one, value in zip(others, way, strict=True):
            after = learning(after, one.id, value)
        if after.applies(name) is Truth.TRUE:
            return True
    return False


@given(talks(computed=True), st.data())
def test_of_one_trial_alone_no_more_questions_and_pages_follow_than_are_told(talk: Talk, data: st.DataObject) -> None:
    plan, person = talk
    place = data.draw(st.integers(0, len(plan.trials) - 1))
    planner, told = Planner(plan), list[int]()

    def at(facts: Facts) -> Standing:
        standing = planner.at(facts).alone(plan.trials[place].id)
        told.append(standing.most_asked(place))
        return standing

    walk = screens_of_walk(at, plan.bank, {name: Answer(value, ON) for name, value in person.items()}, ON)
    asked = [len(one.answered) for one in walk]
    assert all(len(asked[page:]) <= sum(asked[page:]) <= most for page, most in enumerate(told))


@given(talks(computed=True))
def test_a_walk_by_screens_ends_where_one_question_after_another_does(talk: Talk) -> None:
    plan, person = talk
    *_, (by_screens, _) = walked(plan, person)
    *_, (by_questions, _) = held(plan, person)

    assert outcomes(plan, by_screens) == outcomes(plan, by_questions) == outcomes(plan, known(plan.bank, person))
    assert ways(by_screens, lambda further: outcomes(plan, further)).outcomes_reached() == {outcomes(plan, by_screens)}


@given(talks())
def test_a_screen_asks_only_what_can_matter_and_applies_or_can_come_to_apply_on_it(talk: Talk) -> None:
    plan, person = talk
    *screens, _ = walked(plan, person)

    for facts, one in screens:
        further = ways(facts, lambda later: outcomes(plan, later))
        assert [name for name in one.shown if not further.matters(name)] == []
        assert [name for name in one.shown if not can_apply(name, facts, one.shown)] == []


@given(talks())
def test_a_screen_leaves_out_no_question_of_its_group_that_is_likely_to_be_asked_and_applies(talk: Talk) -> None:
    plan, person = talk
    *screens, _ = walked(plan, person)

    for facts, one in screens:
        standing = Planner(plan).at(facts)
        group = [name for name in plan.bank.together_with(one.shown[0]) if name not in facts.answers]
        applying = [name for name in group if facts.applies(name) is Truth.TRUE]
        assert [name for name in applying if standing.is_likely(name) and name not in one.shown] == []


@given(talks())
def test_what_is_likely_to_be_asked_can_matter(talk: Talk) -> None:
    plan, person = talk
    *screens, _ = walked(plan, person)

    for facts, _ in screens:
        standing, further = Planner(plan).at(facts), ways(facts, lambda later: outcomes(plan, later))
        asked = [one.id for one in asked_of(plan.bank) if one.id not in facts.answers]
        assert [name for name in asked if standing.is_likely(name) and not further.matters(name)] == []


@given(talks(computed=True))
def test_each_question_of_a_screen_is_answered_once_or_does_not_apply(talk: Talk) -> None:
    plan, person = talk
    *screens, (last, _) = walked(plan, person)

    assert sorted(last.answers) == sorted(name for _, one in screens for name in one.answered)
    for facts, one in screens:
        assert set(one.shown).isdisjoint(facts.answers)
        after = answering(facts, person, one.answered)
        assert [name for name in one.shown if after.applies(name) is Truth.TRUE and name not in one.answered] == []


@given(talks(computed=True))
def test_without_groups_every_screen_is_the_next_question_alone(talk: Talk) -> None:
    plan, person = talk
    plain = replace(plan, bank=paged(plan.bank, {}))
    *screens, _ = walked(plain, person)

    assert [one.shown for _, one in screens] == [(Planner(plain).next_question(facts),) for facts, _ in screens]


# By example.

_REACH = replace(choice("reach", "none", "knee", "foot"), together="place", page_title=Text({"en": "The pain"}))
_SIDE = replace(choice("side", "left", "right", ask_if=Not(OptionTest("reach", frozenset({"none"})))), together="place")
_SINCE = replace(boolean("since", ask_if=BooleanTest("leg", True)), together="place")
_BANK = bank(boolean("leg"), _SIDE, _REACH, _SINCE)


def test_what_hangs_on_a_question_of_another_page_waits_for_it() -> None:
    assert screen("reach", known(_BANK, {}), lambda _: True) == ("side", "reach")
    assert screen("reach", known(_BANK, {"leg": True}), lambda _: True) == ("side", "reach", "since")
    assert screen("reach", known(_BANK, {"leg": False}), lambda _: True) == ("side", "reach")
    assert screen("since", known(_BANK, {"leg": True, "reach": "none"}), lambda _: True) == ("since",)


def test_what_hangs_on_a_question_that_is_left_out_is_left_out_too() -> None:
    assert screen("since", known(_BANK, {"leg": True}), lambda name: name != "reach") == ("since",)


def test_a_page_is_answered_so_that_each_question_follows_what_decides_whether_it_applies() -> None:
    assert in_order_of_dependence(("side", "reach", "since"), _BANK) == ("reach", "side", "since")


def test_a_person_answers_what_applies_and_leaves_the_rest_of_a_page_open() -> None:
    plan = Interview(_BANK, (trial(include("side", OptionTest("side", frozenset({"left"})))),))
    said = {"reach": Answer("none", ON), "side": Answer("left", ON)}

    found = screens_of_walk(Planner(plan).at, _BANK, said, ON)

    assert found == [Screen(("side", "reach"), ("reach",))]
