"""An account that serves can do nothing to tables or to the audit trail, and all the rest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from prescreen.database import Database
from prescreen.retention_periods import PERIODS, Kept
from prescreen.storage.base.keys import Keys
from prescreen.storage.connections.database_account import AccountError, let_serve, may_change_tables
from prescreen.workflow.audit import hash_chain
from prescreen.workflow.operations import retention
from tests.databases import postgres_database, serving_account, upgraded
from tests.people import submitted

NEVER = (
    "CREATE TABLE mine (x int)",
    "DROP TABLE lead",
    "ALTER TABLE lead ADD COLUMN x int",
    "TRUNCATE lead CASCADE",
    "DROP TRIGGER audit_event_append_only ON audit_event",
    "ALTER TABLE audit_event DISABLE TRIGGER ALL",
    "UPDATE audit_event SET action = 'x'",
    "DELETE FROM audit_event",
    "DELETE FROM audit_link",
    "DELETE FROM audit_mention",
    "UPDATE alembic_version SET version_num = 'x'",
    "SET session_replication_role = replica",
    "COPY lead TO PROGRAM 'id'",
)


@pytest.fixture(scope="module")
def owned(postgres_url: str) -> Iterator[str]:
    """Return the URL of a database with tables, as their owner."""
    with postgres_database(postgres_url) as url:
        upgraded(url)
        yield url


@pytest.fixture(scope="module")
def serving(owned: str) -> Iterator[Database]:
    """Open the database as an account that serves."""
    opened = Database(serving_account(owned, "prescreen_service"))
    yield opened
    opened.close()


@pytest.mark.postgres
@pytest.mark.parametrize("statement", NEVER)
def test_it_can_do_nothing_to_tables_and_to_the_trail(serving: Database, statement: str) -> None:
    with pytest.raises(ProgrammingError) as refused, serving.writing() as session:
        session.execute(text(statement))

    assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)


@pytest.mark.postgres
def test_it_can_take_somebody_in_seal_the_trail_and_delete_them(serving: Database, keys: Keys) -> None:
    now = datetime.now(UTC)
    submitted(serving, keys, is_test=True)

    assert hash_chain.seal(serving, now) > 0
    assert retention.purge(serving, keys, PERIODS, now + timedelta(days=8))[Kept.TEST] == 1


@pytest.mark.postgres
def test_it_serves_tables_of_later_versions_too(owned: str, serving: Database) -> None:
    with psycopg.connect(owned.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute("CREATE TABLE later (x int)")

    with serving.writing() as session:
        session.execute(text("INSERT INTO later VALUES (1)"))
        session.execute(text("DELETE FROM later"))


@pytest.mark.postgres
def test_who_may_change_tables_is_known(owned: str, serving: Database) -> None:
    owner = Database(owned)
    with owner.reading() as session:
        assert may_change_tables(session)
    with serving.reading() as session:
        assert not may_change_tables(session)
    owner.close()


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("account", "told"),
    [("nobody", "has no account 'nobody'"), ('x"; DROP TABLE lead', "has no account"), ("prescreen", "owns tables")],
)
def test_an_account_that_cannot_be_kept_from_more_is_refused(owned: str, account: str, told: str) -> None:
    owner = Database(owned)
    with pytest.raises(AccountError, match=told), owner.writing() as session:
        let_serve(session, account)
    owner.close()
