"""Trials as bits: per question and bucket the trials that it rules out and those that it leaves waiting.

A person is the OR of one row per question. Groups ("any of", "at least") are judged for those trials alone that the
rows do not rule out.
"""

import copy
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.matching.buckets import UNKNOWN_BUCKET, Column, Truths
from prescreen.eligibility.matching.closures import FALSE, TRUE, UNKNOWN
from prescreen.eligibility.matching.groups import WAITING, Groups
from prescreen.eligibility.matching.normal_form import Group, Literal, Node
from prescreen.eligibility.matching.values import NOT_APPLICABLE, Changes, Known
from prescreen.eligibility.questions import QuestionBank
from prescreen.eligibility.rules import Test

Bits = NDArray[np.uint8]
Places = NDArray[np.int64]

Entry = tuple[int, int, int, Column]
"""A question's place, its first row, its first slot and its column."""

_MOST_REMEMBERED = 4096


class Bitmaps:
    """Compiled trials: `nodes` are the conjuncts of each."""

    def __init__(self, bank: QuestionBank, nodes: Sequence[tuple[Node, ...]]) -> None:
        self.size = len(nodes)
        self._width = (self.size + 7) // 8
        tests = _tests_by_question(nodes)
        names = [question.id for question in bank if question.id in tests]
        self.columns = {name: Column(bank[name], list(tests[name])) for name in names}
        self.slots, self._starts = _slots(tests, names)
        self.groups = Groups(nodes, self.slots)
        self._lay_rows(nodes)

    def _lay_rows(self, nodes: Sequence[tuple[Node, ...]]) -> None:
        """Lay out the rows of all buckets: left half ruled out, right half waiting."""
        marks = {name: _Marks(len(column.tests), self.size) for name, column in self.columns.items()}
        for trial, parts in enumerate(nodes):
            for part in parts:
                if isinstance(part, Literal):
                    name = part.test.question
                    marks[name].add(self.slots[part.test] - self._starts[name], trial, part.positive)
        self._marks = {name: mark.packed() for name, mark in marks.items()}
        rows: list[Bits] = []
        self._base: dict[str, int] = {}
        for name, column in self.columns.items():
            self._base[name] = len(rows)
            rows.extend(self._row(name, truths) for truths in column.truths)
        self.zero = len(rows)
        rows.append(np.zeros(2 * self._width, np.uint8))
        self.rows = np.array(rows, np.uint8).reshape(len(rows), 2 * self._width)
        self.blank = np.array([self._base[name] for name in self.columns], np.int64)
        self._entries = {
            name: (place, self._base[name], self._starts[name], column)
            for place, (name, column) in enumerate(self.columns.items())
        }
        self._ticked: dict[tuple[str, object], tuple[Bits, Truths]] = {}

    def _row(self, name: str, truths: Truths) -> Bits:
        positive, negative = self._marks[name]
        out = _union(positive[truths == FALSE], self._width) | _union(negative[truths == TRUE], self._width)
        unknown = truths == UNKNOWN
        waiting = _union(positive[unknown], self._width) | _union(negative[unknown], self._width)
        return np.concatenate([out, waiting])

    def entry(self, name: str) -> Entry | None:
        """Give a question's place, its first row, its first slot and its column; None where no trial tests it."""
        return self._entries.get(name)

    def match(self, known: Known) -> "BitMatch":
        """Judge known values."""
        match = BitMatch(self)
        for name, value in known.items():
            entry = self._entries.get(name)
            if entry is not None:
                match.put(name, value, entry)
        match.judge()
        return match

    def ticks(self, name: str, value: object) -> tuple[Bits, Truths]:
        """Give row and truths of a set of options; the sets met most are kept, without whose they were."""
        found = self._ticked.get((name, value))
        if found is None:
            truths = self.columns[name].judged(value)  # type: ignore[arg-type]
            found = self._row(name, truths), truths
            if len(self._ticked) < _MOST_REMEMBERED:
                self._ticked[name, value] = found
        return found


