"""Whole interviews, against asking everything and against every way in which they could continue."""

from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Declined, Facts
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.interview.question_selection import Interview
from tests.eligibility.conversations import conversations, flagged, held
from tests.eligibility.plain_planner import next_question
from tests.eligibility.worlds import (
    Person,
    Ways,
    asked_of,
    determinations,
    known,
    learning,
    values_of,
    ways,
)


def outcomes(plan: Interview, facts: Facts) -> Ways:
    return ways(facts, lambda further: determinations(plan.trials, further))


@given(conversations(computed=True), st.data())
def test_an_answer_never_flips_a_determination_already_given(
    talk: tuple[Interview, Person], data: st.DataObject
) -> None:
    plan, person = talk
    facts = known(plan.bank, person)
    open_now = [question for question in asked_of(plan.bank) if question.id not in person]
    before = determinations(plan.trials, facts)

    for question in open_now:
        value = data.draw(st.sampled_from([*Declined, *values_of(question)]))
        facts = learning(facts, question.id, value)
        after = determinations(plan.trials, facts)
        assert all(old in (Determination.UNDETERMINED, new) for old, new in zip(before, after, strict=True))
        before = after


@given(conversations(computed=True))
def test_an_interview_ends_where_asking_everything_would(talk: tuple[Interview, Person]) -> None:
    plan, person = talk
    *_, (facts, _) = held(plan, person)
    everything = known(plan.bank, person)

    assert determinations(plan.trials, facts) == determinations(plan.trials, everything)
    assert flagged(plan, facts) == flagged(plan, everything)


@given(conversations(flags=False))
def test_an_interview_asks_only_what_can_matter(talk: tuple[Interview, Person]) -> None:
    plan, person = talk
    *steps, _ = held(plan, person)

    for facts, question in steps:
        assert outcomes(plan, facts).matters(question), f"{question} after {dict(facts.answers.given)}"


@given(conversations(computed=True))
def test_an_interview_stops_only_when_nothing_can_change(talk: tuple[Interview, Person]) -> None:
    plan, person = talk
    *_, (facts, _) = held(plan, person)

    assert outcomes(plan, facts).outcomes_reached() == {determinations(plan.trials, facts)}
    assert ways(facts, lambda further: flagged(plan, further)).outcomes_reached() == {flagged(plan, facts)}


@given(conversations())
def test_opening_questions_and_red_flags_are_asked_first_and_only_where_they_can_matter(
    talk: tuple[Interview, Person],
) -> None:
    plan, person = talk
    *steps, _ = held(plan, person)

    for facts, question in steps:
        flags = ways(facts, lambda further: flagged(plan, further))
        assert flags.matters(question) or outcomes(plan, facts).matters(question)
        if question not in plan.opening_questions:
            assert flags.matters(question) or flags.outcomes_reached() == {flagged(plan, facts)}


@given(conversations(computed=True))
def test_an_interview_asks_each_question_once_and_only_where_it_applies(talk: tuple[Interview, Person]) -> None:
    plan, person = talk
    *steps, (last, _) = held(plan, person)
    asked = [question for _, question in steps]

    assert len(asked) == len(set(asked))
    assert list(last.answers) == asked
    assert all(plan.bank[question].computed is None for question in asked)
    assert [question for facts, question in steps if facts.applies(question).value != "true"] == []


@given(conversations(computed=True))
def test_the_order_of_answers_does_not_change_what_is_asked_next(talk: tuple[Interview, Person]) -> None:
    plan, person = talk
    backwards = dict(reversed(person.items()))

    assert next_question(plan, known(plan.bank, person)) == next_question(plan, known(plan.bank, backwards))
