"""Packed answers spread into columns, as `eligibility.columns` names them: one row a lead, null for unknown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from prescreen.eligibility.columns import columns_of, day_column, greatest, scale_of
from prescreen.eligibility.questions import Question, QuestionType
from prescreen.storage.packed import FIRST_DAY, RECORD, keys_of

_RECORDS = np.dtype([("key", "<u8"), ("above", "<i8"), ("below", "<i8"), ("day", "<u2")])
_EPOCH = date(1970, 1, 1)
_KNOWN = "{}+"
Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True)
class People:
    """Leads as columns, without those rows that no column can hold, and these rows' places in the batch.

    A row is `left` if a number is finer or larger than its column, or an answer is dated after the day.
    """

    frame: pl.DataFrame
    left: frozenset[int]


class Spread:
    """Spreads packed answers to some questions into columns, on one day."""

    def __init__(self, questions: Iterable[Question], on: date, *, every_day: bool = False) -> None:
        """`every_day`: with the day of each answer, not only of those that grow."""
        self._questions = [question for question in questions if not question.computed]
        self._last_day = (on - FIRST_DAY).days
        self._every_day = every_day

    def people(self, contents: Sequence[bytes], **beside: Sequence[object]) -> People:
        """Give the leads with these packed answers; `beside` are further columns, a value for each lead."""
        lengths = np.fromiter(map(len, contents), np.int64, len(contents)) // RECORD.size
        batch = _Batch(b"".join(contents), lengths, self._last_day)
        columns: dict[str, Numbers] = {}
        for question in self._questions:
            columns.update(self._columns(batch, question))
        names = [name for name in columns if not name.endswith("+")]
        frame = pl.DataFrame({**beside, **columns}).select(*beside, *map(_finished, names))
        left = frozenset(np.flatnonzero(batch.left).tolist())
        return People(frame.filter(~batch.left) if left else frame, left)

    def _columns(self, batch: "_Batch", question: Question) -> dict[str, Numbers]:
        columns: dict[str, Numbers] = {}
        for name, key in zip(columns_of(question), keys_of(question), strict=True):
            found = batch.find(key)
            rows, values = batch.rows[found], batch.records["above"][found]
            if question.type == QuestionType.NUMBER:
                values, fits = _steps(question, values, batch.records["below"][found])
                batch.left[rows[~fits]] = True
            columns |= _column(name, rows, values, len(batch.left))
            if name == question.id and (self._every_day or question.grows):
                days = batch.records["day"][found].astype(np.int32) + (FIRST_DAY - _EPOCH).days
                columns |= _column(day_column(question), rows, days, len(batch.left))
            batch.leave(found)
        if question.type == QuestionType.BOOLEAN:
            columns[question.id] = columns[question.id] == 1
        return columns


class _Batch:
    """The records of some leads: their keys, the row that each belongs to, and the rows that are to be left."""

    def __init__(self, content: bytes, lengths: Numbers, last_day: int) -> None:
        self.records = np.frombuffer(content, _RECORDS)
        # Compared once a question, so short and side by side.
        self._ends = self.records["key"].astype(np.uint16)
        self.rows = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        self.left = np.zeros(len(lengths), bool)
        self._odd = (self.records["below"] == 0) | (self.records["day"] > last_day)
        self._has_odd = bool(self._odd.any())

    def find(self, key: int) -> Numbers:
        """Give the places of the records under a key."""
        found = np.flatnonzero(self._ends == np.uint16(key & 0xFFFF))
        same: Numbers = found[self.records["key"][found] == key]
        return same

    def leave(self, found: Numbers) -> None:
        """Leave the rows of those of these records that do not fit or are of a later day."""
        if self._has_odd:
            self.left[self.rows[found[self._odd[found]]]] = True


def _steps(question: Question, above: Numbers, below: Numbers) -> tuple[Numbers, Numbers]:
    """Give numbers in the steps of their column, and whether they fit."""
    scale = scale_of(question)
    divisor = np.where(below > 0, below, 1)
    steps = scale // divisor
    most = greatest(question) // np.maximum(steps, 1)
    fits = (below > 0) & (scale % divisor == 0) & (above <= most) & (above >= -most)
    return np.where(fits, above, 0) * steps, fits


def _column(name: str, rows: Numbers, values: Numbers, length: int) -> dict[str, Numbers]:
    """Give a column, and beside it whether each of its values is known."""
    known = np.zeros(length, bool)
    known[rows] = True
    return {name: _placed(rows, values, length), _KNOWN.format(name): known}


def _placed(rows: Numbers, values: Numbers, length: int) -> Numbers:
    column = np.zeros(length, values.dtype)
    column[rows] = values
    return column


def _finished(name: str) -> pl.Expr:
    value = pl.when(pl.col(_KNOWN.format(name))).then(pl.col(name))
    return value.cast(pl.Date).alias(name) if name.endswith("@") else value.alias(name)
