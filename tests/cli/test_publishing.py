"""`prescreen publish`, and what commands read where published criteria are served."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from prescreen.cli.base.context import opened, todays_catalog
from prescreen.database import Database
from prescreen.storage import editions
from tests.catalog import folders
from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def _published(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRESCREEN_PUBLISHED_CRITERIA", "on")


def numbers(database: Database) -> list[int]:
    with database.reading() as session:
        return [one.number for one in editions.listed(session)]


def test_the_first_edition_is_in_force_at_once_and_the_next_in_half_a_minute(
    run: Run, folder: Path, database: Database
) -> None:
    first = run("publish", folder)
    folders.write(folder, folders.altered(folders.TRIAL, "A pill for leg pain", "Another pill"))
    second = run("publish", folder)

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.output.startswith("edition 1 is in force from ")
    assert second.output.startswith("edition 2 is in force from ")
    with database.reading() as session:
        one, other = editions.listed(session)
    assert one.in_force_at <= datetime.now(UTC) < other.in_force_at


def test_a_folder_with_faults_is_refused_and_nothing_is_stored(run: Run, folder: Path, database: Database) -> None:
    folders.write(folder, folders.altered(folders.TRIAL, "title: A pill", "titel: A pill"))

    refused = run("publish", folder)

    assert refused.exit_code == 1
    assert "titel" in refused.output
    assert numbers(database) == []


def test_what_did_not_change_is_not_published_again(run: Run, folder: Path, database: Database) -> None:
    run("publish", folder)

    assert run("publish", folder).output == "nothing changed since edition 1\n"
    assert numbers(database) == [1]


def test_commands_read_the_edition_in_force_and_not_the_folder(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRESCREEN_CRITERIA", str(folder))
    run("publish", folder)
    shutil.rmtree(folder)

    assert [*todays_catalog().trials] == ["T1"]
    with opened() as tools:
        assert tools.settings.criteria.name.startswith("1-")


def test_to_serve_before_anything_was_published_is_refused_in_one_line(run: Run) -> None:
    refused = run("serve")

    assert refused.exit_code == 1
    assert refused.output.count("\n") == 1
    assert "run `prescreen publish DIR`" in refused.output
