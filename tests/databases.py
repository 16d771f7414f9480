"""Databases for tests, on SQLite and on PostgreSQL: without tables, or with all tables and no rows."""

from __future__ import annotations

import atexit
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
import pytest

from prescreen import database as schema
from prescreen.database import Database
from prescreen.storage.connections.database_account import let_serve
from prescreen.storage.tables import Base

_WRITTEN = " UNION ALL ".join(
    f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})"  # noqa: S608
    for name in Base.metadata.tables
)
ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


@pytest.fixture(params=ENGINES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a database without tables, on SQLite and then on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    with postgres_database(request.getfixturevalue("postgres_url")) as url:
        yield url


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a database with all tables and no rows, on SQLite and then on PostgreSQL."""
    if request.param == "sqlite":
        yield sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path / "prescreen.sqlite3")
        return
    url = migrated_on(request.getfixturevalue("postgres_url"))
    yield url
    # Creating a database each time would take a quarter of a second.
    empty_tables(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Open a database with all tables and no rows, on SQLite and then on PostgreSQL."""
    if database_url.startswith("postgresql"):
        yield _opened(database_url)
        return
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Database]:
    """Open a database with all tables and no rows on PostgreSQL alone, on which transactions overlap."""
    url = migrated_on(postgres_url)
    opened = Database(url)
    yield opened
    opened.close()
    empty_tables(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the SQLite file of which every test gets a copy."""
    return sqlite_file(tmp_path_factory.mktemp("template") / "template.sqlite3")


def sqlite_file(path: Path) -> Path:
    """Make a SQLite file with all tables and no rows."""
    upgraded(f"sqlite:///{path}")
    return path


def sqlite_copy(template: Path, path: Path) -> str:
    """Copy the template and return the copy's URL."""
    shutil.copy(template, path)
    return f"sqlite:///{path}"


@cache
def migrated_on(server: str) -> str:
    """Make a database with all tables, once for each server, and return its URL."""
    name = f"test_{uuid.uuid4().hex}"
    _command(server, f'CREATE DATABASE "{name}"')
    upgraded(_address(server, name))
    return _address(server, name)


def empty_tables(url: str) -> None:
    """Delete every row, and past the triggers that refuse it the audit trail too. Most tests write to few tables."""
    connection = _cleaner(url)
    written = connection.execute(_WRITTEN).fetchall()
    if written:
        connection.execute("; ".join(f"DELETE FROM {name}" for (name,) in written))  # noqa: S608


@contextmanager
def postgres_database(server: str) -> Iterator[str]:
    """Make a database on the server for a `with` block; yield its URL."""
    name = f"test_{uuid.uuid4().hex}"
    _command(server, f'CREATE DATABASE "{name}"')
    try:
        yield _address(server, name)
    finally:
        _command(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def serving_account(owned: str, name: str) -> str:
    """Make an account that may serve a database, and nothing else; return the URL with it."""
    with psycopg.connect(owned.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute(f"DROP ROLE IF EXISTS {name}")
        owner.execute(f"CREATE ROLE {name} LOGIN")
    database = Database(owned)
    with database.writing() as session:
        let_serve(session, name)
    database.close()
    return owned.replace("prescreen@", f"{name}@")


@cache
def _opened(url: str) -> Database:
    # One a process: an engine compiles every statement anew, and its first connection asks the server many questions.
    return Database(url)


@cache
def _cleaner(url: str) -> psycopg.Connection[tuple[str]]:
    connection: psycopg.Connection[tuple[str]] = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
    connection.execute("SET session_replication_role = replica")
    atexit.register(connection.close)
    return connection


def _address(server: str, name: str) -> str:
    return server.replace("/postgres?", f"/{name}?")


def upgraded(url: str) -> None:
    """Make all tables in an empty database."""
    database = Database(url)
    schema.upgrade(database.engine)
    database.close()


def _command(server: str, statement: str) -> None:
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement)
