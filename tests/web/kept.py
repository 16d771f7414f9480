"""The contents of the service's database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from prescreen.database import Database
from prescreen.storage.tables import Lead


def count(database: Database, table: Any = Lead) -> int:
    """Return the number of rows of a table."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def rows(database: Database, *columns: Any) -> list[tuple[Any, ...]]:
    """Return these columns of every row, sorted as text."""
    with database.reading() as session:
        return sorted(map(tuple, session.execute(select(*columns))), key=str)
