"""On PostgreSQL each step is a transaction of its own, gives up its place in a queue, and has no rival."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from prescreen import migrating
from prescreen.database import Database
from prescreen.migrating import UpgradeError
from prescreen.storage.base import advisory_locks
from prescreen.storage.base.advisory_locks import AdvisoryLock
from tests.databases import postgres_database

pytestmark = pytest.mark.postgres

KNOWN = sorted(migrating.known_revisions())
LAST = "9998_first"
STEP = """
import sqlalchemy as sa
from alembic import op

revision = "{name}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    {statement}


def downgrade() -> None: ...
"""


@pytest.fixture
def migrated(postgres_url: str) -> Iterator[Database]:
    with postgres_database(postgres_url) as url:
        opened = Database(url)
        migrating.upgrade(opened.engine)
        yield opened
        opened.close()


@pytest.fixture(autouse=True)
def two_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Add two steps to those that this version knows, the second of which alters a table."""
    request.getfixturevalue("migrated")
    folder = tmp_path / "migrations"
    shutil.copytree(migrating.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    steps = (
        (LAST, KNOWN[-1], 'op.execute("CREATE TABLE made_up (id integer)")'),
        ("9999_second", LAST, 'op.execute("ALTER TABLE lead ADD COLUMN made_up text")'),
    )
    for name, before, statement in steps:
        source = STEP.format(name=name, before=before, statement=statement)
        (folder / "versions" / f"{name}.py").write_text(source)
    monkeypatch.setattr(migrating, "MIGRATIONS", folder)
    monkeypatch.setattr(migrating, "LOCK_TIMEOUT_S", 0.2)
    monkeypatch.setattr(migrating, "PAUSE_S", 0.05)


@contextmanager
def idle_reader(database: Database, seconds: float | None = None) -> Iterator[None]:
    """Hold a transaction open that has read the table, for a time or to the end of the `with` block."""
    ended = threading.Event()
    with database.reading() as session:
        session.execute(text("SELECT count(*) FROM lead"))

        def end() -> None:
            # Before it ends: whoever waits for that may go on at once.
            ended.set()
            session.rollback()

        timer = threading.Timer(seconds or 0, end)
        if seconds:
            timer.start()
        yield
        timer.cancel()
        if seconds:
            timer.join()
            assert ended.is_set()


def test_a_step_comes_back_until_it_gets_its_lock(migrated: Database) -> None:
    with idle_reader(migrated, 1.0):
        migrating.upgrade(migrated.engine)

    assert migrating.current(migrated.engine) == "9999_second"


def test_a_step_that_gets_no_lock_names_itself_and_leaves_what_was_done_before(
    migrated: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "UPGRADE_TRIES", 3)

    with idle_reader(migrated), pytest.raises(UpgradeError, match="9999_second was tried 3 times and got no lock"):
        migrating.upgrade(migrated.engine)

    assert migrating.current(migrated.engine) == LAST
    migrating.upgrade(migrated.engine)
    assert migrating.current(migrated.engine) == "9999_second"


def test_nobody_waits_long_behind_a_step_that_waits(migrated: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    longest = {limit: _longest_read_during_upgrade(migrated, monkeypatch, limit) for limit in (0.2, 0.0)}

    # Without a limit, the queue behind the step lasts as long as the reader before it.
    assert longest[0.2] < 1.0 < longest[0.0]


def _longest_read_during_upgrade(database: Database, monkeypatch: pytest.MonkeyPatch, lock_timeout: float) -> float:
    monkeypatch.setattr(migrating, "LOCK_TIMEOUT_S", lock_timeout)
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS made_up; ALTER TABLE lead DROP COLUMN IF EXISTS made_up"))
        connection.execute(text("UPDATE alembic_version SET version_num = :before"), {"before": KNOWN[-1]})
    longest = 0.0
    with idle_reader(database, 2.0):
        upgrading = threading.Thread(target=migrating.upgrade, args=(database.engine,))
        upgrading.start()
        while upgrading.is_alive():
            began = time.monotonic()
            with database.reading() as session:
                session.execute(text("SELECT count(*) FROM lead"))
            longest = max(longest, time.monotonic() - began)
            time.sleep(0.01)
    return longest


def test_an_index_that_is_built_concurrently_does_not_wait_for_the_upgrade_itself(migrated: Database) -> None:
    body = """with op.get_context().autocommit_block():
        op.execute("SET statement_timeout = '20s'")
        op.execute("CREATE INDEX CONCURRENTLY ix_lead_made_up ON lead (contact)")"""
    source = STEP.format(name="99991_third", before="9999_second", statement=body)
    (migrating.MIGRATIONS / "versions" / "99991_third.py").write_text(source)

    migrating.upgrade(migrated.engine)

    assert migrating.current(migrated.engine) == "99991_third"


def test_a_second_runner_waits_and_then_says_so(migrated: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrating, "OTHER_RUNNER_S", 0.3)
    with migrated.engine.begin() as other:
        advisory_locks.hold(other, AdvisoryLock.SCHEMA_UPGRADE)
        with pytest.raises(UpgradeError, match=r"another upgrade of this database has run for more than 0\.3 seconds"):
            migrating.upgrade(migrated.engine)

    assert migrating.current(migrated.engine) == KNOWN[-1]


def test_the_connection_of_an_upgrade_does_not_come_back_to_the_service(migrated: Database) -> None:
    migrating.upgrade(migrated.engine)

    with migrated.engine.connect() as connection:
        limits = [connection.scalar(text(f"SHOW {one}")) for one in ("statement_timeout", "lock_timeout")]
    assert limits == ["30s", "10s"]


def test_a_schema_of_a_later_version_is_served_and_not_migrated(migrated: Database) -> None:
    with migrated.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_third'"))

    assert (migrating.is_current(migrated.engine), migrating.is_served(migrated.engine)) == (False, True)
    with pytest.raises(UpgradeError, match="9999_third, which this version does not know"):
        migrating.upgrade(migrated.engine)
