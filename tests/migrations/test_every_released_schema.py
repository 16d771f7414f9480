"""A database of any version comes up to this one with all that is in it, and goes back one step."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Table, text

from prescreen import migrating
from prescreen.database import Database
from tests.databases import postgres_database
from tests.migrations.planted import Rows, lost, made_at, plant, rows_of, tables_of

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

RELEASED = sorted(migrating.known_revisions())
ENDED = {"recruiter_session": "0006_desk"}
"""Tables that a step empties on purpose, with that step: all sign-ins ended when sessions got another form."""


@pytest.fixture(scope="module")
def shapes(postgres_url: str) -> dict[str, list[Table]]:
    """Give the tables of each version, with their types, which SQLite forgets."""
    found = {}
    with postgres_database(postgres_url) as url:
        opened = Database(url)
        for one in RELEASED:
            migrating.upgrade(opened.engine, one)
            found[one] = tables_of(opened.engine)
        opened.close()
    return found


def filled(database: Database, revision: str, shape: list[Table], rows: Rows) -> Rows:
    """Plant rows into what a database lacks; return all that it holds, every table of which holds some."""
    held = rows_of(database.engine, shape)
    missing = [one for one in shape if not held[one.name]]
    plant(database.engine, missing, rows)
    held = rows_of(database.engine, shape)
    assert migrating.current(database.engine) == revision
    assert held
    assert all(held.values())
    return held


def assert_kept(database: Database, revision: str, held: Rows, shapes: dict[str, list[Table]]) -> None:
    *_, before_last, last = RELEASED
    ended = {name for name, step in ENDED.items() if revision < step}

    migrating.upgrade(database.engine)
    now = rows_of(database.engine, shapes[last])
    assert migrating.is_current(database.engine)
    assert set(lost(held, now)) == ended

    migrating.downgrade(database.engine, before_last)
    back = rows_of(database.engine, shapes[before_last])
    assert migrating.current(database.engine) == before_last
    assert set(lost({name: rows for name, rows in back.items() if rows}, now)) == set()
    assert {name: len(rows) for name, rows in back.items()} == {name: len(now[name]) for name in back}

    migrating.upgrade(database.engine)
    assert migrating.is_current(database.engine)


@pytest.mark.parametrize("revision", RELEASED)
def test_what_a_version_stored_is_there_after_the_upgrade_and_one_step_back(
    postgres_url: str, tmp_path: Path, shapes: dict[str, list[Table]], revision: str
) -> None:
    shape = shapes[revision]
    made = made_at(tmp_path, revision)
    rows = rows_of(made.engine, shape)
    with postgres_database(postgres_url) as url:
        other = Database(url)
        migrating.upgrade(other.engine, revision)
        for database in (made, other):
            assert_kept(database, revision, filled(database, revision, shape, rows), shapes)
        other.close()
    made.close()


def test_a_migration_that_loses_something_is_convicted(tmp_path: Path, shapes: dict[str, list[Table]]) -> None:
    last = RELEASED[-1]
    database = made_at(tmp_path, last)
    held = filled(database, last, shapes[last], {})
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE lead SET contact = NULL"))
        connection.execute(text("DELETE FROM mailbox"))

    found = set(lost(held, rows_of(database.engine, shapes[last])))
    database.close()

    assert {one.split(":")[0] for one in found} == {"lead", "mailbox"}
