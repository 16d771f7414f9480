"""Bit planes: people in the memory of this process, 64 of them judged by one operation of the processor.

The same expressions as polars and Spark get, worked out by numpy alone. A truth value is two planes, one bit a person:
known to hold, known to fail. So "and" and "or" are two operations on words, and "not" is none. Reasons and figures:
docs/decisions/0013.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np

from prescreen.eligibility.cohort import Judging
from prescreen.storage.cohort.bitsets.bits import Numbers, count
from prescreen.storage.cohort.bitsets.evaluation import Reading
from prescreen.storage.cohort.bitsets.expressions import (
    Among,
    CalendarPart,
    Constant,
    Count,
    Fixed,
    Masked,
    Named,
    Term,
)
from prescreen.storage.cohort.bitsets.people import Planes as Planes
from prescreen.storage.cohort.bitsets.truths import Truths, every
from prescreen.storage.cohort.bitsets.whole_numbers import Tally
from prescreen.storage.cohort.engines import BLOCKERS, FITS, permits_columns


def years(days: Numbers) -> Numbers:
    """Return the year of each day."""
    return _looked_up(days, lambda every: every.astype("M8[Y]").astype(np.int64) + 1970)


def months(days: Numbers) -> Numbers:
    """Return the month of each day, from 1 to 12."""
    return _looked_up(days, lambda every: every.astype("M8[M]").astype(np.int64) % 12 + 1)


def days_of_month(days: Numbers) -> Numbers:
    """Return the day number of each day, from 1 to 31."""
    return _looked_up(days, lambda every: (every - every.astype("M8[M]")).astype(np.int64) + 1)


def _looked_up(days: Numbers, read: Callable[[Numbers], Numbers]) -> Numbers:
    """Read the calendar once for each day between the first and the last: people are many, days are few."""
    if not len(days):
        return days
    first = int(days.min())
    every = np.arange(first, int(days.max()) + 1).astype("M8[D]")
    found: Numbers = read(every)[days - first]
    return found


class PlaneColumns:
    """The dialect of bit planes."""

    def column(self, name: str) -> Term:
        """Return the column with this name."""
        return Named(name)

    def constant(self, truth: bool | None) -> Term:
        """Return a truth value that is the same for everybody; None is unknown."""
        return Constant(truth)

    def among(self, column: Term, numbers: tuple[int, ...]) -> Term:
        """Return whether a number is one of these."""
        return Among(column, numbers)

    def bits(self, column: Term, mask: int) -> Term:
        """Return those bits of a number that the mask has too."""
        return Masked(column, mask)

    def count(self, column: Term, *, unknown: bool) -> Term:
        """Return 1 where a truth value is true (or, if so told, unknown), else 0."""
        return Count(column, unknown)

    def wide(self, column: Term) -> Term:
        """Return a whole number room for 38 digits."""
        # Numbers have the room that they need.
        return column

    def whole(self, number: int) -> Term:
        """Return a constant of up to 38 digits."""
        return Fixed(number)

    def days(self, column: Term) -> Term:
        """Return the days from 1970 to a day."""
        return column

    def calendar(self, column: Term) -> tuple[Term, Term, Term]:
        """Return year, month and day number of a day."""
        return CalendarPart(column, years), CalendarPart(column, months), CalendarPart(column, days_of_month)


def judged(people: Planes, judging: Judging[Term]) -> Planes:
    """Return the people with a column for each criterion that has a rule and one for all together."""
    columns = dict(people.columns)
    reading = Reading(people.size, people.everybody, columns)
    for name, gate in judging.gates:
        # A gate of a gate comes first, and is read by those after it.
        columns[name] = reading.truths(gate)
    permits: list[Truths] = []
    each = _kept(map(reading.truths, judging.permits), permits)
    columns[FITS] = every(each) if judging.permits else reading.truths(Constant(truth=True))
    columns |= zip(permits_columns(len(permits)), permits, strict=True)
    columns[BLOCKERS] = Tally(people.everybody, tuple(one.fails for one in permits))
    return people.having(columns)


def _kept(truths: Iterable[Truths], kept: list[Truths]) -> Iterator[Truths]:
    """Keep each on its way to being combined, while the processor has it at hand."""
    for one in truths:
        kept.append(one)
        yield one


def sums(people: Planes, counts: Mapping[str, Term]) -> dict[str, int]:
    """Add up each of these numbers, which are counts, over all people, and count the people."""
    reading = people.reading()
    return {"people": people.size, **{name: _sum(term.value(reading)) for name, term in counts.items()}}


def _sum(value: object) -> int:
    if not isinstance(value, Tally):
        raise TypeError("only counts can be added up")
    return sum(map(count, value.planes))
