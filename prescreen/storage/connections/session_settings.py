"""What the service sets in PostgreSQL: once for a connection, or behind a pooler anew in each transaction.

A pooler such as PgBouncer in transaction mode lends a session to one transaction after the other, of whichever client.
What one of them sets for its session would hold for strangers, and not for itself.
"""

from typing import Any, cast

from psycopg import Connection as Driver
from sqlalchemy import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

LOCK_TIMEOUT_MS = 10_000
"""How long a statement waits for a lock before it fails."""
_SHARED = "lent by a pooler"


def prepare(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    """Set a new connection, or find out that a pooler lends its session; listen for `connect` with it."""
    driver = cast("Driver[Any]", connection)
    entry.info[_SHARED] = _is_lent(driver)
    if entry.info[_SHARED]:
        # A prepared statement lives in one session, and the next transaction may come to another.
        driver.prepare_threshold = None
    else:
        driver.execute(_set(in_transaction=False))
    driver.commit()


def begin(connection: Connection) -> None:
    """Set the transaction that begins, where a pooler lends its session; listen for `begin` with it."""
    if connection.connection.info.get(_SHARED, False):
        # By the driver, past all that looks at statements: it is part of the beginning.
        cast("Driver[Any]", connection.connection.dbapi_connection).execute(_set(in_transaction=True))


def is_lent(entry: ConnectionPoolEntry) -> bool:
    """Return whether a pooler lends the session of a connection."""
    return bool(entry.info.get(_SHARED, False))


def are_lent(engine: Engine) -> bool:
    """Return whether a pooler between here and the server lends sessions to transactions."""
    with engine.connect() as connection:
        return bool(connection.connection.info.get(_SHARED, False))


def _is_lent(driver: "Driver[Any]") -> bool:
    """Return whether the process that answers is another one than who took the connection said.

    A pooler cannot name the process when it takes a connection, since it has not chosen one yet.
    """
    found = driver.execute("SELECT pg_backend_pid()").fetchone()
    return found is None or found[0] != driver.info.backend_pid


def _set(*, in_transaction: bool) -> str:
    """Return the statement that sets all, for the session or for the transaction that has begun."""
    local = "true" if in_transaction else "false"
    return "SELECT " + ", ".join(f"set_config('{name}', {value}, {local})" for name, value in _settings().items())


def _settings() -> dict[str, str]:
    """Return the SQL of the value of each setting."""
    commit = "current_setting('synchronous_commit')"
    return {
        "timezone": "'UTC'",
        "idle_in_transaction_session_timeout": "'60s'",
        "statement_timeout": "'30s'",
        "lock_timeout": f"'{LOCK_TIMEOUT_MS}ms'",
        # A generic plan, made for any parameter, would scan the whole table for a tag that few referrals have.
        "plan_cache_mode": "'force_custom_plan'",
        # What an operator chose beyond `on`, such as remote_apply, stays.
        "synchronous_commit": f"CASE {commit} WHEN 'off' THEN 'on' ELSE {commit} END",
    }
