"""The groups of all trials as clauses, so that bits say of each whether one of its literals holds, or still may."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.matching.literals import Slots
from prescreen.eligibility.matching.normal_form import Group, Literal, Node, clauses
from prescreen.eligibility.matching.truth_codes import FALSE, TRUE, UNKNOWN

Numbers = NDArray[np.int64]

Tree = tuple[int, tuple[int, ...], tuple[int, ...], tuple["Tree", ...]]
"""The required number of parts; the slots of tests, and of negated tests; the groups inside."""


class Clauses:
    """The clauses of all groups that are conjuncts of a trial, in the order of trials and conjuncts.

    `owner` is the trial of each clause, `starts` the first clause of each group. A group that would take too many is
    one clause without literals, whose truth is worked out from the group's tree: `trees` are these, by clause.
    """

    def __init__(self, nodes: Sequence[tuple[Node, ...]], slots: Slots, mark: Callable[[int, Literal], None]) -> None:
        """Number the clauses, and call `mark` with the number and each literal of every clause."""
        self.trees: dict[int, Tree] = {}
        owners, starts = list[int](), list[int]()
        for trial, parts in enumerate(nodes):
            for group in parts:
                if isinstance(group, Group):
                    starts.append(len(owners))
                    owners += [trial] * self._add(group, len(owners), slots, mark)
        self.owner: Numbers = np.array(owners, np.int64)
        self.starts: Numbers = np.array(starts, np.int64)

    def __len__(self) -> int:
        return len(self.owner)

    def _add(self, group: Group, first: int, slots: Slots, mark: Callable[[int, Literal], None]) -> int:
        """Add a group; return how many clauses it takes."""
        found = clauses(group)
        if found is None:
            self.trees[first] = tree_of(group, slots)
            return 1
        for number, clause in enumerate(found, first):
            for literal in clause:
                mark(number, literal)
        return len(found)


def tree_of(group: Group, slots: Slots) -> Tree:
    """Return a group with its tests as slots."""
    literals = [part for part in group.parts if isinstance(part, Literal)]
    positive = tuple(slots.of(one.test) for one in literals if one.positive)
    negative = tuple(slots.of(one.test) for one in literals if not one.positive)
    inner = tuple(tree_of(part, slots) for part in group.parts if isinstance(part, Group))
    return group.needed, positive, negative, inner


def truth_of_tree(tree: Tree, truths: bytes) -> int:
    """Return the truth of a group; `truths` are those of all tests (shape: tests)."""
    count, positive, negative, inner = tree
    found = [truths[slot] for slot in positive]
    found += [TRUE - truths[slot] for slot in negative]
    found += [truth_of_tree(one, truths) for one in inner]
    certain = found.count(TRUE)
    if certain >= count:
        return TRUE
    return UNKNOWN if certain + found.count(UNKNOWN) >= count else FALSE
