"""The tests of all trials: each distinct one has a slot, and those at a trial's top level rule it out by bits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import Test
from prescreen.eligibility.matching.known_values import FALSE, TRUE, UNKNOWN
from prescreen.eligibility.matching.normal_form import Group, Literal, Node

Bits = NDArray[np.uint8]
Truths = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Slots:
    """The distinct tests of each question in consecutive slots, numbered over all questions."""

    tests: Mapping[str, tuple[Test, ...]]
    starts: Mapping[str, int]
    _numbers: Mapping[int, int]

    def __len__(self) -> int:
        return len(self._numbers)

    def of(self, test: Test) -> int:
        """Return the slot of a test, which must be the very object that was numbered."""
        return self._numbers[id(test)]

    def of_literal(self, literal: Literal) -> int:
        """Return the slot of a literal: that of its test, or where it is negated that many slots further."""
        return self.of(literal.test) + (0 if literal.positive else len(self))


def slots_of(bank: QuestionBank, nodes: Sequence[tuple[Node, ...]]) -> Slots:
    """Assign slots to the tests of all trials, with questions in the order of the bank."""
    found: dict[str, dict[int, Test]] = {question.id: {} for question in bank}
    for parts in nodes:
        for part in parts:
            for test in tests_of(part):
                found[test.question][id(test)] = test
    tests = {name: tuple(own.values()) for name, own in found.items() if own}
    starts = dict(zip(tests, accumulate((len(own) for own in tests.values()), initial=0), strict=False))
    numbers = {id(test): number for number, test in enumerate(chain.from_iterable(tests.values()))}
    return Slots(tests, starts, numbers)


def tests_of(node: Node) -> Sequence[Test]:
    """Return the tests in a node, from left to right."""
    if isinstance(node, Literal):
        return (node.test,)
    return [test for part in node.parts for test in tests_of(part)]


@dataclass(frozen=True, slots=True)
class LoneLiterals:
    """The top-level literals on one question as parallel arrays: trial, test, the truth that rules out."""

    trial: NDArray[np.int32]
    test: NDArray[np.int32]
    failing: Truths

    def ruled_out(self, truths: Truths, trials: int) -> Bits:
        """Return the bits of the trials that these truths of the question's tests rule out."""
        return _bits(self.trial[truths[self.test] == self.failing], trials)

    def unsettled(self, truths: Truths, trials: int) -> Bits:
        """Return the bits of the trials that wait although a value is known, as it leaves their test unknown."""
        return _bits(self.trial[truths[self.test] == UNKNOWN], trials)

    def waiting(self, trials: int) -> Bits:
        """Return the bits of the trials that wait while the question is open."""
        return _bits(self.trial, trials)


def _bits(marked: NDArray[np.int32], trials: int) -> Bits:
    marks = np.zeros(trials, bool)
    marks[marked] = True
    return np.packbits(marks)


def lone_literals(nodes: Sequence[tuple[Node, ...]], slots: Slots) -> Mapping[str, LoneLiterals]:
    """Return the top-level literals of every question that any trial tests."""
    found: dict[str, list[tuple[int, int, int]]] = {name: [] for name in slots.tests}
    for trial, parts in enumerate(nodes):
        for part in parts:
            if not isinstance(part, Group):
                name = part.test.question
                number = slots.of(part.test) - slots.starts[name]
                found[name].append((trial, number, FALSE if part.positive else TRUE))
    return {name: _side_by_side(listed) for name, listed in found.items()}


def _side_by_side(listed: list[tuple[int, int, int]]) -> LoneLiterals:
    trial, test, failing = np.array(listed, np.int32).reshape(-1, 3).T
    return LoneLiterals(trial.copy(), test.copy(), failing.astype(np.int8))
