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


class Conjunction(NamedTuple):
    """A trial as the literals and groups that must all hold, once each.

    `asking` is, for each of them, the criterion that asks for it, of several the first. `places` are, for each
    criterion with a rule, the places of its conjuncts: it permits to the degree of the least of them.
    """

    nodes: tuple[Node, ...]
    asking: tuple[Criterion, ...]
    places: tuple[tuple[int, ...], ...]


def conjuncts(trials: Iterable[Trial]) -> list[Conjunction]:
    """Return each trial as one conjunction. Equal tests are one object in all trials."""
    interned: Interned = {}
    return [_conjuncts(trial, interned) for trial in trials]


def _conjuncts(trial: Trial, interned: Interned) -> Conjunction:
    found: dict[object, int] = {}
    nodes, asking, places = list[Node](), list[Criterion](), list[tuple[int, ...]]()
    for criterion in trial.ruled:
        own = []
        for node in _split(criterion, interned):
            place = found.setdefault(_key(node), len(nodes))
            if place == len(nodes):
                nodes.append(node)
                asking.append(criterion)
            own.append(place)
        places.append(tuple(own))
    return Conjunction(tuple(nodes), tuple(asking), tuple(places))


def _split(criterion: Criterion, interned: Interned) -> list[Node]:
    """Return the literals and groups that must all hold where a criterion permits."""
    found: list[Node] = []
    if (rule := criterion.permitting_rule) is not None:
        _collect(normal_form(rule, interned), found)
    return found


def _collect(node: Node, found: list[Node]) -> None:
    if isinstance(node, Group) and node.is_all:
        for part in node.parts:
            _collect(part, found)
    else:
        found.append(node)


def _key(node: Node) -> object:
    """Return a key that equal nodes share and that is fast to hash."""
    if isinstance(node, Literal):
        return id(node.test), node.positive
    return node.needed, *[_key(part) for part in node.parts]
