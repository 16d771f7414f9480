"""What a database must be set to, so that what was committed is on disk: "saved" is shown to people after a commit.

Set where the service may set it, on every connection; else found out at the start, with a word on how to mend it.
"""

import sqlite3
from contextlib import closing
from typing import cast

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

_FULL = 2
_POSTGRESQL = {"fsync": "on", "full_page_writes": "on", "data_sync_retry": "off"}
"""The only safe value of each setting; a server that lacks one of them behaves as if it had this value."""
_SETTINGS = text("SELECT current_setting(:name, true)")


class DurabilityError(RuntimeError):
    """Raised for a database that could lose committed transactions in a power failure."""


def prepare_sqlite(driver: sqlite3.Connection) -> None:
    """Set a new connection so that each commit is on disk. Raise DurabilityError where SQLite does not take that."""
    (journal,) = driver.execute("PRAGMA journal_mode = WAL").fetchone()
    # fullfsync: on macOS, fsync alone leaves what was written in the disk's own memory. Elsewhere it does nothing.
    driver.executescript("PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON")
    (synchronous,) = driver.execute("PRAGMA synchronous").fetchone()
    if journal != "wal" or synchronous != _FULL:
        raise DurabilityError(
            f"SQLite runs with journal_mode={journal}, synchronous={synchronous} instead of wal and 2: a consent could "
            "be lost in a power cut; put the database on a local disk"
        )


def empty_log(engine: Engine) -> bool:
    """Write SQLite's log of writes into its file and cut it to nothing; return False where others use it now.

    What was deleted from the file stands in the log until that is overwritten. Nobody waits for this. PostgreSQL looks
    after its own log.
    """
    if engine.dialect.name != "sqlite":
        return True
    # Not by a connection of the engine, which would begin a transaction: none may be open.
    with closing(engine.raw_connection()) as connection:
        return _is_emptied(cast(sqlite3.Connection, connection.dbapi_connection))


def _is_emptied(driver: sqlite3.Connection) -> bool:
    (patience,) = driver.execute("PRAGMA busy_timeout").fetchone()
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        (is_used, *_) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        driver.execute(f"PRAGMA busy_timeout = {patience}")
    return not is_used


def require(engine: Engine) -> None:
    """Raise DurabilityError where this database could lose what was committed; call it before anything is stored.

    On SQLite, a transaction that writes must also hold the write lock from its beginning: one that reads first would
    fail when it comes to write. Neither waits for a lock.
    """
    if engine.dialect.name == "sqlite":
        _require_immediate(engine)
        return
    with engine.connect() as connection:
        _require_postgresql(connection)


def _require_postgresql(connection: Connection) -> None:
    found = {name: connection.scalar(_SETTINGS, {"name": name}) or safe for name, safe in _POSTGRESQL.items()}
    wrong = {name: value for name, value in found.items() if value != _POSTGRESQL[name]}
    # What `off` was by default is `on` in this session, unless something between here and the server took no notice.
    if connection.scalar(_SETTINGS, {"name": "synchronous_commit"}) == "off":
        wrong["synchronous_commit"] = "off"
    if wrong:
        told = ", ".join(f"{name}={value}" for name, value in wrong.items())
        mended = " ".join(f"ALTER SYSTEM SET {name} = {_POSTGRESQL.get(name, 'on')};" for name in wrong)
        raise DurabilityError(
            f"PostgreSQL runs with {told}: a consent could be lost in a power cut; as its administrator, run {mended} "
            f"and {'restart it' if 'data_sync_retry' in wrong else 'SELECT pg_reload_conf()'}"
        )


def _require_immediate(engine: Engine) -> None:
    try:
        with engine.execution_options(at_once=True).begin():
            is_locked = _is_locked(engine)
    except OperationalError as error:
        if not is_busy(error.orig):
            raise
        # Another process writes, and this one was refused as soon as it began.
        return
    if not is_locked:
        raise DurabilityError(
            "SQLite begins transactions that write without its write lock: a consent could be refused at its end; "
            "report this fault of the service"
        )


def _is_locked(engine: Engine) -> bool:
    with closing(sqlite3.connect(str(engine.url.database), timeout=0, isolation_level=None)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
            return True
        other.execute("ROLLBACK")
        return False


# SQLite's extended error codes carry the primary one in their lowest byte.
_PRIMARY_CODE = 0xFF


def is_busy(error: BaseException | None) -> bool:
    """Return whether SQLite refused a statement since another connection holds a lock."""
    if not isinstance(error, sqlite3.Error):
        return False
    return error.sqlite_errorcode & _PRIMARY_CODE in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
