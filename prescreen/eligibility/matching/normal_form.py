"""Rules in negation normal form: only tests are negated. De Morgan's laws hold in Kleene's logic, so truths are equal.

A trial is then one conjunction of literals and groups. A group requires at least `needed` of its parts; "all of" and
"any of" are its extremes.
"""

from collections.abc import Iterable
from typing import NamedTuple

from prescreen.eligibility.criteria.rules import (
    All,
    Any,
    AtLeast,
    Not,
    Rule,
    Test,
)
from prescreen.eligibility.criteria.trials import Criterion, Trial


class Literal(NamedTuple):
    """A test, or (not positive) its negation."""

    test: Test
    positive: bool


class Group(NamedTuple):
    """A group that holds if at least `needed` of the parts hold."""

    needed: int
    parts: tuple["Node", ...]

    @property
    def is_all(self) -> bool:
        """Whether every part must hold."""
        return self.needed == len(self.parts)


Node = Literal | Group
Interned = dict[Test, Test]
"""One object for equal tests, which are then compared by identity, since hashing a test is slow."""


def normal_form(rule: Rule, interned: Interned, positive: bool = True) -> Node:
    """Return the normal form of a rule, or (not positive) of its negation."""
    match rule:
        case Not(part):
            return normal_form(part, interned, not positive)
        case All(parts):
            return _group(len(parts) if positive else 1, parts, interned, positive)
        case Any(parts):
            return _group(1 if positive else len(parts), parts, interned, positive)
        case AtLeast(count, parts):
            # Fewer than n of them hold: at least all but n - 1 do not.
            return _group(count if positive else len(parts) - count + 1, parts, interned, positive)
        case _:
            return Literal(interned.setdefault(rule, rule), positive)


def _group(count: int, parts: tuple[Rule, ...], interned: Interned, positive: bool) -> Node:
    nodes = tuple([normal_form(part, interned, positive) for part in parts])
    return nodes[0] if len(nodes) == 1 else Group(count, nodes)


def conjuncts(trials: Iterable[Trial]) -> list[tuple[tuple[Node, ...], tuple[Criterion, ...]]]:
    """Return for each trial the literals and groups that must all hold, once each, and which criteria ask for them.

    Of several criteria that ask for one conjunct it is the first. Equal tests are one object in all trials.
    """
    interned: Interned = {}
    return [_conjuncts(trial, interned) for trial in trials]


def _conjuncts(trial: Trial, interned: Interned) -> tuple[tuple[Node, ...], tuple[Criterion, ...]]:
    found: dict[object, Node] = {}
    asking: list[Criterion] = []
    for criterion in trial.ruled:
        rule = criterion.permitting_rule
        if rule is not None:
            _collect(normal_form(rule, interned), found)
            asking += [criterion] * (len(found) - len(asking))
    return tuple(found.values()), tuple(asking)


def _collect(node: Node, found: dict[object, Node]) -> None:
    if isinstance(node, Group) and node.is_all:
        for part in node.parts:
            _collect(part, found)
    else:
        found.setdefault(_key(node), node)


def _key(node: Node) -> object:
    """Return a key that equal nodes share and that is fast to hash."""
    if isinstance(node, Literal):
        return id(node.test), node.positive
    return node.needed, *[_key(part) for part in node.parts]
