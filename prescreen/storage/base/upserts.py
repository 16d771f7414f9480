"""Adding a row unless it is there already, also where two transactions add it at the same moment.

A module of its own, since rooms that do not know each other use it.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import CursorResult, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from prescreen.storage.tables import Base


def insert_once(session: Session, table: type[Base], values: dict[str, Any]) -> bool:
    """Insert a row and say so; say False where a row with that unique value exists.

    If another transaction is just adding it, this waits until that one ends.
    """
    result = session.execute(insert_into(session, table).on_conflict_do_nothing().values(values))
    return isinstance(result, CursorResult) and result.rowcount == 1


def insert_into(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Begin an insert in the words of this database, which can say what to do about a row that is there."""
    return postgresql.insert(table) if session.get_bind().dialect.name == "postgresql" else sqlite.insert(table)


def insert_missing(session: Session, table: type[Base], rows: Iterable[dict[str, Any]], key: str) -> None:
    """Insert those rows whose key is not there yet, always in the order of keys, so that two never wait in a circle."""
    by_key = {row[key]: row for row in rows}
    column = getattr(table, key)
    known = set(session.scalars(select(column).where(column.in_(by_key))))
    for missing in sorted(by_key.keys() - known):
        insert_once(session, table, by_key[missing])
