"""Rows are sent as SQLAlchemy would send them, and what the database refuses is told before anything is committed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Table, event, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from prescreen.database import Database
from prescreen.storage import Session
from prescreen.storage.base.insertions import insert_compiled
from prescreen.storage.base.upserts import insert_once, insert_rows
from prescreen.storage.tables import Base, ConsentWording
from tests.people import NOW

VALUES: dict[type, tuple[Any, ...]] = {
    str: ("O'Brien %s", "", "ñ :x ?"),
    bytes: (b"\x00\xff", b"", b"%"),
    UUID: (UUID(int=7), UUID(int=2**127), UUID(int=1)),
    bool: (True, False, True),
    int: (7, 0, -1),
    float: (0.5, 0.0, -1.5),
    date: (date(2026, 2, 28), date(1, 1, 1), date(9999, 12, 31)),
    datetime: (NOW, datetime(1, 1, 2, tzinfo=UTC), datetime(2026, 6, 1, 12, 30, 59, 999_999, tzinfo=UTC)),
    list: (["a"], [], ["%s", "?"]),
    object: ({"ids": ["%s", "?"], "none": None}, [], None),
}


class SentError(Exception):
    """Raised instead of sending a statement, with its SQL and parameters."""


def sent(database: Database, send: Callable[[Connection], object]) -> tuple[str, list[Any]]:
    """Return what would be sent to the driver, as a list of rows."""

    def stop(_: Connection, __: object, statement: str, given: Any, ___: object, ____: bool) -> None:
        raise SentError(statement, given if isinstance(given, list) else [given])

    with database.engine.connect() as connection:
        event.listen(connection, "before_cursor_execute", stop)
        with pytest.raises(SentError) as found:
            send(connection)
    statement, rows = found.value.args
    return statement, [plain(row) for row in rows]


def plain(row: Any) -> Any:
    """Return parameters with what the driver's wrappers hold, since none of these equals another."""
    return {name: getattr(one, "obj", one) for name, one in row.items()} if isinstance(row, dict) else row


def rows_of(table: Table) -> list[dict[str, Any]]:
    kinds = {one.name: getattr(one.type, "impl_instance", one.type).python_type for one in table.columns}
    return [{name: VALUES[kind][place] for name, kind in kinds.items()} for place in range(3)]


def test_every_table_is_sent_what_sqlalchemy_sends(database: Database) -> None:
    for table in Base.metadata.sorted_tables:
        rows, names = rows_of(table), tuple(table.columns.keys())

        ours = sent(database, partial(insert_compiled, table=table, names=names, rows=rows))
        theirs = sent(database, partial(Connection.execute, statement=insert(table).inline(), parameters=rows))

        assert ours == theirs


def test_a_column_that_is_empty_in_one_row_alone_is_stored_as_empty(database: Database) -> None:
    with database.writing() as session:
        insert_rows(session, ConsentWording, [wording("a"), wording("b")])
        insert_rows(session, ConsentWording, [])

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ConsentWording)) == 2


def wording(sha256: str) -> dict[str, Any]:
    return {"sha256": sha256, "wording": "Yes."}


def store(database: Database, *names: str, then: Callable[[Session], object] = lambda _: None) -> None:
    """Store wordings one by one in one transaction, and do something else in it."""
    with database.writing() as session:
        for name in names:
            insert_rows(session, ConsentWording, [wording(name)])
        then(session)


def stored(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(ConsentWording.sha256).order_by(ConsentWording.sha256)))


def test_a_row_that_is_refused_stores_nothing_and_is_told_as_usual(database: Database) -> None:
    with pytest.raises(IntegrityError):
        store(database, "a", "a")

    assert stored(database) == []
    store(database, "a")
    assert stored(database) == ["a"]


def test_what_is_asked_after_a_refused_row_is_refused_too(database: Database) -> None:
    with pytest.raises(IntegrityError):
        store(database, "a", "b", "a", then=lambda session: session.scalars(select(ConsentWording)))

    assert stored(database) == []


def test_a_failure_of_ones_own_after_rows_were_sent_is_told_and_stores_nothing(database: Database) -> None:
    def fail(_: Session) -> None:
        raise LookupError("my own")

    with pytest.raises(LookupError, match="my own"):
        store(database, "a", then=fail)

    assert stored(database) == []


def test_rows_counts_and_answers_are_those_of_the_statement_before(database: Database) -> None:
    with database.writing() as session:
        insert_rows(session, ConsentWording, [wording("a"), wording("b")])
        assert session.scalars(select(ConsentWording.sha256).order_by(ConsentWording.sha256)).all() == ["a", "b"]
        assert not insert_once(session, ConsentWording, wording("b"))
        assert insert_once(session, ConsentWording, wording("c"))
        changed = session.connection().execute(text("UPDATE consent_wording SET wording = 'No.' WHERE sha256 <> 'a'"))
        assert changed.rowcount == 2
        insert_rows(session, ConsentWording, [wording("d")])

    with database.reading() as session:
        found = session.execute(select(ConsentWording.sha256, ConsentWording.wording).order_by(ConsentWording.sha256))
        assert [tuple(one) for one in found] == [("a", "Yes."), ("b", "No."), ("c", "No."), ("d", "Yes.")]
