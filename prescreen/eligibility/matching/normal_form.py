"""Rules in negation normal form: "not" stands on tests only. Kleene's logic obeys De Morgan, so no truth changes.

A trial is then one conjunction of literals and groups. A group asks for at least so many of its parts: all of them and
any of them are its ends.
"""

from dataclasses import dataclass

from prescreen.eligibility.criteria import Trial
from prescreen.eligibility.rules import All, Any, AtLeast, Not, Rule, Test


@dataclass(frozen=True, slots=True)
class Literal:
    """A test, or (not positive) its negation."""

    test: Test
    positive: bool


@dataclass(frozen=True, slots=True)
class Group:
    """At least `count` of the parts hold."""

    count: int
    parts: tuple["Node", ...]

    @property
    def is_all(self) -> bool:
        """Whether every part must hold."""
        return self.count == len(self.parts)


Node = Literal | Group


def normal_form(rule: Rule, positive: bool = True) -> Node:
    """Give the normal form of a rule, or (not positive) of its negation."""
    match rule:
        case All(parts):
            return _group(len(parts) if positive else 1, parts, positive)
        case Any(parts):
            return _group(1 if positive else len(parts), parts, positive)
        case AtLeast(count, parts):
            # Fewer than n of them hold: at least all but n - 1 do not.
            return _group(count if positive else len(parts) - count + 1, parts, positive)
        case Not(part):
            return normal_form(part, not positive)
        case _:
            return Literal(rule, positive)


def _group(count: int, parts: tuple[Rule, ...], positive: bool) -> Node:
    nodes = tuple(normal_form(part, positive) for part in parts)
    return nodes[0] if len(nodes) == 1 else Group(count, nodes)


def conjuncts(trial: Trial) -> tuple[Node, ...]:
    """Give the literals and groups that must all hold for a trial to be permitted, once each."""
    found: dict[Node, None] = {}
    for criterion in trial.ruled:
        if criterion.permitting_rule is not None:
            _collect(normal_form(criterion.permitting_rule), found)
    return tuple(found)


def _collect(node: Node, found: dict[Node, None]) -> None:
    if isinstance(node, Group) and node.is_all:
        for part in node.parts:
            _collect(part, found)
    else:
        found[node] = None
