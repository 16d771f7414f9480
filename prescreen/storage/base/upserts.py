"""Inserting rows: new ones, and those that may exist, safe in a race between two transactions.

A module of its own, since rooms that do not import each other use it. Statements name tables instead of their classes:
the session then inserts in half the time, since it need not look for objects that it may hold. Each statement is built
once: building one and finding its SQL again takes three times as long as executing it.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import CursorResult, Insert, Result, Select, Table, bindparam, false, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from prescreen.storage.base.insertions import insert_compiled
from prescreen.storage.tables import Base


def insert_rows(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert new rows, which all name the same columns; those that are empty in every row are not named."""
    named = {name for row in rows for name, value in row.items() if value is not None}
    if rows:
        insert_compiled(session.connection(), table_of(table), tuple(name for name in rows[0] if name in named), rows)


@cache
def insertion(table: type[Base]) -> Insert:
    """Return the statement that inserts rows into a table."""
    return insert(table_of(table))


def table_of(table: type[Base]) -> Table:
    """Return the table behind a class, whose statements are sent without looking for objects of the session."""
    return cast(Table, table.__table__)


def insert_once(session: Session, table: type[Base], values: dict[str, Any]) -> bool:
    """Insert a row and return True; return False where a row with that unique value exists.

    If another transaction is inserting it, wait until that one ends.
    """
    # The row itself says that it was written: of an INSERT, PostgreSQL's driver does not tell how many there were.
    inserted = session.connection().execute(_insertion_once(session.get_bind().dialect.name, table), values)
    return inserted.first() is not None


def is_one_row(result: Result[Any]) -> bool:
    """Whether an UPDATE or DELETE changed exactly one row.

    Raise RuntimeError where the driver did not count, as for other statements: that is no "no".
    """
    if not isinstance(result, CursorResult) or result.rowcount < 0:
        raise RuntimeError("the driver did not count the rows of this statement; let the statement return them")
    return result.rowcount == 1


def insert_into(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Return an insert statement in the database's dialect, which supports ON CONFLICT."""
    return _insertion_in(session.get_bind().dialect.name, table)


def _insertion_in(dialect: str, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table_of(table)) if dialect == "postgresql" else sqlite.insert(table_of(table))


@cache
def _insertion_once(dialect: str, table: type[Base]) -> ReturningInsert[Any]:
    written = table_of(table).primary_key.columns
    return _insertion_in(dialect, table).on_conflict_do_nothing().returning(*written)


def insert_or_change(session: Session, table: type[Base], row: dict[str, Any], key: str) -> None:
    """Insert a row, or give these values to the one that exists under the same key."""
    changing = _insertion_or_change(session.get_bind().dialect.name, table, tuple(row), key)
    session.connection().execute(changing, row)


@cache
def _insertion_or_change(dialect: str, table: type[Base], names: tuple[str, ...], key: str) -> Insert:
    adding = _insertion_in(dialect, table)
    changed = {name: adding.excluded[name] for name in names if name != key}
    return adding.on_conflict_do_update(index_elements=[key], set_=changed)


def insert_missing(session: Session, table: type[Base], rows: Iterable[dict[str, Any]], key: str) -> None:
    """Insert the rows whose key does not exist yet, always in the order of keys, which rules out a deadlock."""
    by_key = {row[key]: row for row in rows}
    sought = {f"key_{place}": one for place, one in enumerate(by_key)}
    known = set(session.connection().scalars(_known_keys(table, key, tuple(sought)), sought))
    for missing in sorted(by_key.keys() - known):
        insert_once(session, table, by_key[missing])


@cache
def _known_keys(table: type[Base], key: str, sought: tuple[str, ...]) -> Select[Any]:
    """Return the query for keys that exist, with a parameter for each: a list of any length is written anew each time.

    A submission names a few wordings, and at most as many trials as a form has.
    """
    column = table_of(table).c[key]
    return select(column).where(or_(false(), *(column == bindparam(name) for name in sought)))
