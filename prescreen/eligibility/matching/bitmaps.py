"""Trials as bits: for each value bucket the trials that it rules out, for each open question the trials that wait.

A person costs two ORs: over one row per known answer, and over one row per open question. Groups ("any of", "at least")
are judged only for the trials that these rows do not rule out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.matching.discretization import QuestionBuckets
from prescreen.eligibility.matching.known_values import FALSE, NOT_APPLICABLE, TRUE, UNKNOWN, Known, Quick
from prescreen.eligibility.matching.literals import Slots, lone_literals, slots_of
from prescreen.eligibility.matching.normal_form import Node
from prescreen.eligibility.matching.rule_groups import Groups

Bits = NDArray[np.uint8]
Codes = NDArray[np.int8]

Entry = tuple[int, int, QuestionBuckets]
"""A question's index, the row of its first bucket and its discretized values."""


class Judged(NamedTuple):
    """What a value does: the trials it rules out, the truths of the question's tests, and the trials that still wait.

    The last is None where the value leaves no test unknown.
    """

    row: Bits
    truths: bytes
    unsettled: Bits | None


_MOST_REMEMBERED = 4096
_OPEN = -1
"""Stands for the row of a question that is not known."""


class Bitmaps:
    """Compiled trials; `nodes` are the conjuncts of each."""

    def __init__(self, bank: QuestionBank, nodes: Sequence[tuple[Node, ...]]) -> None:
        self.size = len(nodes)
        self.slots: Slots = slots_of(bank, nodes)
        self.columns = {name: QuestionBuckets(bank[name], tests) for name, tests in self.slots.tests.items()}
        self.groups = Groups(nodes, self.slots)
        self._literals = lone_literals(nodes, self.slots)
        self._lay_rows()
        self._unknown = [column.packed[0] for column in self.columns.values()]
        self._judged_values: dict[tuple[str, object], Judged] = {}

    def _lay_rows(self) -> None:
        self._entries: dict[str, Entry] = {}
        rows: list[Bits] = []
        for place, (name, column) in enumerate(self.columns.items()):
            self._entries[name] = place, len(rows), column
            rows.extend(self._ruled_out(name, truths) for truths in column.packed)
        width = (self.size + 7) // 8
        self.rows = np.array(rows, np.uint8).reshape(len(rows), width)
        waiting = [self._literals[name].waiting(self.size) for name in self.columns]
        self.waiting = np.array(waiting, np.uint8).reshape(len(waiting), width)

    def _ruled_out(self, name: str, truths: bytes) -> Bits:
        return self._literals[name].ruled_out(np.frombuffer(truths, np.int8), self.size)

    def match(self, known: Known) -> "BitMatch":
        """Judge known values."""
        rows, apart, truths = [_OPEN] * len(self.columns), list[Judged](), self._unknown.copy()
        for name, value in known.items():
            entry = self._entries.get(name)
            if entry is None:
                continue
            place, base, column = entry
            if column.is_open_ended and value is not NOT_APPLICABLE:
                judged = self._judged(name, value)
                rows[place], truths[place] = base, judged.truths
                apart.append(judged)
            else:
                bucket = column.bucket(value)
                rows[place], truths[place] = base + bucket, column.packed[bucket]
        literals = b"".join(truths)
        return BitMatch(self._codes(rows, apart, literals), np.frombuffer(literals, np.int8))

    def _codes(self, rows: list[int], apart: list[Judged], literals: bytes) -> Codes:
        """Return the codes: by the tests that stand alone, then by the groups of those trials that they leave."""
        out: Bits = np.bitwise_or.reduce(self.rows[[row for row in rows if row != _OPEN]], axis=0)
        for value in apart:
            out |= value.row
        is_open = [place for place, row in enumerate(rows) if row == _OPEN]
        waits: Bits = np.bitwise_or.reduce(self.waiting[is_open], axis=0)
        for value in apart:
            if value.unsettled is not None:
                waits |= value.unsettled
        waiting = np.unpackbits(waits, count=self.size)
        codes: Codes = ((TRUE - waiting) & (np.unpackbits(out, count=self.size) - 1)).view(np.int8)
        due = np.flatnonzero((codes != FALSE) & self.groups.present)
        if len(due):
            codes[due] = np.minimum(codes[due], self.groups.least(due, literals))
        return codes

    def _judged(self, name: str, value: Quick) -> Judged:
        """Return what one of many values does; the first ones are cached, without reference to people."""
        found = self._judged_values.get((name, value))
        if found is None:
            truths = self.columns[name].judged(value)  # type: ignore[arg-type]  # of the question's type
            found = Judged(self._ruled_out(name, truths), truths, self._unsettled(name, truths))
            if len(self._judged_values) < _MOST_REMEMBERED:
                self._judged_values[name, value] = found
        return found

    def _unsettled(self, name: str, truths: bytes) -> Bits | None:
        found = self._literals[name].unsettled(np.frombuffer(truths, np.int8), self.size)
        return found if UNKNOWN in truths else None


@dataclass(frozen=True, slots=True)
class BitMatch:
    """One person judged: a code per trial, in the order of the trials, and the truth of every test, by its slot."""

    codes: Codes
    literals: Codes
