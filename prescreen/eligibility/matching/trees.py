"""The groups of one trial as nested tuples of numbers: quicker than arrays where only a handful of trials is judged."""

from prescreen.eligibility.matching.closures import FALSE, TRUE, UNKNOWN
from prescreen.eligibility.matching.literals import Slots
from prescreen.eligibility.matching.normal_form import Group, Literal

Tree = tuple[int, tuple[int, ...], tuple[int, ...], tuple["Tree", ...]]
"""How many parts must hold; the slots of the tests, and of those that must fail; the groups inside."""


def tree_of(group: Group, slots: Slots) -> Tree:
    """Give a group with its tests as slots."""
    literals = [part for part in group.parts if isinstance(part, Literal)]
    positive = tuple(slots.of(one.test) for one in literals if one.positive)
    negative = tuple(slots.of(one.test) for one in literals if not one.positive)
    return (
        group.needed,
        positive,
        negative,
        tuple(tree_of(part, slots) for part in group.parts if isinstance(part, Group)),
    )


def least_of(trees: tuple[Tree, ...], truths: bytes) -> int:
    """Give the least truth of the groups of one trial; `truths` are those of all tests."""
    least = TRUE
    for tree in trees:
        truth = _truth_of(tree, truths)
        if truth < least:
            if truth == FALSE:
                return FALSE
            least = truth
    return least


def _truth_of(tree: Tree, truths: bytes) -> int:
    count, positive, negative, inner = tree
    found = [truths[slot] for slot in positive]
    found += [TRUE - truths[slot] for slot in negative]
    found += [_truth_of(one, truths) for one in inner]
    certain = found.count(TRUE)
    if certain >= count:
        return TRUE
    return UNKNOWN if certain + found.count(UNKNOWN) >= count else FALSE
