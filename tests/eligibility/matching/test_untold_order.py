"""Neither the next question nor the number of questions left reveals a limit that visitors are not told."""

from dataclasses import replace
from fractions import Fraction

import pytest

pytest.importorskip("numpy")

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.criteria.rules import All, Any, BooleanTest, NumberTest, Rule
from prescreen.eligibility.criteria.trials import Show, Trial
from prescreen.eligibility.interview.priors import Seen
from prescreen.eligibility.interview.question_selection import Interview
from prescreen.eligibility.matching.planner import Planner
from tests.eligibility.samples import bank, boolean, facts, number, requiring

COMMON = {"true": Fraction(9, 10), "false": Fraction(1, 10)}
EVEN = {"true": Fraction(1, 2), "false": Fraction(1, 2)}
BANK = bank(
    number("age", 0, 100),
    replace(boolean("smokes"), prevalence=EVEN),
    replace(boolean("walks"), prevalence=COMMON),
    replace(boolean("runs"), prevalence=COMMON),
)
MOSTLY, RARELY = NumberTest("age", min=Fraction(2)), NumberTest("age", min=Fraction(98))


def asking(rule: Rule, show: Show) -> tuple[Trial, ...]:
    """Return trials of which the first asks for that, shown in that way."""
    first = requiring(rule, BooleanTest("walks", True), trial_id="T1")
    shown = tuple(replace(one, show=show) for one in first.criteria)
    return replace(first, criteria=shown), requiring(
        BooleanTest("smokes", False), BooleanTest("runs", True), trial_id="T2"
    )


def told(trials: tuple[Trial, ...], known: Facts, observed: dict[tuple[str, str], Seen] | None = None) -> object:
    plan = Interview(BANK, trials)
    standing = Planner(plan, observed).at(known)
    return standing.next_question, standing.pages_left.about


@pytest.mark.parametrize("show", [Show.DIRECTION, Show.END])
@pytest.mark.parametrize("known", [facts(BANK), facts(BANK, walks=True)])
def test_an_untold_limit_moves_neither_the_order_nor_the_number_of_questions(show: Show, known: Facts) -> None:
    assert told(asking(MOSTLY, show), known) == told(asking(RARELY, show), known)


def test_an_untold_limit_in_a_group_or_beside_other_tests_moves_them_as_little() -> None:
    mild, harsh = (
        [combine((limit, BooleanTest("runs", True))) for combine in (All, Any)] for limit in (MOSTLY, RARELY)
    )

    for one, other in zip(mild, harsh, strict=True):
        assert told(asking(one, Show.DIRECTION), facts(BANK)) == told(asking(other, Show.DIRECTION), facts(BANK))


def test_what_earlier_people_came_to_at_an_untold_limit_moves_nothing_either() -> None:
    trials = asking(MOSTLY, Show.DIRECTION)
    criterion = trials[0].criteria[0].id
    harsh, mild = ({("T1", criterion): seen} for seen in (Seen(0, 1000), Seen(1000, 0)))

    assert told(trials, facts(BANK), harsh) == told(trials, facts(BANK), mild)


def test_a_limit_that_is_told_may_move_them() -> None:
    assert told(asking(MOSTLY, Show.FULL), facts(BANK)) != told(asking(RARELY, Show.FULL), facts(BANK))
