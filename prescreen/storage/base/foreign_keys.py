"""Foreign keys switched off while SQLite's tables are rebuilt.

A module of its own, since only what alters a schema may do so.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from sqlalchemy import Connection


@contextmanager
def without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Switch foreign keys off, so that SQLite can rebuild tables: dropping the old copy would delete referring rows."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")
