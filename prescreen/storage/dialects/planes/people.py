"""People in memory as planes: a bit a person for each "yes", each "no" and each option; numbers as narrow columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.columns import OPTIONS_A_COLUMN, columns_of, day_column
from prescreen.eligibility.questions import Question, QuestionType
from prescreen.storage.dialects.planes.bits import Bits, Numbers, packed, places
from prescreen.storage.dialects.planes.reading import Reading, Value, truths_of
from prescreen.storage.dialects.planes.values import Ticks, Truths, Whole
from prescreen.storage.spread import Column, Columns

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
        """Give the people with further columns."""
        return Planes(self.size, self.everybody, {**self.columns, **more})

    def reading(self) -> Reading:
        """Begin to work out terms."""
        return Reading(self.size, self.everybody, self.columns)

    def where(self, name: str) -> NDArray[np.intp]:
        """Give the places, in order, of those for whom a truth value holds."""
        return places(truths_of(self.columns[name]).holds)

    def unknown(self, name: str) -> NDArray[np.intp]:
        """Give the places, in order, of those for whom a truth value is unknown."""
        holds, fails = truths_of(self.columns[name])
        return places(self.everybody ^ (holds | fails))


def _taken(question: Question, part: int, column: Column) -> Value:
    match question.type:
        case QuestionType.BOOLEAN:
            yes = packed(column.values)
            return Truths(yes, packed(column.known) ^ yes)
        case QuestionType.CHOICE:
            return _chosen(column, len(question.options))
        case QuestionType.CHOICES:
            return _ticked(column, min(OPTIONS_A_COLUMN, len(question.options) - part * OPTIONS_A_COLUMN))
        case QuestionType.NUMBER:
            return _narrowed(column)


def _chosen(column: Column, options: int) -> Ticks:
    places = np.where(column.known, column.values, -1).astype(np.int8 if options <= _BYTE else np.int64)
    return Ticks(packed(column.known), {place: packed(places == place) for place in range(options)})


def _ticked(column: Column, options: int) -> Ticks:
    """Pack the options out of the bytes that hold them, eight a byte."""
    bits = column.values.astype("<i8", copy=False)
    eights = np.ascontiguousarray(bits.view(np.uint8).reshape(-1, 8).T[: -(-options // 8)])
    planes = {place: packed(eights[place // 8] & np.uint8(1 << place % 8)) for place in range(options)}
    return Ticks(packed(column.known), planes)


def _dated(column: Column) -> Whole:
    """Give days, those that are unknown near the others, so that the calendar is read for few."""
    return _narrowed(Column(np.where(column.known, column.values, column.values.max(initial=0)), column.known))


def _narrowed(column: Column) -> Whole:
    """Give whole numbers in the fewest bytes, what all of them are multiples of apart."""
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
