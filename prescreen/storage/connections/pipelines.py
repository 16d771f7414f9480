"""PostgreSQL's pipeline: the rows that a transaction inserts are sent without waiting for the answer to each.

A transaction of many small inserts waits less for the network than it would, and gives up the interpreter's lock less
often, after each of which a busy process makes it wait for its turn. An insert that fails does so at the next statement
that is waited for, at the latest before the commit; so no insert is followed by a handler of its failure. A query whose
rows are read in parts ends the pipeline: the server's cursors work in none. SQLite has no network to wait for.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from psycopg import ServerCursor
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

_PIPELINE = "pipeline"


def allow(engine: Engine) -> None:
    """Let transactions of an engine of PostgreSQL be `pipelined`."""
    event.listen(engine, "before_cursor_execute", _end_for_parts)
    event.listen(engine, "after_cursor_execute", _wait_for_rows)


@contextmanager
def pipelined(connection: Connection) -> Iterator[None]:
    """Send what is inserted in a `with` block without waiting; wait for all of it at the end.

    Raise what the database says to it as SQLAlchemy does. Nothing changes on SQLite.
    """
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "postgresql":
        yield
        return
    try:
        with ExitStack() as ending:
            connection.info[_PIPELINE] = ending, ending.enter_context(driver.pipeline())
            yield
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy(connection, error) from error
    finally:
        connection.info.pop(_PIPELINE, None)


def _as_sqlalchemy(connection: Connection, error: Exception) -> BaseException:
    return DBAPIError.instance(None, None, error, connection.dialect.loaded_dbapi.Error, dialect=connection.dialect)


def _end_for_parts(
    connection: Connection, cursor: Any, _statement: str, _parameters: Any, _context: Any, _many: bool
) -> None:
    """End the pipeline before rows are read in parts; what the transaction inserts later is waited for."""
    if isinstance(cursor, ServerCursor) and _PIPELINE in connection.info:
        ending, _ = connection.info.pop(_PIPELINE)
        ending.close()


def _wait_for_rows(
    connection: Connection, _cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool
) -> None:
    """Wait for the answer to what is no plain insert: SQLAlchemy looks for its rows, or their number, at once."""
    if _PIPELINE in connection.info and not _is_plain_insert(statement):
        _, pipeline = connection.info[_PIPELINE]
        pipeline.sync()


def _is_plain_insert(statement: str) -> bool:
    return statement.startswith("INSERT INTO ") and " RETURNING " not in statement
