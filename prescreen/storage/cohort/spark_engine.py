"""Spark: columns spread over the machines of a cluster. An optional extra, `prescreen[spark]`; it also needs a Java.

Only expressions are sent, which Spark runs without any Python on the cluster. Which cluster that is, is Spark's own
configuration (spark-defaults.conf, or spark-submit): with none it is this machine.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as sql

from prescreen.eligibility.cohort import Judging
from prescreen.storage.cohort.engines import NoSparkError, judged_columns

_WIDE = "decimal(38,0)"
_STANDARD_ERROR = 2
_OPTIONS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # Question ids may differ by case alone.
    "spark.sql.caseSensitive": "true",
    # An overflow must stop the run, never result in null, which would mean unknown.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
}


class SparkColumns:
    """The dialect of Spark."""

    def column(self, name: str) -> Column:
        """Return the column with this name."""
        return sql.col(f"`{name}`")

    def constant(self, truth: bool | None) -> Column:
        """Return a truth value that is the same for every person; None is unknown."""
        return sql.lit(truth).cast("boolean")

    def among(self, column: Column, numbers: tuple[int, ...]) -> Column:
        """Return whether the column's number is one of these."""
        # No option has index -1; an empty list would lose the null of those who did not answer.
        return column.isin(*(numbers or (-1,)))

    def bits(self, column: Column, mask: int) -> Column:
        """Return the bitwise AND of the column and a mask."""
        return column.bitwiseAND(sql.lit(mask).cast("bigint"))

    def count(self, column: Column, *, unknown: bool) -> Column:
        """Return 1 where a truth value is true (with `unknown`: is unknown), else 0."""
        return sql.coalesce(column, sql.lit(unknown)).cast("bigint")

    def wide(self, column: Column) -> Column:
        """Return the column as a whole number of up to 38 digits."""
        return column.cast(_WIDE)

    def whole(self, number: int) -> Column:
        """Return a constant of up to 38 digits."""
        return sql.lit(Decimal(number)).cast(_WIDE)

    def days(self, column: Column) -> Column:
        """Return the number of days from 1970-01-01 to a date."""
        return sql.unix_date(column).cast("bigint")

    def calendar(self, column: Column) -> tuple[Column, Column, Column]:
        """Return the year, month and day of the month of a date."""
        parts = (sql.year(column), sql.month(column), sql.dayofmonth(column))
        return parts[0].cast("bigint"), parts[1].cast("bigint"), parts[2].cast("bigint")


@contextmanager
def session() -> Iterator[SparkSession]:
    """Start Spark for the duration of a `with` block; raise NoSparkError where it cannot be started or fails.

    The output of Java and Spark goes to a temporary file, since it would hide the one line that matters.
    """
    with tempfile.TemporaryFile() as chatter, _redirected(chatter.fileno()):
        try:
            started = _started()
        except (PySparkException, OSError) as error:
            raise NoSparkError(
                "Spark needs Java 17 or newer and found none that starts; install it "
                "(Debian: apt-get install openjdk-17-jre-headless) or point JAVA_HOME at it"
            ) from error
    try:
        yield started
    except PySparkException as error:
        reason = str(error).strip().partition("\n")[0]
        raise NoSparkError(f"Spark gave up: {reason}") from error
    finally:
        started.stop()


def _started() -> SparkSession:
    builder = SparkSession.builder.appName("prescreen rematch")
    for name, value in _OPTIONS.items():
        builder = builder.config(name, value)
    started = builder.getOrCreate()
    started.sparkContext.setLogLevel("OFF")
    return started


@contextmanager
def _redirected(descriptor: int) -> Iterator[None]:
    """Redirect standard error, also of processes started meanwhile, for the duration of a `with` block."""
    kept = os.dup(_STANDARD_ERROR)
    os.dup2(descriptor, _STANDARD_ERROR)
    try:
        yield
    finally:
        os.dup2(kept, _STANDARD_ERROR)
        os.close(kept)


def read(spark: SparkSession, files: list[Path]) -> DataFrame:
    """Return the rows of some Parquet files."""
    return spark.read.parquet(*(str(file.absolute()) for file in files))


def judged(people: DataFrame, judging: Judging[Column]) -> DataFrame:
    """Return the people with a column for each criterion that has a rule and one for all together."""
    return judged_columns(people, judging, SparkColumns(), _with)


def _with(people: DataFrame, columns: Mapping[str, Column]) -> DataFrame:
    return people.withColumns(dict(columns))


def sums(people: DataFrame, counts: Mapping[str, Column]) -> dict[str, int]:
    """Return the sum of each of these expressions over all people, and the number of people."""
    added = (sql.sum(count).alias(name) for name, count in counts.items())
    (row,) = people.agg(sql.count(sql.lit(1)).alias("people"), *added).collect()
    return {name: row[name] or 0 for name in ("people", *counts)}


def names(people: DataFrame, truth: str, name: str) -> list[str]:
    """Return the values of one column (`name`) in the rows where another (`truth`) is true."""
    return [row[0] for row in people.where(sql.col(f"`{truth}`")).select(name).toLocalIterator()]
