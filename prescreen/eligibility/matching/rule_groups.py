"""The groups of all trials in arrays by depth, so that those of many trials are judged in a few array operations."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.matching.known_values import FALSE, TRUE, UNKNOWN
from prescreen.eligibility.matching.literals import Slots
from prescreen.eligibility.matching.normal_form import Group, Literal, Node

Tree = tuple[int, tuple[int, ...], tuple[int, ...], tuple["Tree", ...]]
"""The required number of parts; the slots of tests, and of negated tests; the groups inside."""


def tree_of(group: Group, slots: Slots) -> Tree:
    """Return a group with its tests as slots."""
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
    """Return the least truth of the groups of one trial; `truths` are those of all tests (shape: tests)."""
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


Numbers = NDArray[np.int64]
Truths = NDArray[np.int8]

# A part counts 1 when it can be true and 2**32 more when it is: one sum counts both.
_CERTAIN = 1 << 32
_FEW = 16
"""For at most this many trials, walking their groups one by one is faster."""

_WEIGHTS = np.array([0, 1, _CERTAIN + 1], np.int64)


class _Level:
    """The groups of one depth, in the order of their trials."""

    def __init__(self) -> None:
        self.owners: list[int] = []
        self.counts: list[int] = []
        self.parts: list[list[int]] = []

    def close(self, trials: int) -> None:
        """Convert the lists into arrays."""
        self.first = np.searchsorted(np.array(self.owners, np.int64), np.arange(trials + 1)).astype(np.int64)
        self.count = np.array(self.counts, np.int64)
        self.start = np.concatenate([[0], np.cumsum([len(parts) for parts in self.parts])]).astype(np.int64)
        self.part = np.array([part for parts in self.parts for part in parts], np.int64)


class Groups:
    """All groups of all trials. Slots hold first the tests, then the negated tests, then the groups by depth."""

    def __init__(self, nodes: Sequence[tuple[Node, ...]], slots: Slots) -> None:
        self._tests, self._trials = len(slots), len(nodes)
        depth = max((_depth(part) for parts in nodes for part in parts), default=0)
        levels = [_Level() for _ in range(depth)]
        placed: list[tuple[int, int, int]] = []
        for trial, parts in enumerate(nodes):
            for part in parts:
                if isinstance(part, Group):
                    placed.append((trial, *self._place(part, trial, levels, slots)))
        self._close(levels, placed)
        self.present: NDArray[np.bool_] = np.zeros(self._trials, bool)
        self.present[[trial for trial, _, _ in placed]] = True
        self._trees = {
            trial: tuple(tree_of(part, slots) for part in parts if isinstance(part, Group))
            for trial, parts in enumerate(nodes)
        }

    def _place(self, group: Group, trial: int, levels: list[_Level], slots: Slots) -> tuple[int, int]:
        """Add a group and those inside it; return its level and its number there."""
        parts = [self._part(part, trial, levels, slots) for part in group.parts]
        level = levels[_depth(group) - 1]
        level.owners.append(trial)
        level.counts.append(group.needed)
        level.parts.append(parts)
        return _depth(group) - 1, len(level.owners) - 1

    def _part(self, part: Node, trial: int, levels: list[_Level], slots: Slots) -> int:
        """Return the slot of a part. A group has none yet and is encoded as -(level * 2**32 + number) - 1."""
        if isinstance(part, Literal):
            return slots.of_literal(part)
        level, number = self._place(part, trial, levels, slots)
        return -(level * _CERTAIN + number) - 1

    def _close(self, levels: list[_Level], placed: list[tuple[int, int, int]]) -> None:
        base = [2 * self._tests]
        for level in levels:
            base.append(base[-1] + len(level.owners))
        for level in levels:
            level.close(self._trials)
            inner = level.part < 0
            code = -level.part[inner] - 1
            level.part[inner] = np.array(base, np.int64)[code // _CERTAIN] + code % _CERTAIN
        self._levels, self._base = levels, base
        owners = np.array([trial for trial, _, _ in placed], np.int64)
        self._top_first = np.searchsorted(owners, np.arange(self._trials + 1)).astype(np.int64)
        self._top = np.array([base[level] + number for _, level, number in placed], np.int64)

    @property
    def tops(self) -> Numbers:
        """Return the slots of the groups that are conjuncts of a trial, in the order of trials and conjuncts."""
        return self._top

    def least(self, trials: Numbers, literals: bytes) -> Truths:
        """Return the least truth of the groups of each of these trials (shape: trials), all of which have groups.

        `literals` are the truths of all tests, a byte each.
        """
        if len(trials) <= _FEW:
            trees = self._trees
            return np.array([least_of(trees[trial], literals) for trial in trials.tolist()], np.int8)
        truths = self.truths(trials, np.frombuffer(literals, np.int8))
        tops, starts = _ranges(self._top_first, trials)
        return np.minimum.reduceat(truths[self._top[tops]], starts)

    def all_truths(self, literals: Truths) -> Truths:
        """Return the truth of every slot."""
        return self.truths(np.arange(self._trials), literals)

    def truths(self, trials: Numbers, literals: Truths) -> Truths:
        """Return the truth of every slot: all tests and the groups of these trials; other groups are undefined."""
        truths = np.empty(self._base[-1], np.int8)
        truths[: self._tests] = literals
        np.subtract(TRUE, literals, out=truths[self._tests : 2 * self._tests])
        for level, base in zip(self._levels, self._base, strict=False):
            _judge_level(level, base, trials, truths)
        return truths


def _judge_level(level: _Level, base: int, alive: Numbers, truths: Truths) -> None:
    groups, _ = _ranges(level.first, alive)
    if not len(groups):
        return
    parts, starts = _ranges(level.start, groups)
    sums = np.add.reduceat(_WEIGHTS[truths[level.part[parts]]], starts)
    wanted = level.count[groups]
    found = np.where(sums & (_CERTAIN - 1) >= wanted, np.int8(UNKNOWN), np.int8(FALSE))
    found[sums >> 32 >= wanted] = TRUE
    truths[base + groups] = found


def _ranges(first: Numbers, chosen: Numbers) -> tuple[Numbers, Numbers]:
    """Return the numbers first[i] to first[i + 1] of all chosen i, concatenated, and where each range begins.

    The beginnings are correct only if no chosen range is empty.
    """
    begin, length = first[chosen], first[chosen + 1] - first[chosen]
    ends = np.cumsum(length)
    starts = ends - length
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(begin - starts, length), starts


def _depth(node: Node) -> int:
    return 1 + max(_depth(part) for part in node.parts) if isinstance(node, Group) else 0
