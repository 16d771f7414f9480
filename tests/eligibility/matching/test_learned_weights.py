"""Counts of earlier people change the order of questions, and nothing else."""

from dataclasses import replace
from fractions import Fraction
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("numpy")

from prescreen.eligibility.assessment.answers import Answers, Declined, Facts
from prescreen.eligibility.criteria.rules import All, Any, BooleanTest, Not, Rule
from prescreen.eligibility.criteria.trials import Criterion
from prescreen.eligibility.interview.priors import Observed, Seen, chance
from prescreen.eligibility.interview.question_selection import Interview
from prescreen.eligibility.matching.learned_weights import experienced, powers
from prescreen.eligibility.matching.normal_form import conjuncts
from prescreen.eligibility.matching.planner import Planner
from tests.eligibility.conversations import conversations, everything, flagged
from tests.eligibility.plain_planner import mattering, next_question
from tests.eligibility.samples import bank, boolean, exclude, include, trial
from tests.eligibility.worlds import Person, determinations, known, learning

A, B, C = (BooleanTest(name, True) for name in "abc")
BANK = bank(*map(boolean, "abc"))
TRIAL = trial(include("needs-a", A), include("needs-b", B), exclude("bars-c", C))
# Of a hundred earlier people nobody was barred by a or b, and nearly everybody by c.
COUNTED: Observed = {
    ("T1", "needs-a"): Seen(100, 0),
    ("T1", "needs-b"): Seen(100, 0),
    ("T1", "bars-c"): Seen(5, 95),
}


def asked(planner: Planner, person: Person) -> list[str]:
    facts, names = known(planner.interview.bank, {}), list[str]()
    while (question := planner.next_question(facts)) is not None:
        names.append(question)
        facts = learning(facts, question, person.get(question, Declined.DO_NOT_KNOW))
    return names


def test_with_counts_a_person_like_the_others_is_asked_less() -> None:
    plan, person = Interview(BANK, (TRIAL,)), {"a": True, "b": True, "c": True}

    assert asked(Planner(plan), person) == ["a", "b", "c"]
    assert asked(Planner(plan, {}), person) == ["a", "b", "c"]
    assert asked(Planner(plan, COUNTED), person) == ["c"]


def test_counts_read_the_wrong_way_round_ask_no_less() -> None:
    turned = {key: Seen(seen.not_permitted, seen.permitted) for key, seen in COUNTED.items()}

    assert len(asked(Planner(Interview(BANK, (TRIAL,)), turned), {"a": True, "b": True, "c": True})) == 3


def test_a_few_people_do_not_outweigh_the_bank() -> None:
    knowing = replace(boolean("a"), prevalence={"true": Fraction(1, 20), "false": Fraction(19, 20)})
    plan = Interview(bank(knowing, boolean("b")), (trial(include("a", A), include("b", B)),))

    def first(people: int) -> str | None:
        observed = {("T1", "a"): Seen(people, 0), ("T1", "b"): Seen(0, people)}
        return Planner(plan, observed).next_question(known(plan.bank, {}))

    assert [first(people) for people in (0, 2, 100)] == ["a", "a", "b"]


@st.composite
def counted_conversations(draw: st.DrawFn) -> tuple[Interview, Person, Observed]:
    """Draw an interview, somebody to be interviewed, and counts of some of its criteria and of one that is gone."""
    plan, person = draw(conversations(computed=True))
    people = st.integers(0, 300)
    names = [(one.id, criterion.id) for one in plan.trials for criterion in one.criteria]
    some = draw(st.lists(st.sampled_from(names), unique=True))
    return plan, person, {name: Seen(draw(people), draw(people)) for name in [*some, ("T9", "gone")]}


def backwards(facts: Facts) -> Facts:
    return Facts(facts.bank, Answers(dict(reversed(facts.answers.given.items()))), facts.on)


@given(counted_conversations())
def test_counts_change_no_determination_and_no_promise_of_the_planner(
    talk: tuple[Interview, Person, Observed],
) -> None:
    plan, person, observed = talk
    planner, facts = Planner(plan, observed), known(plan.bank, {})

    while (question := planner.next_question(facts)) is not None:
        assert question in mattering(plan, facts)
        assert question == planner.next_question(backwards(facts))
        facts = learning(facts, question, person.get(question, Declined.DO_NOT_KNOW))

    assert next_question(plan, facts) is None
    assert determinations(plan.trials, facts) == determinations(plan.trials, everything(plan, person))
    assert flagged(plan, facts) == flagged(plan, everything(plan, person))


LIKELY = bank(
    *(
        replace(boolean(name), prevalence={"true": Fraction(share, 10), "false": Fraction(10 - share, 10)})
        for name, share in zip("abc", (9, 8, 6), strict=True)
    )
)


def asking(plan: Interview) -> list[tuple[Criterion, ...]]:
    return [one.asking for one in conjuncts(plan.trials)]


def holding(*rules: Rule, seen: Seen, counted: str = "c0") -> list[float]:
    """Return the chances of the conjuncts of a trial to hold, once one criterion was counted."""
    plan = Interview(LIKELY, (trial(*(include(f"c{place}", rule) for place, rule in enumerate(rules))),))
    power = powers(plan, asking(plan), {("T1", counted): seen})
    before = [chance(part, LIKELY) for part in (A, B, C)[: len(power)]]
    return [1 - float(experienced(1 - one, raised)) for one, raised in zip(before, power, strict=True)]


def test_a_criterion_of_one_test_comes_to_what_was_counted_and_the_bank_weighs_as_twenty() -> None:
    assert holding(A, B, seen=Seen(60, 20)) == pytest.approx([(60 + 20 * 0.9) / 100, 0.8])


def test_the_tests_of_one_criterion_share_what_was_counted_of_it() -> None:
    whole = (10 + 20 * 0.9 * 0.8) / (40 + 20)

    shared = holding(All((A, B)), C, seen=Seen(10, 30))

    assert prod(shared[:2]) == pytest.approx(whole)
    assert shared[0] > shared[1]
    assert shared[2] == 0.6


def test_a_test_that_two_criteria_ask_for_goes_with_the_first() -> None:
    assert holding(A, All((A, B)), seen=Seen(0, 80))[0] == pytest.approx(0.18)
    assert holding(A, All((A, B)), seen=Seen(0, 80), counted="c1")[0] == 0.9


@pytest.mark.parametrize("rule", [Any((A, B)), Not(All((A, Not(B))))])
def test_a_group_is_moved_the_way_of_its_criterion(rule: Rule) -> None:
    plan = Interview(LIKELY, (trial(include("either", rule)),))

    (rarer,) = powers(plan, asking(plan), {("T1", "either"): Seen(0, 100)})
    (commoner,) = powers(plan, asking(plan), {("T1", "either"): Seen(1000, 0)})

    assert commoner < 1 < rarer


@pytest.mark.parametrize("share", [0, 1])
@pytest.mark.parametrize("seen", [Seen(0, 10**9), Seen(10**9, 0), Seen(0, 0)])
def test_no_certainty_of_the_bank_or_of_the_counts_breaks_the_order(share: int, seen: Seen) -> None:
    sure = bank(replace(boolean("a"), prevalence={"true": Fraction(share), "false": Fraction(1 - share)}), boolean("b"))
    planner = Planner(Interview(sure, (trial(include("a", A), include("b", B)),)), {("T1", "a"): seen})

    assert sorted(asked(planner, {"a": True, "b": True})) == ["a", "b"]
