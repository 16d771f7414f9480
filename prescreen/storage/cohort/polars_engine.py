"""polars: columns in the memory of this process, a batch of people at a time."""

from collections.abc import Mapping
from functools import reduce
from operator import add, and_

import polars as pl

from prescreen.eligibility.cohort import Judging
from prescreen.storage.cohort.engines import BLOCKERS, FITS, permits_columns


class PolarsColumns:
    """The dialect of polars."""

    def column(self, name: str) -> pl.Expr:
        """Return the column with this name."""
        return pl.col(name)

    def constant(self, truth: bool | None) -> pl.Expr:
        """Return a truth value that is the same for everybody; None is unknown."""
        return pl.lit(truth, dtype=pl.Boolean)

    def among(self, column: pl.Expr, numbers: tuple[int, ...]) -> pl.Expr:
        """Return whether a number is one of these."""
        return column.is_in(pl.lit(pl.Series(numbers, dtype=pl.Int64)).implode())

    def bits(self, column: pl.Expr, mask: int) -> pl.Expr:
        """Return those bits of a number that the mask has too."""
        return column & mask

    def count(self, column: pl.Expr, *, unknown: bool) -> pl.Expr:
        """Return 1 where a truth value is true (or, if so told, unknown), else 0."""
        return column.fill_null(unknown).cast(pl.Int64)

    def wide(self, column: pl.Expr) -> pl.Expr:
        """Return a whole number room for 38 digits."""
        return column.cast(pl.Int128)

    def whole(self, number: int) -> pl.Expr:
        """Return a constant of up to 38 digits."""
        return pl.lit(number, dtype=pl.Int128)

    def days(self, column: pl.Expr) -> pl.Expr:
        """Return the days from 1970 to a day."""
        return column.cast(pl.Int64)

    def calendar(self, column: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
        """Return year, month and day number of a day."""
        parts = (column.dt.year(), column.dt.month(), column.dt.day())
        return parts[0].cast(pl.Int64), parts[1].cast(pl.Int64), parts[2].cast(pl.Int64)


def judged(people: pl.DataFrame, judging: Judging[pl.Expr]) -> pl.DataFrame:
    """Return the people with a column for each criterion that has a rule and one for all together."""
    lazy = people.lazy()
    for name, gate in judging.gates:
        lazy = lazy.with_columns(gate.alias(name))
    names = permits_columns(len(judging.permits))
    lazy = lazy.with_columns(permits.alias(name) for name, permits in zip(names, judging.permits, strict=True))
    fits = reduce(and_, map(pl.col, names), pl.lit(value=True))
    blockers = reduce(add, [(~pl.col(name)).fill_null(value=False).cast(pl.Int64) for name in names], pl.lit(0))
    return lazy.with_columns(fits.alias(FITS), blockers.alias(BLOCKERS)).collect()


def sums(people: pl.DataFrame, counts: Mapping[str, pl.Expr]) -> dict[str, int]:
    """Add up each of these numbers over all people, and count the people."""
    added = (count.sum().alias(name) for name, count in counts.items())
    return people.select(pl.len().alias("people"), *added).row(0, named=True)
