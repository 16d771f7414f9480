"""The tests of all trials: each distinct one has a slot, and marks the bits of trials and clauses."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import Test
from prescreen.eligibility.matching.normal_form import Literal, Node
from prescreen.eligibility.matching.truth_codes import UNKNOWN

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
class Marks:
    """The bits that answers to one question can set, as parallel arrays: a bit, a test, the truth that sets it.

    The bit of a trial is set where it is ruled out, that of a clause where it holds. `size` is the number of bits.
    """

    bit: NDArray[np.int32]
    test: NDArray[np.int32]
    truth: Truths
    size: int

    def set_by(self, truths: Truths) -> bytes:
        """Return the bits that these truths of the question's tests set."""
        return marked(self.bit[truths[self.test] == self.truth], self.size)

    def waiting(self, truths: Truths) -> bytes:
        """Return the bits that wait for a test that these truths leave unknown."""
        return marked(self.bit[truths[self.test] == UNKNOWN], self.size)


def marked(bits: NDArray[np.int32] | list[int], size: int) -> bytes:
    """Return so many bits with these set."""
    row = np.zeros(size, bool)
    row[bits] = True
    return np.packbits(row).tobytes()


class Marking:
    """Collects marks, in arrays of whole numbers: a million tuples would take ten times the memory."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._found = {name: array("i") for name in slots.tests}

    def add(self, bit: int, literal: Literal, truth: int) -> None:
        """Add a bit that a truth of the literal's test sets."""
        name = literal.test.question
        self._found[name].extend((bit, self._slots.of(literal.test) - self._slots.starts[name], truth))

    def marks(self, size: int) -> Mapping[str, Marks]:
        """Return the marks of every question that any trial tests. `size` is the number of all bits."""
        return {name: _side_by_side(found, size) for name, found in self._found.items()}


def _side_by_side(found: "array[int]", size: int) -> Marks:
    bit, test, truth = np.array(found, np.int32).reshape(-1, 3).T
    return Marks(bit.copy(), test.copy(), truth.astype(np.int8), size)
