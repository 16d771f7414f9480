"""PostgreSQL's pipeline: the rows that a transaction inserts are sent without waiting for the answer to each.

A transaction of many small inserts waits less for the network than it would, and gives up the interpreter's lock less
often, after each of which a busy process makes it wait for its turn. An insert that fails does so at the next statement
that is waited for, at the latest at the commit, which always is; so no insert is followed by a handler of its failure.
A query whose rows are read in parts ends the pipeline: the server's cursors work in none. SQLite has no network to wait
for.
"""

from contextlib import ExitStack, suppress
from typing import Any, NamedTuple

from psycopg import ServerCursor
from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

PIPELINED = {"pipelined": True}
"""The options with which the transactions of an engine are pipelined."""
_OPEN = "pipeline"


class _Pipeline(NamedTuple):
    own: Any
    until: ExitStack


def allow(engine: Engine) -> None:
    """Let those transactions of an engine of PostgreSQL be pipelined whose options say so."""
    event.listen(engine, "begin", _open)
    event.listen(engine, "before_cursor_execute", _end_for_parts)
    event.listen(engine, "after_cursor_execute", _wait_for_rows)
    event.listen(engine, "rollback", _abandon)
    event.listen(engine, "reset", _close)


def _open(connection: Connection) -> None:
    if connection.get_execution_options().get("pipelined", False):
        driver: Any = connection.connection.driver_connection
        until = ExitStack()
        connection.info[_OPEN] = _Pipeline(until.enter_context(driver.pipeline()), until)


def _end_for_parts(
    connection: Connection, cursor: Any, _statement: str, _parameters: Any, _context: Any, _many: bool
) -> None:
    """End the pipeline before rows are read in parts; what the transaction inserts later is waited for."""
    if isinstance(cursor, ServerCursor):
        _end(connection.info)


def _wait_for_rows(
    connection: Connection, _cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool
) -> None:
    """Wait for the answer to what is no plain insert: SQLAlchemy looks for its rows, or their number, at once."""
    opened = connection.info.get(_OPEN)
    if opened is not None and not _is_plain_insert(statement):
        opened.own.sync()


def _is_plain_insert(statement: str) -> bool:
    return statement.startswith("INSERT INTO ") and " RETURNING " not in statement


def _abandon(connection: Connection) -> None:
    """Close the pipeline of a transaction that is rolled back: what waited behind its failure tells of that alone."""
    # A connection that broke has taken its pipeline with it.
    opened = None if connection.invalidated else connection.info.pop(_OPEN, None)
    if opened is not None:
        with suppress(connection.dialect.loaded_dbapi.Error):
            opened.until.close()


def _close(_driver: Any, entry: ConnectionPoolEntry, _state: object) -> None:
    """Close the pipeline of a connection that is given back."""
    _end(entry.info)


def _end(info: dict[Any, Any]) -> None:
    opened = info.pop(_OPEN, None)
    if opened is not None:
        opened.until.close()
