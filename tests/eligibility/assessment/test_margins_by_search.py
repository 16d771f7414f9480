"""Margins, against a search over every value that could matter."""

from dataclasses import dataclass
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.margins import Margin, margins
from prescreen.eligibility.criteria.rules import Missing, Rule, Value, Values, evaluate
from prescreen.eligibility.criteria.trials import Criterion
from prescreen.eligibility.criteria.truth import Truth
from tests.eligibility.samples import exclude, include
from tests.eligibility.worlds import banks, known, people, rules

# Limits are 0, 1, 2 or (of an index) 10, 25, 40: every kind of number, and a hair beside each limit.
HAIR = Fraction(1, 1000)
LIMITS = [Fraction(limit) for limit in (0, 1, 2, 10, 25, 40)]
TRIED = sorted({limit + step for limit in LIMITS for step in (-HAIR, 0, HAIR)} | {Fraction(-9), Fraction(99)})
RANK = {Truth.FALSE: 0, Truth.UNKNOWN: 1, Truth.TRUE: 2}


@dataclass
class Supposing:
    question: str
    number: Fraction
    others: Values

    def value(self, question: str) -> Value | Missing:
        return self.number if question == self.question else self.others.value(question)


class Nobody:
    def value(self, question: str) -> Value | Missing:
        return Missing.UNKNOWN


@st.composite
def cases(draw: st.DrawFn) -> tuple[Criterion, Facts]:
    questions = draw(banks(computed=True))
    kind = draw(st.sampled_from([include, exclude]))
    return kind("c", draw(rules(list(questions)))), known(questions, draw(people(questions)))


def ranks(rule: Rule, question: str, others: Values) -> dict[Fraction, int]:
    return {number: RANK[evaluate(rule, Supposing(question, number, others))] for number in TRIED}


def deciding(criterion: Criterion, question: str, facts: Facts) -> Values:
    """Return the answers under which the question's value makes a difference: as they are, else none known."""
    rule = criterion.permitting_rule
    assert rule is not None
    return facts if len(set(ranks(rule, question, facts).values())) > 1 else Nobody()


def holds(margin: Margin, number: Fraction) -> bool:
    moved = Margin(margin.question, number, margin.floor, margin.ceiling)
    return moved.inside


@given(cases())
def test_inside_the_stretch_nothing_does_better_and_right_outside_it_everything_does_worse(case):
    criterion, facts = case
    for margin in margins(criterion, facts):
        rule = criterion.permitting_rule
        tried = ranks(rule, margin.question, deciding(criterion, margin.question, facts))
        best = max(tried.values())
        assert all(tried[number] == best for number in TRIED if holds(margin, number))
        beside = [limit.at + step for limit in (margin.floor, margin.ceiling) if limit for step in (-HAIR, 0, HAIR)]
        assert all(tried[number] < best for number in beside if not holds(margin, number))


@given(cases())
def test_no_value_that_does_as_well_is_nearer_than_the_limit(case):
    criterion, facts = case
    for margin in margins(criterion, facts):
        tried = ranks(criterion.permitting_rule, margin.question, deciding(criterion, margin.question, facts))
        best = max(tried.values())
        good = [abs(number - margin.value) for number, rank in tried.items() if rank == best]
        if margin.inside:
            bad = [abs(number - margin.value) for number, rank in tried.items() if rank < best]
            assert min(bad) >= margin.distance
        else:
            assert min(good) >= margin.distance


@given(cases())
def test_a_known_number_has_a_margin_exactly_where_its_value_can_make_a_difference(case):
    criterion, facts = case
    found = {margin.question for margin in margins(criterion, facts)}
    rule = criterion.permitting_rule
    for question in facts.bank:
        value = facts.value(question.id)
        if isinstance(value, Fraction) and not isinstance(value, bool):
            differs = any(len(set(ranks(rule, question.id, known).values())) > 1 for known in (facts, Nobody()))
            assert (question.id in found) == differs


@given(cases())
def test_where_all_is_known_and_a_margin_decides_inside_means_that_the_criterion_permits(case):
    criterion, facts = case
    rule = criterion.permitting_rule
    for margin in margins(criterion, facts):
        tried = ranks(rule, margin.question, facts)
        if set(tried.values()) == {RANK[Truth.FALSE], RANK[Truth.TRUE]}:
            assert (evaluate(rule, facts) is Truth.TRUE) == margin.inside
