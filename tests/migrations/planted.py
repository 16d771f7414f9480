"""Rows in every table of an older schema: those that earlier code made, and made-up ones where it made none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Set
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Uuid,
    insert,
)
from sqlalchemy.types import Double, Float, Numeric, TypeEngine

from prescreen import migrating
from prescreen.database import Database

MADE = Path(__file__).parents[1] / "compatibility" / "made" / "database.sql"
_ALEMBIC = "alembic_version"
_AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
_NUMBER = 7_001

Row = Mapping[str, object]
Rows = Mapping[str, list[Row]]


def made_at(folder: Path, revision: str) -> Database:
    """Open a SQLite database that earlier code filled, at a revision before or after its own."""
    path = folder / f"{revision}.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(MADE.read_text())
    opened = Database(f"sqlite:///{path}")
    before = migrating.current(opened.engine) or ""
    (migrating.upgrade if revision > before else migrating.downgrade)(opened.engine, revision)
    return opened


def tables_of(engine: Engine) -> list[Table]:
    """Return the tables that a database has, those first that others refer to, with types of any database."""
    found = MetaData()
    found.reflect(engine)
    return [_generic(one) for one in found.sorted_tables if one.name != _ALEMBIC]


def _generic(reflected: Table) -> Table:
    columns = [
        Column(one.name, one.type.as_generic(allow_nulltype=True), primary_key=one.primary_key)
        for one in reflected.columns
        if one.computed is None
    ]
    return Table(reflected.name, MetaData(), *columns)


def rows_of(engine: Engine, tables: list[Table]) -> Rows:
    """Return all rows of tables, in the order of their keys."""
    with engine.connect() as connection:
        return {
            one.name: [
                {name: _plain(value) for name, value in row._mapping.items()}
                for row in connection.execute(one.select().order_by(*one.primary_key))
            ]
            for one in tables
        }


def _plain(value: object) -> object:
    """Return a value as every database gives it back."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return bytes(value) if isinstance(value, memoryview) else value


def plant(engine: Engine, tables: list[Table], rows: Rows) -> None:
    """Write rows, and one of made-up values into every table that has none of them."""
    with _anything_goes(engine) as connection:
        for one in tables:
            connection.execute(insert(one), rows.get(one.name) or [made_up(one)])


@contextmanager
def _anything_goes(engine: Engine) -> Iterator[Connection]:
    """Open a transaction in which a row may refer to one that is not there, and an audit trail may be copied."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            cast(sqlite3.Connection, connection.connection.dbapi_connection).execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield connection
        connection.invalidate()


def made_up(table: Table) -> dict[str, object]:
    """Return a row with a value in every column."""
    return {one.name: _value(one.name, one.type) for one in table.columns}


_VALUES: tuple[tuple[type[TypeEngine[Any]], object], ...] = (
    (ARRAY, [1.5]),
    (Boolean, True),
    (DateTime, _AT),
    (Date, date(2026, 11, 29)),
    (LargeBinary, b"planted \x00\xff"),
    (Uuid, UUID(int=_NUMBER)),
    (JSON, {"planted": ["ü", 1]}),
    (Integer, 1),
    (Float, 1.5),
    (Double, 1.5),
    (Numeric, 1),
)


def _value(name: str, kind: TypeEngine[Any]) -> object:
    return next((value for one, value in _VALUES if isinstance(kind, one)), f"planted {name}")


def lost(before: Rows, after: Rows) -> Iterator[str]:
    """Yield what of the rows is gone, or has another value in a column that both schemas have."""
    for name, rows in before.items():
        if name not in after or not after[name]:
            yield name
            continue
        columns = rows[0].keys() & after[name][0].keys()
        yield from (f"{name}.{one}" for one in rows[0].keys() - columns)
        found = [_only(row, columns) for row in after[name]]
        yield from (f"{name}: {row}" for row in (_only(one, columns) for one in rows) if row not in found)


def _only(row: Row, names: Set[str]) -> Row:
    return {name: row[name] for name in sorted(names)}
