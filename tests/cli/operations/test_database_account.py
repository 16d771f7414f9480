"""`prescreen db grant`, and what an account that may only serve is told."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.cli.conftest import Run
from tests.databases import postgres_database, serving_account, upgraded


@pytest.fixture
def owned(postgres_url: str, instance: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return the URL of a database with tables, which is that of the settings, as their owner."""
    with postgres_database(postgres_url) as url:
        upgraded(url)
        monkeypatch.setenv("PRESCREEN_DATABASE_URL", url)
        # The tests' own server gives up durability for speed, which commands refuse.
        monkeypatch.setattr("prescreen.database.Database.require_durability", lambda _: None)
        yield url


@pytest.mark.postgres
def test_an_account_is_given_what_serving_needs_and_may_be_given_it_again(owned: str, run: Run) -> None:
    with psycopg.connect(owned.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute("CREATE ROLE prescreen_granted LOGIN")
    try:
        given = [run("db", "grant", "prescreen_granted") for _ in range(2)]
    finally:
        with psycopg.connect(owned.replace("+psycopg", ""), autocommit=True) as owner:
            owner.execute("DROP OWNED BY prescreen_granted; DROP ROLE prescreen_granted")

    assert [one.exit_code for one in given] == [0, 0]
    assert given[0].stdout == "'prescreen_granted' may serve: it reads and writes rows, and changes no table\n"


@pytest.mark.postgres
@pytest.mark.usefixtures("owned")
def test_an_account_that_is_not_there_or_owns_the_tables_is_refused_in_one_line(run: Run) -> None:
    missing, owning = run("db", "grant", "nobody_here"), run("db", "grant", "prescreen")

    assert (missing.exit_code, owning.exit_code) == (1, 1)
    assert missing.stderr.startswith("PostgreSQL has no account 'nobody_here'")
    assert "owns tables or is a superuser" in owning.stderr


@pytest.mark.usefixtures("database")
def test_sqlite_has_no_accounts(run: Run) -> None:
    refused = run("db", "grant", "somebody")

    assert refused.exit_code == 1
    assert refused.stderr.startswith("SQLite has no accounts")


@pytest.mark.postgres
def test_an_upgrade_by_an_account_that_may_only_serve_is_refused_in_one_line(
    owned: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRESCREEN_DATABASE_URL", serving_account(owned, "prescreen_upgrading"))
    assert run("db", "upgrade").exit_code == 0, "there is nothing to do"
    with psycopg.connect(owned.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute("UPDATE alembic_version SET version_num = '0014_registry'")

    refused = run("db", "upgrade")

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("this account of the database may not change tables")
