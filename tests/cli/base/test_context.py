"""Commands refuse keys that are missing or not those of the database, and close a database that others could read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from prescreen.database import Database
from prescreen.storage.base.keys import ENCRYPTION_KEYS_FILE, SECRET_KEY_FILE, Keys
from tests.cli.conftest import Run
from tests.people import recruiter, submitted

FILES = (SECRET_KEY_FILE, ENCRYPTION_KEYS_FILE)
COMMANDS = (
    ("serve",),
    ("work", "--once"),
    ("outbox",),
    ("recruiters", "list"),
    ("recruiters", "invite", "--role", "administrator"),
    ("audit", "verify"),
    ("purge",),
)


@pytest.fixture
def person(database: Database, keys: Keys, run: Run) -> None:
    """Somebody who consented, and keys that are recorded."""
    submitted(database, keys)
    assert run("purge").exit_code == 0


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("name", FILES)
def test_no_command_runs_without_a_key_or_makes_another(
    instance: Path, run: Run, command: tuple[str, ...], name: str
) -> None:
    (instance / name).rename(instance / "elsewhere")

    result = run(*command)

    assert result.exit_code == 2
    assert result.stderr.startswith(f"{instance / name}: it is missing")
    assert result.stderr.count("\n") == 1
    assert not (instance / name).exists()
    (instance / "elsewhere").rename(instance / name)
    assert run("purge").exit_code == 0


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PRESCREEN_SECRET_KEY", "another secret for tests, and nothing else"),
        ("PRESCREEN_ENCRYPTION_KEYS", "k7:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
    ],
)
def test_no_command_runs_with_another_key_of_a_variable(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)

    result = run(*command)

    assert (result.exit_code, result.stderr.split(":")[0]) == (2, variable)
    assert value not in result.output


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize("name", FILES)
def test_an_account_alone_is_enough_for_keys_not_to_be_made(
    database: Database, instance: Path, run: Run, name: str
) -> None:
    recruiter(database)
    (instance / name).unlink()

    assert run("purge").exit_code == 2
    assert not (instance / name).exists()


@pytest.fixture
def files(database: Database, instance: Path) -> dict[str, Path]:
    """Return the database's files, by their endings."""
    with database.writing() as session:
        session.connection().exec_driver_sql("CREATE TABLE beside (one)")
    return {ending: instance / f"prescreen.sqlite3{ending}" for ending in ("", "-wal", "-shm")}


@pytest.mark.parametrize("ending", ["", "-wal", "-shm"])
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o666])
def test_a_database_that_others_could_read_is_closed_to_them_with_a_word(
    files: dict[str, Path], run: Run, caplog: pytest.LogCaptureFixture, ending: str, mode: int
) -> None:
    file = files[ending]
    file.chmod(mode)

    assert run("purge").exit_code == 0

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert f"could read {file}; it is now closed" in caplog.text


def test_all_files_beside_a_database_are_for_its_owner_alone(database: Database, instance: Path) -> None:
    before = os.umask(0)
    try:
        (instance / "prescreen.sqlite3").chmod(0o644)
        opened = Database(f"sqlite:///{instance / 'prescreen.sqlite3'}")
        with opened.writing() as session:
            session.connection().exec_driver_sql("CREATE TABLE beside (one)")
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in instance.glob("prescreen.sqlite3*")}
        opened.close()
    finally:
        os.umask(before)
    assert set(modes.values()) == {0o600}
