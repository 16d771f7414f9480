"""Inserting a row unless it exists, safe in a race between two transactions.

A module of its own, since rooms that do not import each other use it.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import CursorResult, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from prescreen.storage.tables import Base


def insert_once(session: Session, table: type[Base], values: dict[str, Any]) -> bool:
    """Insert a row and return True; return False where a row with that unique value exists.

    If another transaction is inserting it, wait until that one ends.
    """
    result = session.execute(insert_into(session, table).on_conflict_do_nothing().values(values))
    return isinstance(result, CursorResult) and result.rowcount == 1


def insert_into(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Return an insert statement in the database's dialect, which supports ON CONFLICT."""
    return postgresql.insert(table) if session.get_bind().dialect.name == "postgresql" else sqlite.insert(table)


def insert_missing(session: Session, table: type[Base], rows: Iterable[dict[str, Any]], key: str) -> None:
    """Insert the rows whose key does not exist yet, always in the order of keys, which rules out a deadlock."""
    by_key = {row[key]: row for row in rows}
    column = getattr(table, key)
    known = set(session.scalars(select(column).where(column.in_(by_key))))
    for missing in sorted(by_key.keys() - known):
        insert_once(session, table, by_key[missing])
