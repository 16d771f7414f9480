"""The tests' databases share what was compiled for one of them, and nothing else."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Compiled, select

from prescreen.database import Database
from prescreen.storage.tables import Recruiter
from tests.databases import sqlite_copy


def compiled(database: Database) -> Compiled | None:
    """Return what a query was compiled to."""
    with database.reading() as session:
        context = session.connection().execute(select(Recruiter.name)).context
    made: Compiled | None = context.compiled
    return made


def test_a_statement_is_compiled_for_one_database_and_found_for_the_next(
    sqlite_template: Path, tmp_path: Path, postgres: Database
) -> None:
    one, other = (Database(sqlite_copy(sqlite_template, tmp_path / name)) for name in ("one", "other"))

    first = compiled(one)

    assert first is not None
    assert compiled(other) is first
    assert compiled(postgres) is not first
    one.close()
    other.close()
