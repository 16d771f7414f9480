"""Rules in negation normal form: only tests are negated. De Morgan's laws hold in Kleene's logic, so truths are equal.

A trial is then one conjunction of literals and groups. A group requires at least `needed` of its parts; "all of" and
"any of" are its extremes.
"""

from collections.abc import Iterable
from itertools import combinations, product
from math import comb, prod
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

    `asking` is, for each of them, the criterion that asks for it, of several the first. `places` are the places of the
    conjuncts of every criterion with a rule, one criterion's after the other's, and `counts` how many each has: it
    permits to the degree of the least of them.
    """

    nodes: tuple[Node, ...]
    asking: tuple[Criterion, ...]
    places: tuple[int, ...]
    counts: tuple[int, ...]


def conjuncts(trials: Iterable[Trial]) -> list[Conjunction]:
    """Return each trial as one conjunction. Equal tests are one object in all trials."""
    interned: Interned = {}
    return [_conjuncts(trial, interned) for trial in trials]


def _conjuncts(trial: Trial, interned: Interned) -> Conjunction:
    found: dict[object, int] = {}
    nodes, asking, places, counts = list[Node](), list[Criterion](), list[int](), list[int]()
    for criterion in trial.ruled:
        own = _split(criterion, interned)
        for node in own:
            place = found.setdefault(_key(node), len(nodes))
            if place == len(nodes):
                nodes.append(node)
                asking.append(criterion)
            places.append(place)
        counts.append(len(own))
    return Conjunction(tuple(nodes), tuple(asking), tuple(places), tuple(counts))


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


Clause = tuple[Literal, ...]
"""Literals of which one at least must hold."""

MOST_CLAUSES = 128
"""At most how many clauses a group is written in."""


def clauses(node: Node) -> list[Clause] | None:
    """Return the clauses that must all hold where a node holds; None where there are none or too many.

    The truth of a node is the least of theirs, also where some is unknown: the laws of distribution hold in Kleene's
    logic.
    """
    found: list[Clause] | None = [(node,)] if isinstance(node, Literal) else _clauses_of_group(node)
    return found if found and len(found) <= MOST_CLAUSES else None


def _clauses_of_group(group: Group) -> list[Clause] | None:
    """Return the clauses of a group: of any so many parts that too few others are left, one must hold."""
    own = [clauses(part) for part in group.parts]
    parts = [found for found in own if found is not None]
    many = len(parts) - group.needed + 1
    if len(parts) < len(own) or many < 0 or comb(len(parts), many) > MOST_CLAUSES:
        return None
    chosen = list(combinations(parts, many))
    if sum(prod(map(len, some)) for some in chosen) > MOST_CLAUSES:
        return None
    return [_joined(one) for some in chosen for one in product(*some)]


def _joined(parts: tuple[Clause, ...]) -> Clause:
    return tuple([literal for part in parts for literal in part])


def _key(node: Node) -> object:
    """Return a key that equal nodes share and that is fast to hash."""
    if isinstance(node, Literal):
        return id(node.test), node.positive
    return node.needed, *[_key(part) for part in node.parts]
