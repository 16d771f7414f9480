"""Who comes after PostgreSQL closed the connections that lay idle is served as if nothing had happened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from prescreen import database as databases
from prescreen.database import Database, OperationalError
from prescreen.storage.connections import idle_connections

END = text("SELECT pg_terminate_backend(:pid)")
IS_THERE = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid")


@pytest.fixture
def beside(postgres: Database) -> Iterator[Database]:
    """Open the same database a second time, with a connection of its own."""
    opened = another(postgres)
    yield opened
    opened.close()


def another(database: Database) -> Database:
    return Database(database.engine.url.render_as_string(hide_password=False))


def process(database: Database) -> int:
    """Return the server's process behind the connection that a transaction gets, which lies idle afterwards."""
    with database.reading() as session:
        return int(session.scalar(text("SELECT pg_backend_pid()")) or 0)


def end(database: Database, pid: int) -> None:
    """End a process of the server, and wait until it is gone."""
    with database.engine.connect() as connection:
        connection.execute(END, {"pid": pid})
        while connection.scalar(IS_THERE, {"pid": pid}):
            connection.rollback()


def test_a_connection_that_the_server_closed_is_replaced(postgres: Database, beside: Database) -> None:
    before = process(beside)
    assert process(beside) == before
    end(postgres, before)

    assert process(beside) != before
    with beside.writing() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_a_connection_that_was_closed_is_used_where_nobody_looks(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases.idle_connections, "replace_closed", lambda _engine: None)
    blind = another(postgres)
    end(postgres, process(blind))

    with pytest.raises(OperationalError):
        process(blind)
    blind.close()


def test_a_connection_that_lay_idle_for_long_is_asked_first(beside: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    ask = beside.engine.dialect.do_ping
    monkeypatch.setattr(beside.engine.dialect, "do_ping", lambda driver: asked.append(driver) or ask(driver))

    process(beside)
    process(beside)
    assert asked == []
    monkeypatch.setattr(idle_connections, "ASKED_AFTER_SECONDS", 0.0)
    process(beside)
    assert len(asked) == 1