class BitMatch:
    """One person judged by bitmaps."""

    __slots__ = ("_bitmaps", "_extra", "_grouped", "_literals", "_places", "codes")

    def __init__(self, bitmaps: Bitmaps) -> None:
        self._bitmaps = bitmaps
        self._places = bitmaps.blank.copy()
        self._literals = bitmaps.groups.unknown.copy()
        self._grouped = bitmaps.groups.waiting.copy()
        self._extra: dict[str, Bits] = {}
        self.codes: Truths = self._grouped

    @property
    def literals(self) -> Truths:
        """The truth of every test, by its slot."""
        return self._literals

    def put(self, name: str, value: object, entry: Entry) -> None:
        """Enter one value: the row of its bucket, and the truths of its tests."""
        place, base, start, column = entry
        if column.is_open_ended and value is not None and value is not NOT_APPLICABLE:
            self._extra[name], truths = self._bitmaps.ticks(name, value)
            self._places[place] = self._bitmaps.zero
        else:
            bucket = UNKNOWN_BUCKET if value is None else column.bucket(value)  # type: ignore[arg-type]
            self._extra.pop(name, None)
            truths = column.truths[bucket]
            self._places[place] = base + bucket
        self._literals[start : start + len(truths)] = truths

    def judge(self) -> None:
        """Work out the codes; only groups that wait are judged, and only where nothing else rules the trial out."""
        bitmaps = self._bitmaps
        united = np.bitwise_or.reduce(bitmaps.rows[self._places], axis=0)
        for row in self._extra.values():
            united |= row
        out, waiting = np.unpackbits(united.reshape(2, -1), axis=1, count=bitmaps.size)
        codes = (TRUE - waiting).view(np.int8)
        codes[out.view(bool)] = FALSE
        due = np.flatnonzero((codes != FALSE) & (self._grouped == WAITING))
        if len(due):
            self._grouped[due] = bitmaps.groups.least(due, self._literals)
        self.codes = np.minimum(codes, self._grouped)

    def having(self, changes: Changes) -> "BitMatch":
        """Give the match after some values changed."""
        changed = copy.copy(self)
        changed._places, changed._literals = self._places.copy(), self._literals.copy()
        changed._grouped, changed._extra = self._grouped.copy(), dict(self._extra)
        for name, value in changes.items():
            entry = self._bitmaps.entry(name)
            if entry is not None:
                changed.put(name, value, entry)
                changed._grouped[self._bitmaps.groups.touching(name)] = WAITING
        changed.judge()
        return changed


class _Marks:
    """Which trials make which test of one question at their top level, and with which sign."""

    def __init__(self, tests: int, trials: int) -> None:
        self._bits = np.zeros((2, tests, trials), bool)

    def add(self, test: int, trial: int, positive: bool) -> None:
        """Mark one literal of one trial."""
        self._bits[0 if positive else 1, test, trial] = True

    def packed(self) -> tuple[Bits, Bits]:
        """Give the marks of positive and of negative literals, a row of bits per test."""
        positive, negative = np.packbits(self._bits, axis=2)
        return positive, negative


def _union(rows: Bits, width: int) -> Bits:
    return np.bitwise_or.reduce(rows, axis=0) if len(rows) else np.zeros(width, np.uint8)


def _tests_by_question(nodes: Sequence[tuple[Node, ...]]) -> dict[str, dict[Test, None]]:
    """Give the distinct tests on each question."""
    tests: dict[str, dict[Test, None]] = {}

    def collect(node: Node) -> None:
        if isinstance(node, Group):
            for part in node.parts:
                collect(part)
        else:
            tests.setdefault(node.test.question, {})[node.test] = None

    for parts in nodes:
        for part in parts:
            collect(part)
    return tests


def _slots(tests: dict[str, dict[Test, None]], names: Sequence[str]) -> tuple[dict[Test, int], dict[str, int]]:
    """Give each test a slot, those of one question side by side, and the first slot of each question."""
    slots: dict[Test, int] = {}
    starts: dict[str, int] = {}
    for name in names:
        starts[name] = len(slots)
        for test in tests[name]:
            slots[test] = len(slots)
    return slots, starts
