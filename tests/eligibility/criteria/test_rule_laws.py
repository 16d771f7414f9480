"""The evaluator and the reachable truths, against every way in which the answers can continue."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.reachable_truths import prospect
from prescreen.eligibility.criteria import rules as criterion_rules
from prescreen.eligibility.criteria.rules import Any, BooleanTest, Not, Rule, evaluate
from prescreen.eligibility.criteria.truth import Truth
from tests.eligibility.samples import bank, boolean
from tests.eligibility.worlds import Ways, banks, known, people, rules, ways


@st.composite
def judged(draw: st.DrawFn, *, computed: bool = False) -> tuple[Rule, Facts]:
    """Draw a rule and somebody who has answered some of its questions."""
    questions = draw(banks(computed=computed))
    return draw(rules(list(questions), depth=3)), known(questions, draw(people(questions)))


def truths(rule: Rule, facts: Facts) -> Ways:
    return ways(facts, lambda further: evaluate(rule, further))


@given(judged(computed=True))
def test_what_is_known_holds_whatever_else_is_answered(example: tuple[Rule, Facts]) -> None:
    rule, facts = example
    now = evaluate(rule, facts)

    assert now is Truth.UNKNOWN or truths(rule, facts).outcomes_reached() == {now}


@given(judged())
def test_a_rule_and_its_negation_are_mirrors(example: tuple[Rule, Facts]) -> None:
    rule, facts = example

    assert evaluate(Not(rule), facts) is ~evaluate(rule, facts)
    assert prospect(Not(rule), facts) == ~prospect(rule, facts)


@given(judged())
def test_a_prospect_names_exactly_the_questions_that_some_way_needs(example: tuple[Rule, Facts]) -> None:
    rule, facts = example
    reached = truths(rule, facts)
    can = prospect(rule, facts)

    for wanted, named in [(Truth.TRUE, can.to_true), (Truth.FALSE, can.to_false)]:
        expected = reached.needed_for(wanted) if wanted in reached.outcomes_reached() else None
        assert named == expected, f"{rule} to {wanted}"


@given(judged(computed=True))
def test_a_prospect_never_denies_what_some_way_reaches(example: tuple[Rule, Facts]) -> None:
    rule, facts = example
    reached = truths(rule, facts)
    can = prospect(rule, facts)

    for wanted, named in [(Truth.TRUE, can.to_true), (Truth.FALSE, can.to_false)]:
        assert wanted not in reached.outcomes_reached() or named is not None
        assert named is None or reached.needed_for(wanted) <= named


def suffices(example: tuple[Rule, Facts]) -> bool:
    """Whether the answers behind a known truth, and those that say that their questions apply, are enough for it."""
    rule, facts = example
    now = evaluate(rule, facts)
    if now is Truth.UNKNOWN:
        return True
    kept = facts.bank.reached_from(tuple(dict.fromkeys(criterion_rules.questions_behind(now, rule, facts))))
    return evaluate(rule, Facts(facts.bank, facts.answers.only(kept), facts.on)) is now


@given(judged(computed=True))
def test_the_questions_behind_a_truth_are_enough_for_it(example: tuple[Rule, Facts]) -> None:
    assert suffices(example)


def test_questions_that_are_only_the_first_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    neither = Any((BooleanTest("a", True), BooleanTest("b", True)))
    no = known(bank(boolean("a"), boolean("b")), {"a": False, "b": False})
    whole = criterion_rules.questions_behind
    assert suffices((neither, no))

    monkeypatch.setattr(criterion_rules, "questions_behind", lambda *behind: islice(whole(*behind), 1))

    assert not suffices((neither, no))
