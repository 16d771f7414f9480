import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from prescreen import database as schema
from prescreen.database import Database
from prescreen.storage.tables import Base


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Database]:
    opened = Database(empty_database_url)
    yield opened
    opened.close()


def test_the_models_are_what_the_migrations_make(empty: Database) -> None:
    schema.upgrade(empty.engine)

    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_an_empty_database_is_not_current_until_it_is_upgraded(empty: Database) -> None:
    assert (schema.current(empty.engine), schema.is_current(empty.engine)) == (None, False)

    schema.upgrade(empty.engine)

    newest = max(path.stem for path in (schema.MIGRATIONS / "versions").glob("*.py"))
    assert (schema.current(empty.engine), schema.is_current(empty.engine)) == (newest, True)


def test_upgrading_twice_changes_nothing(empty: Database) -> None:
    schema.upgrade(empty.engine)
    schema.upgrade(empty.engine)

    assert schema.is_current(empty.engine)


def test_a_downgrade_leaves_no_table(empty: Database) -> None:
    schema.upgrade(empty.engine)

    schema.downgrade(empty.engine, "base")

    assert inspect(empty.engine).get_table_names() == ["alembic_version"]
    schema.upgrade(empty.engine)


def test_two_that_upgrade_at_once_do_not_disturb_each_other(empty_database_url: str) -> None:
    runners = [Database(empty_database_url) for _ in range(3)]

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda database: schema.upgrade(database.engine), runners))

    assert [schema.is_current(database.engine) for database in runners] == [True] * 3
    for database in runners:
        database.close()


@pytest.mark.parametrize("other", ["0001_first_tables", "9999_future"])
def test_a_database_that_branches_have_migrated_is_not_current(empty: Database, other: str) -> None:
    schema.upgrade(empty.engine)
    newest = schema.current(empty.engine)
    with empty.engine.begin() as connection:
        connection.execute(text("INSERT INTO alembic_version VALUES (:other)"), {"other": other})

    assert not schema.is_current(empty.engine)
    assert schema.current(empty.engine) == ", ".join(sorted([other, str(newest)]))


def test_every_migration_is_numbered_and_named_like_its_file() -> None:
    paths = sorted((schema.MIGRATIONS / "versions").glob("*.py"))

    assert paths
    for path, before in zip(paths, ["None", *(f'"{path.stem}"' for path in paths)], strict=False):
        assert f'revision = "{path.stem}"' in path.read_text()
        assert f"down_revision = {before}\n" in path.read_text()
        assert re.fullmatch(r"\d{4}_[a-z_]+", path.stem)
