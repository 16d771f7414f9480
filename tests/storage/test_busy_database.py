"""A writer that others keep waiting is told so, in time and without a trace, and readers do not wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from prescreen import database as databases
from prescreen.database import BusyError, Database, OperationalError
from prescreen.storage import Session
from prescreen.storage.audit import events as audit
from prescreen.storage.audit.events import Action, Actor, ActorKind, Event, Subject
from prescreen.storage.connections import session_settings
from tests.people import NOW

LEAD = Subject("lead", "1")
EVENT = Event(NOW, Actor(ActorKind.OPERATOR), Action.LEAD_DELETED, LEAD)


@pytest.fixture
def impatient(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Open the same database in a way that waits a tenth of a second for a lock."""
    monkeypatch.setattr(databases, "BUSY_TIMEOUT_MS", 100)
    monkeypatch.setattr(session_settings, "LOCK_TIMEOUT_MS", 100)
    opened = Database(database.engine.url.render_as_string(hide_password=False))
    yield opened
    opened.close()


def lock(session: Session) -> None:
    """Hold what another writer needs: SQLite's one lock is held from the first statement."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    session.execute(text("SELECT 1" if is_sqlite else "LOCK TABLE audit_event IN EXCLUSIVE MODE"))


def record(database: Database) -> None:
    with database.writing() as session:
        audit.record(session, EVENT)


def test_a_lock_held_for_too_long_is_told_as_busy_and_nothing_is_written(
    database: Database, impatient: Database
) -> None:
    with database.writing() as session:
        lock(session)
        with pytest.raises(BusyError):
            record(impatient)
        with impatient.reading() as reading:
            assert audit.about(reading, LEAD) == []

    record(impatient)
    with database.reading() as reading:
        assert audit.about(reading, LEAD) == [EVENT]


class Counted:
    """A semaphore that tells when a thread got in."""

    def __init__(self, most: int) -> None:
        self.places, self.inside = threading.BoundedSemaphore(most), threading.Semaphore(0)

    def acquire(self, timeout: float) -> bool:
        entered = self.places.acquire(timeout=timeout)
        if entered:
            self.inside.release()
        return entered

    def release(self) -> None:
        self.places.release()


def test_no_more_threads_than_allowed_wait_to_write(database: Database) -> None:
    most, going_on = databases.MOST_WRITERS, threading.Event()
    counted = Counted(most)
    database._writers = counted  # type: ignore[assignment]

    def hold() -> None:
        with database.writing():
            going_on.wait(30)

    with ThreadPoolExecutor(most) as threads:
        holding = [threads.submit(hold) for _ in range(most)]
        assert all(counted.inside.acquire(timeout=30) for _ in range(most))
        with pytest.raises(BusyError, match="too many others wait"):
            record(database)
        with database.reading() as reading:
            assert audit.about(reading, LEAD) == []
        going_on.set()
        for one in holding:
            one.result()
    record(database)


def test_a_thread_whose_turn_does_not_come_is_told_busy(impatient: Database) -> None:
    with impatient.writing(), ThreadPoolExecutor(1) as threads:
        if impatient.folder is not None:
            with pytest.raises(BusyError, match="those who write before it"):
                threads.submit(record, impatient).result()
    record(impatient)


def test_another_failure_of_the_database_is_not_called_busy(database: Database) -> None:
    with pytest.raises(OperationalError) as failed, database.writing() as session:
        raise OperationalError("SELECT 1", {}, RuntimeError("disk failure"))

    assert not isinstance(failed.value, BusyError)
    assert session is not None
