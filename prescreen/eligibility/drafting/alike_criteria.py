"""Criteria of a trial of which one demands no more than another does: decided over every possible answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from prescreen.eligibility.assessment.answers import Answers, Facts
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import Rule
from prescreen.eligibility.criteria.trials import Criterion, Trial
from prescreen.eligibility.drafting.implied_rules import implies
from prescreen.eligibility.drafting.possible_criteria import can_forbid, can_permit, tested


@dataclass(frozen=True, slots=True)
class Alike:
    """A criterion that keeps out nobody whom `other` lets in; `mutual`: nor does the other keep out any more."""

    criterion: Criterion
    other: Criterion
    mutual: bool


def alike_criteria(trial: Trial, bank: QuestionBank, on: date) -> Iterator[Alike]:
    """Yield the criteria with a rule that add nothing to another one.

    What always or never permits is passed over: it is a fault of its own, whatever else the trial demands. So are pairs
    with too many answers to try.
    """
    blank = Facts(bank, Answers(), on)
    decide = {one.id: rule for one in trial.authored if (rule := _deciding_rule(one, blank))}
    for first, second in trial.met_together:
        one, other = decide.get(first.id), decide.get(second.id)
        if one is None or other is None or set(tested(first)).isdisjoint(tested(second)):
            continue
        implied, implying = implies(one, other, blank), implies(other, one, blank)
        if implied:
            yield Alike(second, first, implying)
        elif implying:
            yield Alike(first, second, mutual=False)


def _deciding_rule(criterion: Criterion, blank: Facts) -> Rule | None:
    """Return the rule by which a criterion permits, None where it permits everybody or nobody."""
    decides = criterion.rule is not None and can_permit(blank, criterion) and can_forbid(blank, criterion)
    return criterion.permitting_rule if decides else None
