"""Long readings come from a real streaming replica, see all that was committed, and do without it where it fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import InternalError

from prescreen.database import Database, OperationalError
from prescreen.storage import Session
from prescreen.storage.audit import events
from prescreen.storage.connections import read_replica
from prescreen.storage.connections.read_replica import AWAY, LATE, NO_REPLICA
from tests.databases import empty_tables, migrated_on
from tests.people import NOW
from tests.services import postgres
from tests.services.postgres import Cluster

pytestmark = pytest.mark.postgres


class Pair:
    """A database on a primary, which is read on a replica; `told` are the reasons why it was not."""

    def __init__(self, url: str, primary: Cluster, replica: Cluster) -> None:
        self.url, self.replica, self.primary = url, replica, primary
        self.told: list[str] = []
        self.database = Database(url, url.replace(primary.folder.name, replica.folder.name), self.told.append)

    def write(self) -> None:
        """Commit an event."""
        with self.database.writing() as session:
            actor = events.Actor(events.ActorKind.OPERATOR)
            events.record(session, events.Event(NOW, actor, events.Action.LEAD_DELETED, events.Subject("lead", "1")))

    def read(self) -> tuple[bool, int]:
        """Return whether the replica was read, and how many events were found."""
        with self.database.reading_apart() as session:
            return is_replica(session), int(session.scalar(text("SELECT count(*) FROM audit_event")) or 0)


def is_replica(session: Session) -> bool:
    return bool(session.scalar(text("SELECT pg_is_in_recovery()")))


@pytest.fixture(scope="module")
def clusters() -> Iterator[tuple[Cluster, Cluster]]:
    with postgres.cluster(postgres.DURABLE) as primary, postgres.replica(primary) as replica:
        yield primary, replica


@pytest.fixture
def pair(clusters: tuple[Cluster, Cluster], monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    monkeypatch.setattr(read_replica, "LEFT_ALONE_SECONDS", 0.0)
    primary, replica = clusters
    url = migrated_on(primary.url)
    made = Pair(url, primary, replica)
    yield made
    made.database.close()
    empty_tables(url)


@contextmanager
def held_up(pair: Pair) -> Iterator[None]:
    """Let the replica replay nothing."""
    address = pair.replica.url.replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SELECT pg_wal_replay_pause()")
        state = "SELECT pg_get_wal_replay_pause_state() = 'paused'"
        assert wait_until(lambda: connection.execute(state).fetchone() == (True,))
        try:
            yield
        finally:
            connection.execute("SELECT pg_wal_replay_resume()")


def test_long_readings_come_from_the_replica_and_all_others_from_the_primary(pair: Pair) -> None:
    pair.write()

    with pair.database.reading() as session:
        assert not is_replica(session)
    assert pair.read() == (True, 1)
    assert pair.told == []


def test_what_was_committed_before_is_always_seen(pair: Pair) -> None:
    for count in range(1, 51):
        pair.write()
        assert pair.read() == (True, count)


def test_a_reading_waits_for_a_replica_that_is_a_little_late(pair: Pair) -> None:
    with held_up(pair):
        pair.write()
    assert pair.read() == (True, 1)


def test_a_replica_that_stays_late_is_left_alone_and_the_primary_read(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_replica, "CATCH_UP_SECONDS", 0.1)
    assert pair.read() == (True, 0)

    with held_up(pair):
        pair.write()
        assert pair.read() == (False, 1)

    assert pair.told == [LATE]
    assert wait_until(lambda: pair.read() == (True, 1))


def test_a_twin_that_does_not_wait_reads_what_is_no_longer_so(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_replica, "_missing", lambda *_: None)
    assert pair.read() == (True, 0)

    with held_up(pair):
        pair.write()
        assert pair.read() == (True, 0)


def test_a_replica_that_is_left_alone_is_not_asked_for_a_while(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_replica, "CATCH_UP_SECONDS", 0.1)
    monkeypatch.setattr(read_replica, "LEFT_ALONE_SECONDS", 60.0)
    with held_up(pair):
        pair.write()
        assert pair.read() == (False, 1)
    assert pair.read() == (False, 1)
    assert pair.told == [LATE]


def test_a_replica_that_dies_is_done_without_until_it_is_back(pair: Pair) -> None:
    assert pair.read() == (True, 0)

    pair.replica.kill()
    pair.write()
    assert pair.read() == (False, 1)
    assert set(pair.told) == {AWAY}

    pair.replica.start()
    assert wait_until(lambda: pair.read() == (True, 1))


def test_a_server_that_follows_nobody_is_no_replica(clusters: tuple[Cluster, Cluster]) -> None:
    url, told = clusters[0].url, list[str]()
    database = Database(url, url, told.append)
    with database.reading_apart() as session:
        assert not is_replica(session)
    database.close()
    assert told == [NO_REPLICA]


def test_a_reading_that_the_replica_ends_fails_rather_than_go_on_elsewhere(pair: Pair) -> None:
    with pytest.raises(OperationalError), pair.database.reading_apart() as session:  # noqa: PT012 - it ends within
        pair.replica.kill()
        is_replica(session)
    pair.replica.start()


def test_nothing_can_be_written_in_a_long_reading(pair: Pair) -> None:
    with pytest.raises(InternalError, match="read-only"), pair.database.reading_apart() as session:
        session.execute(text("DELETE FROM audit_event"))


def test_without_a_replica_long_readings_come_from_the_database(database: Database) -> None:
    with database.reading_apart() as session:
        assert session.scalar(text("SELECT count(*) FROM audit_event")) == 0


def wait_until(holds: Callable[[], bool], seconds: float = 10.0) -> bool:
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.05)
    return holds()
