"""A guard over every statement of an action: it locks the person before it reads or changes anything about them.

It watches the SQL itself, whatever function sends it, so that an action that is new cannot forget the lock in any test
that runs it. Statements that a test sends by itself are not looked at.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

import prescreen
from prescreen.database import MIGRATIONS
from prescreen.storage.participants import person_lock
from prescreen.storage.tables import Base, Lead, OutboxLetter

PRODUCT = Path(prescreen.__file__).parent
ACTIONS = tuple(f"{PRODUCT / floor}/" for floor in ("workflow", "web", "cli", "export", "mail"))
"""Where actions are written; what only `storage` and a test are on the stack of is the test's own."""
_WRITES = re.compile(r"(INSERT INTO|UPDATE|DELETE FROM) (\w+)")
_READS = re.compile(r"\b(?:FROM|JOIN) (\w+)")
_COLUMNS = re.compile(r"\(([^)]*)\)")
_KEY = "about a person"


class UnlockedError(AssertionError):
    """Raised for an action that reads or changes what is about a person before it locks the person."""


def about_people() -> frozenset[str]:
    """Return the names of the tables whose rows belong to a person: they refer to a lead, or to such a row."""
    found, before = {Lead.__tablename__}, set[str]()
    while found != before:
        before = set(found)
        for table in Base.metadata.sorted_tables:
            if any(key.column.table.name in found for key in table.foreign_keys):
                found.add(table.name)
    return frozenset(found)


@cache
def touched(statement: str) -> tuple[str | None, frozenset[str]]:
    """Return the table about people that a statement writes to, or None, and those that it reads."""
    people = about_people()
    written = _WRITES.match(statement)
    table = written[2] if written and written[2] in people else None
    # Letters are read, marked and put off by the process that sends them, which changes nothing about a person.
    if table == OutboxLetter.__tablename__ and written and written[1] != "INSERT INTO":
        table = None
    read = set() if written else set(_READS.findall(statement)) & people
    return table, frozenset(read - {OutboxLetter.__tablename__})


class Watch:
    """Looks at what actions of some folders or files send to any database."""

    def __init__(self, actions: Sequence[str] = ACTIONS) -> None:
        self._actions = tuple(actions)

    def began(self, connection: Connection) -> None:
        """Forget what the transaction before had locked."""
        connection.info.pop(_KEY, None)

    def sent(self, connection: Connection, _: Any, statement: str, given: Any, __: Any, ___: bool) -> None:
        """Look at one statement. Raise UnlockedError where it comes before the lock."""
        written, read = touched(statement)
        if (written or read) and (who := self._sender()):
            before = connection.info.get(_KEY)
            if who == person_lock.__file__:
                connection.info[_KEY] = self._locked(before)
            elif written:
                connection.info[_KEY] = self._written(before, written, statement, given)
            else:
                connection.info[_KEY] = before or f"reads {', '.join(sorted(read))}"

    def _sender(self) -> str | None:
        """Return the file of the lock or the action that sends the statement; None for a test or a migration."""
        frame = sys._getframe(2)
        while frame is not None:
            if frame.f_code.co_filename.startswith(str(MIGRATIONS)):
                return None
            if frame.f_code.co_filename.startswith((person_lock.__file__, *self._actions)):
                return frame.f_code.co_filename
            frame = frame.f_back
        return None

    def _locked(self, before: str | None) -> str:
        if before and before != "locked":
            raise UnlockedError(f"an action {before} before it locks the person")
        return "locked"

    def _written(self, before: str | None, table: str, statement: str, given: Any) -> str | None:
        # No other transaction sees a person who is being added.
        if before == "locked" or (table == Lead.__tablename__ and statement.startswith("INSERT")):
            return "locked"
        if table == OutboxLetter.__tablename__ and _first_row(statement, given).get("lead_id") is None:
            return before
        raise UnlockedError(f"an action writes to {table} without the lock on the person")


def _first_row(statement: str, given: Any) -> dict[str, Any]:
    """Return the first row of an INSERT by column, whether the driver takes names or places."""
    first = given[0] if isinstance(given, list) else given
    columns = _COLUMNS.search(statement)
    return (
        first if isinstance(first, dict) else dict(zip(columns[1].split(", "), first, strict=False)) if columns else {}
    )


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Let a watch look at everything that is sent in a `with` block."""
    listeners = (("begin", watch.began), ("before_cursor_execute", watch.sent))
    for name, listener in listeners:
        event.listen(Engine, name, listener)
    try:
        yield
    finally:
        for name, listener in listeners:
            event.remove(Engine, name, listener)


@pytest.fixture(scope="session", autouse=True)
def people_first() -> Iterator[None]:
    """Watch every action of the session."""
    with watched(Watch()):
        yield
