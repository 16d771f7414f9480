"""The database of a process: engine and transactions, on SQLite or PostgreSQL as its URL says."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import cast

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError as OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from prescreen import migrating
from prescreen.migrating import MIGRATIONS as MIGRATIONS
from prescreen.migrating import UpgradeError as UpgradeError
from prescreen.migrating import current as current
from prescreen.migrating import downgrade as downgrade
from prescreen.migrating import is_current as is_current
from prescreen.migrating import is_served as is_served
from prescreen.migrating import known_revisions as known_revisions
from prescreen.migrating import upgrade as upgrade
from prescreen.storage.base import durability, idle_connections, pipelines
from prescreen.storage.base.deletion_list import IN_SESSION, DeletionList
from prescreen.storage.base.durability import DurabilityError as DurabilityError
from prescreen.storage.base.pipelines import pipelined
from prescreen.storage.base.private_files import ExposureError as ExposureError
from prescreen.storage.base.private_files import make_private_file

BUSY_TIMEOUT_MS = 10_000
POOL_TIMEOUT_S = 10
POOL_SIZE = 20
MOST_WRITERS = 8
"""How many threads of a process may write, or wait for their turn to write, at once."""
TURN_SECONDS = 0.3
"""How long another thread waits to become one of them. Reading must go on while another process holds a lock."""

_LOCK_NOT_AVAILABLE = "55P03"
_QUERY_CANCELED = "57014"


class BusyError(OperationalError):
    """Raised for a transaction that others kept waiting for too long. It changed nothing, and can be tried again."""

    def __init__(self, why: BaseException | None) -> None:
        super().__init__(None, None, why or TimeoutError("other transactions hold its locks"))


class Database:
    """Opens transactions on one database. Make one per process, after any fork."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(make_url(url))
        self._writers = threading.BoundedSemaphore(MOST_WRITERS)
        # Who waits for SQLite's lock looks again after longer and longer pauses, in which nobody writes. Threads of
        # this process are woken at once instead, and only processes wait for each other so.
        self._at_once = threading.BoundedSemaphore(MOST_WRITERS if self._is_server else 1)
        reader = self.engine.execution_options(reading=True)
        if self._is_server:
            # One snapshot for all that a transaction reads, as on SQLite: else a person who withdraws between two of
            # its statements would be shown by halves.
            reader = reader.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")
        self._reading = sessionmaker(reader, expire_on_commit=False)
        self._writing = sessionmaker(self.engine, expire_on_commit=False)
        self._writing_at_once = sessionmaker(self.engine.execution_options(at_once=True), expire_on_commit=False)

    def reading(self) -> AbstractContextManager[Session]:
        """Open a read-only transaction, which reads everything as it was at one moment."""
        return self._reading.begin()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a read-write transaction: committed at the end of the `with` block, rolled back on an exception.

        Raise BusyError where too many threads are waiting to write, or others hold a lock for too long.
        """
        with self._turn():
            try:
                with self._writing.begin() as session, pipelined(session.connection()):
                    yield session
            except OperationalError as error:
                if _is_busy(error):
                    raise BusyError(error.orig) from error
                raise

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait until this thread may write. Raise BusyError where too many wait, or those before it take too long."""
        if not self._writers.acquire(timeout=TURN_SECONDS):
            raise BusyError(TimeoutError("too many others wait to write to it"))
        try:
            if not self._at_once.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
                raise BusyError(TimeoutError("those who write before it take too long"))
            try:
                yield
            finally:
                self._at_once.release()
        finally:
            self._writers.release()

    @contextmanager
    def writing_if_free(self) -> Iterator[Session | None]:
        """Open a read-write transaction, as `writing` does; yield None where SQLite's only writer is another one.

        It is for what a page would like to note but must not wait for. PostgreSQL has no such wait.
        """
        with self._writing_at_once() as session:
            if not _has_begun(session):
                yield None
                return
            yield session
            session.commit()

    @contextmanager
    def rebuilding(self) -> Iterator[tuple[Session, Callable[[str], None]]]:
        """Open a transaction in which all tables may be replaced; yield a session, and how to migrate within it.

        Others see nothing of it before its end. Raise BusyError where they hold a table for too long.
        """
        try:
            with migrating.altering(self.engine) as connection, Session(connection, expire_on_commit=False) as session:
                yield session, partial(migrating.migrate, connection)
                session.commit()
        except OperationalError as error:
            if _is_busy(error):
                raise BusyError(error.orig) from error
            raise
        durability.empty_log(self.engine)

    def list_deletions(self, deletions: DeletionList) -> None:
        """Write who is deleted, from now on, to this list too."""
        self._writing.configure(info={IN_SESSION: deletions})
        self._writing_at_once.configure(info={IN_SESSION: deletions})

    def require_durability(self) -> None:
        """Raise DurabilityError where the database could lose what was committed; call it at the start of a process."""
        durability.require(self.engine)

    @property
    def _is_server(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    @property
    def folder(self) -> Path | None:
        """Return the folder of SQLite's file; None for a server."""
        url = self.engine.url
        return Path(url.database or "").parent if url.get_backend_name() == "sqlite" else None

    def close(self) -> None:
        """Close all connections; the next transaction opens new ones."""
        self.engine.dispose()


def _is_busy(error: OperationalError) -> bool:
    """Return whether a statement failed since other transactions held a lock, or the server was too slow."""
    if isinstance(error.orig, sqlite3.Error):
        return durability.is_busy(error.orig)
    return getattr(error.orig, "sqlstate", None) in (_LOCK_NOT_AVAILABLE, _QUERY_CANCELED)


def _has_begun(session: Session) -> bool:
    """Begin the transaction and return True; return False where SQLite's only writer is another one."""
    try:
        session.connection()
    except OperationalError as error:
        if not _is_busy(error):
            raise
        return False
    return True


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        make_private_file(Path(url.database or ""))
        engine = create_engine(url, pool_timeout=POOL_TIMEOUT_S, pool_size=POOL_SIZE)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(
            url,
            pool_timeout=POOL_TIMEOUT_S,
            pool_size=POOL_SIZE,
            # A writer that waited for a lock then reads what the other one committed, whatever the server says.
            isolation_level="READ COMMITTED",
        )
        event.listen(engine, "connect", _prepare_postgresql)
        pipelines.allow(engine)
        idle_connections.replace_closed(engine)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    driver = cast(sqlite3.Connection, connection)
    # Keep the driver from beginning deferred transactions by itself; see _begin_sqlite.
    driver.isolation_level = None
    driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    durability.prepare_sqlite(driver)
    # secure_delete: data that a person had erased must not stay in free pages.
    driver.executescript("PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON")


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails at once, whatever the busy timeout, when another writer
    # has committed in between. So writers queue at BEGIN, and readers cannot write.
    options = connection.get_execution_options()
    reading = options.get("reading", False)
    # Sent by the driver, in a third of the time: a setting of the connection waits for no one.
    driver = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    driver.execute(f"PRAGMA query_only = {'ON' if reading else 'OFF'}")
    with _without_waiting(connection) if options.get("at_once", False) else nullcontext():
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def _without_waiting(connection: Connection) -> Iterator[None]:
    connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


def _prepare_postgresql(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("SET timezone = 'UTC'")
    cursor.execute("SET idle_in_transaction_session_timeout = '60s'")
    cursor.execute("SET statement_timeout = '30s'")
    cursor.execute(f"SET lock_timeout = '{BUSY_TIMEOUT_MS}ms'")
    # A generic plan, made for any parameter, would scan the whole table for a tag that few referrals have.
    cursor.execute("SET plan_cache_mode = force_custom_plan")
    cursor.execute(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    )
    cursor.close()
    connection.commit()
