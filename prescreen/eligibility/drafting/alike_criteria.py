"""Criteria of a trial of which one demands no more than another does: found by trying every way to answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import prod

from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import questions_in
from prescreen.eligibility.criteria.trials import Criterion, Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.drafting.possible_answers import MOST_STEPS, Space, Wanted


@dataclass(frozen=True, slots=True)
class Alike:
    """A criterion that keeps out nobody whom `other` lets in; `mutual`: nor does the other keep out any more."""

    criterion: Criterion
    other: Criterion
    mutual: bool


def alike_criteria(trial: Trial, bank: QuestionBank, on: date) -> Iterator[Alike]:
    """Yield the criteria with a rule that add nothing to another one. Pairs with too many answers to try are passed."""
    for first, second in trial.met_together:
        if first.rule is None or second.rule is None:
            continue
        if _tested(first).isdisjoint(_tested(second)):
            continue
        implied, implying = _implies(first, second, bank, on), _implies(second, first, bank, on)
        if implied:
            yield Alike(second, first, implying)
        elif implying:
            yield Alike(first, second, mutual=False)


def _tested(criterion: Criterion) -> frozenset[str]:
    return frozenset(questions_in(criterion.rule)) if criterion.rule else frozenset()


def _implies(one: Criterion, other: Criterion, bank: QuestionBank, on: date) -> bool:
    """Return whether everybody whom one criterion permits is permitted by another."""
    permits, demanded = one.permitting_rule, other.permitting_rule
    if permits is None or demanded is None:
        return False
    space = Space.of((permits, demanded), bank, on)
    if prod(len(space.values(name)) + 1 for name in space.names) > MOST_STEPS:
        return False
    return space.answers_with([(Wanted(permits, Truth.TRUE, {}),), (Wanted(demanded, Truth.FALSE, {}),)]) is None
