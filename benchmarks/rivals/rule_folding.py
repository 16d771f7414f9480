"""Conversion of a rule to what an engine takes: text, a tree, a column.

An engine without a third value gets two formulas: what is possibly true (unknown counts as yes) and what is certainly
true (unknown counts as no). A negation swaps them.
"""

from collections.abc import Sequence
from enum import Enum
from itertools import combinations
from typing import Protocol, TypeVar

from prescreen.eligibility.criteria.rules import All, Any, AtLeast, Not, Rule, Test
from prescreen.eligibility.criteria.trials import Trial

Formula = TypeVar("Formula")


class Sense(Enum):
    """How unknown counts: as in the engine, as yes, or as no."""

    OWN = "own"
    POSSIBLY = "possibly"
    CERTAINLY = "certainly"


_SWAPPED = {Sense.OWN: Sense.OWN, Sense.POSSIBLY: Sense.CERTAINLY, Sense.CERTAINLY: Sense.POSSIBLY}


class Writer(Protocol[Formula]):
    """How one engine expresses the few constructs of rules."""

    def every(self, parts: Sequence[Formula]) -> Formula: ...
    def some(self, parts: Sequence[Formula]) -> Formula: ...
    def negated(self, part: Formula) -> Formula: ...
    def test(self, test: Test, sense: Sense) -> Formula: ...


def formula(trial: Trial, writer: Writer[Formula], sense: Sense) -> Formula:
    """Return "every criterion permits" as the engine's formula."""
    return writer.every([fold(one.permitting_rule, writer, sense) for one in trial.ruled if one.permitting_rule])


def fold(rule: Rule, writer: Writer[Formula], sense: Sense) -> Formula:
    """Return a rule as the engine's formula."""
    match rule:
        case All(parts):
            return writer.every([fold(part, writer, sense) for part in parts])
        case Any(parts):
            return writer.some([fold(part, writer, sense) for part in parts])
        case Not(part):
            return writer.negated(fold(part, writer, _SWAPPED[sense]))
        case AtLeast(count, parts):
            # For engines that cannot count: one of the combinations holds entirely, which is exact in Kleene's logic
            # too.
            folded = [fold(part, writer, sense) for part in parts]
            return writer.some([writer.every(chosen) for chosen in combinations(folded, count)])
        case _:
            return writer.test(rule, sense)
