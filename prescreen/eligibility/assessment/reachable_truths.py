"""Which truths a rule can still reach, and which unasked questions can bring it there.

A question that was declined stays unknown, so a rule may be unknown now and unable to change. The result is exact where
each open question occurs once in a rule, and exact by enumeration where questions recur and there are few cases. Beyond
`case_enumeration.CASES` cases it may name a question too many, never one too few.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.case_enumeration import Questions, asked_in, columns_of, tried, unasked
from prescreen.eligibility.criteria.kinds.registry import representatives
from prescreen.eligibility.criteria.questions import Question, QuestionBank
from prescreen.eligibility.criteria.rules import (
    All,
    Any,
    AtLeast,
    Missing,
    Not,
    Rule,
    Test,
    evaluate,
    tests_in,
    truth_of,
)
from prescreen.eligibility.criteria.truth import Truth

_NONE: Questions = frozenset()


@dataclass(frozen=True, slots=True)
class Prospect:
    """The questions that can make a rule true, and those that can make it false; None where nothing can.

    An empty set means that the rule has that truth already.
    """

    to_true: Questions | None
    to_false: Questions | None

    @property
    def open_questions(self) -> Questions:
        """Return the unasked questions that can still change the truth; empty where none can."""
        return (self.to_true or _NONE) | (self.to_false or _NONE)

    def __invert__(self) -> "Prospect":
        return Prospect(self.to_false, self.to_true)


_SETTLED = {
    Truth.TRUE: Prospect(_NONE, None),
    Truth.FALSE: Prospect(None, _NONE),
    Truth.UNKNOWN: Prospect(None, None),
}


def prospect(rule: Rule, facts: Facts) -> Prospect:
    """Return the truths that `rule` can still reach for this person."""
    truth = evaluate(rule, facts)
    if truth is not Truth.UNKNOWN:
        return _SETTLED[truth]
    parted = _groups((part, set(unasked(part, facts))) for part in _conjuncts(rule))
    groups = [_group_prospect(All(tuple(parts)), facts) for _, parts in parted]
    return _needing(len(groups), groups)


class Part(NamedTuple):
    """One of the rules that must all hold, and the questions to ask that it depends on, directly or not."""

    rule: Rule
    asked: frozenset[str]


def parts_of(rule: Rule, bank: QuestionBank) -> tuple[Part, ...]:
    """Return the rules that must all hold where a rule holds."""
    return tuple(Part(one, frozenset(asked_in(one, bank))) for one in _conjuncts(rule))


Prospects = dict[tuple[int, ...], tuple[list[Rule], Prospect]]
"""Prospects of one person by the identities of the rules that must all hold; the rules are kept with them."""


def is_open(question_id: str, parts: Iterable[Part], facts: Facts, known: Prospects) -> bool:
    """Return whether an unasked question is among the open questions of the conjunction of these parts.

    The truth of the conjunction must be unknown. Of the groups that share no open question with this one, it only
    matters that none is unable to become true. What is worked out for these facts is kept in `known`.
    """
    given = facts.answers.given.keys()
    groups = _groups((part.rule, set(part.asked - given)) for part in parts)
    own = [rules for asked, rules in groups if question_id in asked]
    found = _known_prospect(own[0], facts, known) if own else _SETTLED[Truth.UNKNOWN]
    if question_id in (found.to_false or _NONE):
        return True
    others = (rules for asked, rules in groups if question_id not in asked)
    return question_id in (found.to_true or _NONE) and all(
        _known_prospect(rules, facts, known).to_true is not None for rules in others
    )


def _known_prospect(rules: list[Rule], facts: Facts, known: Prospects) -> Prospect:
    key = tuple(map(id, rules))
    if key not in known:
        known[key] = rules, _group_prospect(All(tuple(rules)), facts)
    return known[key][1]


def _conjuncts(rule: Rule) -> Iterator[Rule]:
    if isinstance(rule, All):
        for part in rule.parts:
            yield from _conjuncts(part)
    else:
        yield rule


def _groups(parts: Iterable[tuple[Rule, set[str]]]) -> list[tuple[set[str], list[Rule]]]:
    """Return the parts in groups that share open questions; groups that share none can be judged separately."""
    groups: list[tuple[set[str], list[Rule]]] = []
    for part, open_now in parts:
        asked, together = open_now, [part]
        for group in [group for group in groups if not group[0].isdisjoint(asked)]:
            groups.remove(group)
            asked |= group[0]
            together = group[1] + together
        groups.append((asked, together))
    return groups


def _group_prospect(rule: Rule, facts: Facts) -> Prospect:
    truth = evaluate(rule, facts)
    if truth is not Truth.UNKNOWN:
        return _SETTLED[truth]
    columns = None if _each_once(rule, facts) else columns_of(rule, facts)
    return _structural(rule, facts) if columns is None else Prospect(*tried(rule, columns, facts))


def _each_once(rule: Rule, facts: Facts) -> bool:
    seen: set[str] = set()
    for name in _open_mentions(rule, facts):
        if name in seen:
            return False
        seen.add(name)
    return True


def _open_mentions(rule: Rule, facts: Facts) -> Iterator[str]:
    """Yield the open questions of a rule and of the conditions under which they apply, once for each occurrence."""
    for test in tests_in(rule):
        names = (test.question, *facts.bank.sources_of(test.question))
        yield from (name for name in names if name not in facts.answers and not facts.bank[name].computed)
        for name in names:
            gate = facts.bank[name].ask_if
            if gate is not None:
                yield from _open_mentions(gate, facts)


# Evaluation of the tree, where each open question occurs once.


def _structural(rule: Rule, facts: Facts) -> Prospect:
    match rule:
        case All(parts):
            return _needing(len(parts), [_structural(part, facts) for part in parts])
        case Any(parts):
            return _needing(1, [_structural(part, facts) for part in parts])
        case AtLeast(count, parts):
            return _needing(count, [_structural(part, facts) for part in parts])
        case Not(part):
            return ~_structural(part, facts)
        case _:
            return _test_prospect(rule, facts)


def _needing(count: int, parts: list[Prospect]) -> Prospect:
    """Return the prospect of "`count` of these are true"; it is false once `len(parts) - count + 1` are false."""
    return Prospect(
        _joined([part.to_true for part in parts], count),
        _joined([part.to_false for part in parts], len(parts) - count + 1),
    )


def _joined(ways: list[Questions | None], needed: int) -> Questions | None:
    possible = [way for way in ways if way is not None]
    if len(possible) < needed:
        return None
    already = sum(not way for way in possible)
    return _NONE if already >= needed else _NONE.union(*possible)


def _test_prospect(test: Test, facts: Facts) -> Prospect:
    question = facts.bank[test.question]
    own = _value_prospect(test, question, facts)
    gates = facts.bank.gates_of(question.id)
    if not gates:
        return own
    gate = _structural(All(gates), facts)
    return Prospect(_both(gate.to_true, own.to_true), _either(gate.to_false, _both(gate.to_true, own.to_false)))


def _both(left: Questions | None, right: Questions | None) -> Questions | None:
    return None if left is None or right is None else left | right


def _either(left: Questions | None, right: Questions | None) -> Questions | None:
    if _NONE in (left, right):
        return _NONE
    return _both(left, right) if left is not None and right is not None else left or right


def _value_prospect(test: Test, question: Question, facts: Facts) -> Prospect:
    """Return the prospect of a test from its value alone, as if the question applied."""
    sources = facts.bank.sources_of(question.id) or (question.id,)
    unasked = frozenset(name for name in sources if name not in facts.answers)
    if not unasked:
        known = facts.value_if_applicable(question.id)
        return _SETTLED[Truth.UNKNOWN if isinstance(known, Missing) else truth_of(test, known)]
    answered = [facts.value_if_applicable(name) for name in sources if name in facts.answers]
    if any(isinstance(value, Missing) for value in answered):
        return _SETTLED[Truth.UNKNOWN]
    outcomes = {truth_of(test, value) for value in representatives(question, [test], facts.on)}
    return Prospect(unasked if Truth.TRUE in outcomes else None, unasked if Truth.FALSE in outcomes else None)
