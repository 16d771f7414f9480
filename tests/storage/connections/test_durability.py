"""A database that could lose what was committed is refused at the start, in one line that says how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, event

from prescreen import database as databases
from prescreen.database import Database, DurabilityError
from prescreen.storage.connections import durability
from tests.attackers import holding_write_lock
from tests.databases import sqlite_copy


def test_a_new_sqlite_database_is_durable(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.sqlite3'}")

    database.require_durability()
    database.close()


def test_whether_sqlite_is_durable_is_told_while_another_process_writes(sqlite_template: Path, tmp_path: Path) -> None:
    database = Database(sqlite_copy(sqlite_template, tmp_path / "a.sqlite3"))

    with holding_write_lock(tmp_path / "a.sqlite3"):
        database.require_durability()
    database.close()


def test_sqlite_without_its_write_ahead_log_is_refused() -> None:
    engine = create_engine("sqlite://")
    event.listen(engine, "connect", databases._prepare_sqlite)

    with pytest.raises(DurabilityError, match=r"journal_mode=memory, synchronous=2 instead of wal and 2.*local disk"):
        durability.require(engine)
    engine.dispose()


def test_a_twin_that_takes_the_write_lock_late_is_refused(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "_begin_sqlite", lambda connection: connection.exec_driver_sql("BEGIN"))
    database = Database(sqlite_copy(sqlite_template, tmp_path / "a.sqlite3"))

    with pytest.raises(DurabilityError, match="without its write lock"):
        database.require_durability()
    database.close()


@pytest.mark.postgres
def test_a_server_that_does_not_sync_is_refused_with_what_mends_it(postgres_url: str) -> None:
    database = Database(postgres_url)

    with pytest.raises(DurabilityError) as refused:
        database.require_durability()
    database.close()

    assert str(refused.value) == (
        "PostgreSQL runs with fsync=off, full_page_writes=off: a consent could be lost in a power cut; as its "
        "administrator, run ALTER SYSTEM SET fsync = on; ALTER SYSTEM SET full_page_writes = on; and "
        "SELECT pg_reload_conf()"
    )


@pytest.mark.postgres
def test_connections_that_do_not_wait_for_the_disk_are_refused(postgres_url: str) -> None:
    database = Database(postgres_url)
    event.listen(database.engine, "begin", lambda one: one.exec_driver_sql("SET LOCAL synchronous_commit = off"))

    with pytest.raises(DurabilityError, match=r"synchronous_commit=off: .* ALTER SYSTEM SET synchronous_commit = on;"):
        database.require_durability()
    database.close()
