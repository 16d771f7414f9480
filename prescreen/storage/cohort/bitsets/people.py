"""People in memory as planes: a bit a person for each "yes", each "no", each option and each digit of a number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.cohort import OPTIONS_A_COLUMN, columns_of, day_column
from prescreen.eligibility.criteria.questions import Question, QuestionType
from prescreen.storage.cohort.answer_columns import Column, Columns
from prescreen.storage.cohort.bitsets.bits import Bits, Numbers, packed, places
from prescreen.storage.cohort.bitsets.chosen_options import Chosen, Ticks
from prescreen.storage.cohort.bitsets.evaluation import Reading, Value, truths_of
from prescreen.storage.cohort.bitsets.truths import Truths
from prescreen.storage.cohort.bitsets.whole_numbers import Digits, Whole

_NARROW = (np.int8, np.int16, np.int32)
_BYTE = 2**7
_SAMPLE = 100


@dataclass(frozen=True, slots=True)
class Planes:
    """So many people as columns by name."""

    size: int
    everybody: Bits
    columns: Mapping[str, Value]

    @classmethod
    def of(cls, columns: Columns, questions: Iterable[Question]) -> Planes:
        """Take in the columns of those of the questions that have any."""
        taken: dict[str, Value] = {}
        for question in questions:
            for part, name in enumerate(columns_of(question)):
                if name in columns.by_name:
                    taken[name] = _taken(question, part, columns.by_name[name])
            if question.grows and day_column(question) in columns.by_name:
                taken[day_column(question)] = _dated(columns.by_name[day_column(question)])
        size = len(columns.rows)
        return cls(size, packed(np.ones(size, np.bool_)), taken)

    def having(self, more: Mapping[str, Value]) -> Planes:
        """Return the people with further columns."""
        return Planes(self.size, self.everybody, {**self.columns, **more})

    def reading(self) -> Reading:
        """Begin to work out terms."""
        return Reading(self.size, self.everybody, self.columns)

    def where(self, name: str) -> NDArray[np.intp]:
        """Return the places, in order, of those for whom a truth value holds."""
        return places(truths_of(self.columns[name]).holds)

    def unknown(self, name: str) -> NDArray[np.intp]:
        """Return the places, in order, of those for whom a truth value is unknown."""
        holds, fails = truths_of(self.columns[name])
        return places(self.everybody ^ (holds | fails))


def _taken(question: Question, part: int, column: Column) -> Value:
    known = packed(column.known)
    match question.type:
        case QuestionType.BOOLEAN:
            yes = packed(column.values)
            return Truths(yes, known ^ yes)
        case QuestionType.CHOICE:
            return _chosen(column, len(question.options))
        case QuestionType.CHOICES:
            options = min(OPTIONS_A_COLUMN, len(question.options) - part * OPTIONS_A_COLUMN)
            return Ticks(known, dict(enumerate(_written(column.values, options))))
        case _:
            return _narrowed(column) if question.grows else _digits(column)


def _chosen(column: Column, options: int) -> Chosen:
    places = np.where(column.known, column.values, -1).astype(np.int8 if options <= _BYTE else np.int64)
    return Chosen(packed(column.known), [packed(places == place) for place in range(options)])


def _digits(column: Column) -> Digits:
    """Write numbers that are compared and not calculated with, counted from the least, in binary."""
    values, unit = _reduced(column.values.astype(np.int64, copy=False))
    low, high = int(values.min(initial=0)), int(values.max(initial=0))
    above = np.where(column.known, values - low, 0) if low else values
    return Digits(packed(column.known), _written(above, (high - low).bit_length()), unit, low * unit)


def _written(numbers: Numbers, digits: int) -> list[Bits]:
    """Pack the binary digits of numbers out of the bytes that hold them, eight a byte."""
    bytewise = numbers.astype("<i8", copy=False).view(np.uint8).reshape(-1, 8).T[: -(-digits // 8)]
    eights = np.ascontiguousarray(bytewise)
    return [packed(eights[place // 8] & np.uint8(1 << place % 8)) for place in range(digits)]


def _dated(column: Column) -> Whole:
    """Return days, those that are unknown near the others, so that the calendar is read for few."""
    return _narrowed(Column(np.where(column.known, column.values, column.values.max(initial=0)), column.known))


def _narrowed(column: Column) -> Whole:
    """Return whole numbers in the fewest bytes, what all of them are multiples of apart."""
    values, unit = _reduced(column.values.astype(np.int64, copy=False))
    low, high = int(values.min(initial=0)), int(values.max(initial=0))
    fits = (kind for kind in _NARROW if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max)
    return Whole(packed(column.known), values.astype(next(fits, np.int64)), max(1, -low, high), unit)


def _reduced(values: Numbers) -> tuple[Numbers, int]:
    """Divide numbers by their greatest common divisor; that of a few is guessed to be that of all."""
    for some in (values[:_SAMPLE], values):
        unit = int(np.gcd.reduce(some))
        if unit > 1 and (values // unit * unit == values).all():
            return values // unit, unit
        if unit == 1:
            break
    return values, 1
