"""PgBouncer lends a session to one transaction after the other: what the service sets holds for its own alone."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from prescreen import database as schema
from prescreen.database import BusyError, Database, UpgradeError
from prescreen.storage.base.keys import Keys
from prescreen.storage.connections import session_settings
from tests.databases import postgres_database, upgraded
from tests.people import keys, submitted
from tests.services import pgbouncer
from tests.services.postgres import Cluster

__all__ = ["keys"]
pytestmark = pytest.mark.postgres

SHOWN = ("TimeZone", "statement_timeout", "lock_timeout", "plan_cache_mode")
OURS = ("UTC", "30s", "10s", "force_custom_plan")
_TRIES = 40
_MOST_OF_TWIN = 5
_OF_STATEMENTS = {"DuplicatePreparedStatement", "InvalidSqlStatementName"}
"""What fails where a statement is prepared in a session that somebody else is lent next."""


@pytest.fixture(scope="module")
def url(cluster: Cluster) -> Iterator[str]:
    """Return the address of a database with all tables, at the server itself."""
    with postgres_database(cluster.url) as made:
        upgraded(made)
        yield made


@pytest.fixture
def pooled_url(url: str) -> Iterator[str]:
    """Return the address of that database through a PgBouncer with two sessions."""
    with pgbouncer.pooled(url, sessions=2) as made:
        yield made


@pytest.fixture
def pooled(pooled_url: str) -> Iterator[Database]:
    """Open the database through the pooler."""
    opened = Database(pooled_url)
    yield opened
    opened.close()


def settings_of(database: Database) -> tuple[str, ...]:
    with database.writing() as session:
        return tuple(str(session.scalar(text(f"SHOW {name}"))) for name in SHOWN)


def strangers(pooled_url: str) -> set[tuple[str, ...]]:
    """Return what somebody else finds set in the sessions that they are lent."""
    found = set()
    for _ in range(_TRIES):
        with psycopg.connect(pooled_url.replace("+psycopg", ""), prepare_threshold=None) as other:
            found.add(tuple(str((other.execute(f"SHOW {name}").fetchone() or ("",))[0]) for name in SHOWN))
    return found


def hurried(database: Database) -> set[str]:
    """Read and write in many threads, each statement often enough to be prepared; return what failed."""
    failed: set[str] = set()

    def work(number: int) -> None:
        try:
            with database.reading() as session:
                session.scalar(text("SELECT count(*) FROM lead WHERE reference = :one"), {"one": str(number)})
        except BusyError:
            pass
        except DBAPIError as error:
            failed.add(type(error.orig).__name__)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(400)))
    return failed


def test_each_transaction_has_our_settings_and_no_stranger_has_them(pooled: Database, pooled_url: str) -> None:
    with ThreadPoolExecutor(8) as threads:
        ours = set(threads.map(lambda _: settings_of(pooled), range(_TRIES)))

    assert ours == {OURS}
    assert OURS not in strangers(pooled_url)


def test_many_threads_share_few_sessions(pooled: Database) -> None:
    assert hurried(pooled) == set()


def test_a_twin_that_takes_lent_sessions_for_its_own_is_convicted(
    pooled_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_settings, "_is_lent", lambda _: False)
    twin = Database(pooled_url)

    failed, seen = set[str](), set[tuple[str, ...]]()
    # The pooler may close a session in which a statement failed, and with it what was set there.
    for _ in range(_MOST_OF_TWIN):
        failed |= hurried(twin)
        seen |= strangers(pooled_url)
        if failed & _OF_STATEMENTS and OURS in seen:
            break

    assert failed & _OF_STATEMENTS
    assert OURS in seen
    twin.close()


def test_a_connection_to_the_server_itself_is_set_once(url: str) -> None:
    direct = Database(url)
    with direct.engine.connect() as connection:
        shown = tuple(str(connection.scalar(text(f"SHOW {name}"))) for name in SHOWN)
        assert (shown, session_settings.are_lent(direct.engine)) == (OURS, False)
    direct.close()


def test_a_form_sent_at_once_through_the_pooler_is_stored_once(pooled: Database, keys: Keys) -> None:
    with ThreadPoolExecutor(8) as threads:
        receipts = list(threads.map(lambda _: submitted(pooled, keys), range(16)))

    with pooled.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM lead")) == 1
    assert len({one.lead_id for one in receipts}) == 1


def test_an_upgrade_through_the_pooler_is_refused_before_it_changes_anything(cluster: Cluster) -> None:
    with postgres_database(cluster.url) as empty, pgbouncer.pooled(empty) as through:
        database = Database(through)
        with pytest.raises(UpgradeError, match="through a pooler"):
            schema.upgrade(database.engine)
        assert schema.current(database.engine) is None
        database.close()
