"""Leads as a frame of polars, null for unknown: what is written into a snapshot, and judged out of one."""

from collections.abc import Sequence

import polars as pl

from prescreen.storage.spread import Columns

_KNOWN = "{}+"


def framed(columns: Columns, **beside: Sequence[object]) -> pl.DataFrame:
    """Give the leads as a frame; `beside` are further columns, a value for each of them."""
    values = {name: column.values for name, column in columns.by_name.items()}
    known = {_KNOWN.format(name): column.known for name, column in columns.by_name.items()}
    return pl.DataFrame({**beside, **values, **known}).select(*beside, *map(_finished, values))


def _finished(name: str) -> pl.Expr:
    value = pl.when(pl.col(_KNOWN.format(name))).then(pl.col(name))
    return value.cast(pl.Date).alias(name) if name.endswith("@") else value.alias(name)
