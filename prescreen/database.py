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
from sqlalchemy.exc import DatabaseError as DatabaseError
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
from prescreen.storage.base.deletion_list import IN_SESSION, DeletionList
from prescreen.storage.base.private_files import ExposureError as ExposureError
from prescreen.storage.base.private_files import make_private_file
from prescreen.storage.connections import durability, idle_connections, pipelines, session_settings
from prescreen.storage.connections.durability import DurabilityError as DurabilityError
from prescreen.storage.connections.pipelines import PIPELINED
from prescreen.storage.connections.read_replica import READING, ReadReplica, soon_given_up
from prescreen.storage.connections.statement_spans import trace_statements

BUSY_TIMEOUT_MS = session_settings.LOCK_TIMEOUT_MS
POOL_TIMEOUT_S = 10
POOL_SIZE = 20
MOST_WRITERS = 8
"""How many threads of a process may write, or wait for their turn to write, at once."""
TURN_SECONDS = 0.3
"""How long another thread waits to become one of them. Reading must go on while another process holds a lock."""

_QUERY_CANCELED = "57014"
_BROKEN_INSIDE = "XX"
"""How the codes of PostgreSQL begin for broken files and the like."""


class BusyError(OperationalError):
    """Raised for a transaction that others kept waiting for too long. It changed nothing, and can be tried again."""

    def __init__(self, why: BaseException | None) -> None:
        super().__init__(None, None, why or TimeoutError("other transactions hold its locks"))


class Database:
    """Opens transactions on one database. Make one per process, after any fork."""

    def __init__(self, url: str, read_url: str | None = None, tell: Callable[[str], None] = lambda _: None) -> None:
        """Open nothing yet. `read_url`: a read replica; `tell` is called with the reason when it cannot be used."""
        self.engine = _engine(make_url(url))
        self._replica = ReadReplica(_engine(soon_given_up(make_url(read_url))), self.engine, tell) if read_url else None
        self._writers = threading.BoundedSemaphore(MOST_WRITERS)
        # Who waits for SQLite's lock looks again after longer and longer pauses, in which nobody writes. Threads of
        # this process are woken at once instead, and only processes wait for each other so.
        self._at_once = threading.BoundedSemaphore(MOST_WRITERS if self._is_server else 1)
        reader = self.engine.execution_options(**READING if self._is_server else {"reading": True})
        self._reading = sessionmaker(reader, expire_on_commit=False)
        writer = self.engine.execution_options(**PIPELINED if self._is_server else {})
        self._writing = sessionmaker(writer, expire_on_commit=False)
        self._writing_at_once = sessionmaker(self.engine.execution_options(at_once=True), expire_on_commit=False)

    def reading(self) -> AbstractContextManager[Session]:
        """Open a read-only transaction, which reads everything as it was at one moment."""
        return self._reading.begin()

    @contextmanager
    def reading_apart(self) -> Iterator[Session]:
        """Open a read-only transaction for long readings: on the read replica, where one is set and can be used now.

        It reads all that was committed before it began, wherever it reads. Raise OperationalError where the replica
        ends it, as when its server stops.
        """
        with self._replica.reading() if self._replica else nullcontext() as session:
            if session is not None:
                yield session
                return
        with self.reading() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a read-write transaction: committed at the end of the `with` block, rolled back on an exception.

        Raise BusyError where too many threads are waiting to write, or others hold a lock for too long.
        """
        with self._turn():
            try:
                with self._writing.begin() as session:
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
        if self._replica:
            self._replica.engine.dispose()


def is_unusable(error: DatabaseError) -> bool:
    """Whether the database is away or its files are broken, rather than a statement wrong."""
    # What sqlite3 says of a broken file has no class of its own.
    is_broken_file = type(error) is DatabaseError and isinstance(error.orig, sqlite3.Error)
    code = getattr(error.orig, "sqlstate", None) or ""
    return isinstance(error, OperationalError) or is_broken_file or code.startswith(_BROKEN_INSIDE)


def _is_busy(error: OperationalError) -> bool:
    """Return whether a statement failed since other transactions held a lock, or the server was too slow."""
    if isinstance(error.orig, sqlite3.Error):
        return durability.is_busy(error.orig)
    return getattr(error.orig, "sqlstate", None) in (migrating.LOCK_NOT_AVAILABLE, _QUERY_CANCELED)


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
        event.listen(engine, "connect", session_settings.prepare)
        event.listen(engine, "begin", session_settings.begin)
        pipelines.allow(engine)
        idle_connections.replace_closed(engine)
    trace_statements(engine)
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
