"""Exhaustive enumeration: the truth of a rule for every way of answering its open questions or leaving them open.

Truths are small integers here for speed: false 0, unknown 1, true 2. Then "all" is the minimum, "any" the maximum, and
"at least n" the n-th greatest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.criteria.kinds.registry import representatives
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import (
    All,
    Any,
    AtLeast,
    Missing,
    Not,
    Rule,
    Test,
    Tested,
    questions_in,
    tests_in,
    truth_of,
)
from prescreen.eligibility.criteria.truth import Truth

CASES = 1024
"""The greatest number of cases that are enumerated."""

Questions = frozenset[str]

_TRUTHS = {Truth.FALSE: 0, Truth.UNKNOWN: 1, Truth.TRUE: 2}

Chosen = tuple[int, ...]
"""One case: for each open question 0 (not answered), or the position of a value, counted from 1."""

Case = Callable[[Chosen], int]


@dataclass(frozen=True, slots=True)
class _Column:
    """An open question, its index in every case, and one value for each way in which tests can judge values."""

    place: int
    values: list[Tested]


Columns = dict[str, _Column]


def columns_of(rule: Rule, facts: Facts) -> Columns | None:
    """Return the open questions of a rule with the values to try; None if there would be too many cases."""
    bank = facts.bank
    reached = bank.reached_from(questions_in(rule))
    gates = [gate for name in reached if (gate := bank[name].ask_if)]
    tests = [test for part in (rule, *gates) for test in tests_in(part)]
    if any(bank[test.question].computed for test in tests):
        return None
    columns: Columns = {}
    cases = 1
    for name in unasked(rule, facts):
        values = representatives(
            bank[name], [test for test in tests if test.question == name], facts.on, CASES // cases
        )
        cases *= len(values) + 1
        if cases > CASES:
            return None
        columns[name] = _Column(len(columns), values)
    return columns


def tried(rule: Rule, columns: Columns, facts: Facts) -> tuple[Questions | None, Questions | None]:
    """Return the questions that can make the rule true, and those that can make it false; None where none can."""
    truth = _case_truth(rule, columns, facts)
    cases = product(*(range(len(column.values) + 1) for column in columns.values()))
    truths = {chosen: truth(chosen) for chosen in cases}
    names = list(columns)
    return _pivots(names, truths, _TRUTHS[Truth.TRUE]), _pivots(names, truths, _TRUTHS[Truth.FALSE])


def _case_truth(rule: Rule, columns: Columns, facts: Facts) -> Case:
    match rule:
        case All(parts):
            all_parts = [_case_truth(part, columns, facts) for part in parts]
            return lambda chosen: min(part(chosen) for part in all_parts)
        case Any(parts):
            any_parts = [_case_truth(part, columns, facts) for part in parts]
            return lambda chosen: max(part(chosen) for part in any_parts)
        case AtLeast(count, parts):
            counted = [_case_truth(part, columns, facts) for part in parts]
            return lambda chosen: sorted((part(chosen) for part in counted), reverse=True)[count - 1]
        case Not(part):
            negated = _case_truth(part, columns, facts)
            return lambda chosen: 2 - negated(chosen)
        case _:
            return _test_truth(rule, columns, facts)


def _test_truth(test: Test, columns: Columns, facts: Facts) -> Case:
    own = _value_truth(test, columns, facts)
    gate = facts.bank[test.question].ask_if
    if gate is None:
        return own
    applies = _case_truth(gate, columns, facts)
    # A test of a question that does not apply is false, and unknown where that is unknown: the minimum of the two.
    return lambda chosen: own(chosen) if applies(chosen) == 2 else applies(chosen)  # noqa: PLR2004 - 2 means true


def _value_truth(test: Test, columns: Columns, facts: Facts) -> Case:
    column = columns.get(test.question)
    if column is None:
        known = facts.value_if_applicable(test.question)
        truth = Truth.UNKNOWN if isinstance(known, Missing) else truth_of(test, known)
        constant = _TRUTHS[truth]
        return lambda chosen: constant
    place = column.place
    table = [_TRUTHS[Truth.UNKNOWN], *(_TRUTHS[truth_of(test, value)] for value in column.values)]
    return lambda chosen: table[chosen[place]]


def _pivots(names: list[str], truths: dict[Chosen, int], wanted: int) -> Questions | None:
    """Return the questions without which some case would not result in `wanted`; None if no case does."""
    reaching = [chosen for chosen, truth in truths.items() if truth == wanted]
    if not reaching:
        return None
    return frozenset(
        name
        for place, name in enumerate(names)
        if any(chosen[place] and truths[(*chosen[:place], 0, *chosen[place + 1 :])] != wanted for chosen in reaching)
    )


def unasked(rule: Rule, facts: Facts) -> tuple[str, ...]:
    """Return the unasked questions that a rule depends on, directly or not; dependencies come first."""
    return tuple(name for name in asked_in(rule, facts.bank) if name not in facts.answers)


def asked_in(rule: Rule, bank: QuestionBank) -> tuple[str, ...]:
    """Return the questions to ask that a rule depends on, directly or not; dependencies come first."""
    return tuple(name for name in bank.reached_from(questions_in(rule)) if not bank[name].computed)
