"""What the column engines share, in a module of its own so that importing it imports none of them.

They live in storage because an engine is to columns what a database is to tables: a place that holds rows and is asked
questions. Each module here is imported only where it is used: polars takes 60 MB, and Spark is an extra that need not
be installed. Bit planes are what judges stored leads; polars judges snapshots, and so does Spark if it is asked to.
"""

FITS = "!"
"""The name of the column that says whether all criteria together permit."""

BLOCKERS = "#"
"""The name of the column that says how many criteria do not permit."""


class NoSparkError(RuntimeError):
    """Spark is not installed, cannot be started or gave up."""


def permits_columns(count: int) -> list[str]:
    """Return the names of the columns that say whether a criterion permits, by its place."""
    return [f"{place}!" for place in range(count)]
