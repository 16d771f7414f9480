"""Trials as bits: per question and bucket the trials that it rules out, per open question those left waiting for it.

A person is two ORs: of one row per known answer, and of one row per question that is open. Groups ("any of", "at
least") are judged for those trials alone that the rows do not rule out.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.matching.closures import FALSE, TRUE, UNKNOWN
from prescreen.eligibility.matching.discretization import Column
from prescreen.eligibility.matching.known_values import NOT_APPLICABLE, Changes, Known, Quick
from prescreen.eligibility.matching.literals import Slots, lone_literals, slots_of
from prescreen.eligibility.matching.normal_form import Node
from prescreen.eligibility.matching.rule_groups import WAITING, Groups

Bits = NDArray[np.uint8]
Codes = NDArray[np.int8]

Entry = tuple[int, int, Column]
"""A question's place, the row of its first bucket and its column."""


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
    """Compiled trials: `nodes` are the conjuncts of each."""

    def __init__(self, bank: QuestionBank, nodes: Sequence[tuple[Node, ...]]) -> None:
        self.size = len(nodes)
        self.slots: Slots = slots_of(bank, nodes)
        self.columns = {name: Column(bank[name], tests) for name, tests in self.slots.tests.items()}
        self.groups = Groups(nodes, self.slots)
        self._literals = lone_literals(nodes, self.slots)
        self._lay_rows()
        self.unknown = [column.packed[0] for column in self.columns.values()]
        self._ticked: dict[tuple[str, object], Judged] = {}

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

    def entry(self, name: str) -> Entry | None:
        """Return a question's place, the row of its first bucket and its column; None where no trial tests it."""
        return self._entries.get(name)

    def match(self, known: Known) -> "BitMatch":
        """Judge known values."""
        rows = [_OPEN] * len(self.columns)
        match = BitMatch(self, rows, self.unknown.copy(), {}, self.groups.waiting.copy())
        for name, value in known.items():
            entry = self._entries.get(name)
            if entry is not None:
                match.put(name, value, entry)
        match.judge(match.ruled_out())
        return match

    def judged(self, name: str, value: Quick) -> Judged:
        """Return what one of many values does; the values met first are kept, without whose they were."""
        found = self._ticked.get((name, value))
        if found is None:
            truths = self.columns[name].judged(value)  # type: ignore[arg-type]  # of the question's type
            found = Judged(self._ruled_out(name, truths), truths, self._unsettled(name, truths))
            if len(self._ticked) < _MOST_REMEMBERED:
                self._ticked[name, value] = found
        return found

    def _unsettled(self, name: str, truths: bytes) -> Bits | None:
        found = self._literals[name].unsettled(np.frombuffer(truths, np.int8), self.size)
        return found if UNKNOWN in truths else None


class BitMatch:
    """One person judged by bitmaps.

    `rows` and `truths` hold, for each question by its place, its row and the truths of its tests; `extra` the values
    that have no row, such as sets of options; `grouped` the truth of the groups of each trial, as far as they were
    judged.
    """

    __slots__ = ("_bitmaps", "_extra", "_grouped", "_out", "_rows", "_truths", "codes")

    codes: Codes

    def __init__(
        self, bitmaps: Bitmaps, rows: list[int], truths: list[bytes], extra: dict[int, Judged], grouped: Codes
    ) -> None:
        self._bitmaps, self._rows, self._truths = bitmaps, rows, truths
        self._extra, self._grouped = extra, grouped

    @property
    def literals(self) -> Codes:
        """The truth of every test, by its slot."""
        return np.frombuffer(b"".join(self._truths), np.int8)

    def ruled_out(self) -> Bits:
        """Return the OR of the rows of all known answers."""
        known = [row for row in self._rows if row >= 0]
        out: Bits = np.bitwise_or.reduce(self._bitmaps.rows[known], axis=0)
        for value in self._extra.values():
            out |= value.row
        return out

    def judge(self, out: Bits) -> None:
        """Work out the codes from the trials ruled out by single tests; groups are judged only where that leaves any.

        Only groups that wait are judged.
        """
        bitmaps, self._out = self._bitmaps, out
        is_open = [place for place, row in enumerate(self._rows) if row < 0]
        waits = np.bitwise_or.reduce(bitmaps.waiting[is_open], axis=0)
        for value in self._extra.values():
            if value.unsettled is not None:
                waits |= value.unsettled
        waiting = np.unpackbits(waits, count=bitmaps.size)
        ruled_out = np.unpackbits(out, count=bitmaps.size)
        codes: Codes = ((TRUE - waiting) & (ruled_out - 1)).view(np.int8)
        due = np.flatnonzero((codes != FALSE) & (self._grouped == WAITING))
        if len(due):
            self._grouped[due] = bitmaps.groups.least(due, b"".join(self._truths))
        self.codes = np.minimum(codes, self._grouped)

    def having(self, changes: Changes) -> "BitMatch":
        """Return the match after some values changed."""
        bitmaps = self._bitmaps
        changed = BitMatch(bitmaps, self._rows.copy(), self._truths.copy(), self._extra.copy(), self._grouped.copy())
        out: Bits | None = self._out
        for name, value in changes.items():
            entry = bitmaps.entry(name)
            if entry is not None:
                row = changed.put(name, value, entry)
                out = None if row is None or out is None else out | row
                changed._grouped[bitmaps.groups.touching(name)] = WAITING
        changed.judge(changed.ruled_out() if out is None else out)
        return changed

    def put(self, name: str, value: Quick | None, entry: Entry) -> Bits | None:
        """Enter one value; give its row, or None where another value stood before, whose row cannot be taken out."""
        place, base, column = entry
        was_open = self._rows[place] == _OPEN
        self._extra.pop(place, None)
        if value is None:
            self._rows[place], self._truths[place] = _OPEN, self._bitmaps.unknown[place]
            return None
        if column.is_open_ended and value is not NOT_APPLICABLE:
            judged = self._bitmaps.judged(name, value)
            row, self._truths[place], _ = judged
            self._rows[place], self._extra[place] = base, judged
        else:
            bucket = column.bucket(value)
            self._rows[place], self._truths[place] = base + bucket, column.packed[bucket]
            row = self._bitmaps.rows[base + bucket]
        return row if was_open else None
