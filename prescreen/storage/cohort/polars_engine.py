"""polars: columns in the memory of this process, a batch of people at a time."""

from collections.abc import Mapping

import polars as pl

from prescreen.eligibility.cohort import Judging
from prescreen.storage.cohort.engines import judged_columns


class PolarsColumns:
    """The dialect of polars."""

    def column(self, name: str) -> pl.Expr:
        """Return the column with this name."""
        return pl.col(name)

    def constant(self, truth: bool | None) -> pl.Expr:
        """Return a truth value that is the same for every person; None is unknown."""
        return pl.lit(truth, dtype=pl.Boolean)

    def among(self, column: pl.Expr, numbers: tuple[int, ...]) -> pl.Expr:
        """Return whether the column's number is one of these."""
        return column.is_in(pl.lit(pl.Series(numbers, dtype=pl.Int64)).implode())

    def bits(self, column: pl.Expr, mask: int) -> pl.Expr:
        """Return the bitwise AND of the column and a mask."""
        return column & mask

    def count(self, column: pl.Expr, *, unknown: bool) -> pl.Expr:
        """Return 1 where a truth value is true (with `unknown`: is unknown), else 0."""
        return column.fill_null(unknown).cast(pl.Int64)

    def wide(self, column: pl.Expr) -> pl.Expr:
        """Return the column as a whole number of up to 38 digits."""
        return column.cast(pl.Int128)

    def whole(self, number: int) -> pl.Expr:
        """Return a constant of up to 38 digits."""
        return pl.lit(number, dtype=pl.Int128)

    def days(self, column: pl.Expr) -> pl.Expr:
        """Return the number of days from 1970-01-01 to a date."""
        return column.cast(pl.Int64)

    def calendar(self, column: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
        """Return the year, month and day of the month of a date."""
        parts = (column.dt.year(), column.dt.month(), column.dt.day())
        return parts[0].cast(pl.Int64), parts[1].cast(pl.Int64), parts[2].cast(pl.Int64)


def judged(people: pl.DataFrame, judging: Judging[pl.Expr]) -> pl.DataFrame:
    """Return the people with a column for each criterion that has a rule and one for all together."""
    return judged_columns(people.lazy(), judging, PolarsColumns(), _with).collect()


def _with(people: pl.LazyFrame, columns: Mapping[str, pl.Expr]) -> pl.LazyFrame:
    return people.with_columns(**columns)


def sums(people: pl.DataFrame, counts: Mapping[str, pl.Expr]) -> dict[str, int]:
    """Return the sum of each of these expressions over all people, and the number of people."""
    added = (count.sum().alias(name) for name, count in counts.items())
    return people.select(pl.len().alias("people"), *added).row(0, named=True)
