"""Whole interviews by pages, for people who answer every question that applies; tests hold the service against them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from prescreen.eligibility.assessment.answers import Answer, Answers, Declined, Facts
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.interview.screens import Plan, asked_now, belonging, screen


@dataclass(frozen=True, slots=True)
class Screen:
    """One page of a walk: the questions on it, and those of them that applied to the person and were answered."""

    shown: tuple[str, ...]
    answered: tuple[str, ...]


def screens_of_walk(
    at: Callable[[Facts], Plan],
    bank: QuestionBank,
    said: Mapping[str, Answer],
    on: date,
    opening: Collection[str] = (),
) -> list[Screen]:
    """Return the pages of a whole interview for a person who answers every question of a page that applies.

    `at` is a planner's. A question that is missing in `said` is answered with "I don't know". `opening` ones are
    asked first, whether they can matter or not.
    """
    facts, screens = Facts(bank, Answers(), on), list[Screen]()
    while (asked := asked_now(plan := at(facts), facts, opening)) is not None:
        shown = screen(asked, facts, belonging(plan, opening))
        after = _answered(shown, facts, said)
        screens.append(Screen(shown, tuple(name for name in shown if name in after.answers)))
        facts = after
    return screens


def _answered(shown: tuple[str, ...], facts: Facts, said: Mapping[str, Answer]) -> Facts:
    for name in in_order_of_dependence(shown, facts.bank):
        if facts.applies(name) is Truth.TRUE:
            reply = said.get(name, Answer(Declined.DO_NOT_KNOW, facts.on))
            facts = Facts(facts.bank, facts.answers.having(name, reply), facts.on)
    return facts


def in_order_of_dependence(shown: Collection[str], bank: QuestionBank) -> tuple[str, ...]:
    """Return the questions of a page so that each stands behind those that decide whether it applies."""
    return tuple(name for name in bank.reached_from(tuple(shown)) if name in shown)
