"""The fewest questions that could settle every trial for one person if all answers were known beforehand.

An integer programme: for an ineligible trial, at least one question of a criterion that fails; for a trial that fits,
every question that is alone in a criterion and at least one of each group. A group may really need more, so this is a
lower bound: no order of questions can need fewer.
"""

from collections.abc import Sequence
from math import ceil

import numpy as np

from benchmarks.base.workload import ON, Values, answers
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import Determination, assess
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import All, Any, Not, Rule, evaluate, questions_in, tests_in
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.criteria.truth import Truth

_SECONDS = 10


def parts_of(trial: Trial) -> list[Rule]:
    """Return the rules that must all hold, with an "all" within an "all" flattened."""
    return [part for one in trial.ruled if one.permitting_rule for part in _opened(one.permitting_rule)]


def _opened(rule: Rule) -> list[Rule]:
    match rule:
        case All(parts):
            return [inner for part in parts for inner in _opened(part)]
        case Not(Not(part)):
            return _opened(part)
        case Not(Any(parts)):
            return [inner for part in parts for inner in _opened(Not(part))]
        case _:
            return [rule]


def fewest_questions(bank: QuestionBank, parts: Sequence[tuple[Trial, Sequence[Rule]]], values: Values) -> int:
    """Return the bound for a person who answers everything."""
    facts = Facts(bank, answers(values), ON)
    needed: set[str] = set()
    choices: set[frozenset[str]] = set()
    for trial, rules in parts:
        if assess(trial, facts).determination is Determination.INELIGIBLE:
            failing = [rule for rule in rules if evaluate(rule, facts) is Truth.FALSE]
            choices.add(frozenset(name for rule in failing for name in questions_in(rule)))
        else:
            alone = [rule for rule in rules if len(list(tests_in(rule))) == 1]
            needed.update(name for rule in alone for name in questions_in(rule))
            choices.update(frozenset(questions_in(rule)) for rule in rules if rule not in alone)
    return len(needed) + _fewest_meeting([one for one in choices if not one & needed])


def _fewest_meeting(choices: Sequence[frozenset[str]]) -> int:
    """Return a lower bound, nearly always exact, on the questions that hit every one of these sets."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    if not choices:
        return 0
    names = sorted(frozenset().union(*choices))
    met = np.array([[name in one for name in names] for one in choices], float)
    every = np.ones(len(names))
    found = milp(
        every,
        integrality=every,
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(met, lb=1),
        options={"time_limit": _SECONDS},
    )
    return ceil(found.mip_dual_bound - 1e-6)
