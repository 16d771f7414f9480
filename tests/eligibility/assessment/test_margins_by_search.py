"""Margins, against a search over every value that could matter."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.margins import Margin, margins
from prescreen.eligibility.criteria.dates import DateToday
from prescreen.eligibility.criteria.questions import QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import Missing, Rule, Tested, Values, evaluate
from prescreen.eligibility.criteria.trials import Criterion
from prescreen.eligibility.criteria.truth import Truth
from tests.eligibility.samples import ON, exclude, include
from tests.eligibility.worlds import banks, known, people, rules

# Limits are 0, 1, 2 or (of an index) 10, 25, 40: every kind of number, and a hair beside each limit.
HAIR = Fraction(1, 1000)
LIMITS = [Fraction(limit) for limit in (0, 1, 2, 10, 25, 40)]
# Of dates, those on which the limits of `worlds` lie on the day ON, and dates far from them.
DAYS = [
    date(2026, 10, 23),
    date(2026, 10, 24),
    date(2026, 11, 21),
    date(2026, 11, 22),
    ON,
    date(1999, 1, 1),
    date(2050, 1, 1),
]
TRIED = sorted({limit + step for limit in LIMITS for step in (-HAIR, 0, HAIR)} | {Fraction(-9), Fraction(99)})
TRIED_DAYS = sorted({Fraction(day.toordinal()) + step for day in DAYS for step in (-HAIR, 0, HAIR)})
RANK = {Truth.FALSE: 0, Truth.UNKNOWN: 1, Truth.TRUE: 2}


@dataclass
class Supposing:
    question: str
    other: Tested
    others: Values

    def value(self, question: str) -> Tested | Missing:
        return self.other if question == self.question else self.others.value(question)


class Nobody:
    def value(self, question: str) -> Tested | Missing:
        return Missing.UNKNOWN


@st.composite
def cases(draw: st.DrawFn) -> tuple[Criterion, Facts]:
    questions = draw(banks(computed=True))
    kind = draw(st.sampled_from([include, exclude]))
    return kind("c", draw(rules(list(questions)))), known(questions, draw(people(questions)))


def ranks(rule: Rule, question: str, others: Values, bank: QuestionBank) -> dict[Fraction, int]:
    is_date = bank[question].type is QuestionType.DATE
    others_tried = {
        number: DateToday(number, number, ON) if is_date else number for number in (TRIED_DAYS if is_date else TRIED)
    }
    return {number: RANK[evaluate(rule, Supposing(question, other, others))] for number, other in others_tried.items()}


def deciding(criterion: Criterion, question: str, facts: Facts) -> Values:
    """Return the answers under which the question's value makes a difference: as they are, else none known."""
    rule = criterion.permitting_rule
    assert rule is not None
    return facts if len(set(ranks(rule, question, facts, facts.bank).values())) > 1 else Nobody()


def holds(margin: Margin, number: Fraction) -> bool:
    moved = Margin(margin.question, number, margin.floor, margin.ceiling)
    return moved.inside


def right_outside(margin: Margin) -> list[Fraction]:
    """Return the numbers next to the stretch: the limit itself where it is left out, else a hair beyond it."""
    ends = [(margin.floor, -HAIR), (margin.ceiling, HAIR)]
    return [limit.at + (step if limit.included else 0) for limit, step in ends if limit]


@given(cases())
def test_inside_the_stretch_nothing_does_better_and_right_outside_it_everything_does_worse(case):
    criterion, facts = case
    for margin in margins(criterion, facts):
        rule = criterion.permitting_rule
        tried = ranks(rule, margin.question, deciding(criterion, margin.question, facts), facts.bank)
        best = max(tried.values())
        assert all(tried[number] == best for number in tried if holds(margin, number))
        assert all(tried[number] < best for number in right_outside(margin))


@given(cases())
def test_no_value_that_does_as_well_is_nearer_than_the_limit(case):
    criterion, facts = case
    for margin in margins(criterion, facts):
        tried = ranks(
            criterion.permitting_rule, margin.question, deciding(criterion, margin.question, facts), facts.bank
        )
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
        if isinstance(value, Fraction) or (isinstance(value, DateToday) and value.earliest == value.latest):
            differs = any(
                len(set(ranks(rule, question.id, known, facts.bank).values())) > 1 for known in (facts, Nobody())
            )
            assert (question.id in found) == differs


@given(cases())
def test_where_all_is_known_and_a_margin_decides_inside_means_that_the_criterion_permits(case):
    criterion, facts = case
    rule = criterion.permitting_rule
    for margin in margins(criterion, facts):
        tried = ranks(rule, margin.question, facts, facts.bank)
        if set(tried.values()) == {RANK[Truth.FALSE], RANK[Truth.TRUE]}:
            assert (evaluate(rule, facts) is Truth.TRUE) == margin.inside
