"""Screens: the questions that stand on one page, where the plan asks one of them.

The plan decides question by question. Those of the group of the one that it picks are asked on the same page as far as
they can still matter and are likely to be asked anyway, so that the plan may leave one of them out, and an interview
comes to the same determinations.
"""

from collections.abc import Callable, Collection
from itertools import groupby
from typing import Protocol

from prescreen.eligibility.assessment.answers import Answer, Answers, Declined, Facts
from prescreen.eligibility.assessment.reachable_truths import prospect
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import All, questions_in
from prescreen.eligibility.criteria.truth import Truth

Belongs = Callable[[str], bool]
"""Whether an unasked question is to stand on the page with others of its group."""


class Plan(Protocol):
    """What an interview asks with the answers so far, as `matching.planner.Standing` works it out."""

    @property
    def next_question(self) -> str | None:
        """Return the question to ask now; None at the end."""

    def is_likely(self, question_id: str) -> bool:
        """Return whether an answer to an unasked question can still change anything, and will likely be needed."""


def screen(asked: str, facts: Facts, belongs: Belongs) -> tuple[str, ...]:
    """Return the questions of the page that asks this one, in the order of the bank.

    They are the question, and those of its group that are not answered, belong there, and apply or may come to apply
    by answers on this page.
    """
    group = facts.bank.together_with(asked)
    if len(group) == 1:
        return group
    shown = tuple(name for name in group if name == asked or (name not in facts.answers and belongs(name)))
    while (kept := tuple(name for name in shown if name == asked or _can_apply(name, shown, facts))) != shown:
        shown = kept
    return shown


def _can_apply(question_id: str, shown: Collection[str], facts: Facts) -> bool:
    """Return whether a question applies, or comes to apply by some answers to the questions shown."""
    applies = facts.applies(question_id)
    if applies is not Truth.UNKNOWN:
        return applies is Truth.TRUE
    gates = All(facts.bank.gates_of(question_id))
    return prospect(gates, _declining_others(gates, shown, facts)).to_true is not None


def _declining_others(gates: All, shown: Collection[str], facts: Facts) -> Facts:
    """Return these facts where no question but the shown ones is answered any more."""
    reached = facts.bank.reached_from(questions_in(gates))
    elsewhere = [name for name in reached if name not in shown and name not in facts.answers]
    left_open = {name: Answer(Declined.DO_NOT_KNOW, facts.on) for name in elsewhere if not facts.bank[name].computed}
    return Facts(facts.bank, Answers({**facts.answers.given, **left_open}), facts.on)


def answered_in_a_row(question_id: str, facts: Facts) -> list[str]:
    """Return the questions of its group that were answered with this one, without any other between, in that order.

    Empty where it is not answered. They stood on one page, or on pages that followed each other.
    """
    order, group = list(facts.answers), facts.bank.together_with(question_id)
    rows = (list(row) for together, row in groupby(order, group.__contains__) if together)
    return next((row for row in rows if question_id in row), [])


def hangs_on(question_id: str, shown: Collection[str], bank: QuestionBank) -> str | None:
    """Return the last question of a page whose answer decides whether this one applies; None where none of it does."""
    gate = bank[question_id].ask_if
    tested = questions_in(gate) if gate else ()
    asked = {source for name in tested for source in bank.sources_of(name) or (name,)}
    return next((name for name in reversed(tuple(shown)) if name in asked), None)


def opening_left(opening: Collection[str], facts: Facts) -> list[str]:
    """Return the opening questions that wait: each is asked first, whether it can matter or not."""
    return [name for name in opening if name not in facts.answers]


def asked_now(plan: Plan, facts: Facts, opening: Collection[str]) -> str | None:
    """Return the question to ask now: an opening question that waits, else the plan's; None at the end."""
    left = opening_left(opening, facts)
    return left[0] if left else plan.next_question


def belonging(plan: Plan, opening: Collection[str]) -> Belongs:
    """Return what says that a question belongs on a page: every opening one does, others if likely to be asked."""
    return lambda name: name in opening or plan.is_likely(name)
