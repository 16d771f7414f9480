"""Packed answers unpacked into columns, named as in `column_layout`: a value for each lead, and whether it is known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.cohort import columns_of, day_column, greatest, scale_of
from prescreen.eligibility.criteria.questions import Question, QuestionType
from prescreen.storage.cohort.packed_answers import FIRST_DAY, RECORD, keys_of

_RECORDS = np.dtype([("key", "<u8"), ("above", "<i8"), ("below", "<i8"), ("day", "<u2")])
_EPOCH = date(1970, 1, 1)
Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A value for each lead and whether it is known; where it is not, the value is zero.

    Booleans are truth values, options are indexes, sets of options are bit sets, numbers are counted in steps, and
    dates in days since 1970.
    """

    values: Numbers
    known: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Columns:
    """Leads as columns: `rows` are the indexes of the leads in them, `left` of those whose values no column can hold.

    A lead is left if a number is finer or larger than its column, or an answer is dated after the day.
    """

    by_name: Mapping[str, Column]
    rows: NDArray[np.intp]
    left: NDArray[np.intp]


class Spread:
    """Unpacks packed answers to some questions into columns, as of one day."""

    def __init__(self, questions: Iterable[Question], on: date, *, every_day: bool = False) -> None:
        """Prepare the keys. With `every_day`, each answer gets a column with its day, not only those that grow."""
        self._questions = [question for question in questions if not question.computed]
        self._last_day = (on - FIRST_DAY).days
        self._every_day = every_day

    def columns(self, contents: Sequence[bytes]) -> Columns:
        """Return the columns of the leads with these packed answers."""
        lengths = np.fromiter(map(len, contents), np.int64, len(contents)) // RECORD.size
        batch = _Batch(b"".join(contents), lengths, self._last_day)
        columns: dict[str, Column] = {}
        for question in self._questions:
            columns.update(self._columns(batch, question))
        left = np.flatnonzero(batch.left)
        if len(left):
            columns = {name: Column(one.values[~batch.left], one.known[~batch.left]) for name, one in columns.items()}
        return Columns(columns, np.flatnonzero(~batch.left), left)

    def _columns(self, batch: "_Batch", question: Question) -> dict[str, Column]:
        columns: dict[str, Column] = {}
        for name, key in zip(columns_of(question), keys_of(question), strict=True):
            found = batch.find(key)
            rows, values = batch.rows[found], batch.records["above"][found]
            if question.type == QuestionType.NUMBER:
                values, fits = _steps(question, values, batch.records["below"][found])
                batch.left[rows[~fits]] = True
            if question.type == QuestionType.BOOLEAN:
                values = values == 1
            columns[name] = _column(rows, values, len(batch.left))
            if name == question.id and (self._every_day or question.grows):
                days = batch.records["day"][found].astype(np.int32) + (FIRST_DAY - _EPOCH).days
                columns[day_column(question)] = _column(rows, days, len(batch.left))
            batch.leave(found)
        return columns


class _Batch:
    """The records of some leads: their keys, the row that each belongs to, and the rows that are left out."""

    def __init__(self, content: bytes, lengths: Numbers, last_day: int) -> None:
        self.records = np.frombuffer(content, _RECORDS)
        # Scanned once for each question, so the low 16 bits have a compact array of their own.
        self._ends = self.records["key"].astype(np.uint16)
        self.rows = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        self.left = np.zeros(len(lengths), bool)
        self._odd = (self.records["below"] == 0) | (self.records["day"] > last_day)
        self._has_odd = bool(self._odd.any())

    def find(self, key: int) -> Numbers:
        """Return the indexes of the records with a key."""
        found = np.flatnonzero(self._ends == np.uint16(key & 0xFFFF))
        same: Numbers = found[self.records["key"][found] == key]
        return same

    def leave(self, found: Numbers) -> None:
        """Leave out the rows of those of these records that do not fit or are dated after the day."""
        if self._has_odd:
            self.left[self.rows[found[self._odd[found]]]] = True


def _steps(question: Question, above: Numbers, below: Numbers) -> tuple[Numbers, Numbers]:
    """Return fractions as whole steps of their column, and whether each fits."""
    scale = scale_of(question)
    divisor = np.where(below > 0, below, 1)
    steps = scale // divisor
    most = greatest(question) // np.maximum(steps, 1)
    fits = (below > 0) & (scale % divisor == 0) & (above <= most) & (above >= -most)
    return np.where(fits, above, 0) * steps, fits


def _column(rows: Numbers, values: Numbers, length: int) -> Column:
    column, known = np.zeros(length, values.dtype), np.zeros(length, bool)
    column[rows], known[rows] = values, True
    return Column(column, known)
