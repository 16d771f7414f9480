"""The schema of a database: which one it has, and the way up and down between those that this version knows.

On PostgreSQL the service goes on working during an upgrade; docs/migrations.md says how, and what a step must be like.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, String, column, inspect, select, table
from sqlalchemy.exc import OperationalError

from prescreen.storage.base import advisory_locks
from prescreen.storage.base.advisory_locks import AdvisoryLock
from prescreen.storage.base.foreign_keys import without_foreign_keys
from prescreen.storage.connections import session_settings

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"

LOCK_TIMEOUT_S = 1.0
"""How long a step waits for a lock on a table. Everybody who comes to that table waits as long behind it."""
UPGRADE_TRIES = 60
"""How often a step is tried. A transaction of the service that is left open ends by itself before the last one."""
PAUSE_S = 1.0
"""How long the others have the tables to themselves between two tries."""
OTHER_RUNNER_S = 300.0
"""How long an upgrade waits for another one that runs."""

_HEAD = "head"
LOCK_NOT_AVAILABLE, _DEADLOCK = "55P03", "40P01"
# Alembic's own table: it holds one row, and more only where branches of the code have migrated the database.
_VERSIONS = table("alembic_version", column("version_num", String))


class UpgradeError(RuntimeError):
    """Raised where the schema cannot be migrated now; the message says why, what was done of it and what to do."""


def upgrade(engine: Engine, revision: str = _HEAD) -> None:
    """Migrate the schema up to a revision: on SQLite in one transaction, on PostgreSQL in one for each step.

    Raise UpgradeError for a schema that this version does not know, where another upgrade does not end, and where a
    step does not get its locks. What was done before the step stays, and the next call goes on there.
    """
    if engine.dialect.name == "sqlite":
        with altering(engine) as connection:
            migrate(connection, revision)
        return
    _refuse_lent_sessions(engine)
    with _no_other_runner(engine):
        for step in _steps(current(engine), revision):
            _take(engine, step)


def downgrade(engine: Engine, revision: str) -> None:
    """Migrate the schema down to a revision ('base': no tables), in one transaction."""
    from alembic import command

    with altering(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_S * 1000:.0f}")
        command.downgrade(configuration(connection), revision)


def migrate(connection: Connection, revision: str = _HEAD) -> None:
    """Migrate the schema up to a revision within the transaction of a connection, if it has one."""
    from alembic import command

    if connection.in_transaction():
        _require_known(_current(connection))
    command.upgrade(configuration(connection), revision)


def current(engine: Engine) -> str | None:
    """Return the revision of the schema, or None for an empty database; several with commas, where branches met."""
    # Without this SQLite would wait for whoever writes: the service's readiness is asked for every few seconds.
    with engine.execution_options(reading=True).connect() as connection:
        return _current(connection)


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSIONS.name):
        return None
    return ", ".join(connection.scalars(select(_VERSIONS.c.version_num).order_by(_VERSIONS.c.version_num))) or None


def is_current(engine: Engine) -> bool:
    """Return whether the schema is the one that this code expects."""
    return current(engine) == max(known_revisions())


def is_served(engine: Engine) -> bool:
    """Return whether a service of this version that runs can go on: the schema is its own, or one that came later.

    The next version's is made while this one still serves, and leaves it all that it needs.
    """
    found = current(engine) or ""
    return found >= max(known_revisions()) and "," not in found


def known_revisions() -> frozenset[str]:
    """Return the revisions that this version knows: migrations are numbered, and each is the name of its file."""
    return frozenset(file.stem for file in (MIGRATIONS / "versions").glob("*.py"))


def _require_known(revision: str | None) -> None:
    """Raise UpgradeError for a schema that another version has made."""
    if revision not in (None, *known_revisions()):
        raise UpgradeError(f"the database is at {revision}, which this version does not know; use the one that made it")


def _steps(before: str | None, revision: str) -> list[str]:
    """Return the revisions on the way up, the next one first."""
    _require_known(before)
    known = sorted(known_revisions())
    last = known[-1] if revision == _HEAD else revision
    return [one for one in known if (before or "") < one <= last]


def _take(engine: Engine, step: str) -> None:
    """Take one step, again and again until it gets its locks.

    To wait in the queue of a table would make everybody wait who comes after. So the step soon gives up its place,
    leaves the table to them and comes back.
    """
    for tries_left in reversed(range(UPGRADE_TRIES)):
        try:
            with _patient_for_work_not_for_locks(engine) as connection:
                migrate(connection, step)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in (LOCK_NOT_AVAILABLE, _DEADLOCK):
                raise
            if not tries_left:
                raise UpgradeError(_without_locks(engine, step)) from error
            time.sleep(PAUSE_S)
        else:
            return


def _refuse_lent_sessions(engine: Engine) -> None:
    """Raise UpgradeError behind a pooler: a step sets its limits for a session, which would be those of strangers."""
    if session_settings.are_lent(engine):
        raise UpgradeError(
            "the database is reached through a pooler, which lends sessions: a step would set limits for the "
            "transactions of others; upgrade with PRESCREEN_DATABASE_URL naming the server itself"
        )


def _without_locks(engine: Engine, step: str) -> str:
    return (
        f"{step} was tried {UPGRADE_TRIES} times and got no lock on its tables: another transaction holds them; find "
        "it in pg_stat_activity (the oldest xact_start), end it with pg_terminate_backend, and upgrade again; the "
        f"database is at {current(engine)} and works"
    )


@contextmanager
def _no_other_runner(engine: Engine) -> Iterator[None]:
    """Let nobody else migrate; a connection of its own holds the lock, since a step may end its transaction early."""
    with engine.connect() as guard, guard.begin():
        guard.exec_driver_sql("SET LOCAL statement_timeout = 0")
        guard.exec_driver_sql(f"SET LOCAL lock_timeout = {OTHER_RUNNER_S * 1000:.0f}")
        try:
            advisory_locks.hold(guard, AdvisoryLock.SCHEMA_UPGRADE)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
            why = f"another upgrade of this database has run for more than {OTHER_RUNNER_S:g} seconds"
            raise UpgradeError(f"{why}; wait until it is done, then upgrade again") from error
        # A plain statement after the one with parameters, whose snapshot would stay: an index that is built
        # concurrently waits for all that are older.
        guard.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield


def limits() -> tuple[str, ...]:
    """Return the statements that let a step work for as long as it must, and wait for a lock as short as it can."""
    return "SET statement_timeout = 0", f"SET lock_timeout = {LOCK_TIMEOUT_S * 1000:.0f}"


@contextmanager
def _patient_for_work_not_for_locks(engine: Engine) -> Iterator[Connection]:
    """Open a connection without a transaction, whose statements may take long but wait for no lock."""
    with engine.connect() as connection:
        try:
            for one in limits():
                connection.exec_driver_sql(one)
            connection.commit()
            yield connection
        finally:
            # These settings belong to the session: nobody else may get it.
            connection.invalidate()


@contextmanager
def altering(engine: Engine) -> Iterator[Connection]:
    """Open a transaction in which tables may be changed, while nobody else migrates."""
    with engine.connect() as connection, without_foreign_keys(connection), connection.begin():
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            advisory_locks.hold(connection, AdvisoryLock.SCHEMA_UPGRADE)
        yield connection


def configuration(connection: Connection | None) -> Config:
    """Return what alembic works with. Without a connection it writes SQL for PostgreSQL."""
    # Imported here as `command` is: every process asks whether the schema is current, and few migrate.
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    configuration.set_main_option("path_separator", "os")
    configuration.attributes["connection"] = connection
    # Whether others work with the tables meanwhile, and a step may end its transaction for what cannot be done in one.
    configuration.attributes["live"] = connection is None or not connection.in_transaction()
    return configuration
