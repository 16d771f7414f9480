"""Links to make an account that ended: opened again and again they fill no trail and wait for no one."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from prescreen.config import Settings
from prescreen.database import BUSY_TIMEOUT_MS, Database
from prescreen.storage.accounts.recruiters import Assignment, Role
from prescreen.storage.audit.trail_queries import Wanted, entries
from prescreen.workflow.accounts import account_invitations
from prescreen.workflow.accounts.account_invitations import LINK_LASTS, Invited
from tests.web.referred import TRIAL
from tests.web.staff import account

REFUSED = "account_invitation_refused"
# Whoever waits for a writer waits all of BUSY_TIMEOUT_MS; whoever does not is only slow on a busy machine.
PATIENCE_SECONDS = 0.8 * BUSY_TIMEOUT_MS / 1000
INVITED = Invited(None, None, Role.RECRUITER, (Assignment(TRIAL),), frozenset())


def dead_link(database: Database) -> str:
    """Return the path of a link that expired."""
    with database.writing() as session:
        token = account_invitations.invite(session, INVITED, None, datetime.now(UTC) - LINK_LASTS - timedelta(days=1))
    return f"/recruiter/join/{token}"


def refusals(database: Database) -> int:
    """Return how often the trail says that such a link was refused."""
    with database.reading() as session:
        return len(entries(session, Wanted(action=REFUSED), None, 1000))


@contextmanager
def writing_elsewhere(settings: Settings) -> Iterator[None]:
    """Hold SQLite's write lock in another connection."""
    with closing(sqlite3.connect(settings.database_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def writes(database: Database, act: Callable[[], object]) -> list[str]:
    """Return the statements with which an action begins to write."""
    begun: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("BEGIN IMMEDIATE"):
            begun.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    act()
    event.remove(database.engine, "before_cursor_execute", note)
    return begun


def test_a_link_that_ended_is_recorded_once_however_often_it_is_opened(app: Flask, database: Database) -> None:
    path, other = dead_link(database), dead_link(database)

    answers = [app.test_client().get(path) for _ in range(20)] + [app.test_client().post(path) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {404}
    assert refusals(database) == 1
    app.test_client().get(other)
    assert refusals(database) == 2


def test_opening_it_again_does_not_even_begin_to_write(app: Flask, database: Database) -> None:
    path = dead_link(database)
    app.test_client().get(path)

    assert writes(database, lambda: app.test_client().get(path)) == []
    assert writes(database, lambda: app.test_client().get("/recruiter/join/unknown")) == []


@pytest.mark.parametrize("opened_before", [True, False])
def test_it_is_answered_at_once_while_another_writes_and_recorded_later(
    app: Flask, database: Database, settings: Settings, opened_before: bool
) -> None:
    path = dead_link(database)
    if opened_before:
        app.test_client().get(path)

    with writing_elsewhere(settings):
        started = time.monotonic()
        assert app.test_client().get(path).status_code == 404
        assert time.monotonic() - started < PATIENCE_SECONDS
    app.test_client().get(path)

    assert refusals(database) == 1
    with database.writing() as session:
        (waiting,) = session.connection().exec_driver_sql("PRAGMA busy_timeout").one()
    assert waiting == BUSY_TIMEOUT_MS


def test_a_link_for_a_first_administrator_that_is_not_needed_any_more_is_recorded_once(
    app: Flask, database: Database
) -> None:
    with database.writing() as session:
        token = account_invitations.invite_first_administrator(session, [TRIAL], datetime.now(UTC))
    account(database, "admin@example.org", Role.ADMINISTRATOR)

    assert [app.test_client().get(f"/recruiter/join/{token}").status_code for _ in range(5)] == [404] * 5
    assert refusals(database) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/my/again",
        "/my/contact",
        "/my/confirm/x",
        "/my/not-me/x",
        "/my/x",
        "/recruiter/",
        "/recruiter/login",
        "/recruiter/login/code",
        "/recruiter/join/x",
    ],
)
def test_no_page_that_a_stranger_opens_waits_for_a_writer(app: Flask, settings: Settings, path: str) -> None:
    with writing_elsewhere(settings):
        started = time.monotonic()
        assert app.test_client().get(path).status_code < 500
        assert time.monotonic() - started < PATIENCE_SECONDS


def test_many_who_open_it_at_once_leave_one_event(app: Flask, database: Database) -> None:
    path = dead_link(database)

    with ThreadPoolExecutor(8) as strangers:
        statuses = list(strangers.map(lambda _: app.test_client().get(path).status_code, range(16)))

    assert set(statuses) == {404}
    assert refusals(database) <= 1
    app.test_client().get(path)
    assert refusals(database) == 1
