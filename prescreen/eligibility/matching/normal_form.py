"""Rules in negation normal form: "not" stands on tests only. Kleene's logic obeys De Morgan, so no truth changes.

A trial is then one conjunction of literals and groups. A group asks for at least so many of its parts: all of them and
any of them are its ends.
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
    """At least `needed` of the parts hold."""

    needed: int
    parts: tuple["Node", ...]

    @property
    def is_all(self) -> bool:
        """Whether every part must hold."""
        return self.needed == len(self.parts)


Node = Literal | Group
Interned = dict[Test, Test]
"""Equal tests as one object: from here on they are told apart by identity, since hashing a test is slow."""


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


def conjuncts(trials: Iterable[Trial]) -> list[tuple[Node, ...]]:
    """Return for each trial the literals and groups that must all hold for it to be permitted, once each.

    Equal tests are one object in all of them.
    """
    return [nodes for nodes, _ in conjuncts_asked(trials)]


def conjuncts_asked(trials: Iterable[Trial]) -> list[tuple[tuple[Node, ...], tuple[Criterion, ...]]]:
    """Return the same, each trial's with the criteria that ask for them: of several for one conjunct the first."""
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
    """Return what equal nodes have in common, quick to hash."""
    if isinstance(node, Literal):
        return id(node.test), node.positive
    return node.needed, *[_key(part) for part in node.parts]
