import stat
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from prescreen.database import Database
from prescreen.storage import Session
from prescreen.storage.audit import events as audit
from prescreen.storage.audit.events import Action, Actor, ActorKind, Event, Subject
from tests.databases import empty_tables, migrated_on
from tests.people import NOW

LEAD = Subject("lead", "1")
PATIENCE_SECONDS = 3
EVENT = Event(NOW, Actor(ActorKind.OPERATOR), Action.LEAD_DELETED, LEAD)


def events(database: Database) -> list[Event]:
    with database.reading() as session:
        return audit.about(session, LEAD)


def test_leaving_the_block_commits(database: Database) -> None:
    with database.writing() as session:
        audit.record(session, EVENT)

    assert events(database) == [EVENT]


def test_an_error_rolls_everything_back(database: Database) -> None:
    def fail_half_way() -> None:
        with database.writing() as session:
            audit.record(session, EVENT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert events(database) == []


def test_a_reading_transaction_cannot_write(database: Database) -> None:
    with database.reading() as session, pytest.raises(DBAPIError):
        audit.record(session, EVENT)

    with database.writing() as session:
        audit.record(session, EVENT)
    assert events(database) == [EVENT]


def test_writers_at_once_wait_for_each_other(database: Database) -> None:
    def read_then_write(number: int) -> None:
        with database.writing() as session:
            audit.about(session, LEAD)
            audit.record(session, EVENT)

    with ThreadPoolExecutor(8) as writers:
        list(writers.map(read_then_write, range(40)))

    assert len(events(database)) == 40


@pytest.mark.parametrize("hours", [-8, 0, 5])
def test_instants_come_out_in_utc_whatever_their_zone(database: Database, hours: int) -> None:
    abroad = NOW.replace(microsecond=123456).astimezone(timezone(timedelta(hours=hours)))
    with database.writing() as session:
        audit.record(session, Event(abroad, Actor(ActorKind.OPERATOR), Action.LEAD_DELETED, LEAD))

    (event,) = events(database)
    assert event.at == abroad
    assert event.at.isoformat() == "2026-11-23T09:30:00.123456+00:00"


def test_a_naive_instant_is_refused(database: Database) -> None:
    naive = datetime(2026, 11, 23, 9, 30)

    with pytest.raises(ValueError, match="has no time zone"):
        record_at(database, naive)


def record_at(database: Database, at: datetime) -> None:
    with database.writing() as session:
        audit.record(session, Event(at, Actor(ActorKind.OPERATOR), Action.LEAD_DELETED, LEAD))


@pytest.mark.parametrize("change", ["UPDATE audit_event SET actor_id = 'x'", "DELETE FROM audit_event"])
def test_the_audit_trail_refuses_change(database: Database, change: str) -> None:
    record_at(database, NOW)

    with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
        session.execute(text(change))


def test_sqlite_confirms_only_what_is_on_disk(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'a.sqlite3'}")

    with database.writing() as session:
        assert pragmas(session) == ["wal", 2, 1, 10_000, 1]
    assert stat.S_IMODE((tmp_path / "new" / "a.sqlite3").stat().st_mode) == 0o600
    database.close()


def pragmas(session: Session) -> list[object]:
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
    return [session.scalar(text(f"PRAGMA {name}")) for name in names]


@pytest.mark.postgres
def test_postgresql_confirms_only_what_is_on_disk(postgres_url: str) -> None:
    database = Database(postgres_url)

    with database.reading() as session:
        assert session.scalar(text("SHOW synchronous_commit")) == "on"
    database.close()


def test_a_write_that_may_be_left_out_does_not_wait_for_another_writer(database: Database) -> None:
    with database.writing() as busy:
        busy.execute(text("SELECT 1"))
        started = time.monotonic()
        with database.writing_if_free() as session:
            has_begun = session is not None
        assert time.monotonic() - started < PATIENCE_SECONDS

    assert has_begun is (database.engine.dialect.name == "postgresql")
    with database.writing_if_free() as session:
        assert session is not None
        audit.record(session, EVENT)
    assert events(database) == [EVENT]


def test_a_write_that_may_be_left_out_is_undone_by_an_error(database: Database) -> None:
    def fail_half_way() -> None:
        with database.writing_if_free() as session:
            assert session is not None
            audit.record(session, EVENT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert events(database) == []


def test_a_reading_transaction_sees_one_moment(database: Database) -> None:
    with database.reading() as session:
        assert audit.about(session, LEAD) == []
        with database.writing() as writer:
            audit.record(writer, EVENT)
        assert audit.about(session, LEAD) == []

    assert events(database) == [EVENT]


@pytest.mark.postgres
def test_a_writing_transaction_sees_what_others_stored_meanwhile_whatever_the_server_is_set_to(
    postgres_url: str,
) -> None:
    url = migrated_on(postgres_url)
    database = Database(f"{url}&options=-c%20default_transaction_isolation%3Dserializable")

    with database.writing() as session:
        assert audit.about(session, LEAD) == []
        with database.writing() as other:
            audit.record(other, EVENT)
        assert audit.about(session, LEAD) == [EVENT]

    database.close()
    empty_tables(url)
