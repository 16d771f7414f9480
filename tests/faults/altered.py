"""The service, broken on purpose or with a clock that jumps: `ALTERED="early" python -m tests.faults.altered serve`.

Every process of the service imports this module before it works, so that each of them is altered.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import time_machine
from flask import Flask, Response, has_request_context, request
from sqlalchemy import URL, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session

from prescreen import database as databases
from prescreen import migrating
from prescreen.cli import mail
from prescreen.cli.__main__ import run
from prescreen.database import Database, OperationalError
from prescreen.storage.connections import durability
from prescreen.storage.participants import submissions
from prescreen.storage.participants.submissions import StoredSubmission

CLOCK_FILE = "PRESCREEN_TEST_CLOCK"
"""The variable that names the file with the seconds by which the clock is off."""
MIGRATIONS_FOLDER = "PRESCREEN_TEST_MIGRATIONS"
"""The variable that names the folder with the migrations of a version to come."""
_LATER_SECONDS = 0.2
_LOOK_SECONDS = 0.05


def commit_early() -> None:
    """Thank people first, and commit a little later."""

    @contextmanager
    def writing(database: Database) -> Iterator[Session]:
        session = database._writing()
        yield session

        def end() -> None:
            session.commit()
            session.close()

        threading.Timer(_LATER_SECONDS, end).start()

    _replace_writing(writing)


def swallow_failures() -> None:
    """Thank people whether the database took what they sent or not."""

    @contextmanager
    def writing(database: Database) -> Iterator[Session]:
        session = database._writing()
        yield session
        with suppress(OperationalError):
            session.commit()
        session.close()

    _replace_writing(writing)


def _replace_writing(writing: Callable[[Database], object]) -> None:
    """Let submissions be written another way."""
    usual = Database.writing

    def chosen(database: Database) -> object:
        is_submission = has_request_context() and request.endpoint == "interest.send"
        return writing(database) if is_submission else usual(database)

    Database.writing = chosen  # type: ignore[method-assign,assignment]  # a twin


def forget_submissions() -> None:
    """Take every submission for a new one."""

    def claim(session: Session, submission: StoredSubmission) -> StoredSubmission:
        return submission

    submissions.claim = claim


def sync_seldom() -> None:
    """Leave it to the database when a commit comes to the disk."""
    usual = databases._engine

    def engine(url: URL) -> Engine:
        made = usual(url)
        event.listen(made, "connect", _without_syncs)
        return made

    databases._engine = engine


def _without_syncs(connection: DBAPIConnection, _entry: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = NORMAL")
        return
    cursor = connection.cursor()
    cursor.execute("SET synchronous_commit = off")
    cursor.close()
    connection.commit()


def trust_any_server() -> None:
    """Start on a database that loses what was committed."""

    def require(engine: Engine) -> None:
        return

    durability.require = require


def move_clock() -> None:
    """Move this process's clock, but not the one that only counts seconds, by as much as a file says, and go on so."""
    travel = time_machine.travel(timedelta(0), tick=True)
    coordinates = travel.start()
    threading.Thread(target=_follow, args=(coordinates, Path(os.environ[CLOCK_FILE])), daemon=True).start()


def _follow(coordinates: time_machine.Traveller, file: Path) -> None:
    moved = 0.0
    while True:
        with suppress(OSError, ValueError):
            wanted = float(file.read_text())
            coordinates.shift(wanted - moved)
            moved = wanted
        time.sleep(_LOOK_SECONDS)


def wait_for_the_clock() -> None:
    """Do what is done every few seconds only once the clock has passed its last time, even after it was set back."""

    def is_recent(at: datetime | None, now: datetime, within: timedelta) -> bool:
        return at is not None and now - at < within

    mail.is_recent = is_recent  # type: ignore[attr-defined]  # as its module imported it


def add_steps() -> None:
    """Know the migrations of a version to come."""
    migrating.MIGRATIONS = Path(os.environ[MIGRATIONS_FOLDER])


def wait_for_locks() -> None:
    """Wait for the lock on a table for as long as it takes, and everybody else behind."""
    migrating.LOCK_TIMEOUT_S = 0.0


def tell_names() -> None:
    """Log what every form holds."""
    usual = Flask.full_dispatch_request

    def told(app: Flask) -> Response:
        # Past the list of fields that the log may hold, as a forgotten print would.
        os.write(2, f"{request.form.to_dict()}\n".encode())
        return usual(app)

    Flask.full_dispatch_request = told  # type: ignore[method-assign,assignment]  # a twin


def keep_free_pages() -> None:
    """Leave in the file what was deleted."""
    usual = databases._engine

    def engine(url: URL) -> Engine:
        made = usual(url)
        event.listen(made, "connect", _without_wiping)
        return made

    databases._engine = engine


def _without_wiping(connection: DBAPIConnection, _entry: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA secure_delete = OFF")


ALTERATIONS: dict[str, Callable[[], None]] = {
    "early": commit_early,
    "swallowing": swallow_failures,
    "forgetful": forget_submissions,
    "unsynced": sync_seldom,
    "trusting": trust_any_server,
    "clock": move_clock,
    "telling": tell_names,
    "keeping": keep_free_pages,
    "waiting": wait_for_the_clock,
    "steps": add_steps,
    "stubborn": wait_for_locks,
}

for alteration in os.environ.get("ALTERED", "").split():
    ALTERATIONS[alteration]()

if __name__ == "__main__":
    run()
