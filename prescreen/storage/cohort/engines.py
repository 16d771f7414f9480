"""What the column engines share: the names of the result columns of a trial, and the order in which they are added.

Engines live in storage because an engine is to columns what a database is to tables: it holds rows and runs queries.
Each is imported only where it is used: polars, which evaluates stored leads and snapshots, takes 60 MB, and Spark,
which evaluates snapshots on a cluster, is an extra that need not be installed.
"""

from collections.abc import Callable, Mapping
from functools import reduce
from operator import add, and_
from typing import TypeVar

from prescreen.eligibility.cohort import Column, Dialect, Judging

FITS = "!"
"""The name of the column that says whether all criteria together permit."""

BLOCKERS = "#"
"""The name of the column that says how many criteria do not permit."""

People = TypeVar("People")
Adding = Callable[[People, Mapping[str, Column]], People]
"""Adds columns by name to people; they may depend on columns that are there, not on each other."""


class NoSparkError(RuntimeError):
    """Raised where Spark is not installed, cannot be started or failed."""


def permits_columns(count: int) -> list[str]:
    """Return the names of the columns that say whether a criterion permits, in the order of criteria."""
    return [f"{place}!" for place in range(count)]


def judged_columns(
    people: People, judging: Judging[Column], dialect: Dialect[Column], adding: Adding[People, Column]
) -> People:
    """Return the people with a column for each criterion that has a rule and one for all together."""
    for name, gate in judging.gates:
        # A gate may depend on a gate before it.
        people = adding(people, {name: gate})
    names = permits_columns(len(judging.permits))
    people = adding(people, dict(zip(names, judging.permits, strict=True)))
    return adding(people, _together([dialect.column(name) for name in names], dialect))


def _together(permits: list[Column], dialect: Dialect[Column]) -> dict[str, Column]:
    forbids = [dialect.count(~one, unknown=False) for one in permits]
    none = dialect.count(dialect.constant(truth=False), unknown=False)
    return {FITS: reduce(and_, permits, dialect.constant(truth=True)), BLOCKERS: reduce(add, forbids, none)}
