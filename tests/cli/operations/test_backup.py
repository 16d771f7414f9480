"""`prescreen db backup` and `prescreen db restore`: what is refused is told in a line, and nothing is changed."""

from __future__ import annotations

import shutil
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from prescreen.config import Settings
from prescreen.database import Database
from prescreen.storage.base.deletion_list import DeletionList
from prescreen.storage.base.keys import ENCRYPTION_KEYS_FILE, SECRET_KEY_FILE, Keys
from prescreen.storage.tables import AuditEvent, Lead
from prescreen.workflow.operations.key_checks import open_keys
from prescreen.workflow.participants import data_subject_rights
from tests.cli.conftest import Run
from tests.people import LATER, NOW, submitted

LIST = "deletions.list"
DATABASE = "prescreen.sqlite3"


@pytest.fixture
def backup(database: Database, keys: Keys, run: Run, tmp_path: Path) -> Path:
    """Return a backup of a database with a person."""
    submitted(database, keys)
    file = tmp_path / "monday.backup"
    result = run("db", "backup", file)
    assert (result.exit_code, result.output.splitlines()[0].split(":")[0]) == (0, str(file))
    return file


@pytest.fixture
def elsewhere(instance: Path, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the instance folder of a new machine, with the keys and the list of deletions, and no database."""
    assert backup
    folder = tmp_path / "elsewhere"
    folder.mkdir(mode=0o700)
    for name in (SECRET_KEY_FILE, ENCRYPTION_KEYS_FILE, LIST):
        shutil.copy(instance / name, folder / name)
    monkeypatch.setenv("PRESCREEN_INSTANCE", str(folder))
    return folder


def references(file: Path) -> list[str | None]:
    """Return the references of all leads; None for one that was deleted."""
    opened = Database(f"sqlite:///{file}")
    with opened.reading() as session:
        found = [lead.reference if lead.contact else None for lead in session.scalars(select(Lead))]
    opened.close()
    return found


def test_a_backup_is_closed_to_others_and_says_when_it_is_whole(backup: Path, run: Run) -> None:
    result = run("db", "backup", backup, "--verify")

    assert result.exit_code == 0
    assert f"{backup}: whole; made at" in result.output
    assert "1  lead\n" in result.output
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert backup.with_name("monday.backup.sha256").exists()
    assert not backup.with_name("monday.backup.part").exists()


def test_a_backup_brings_everybody_to_a_new_machine(backup: Path, elsewhere: Path, instance: Path, run: Run) -> None:
    result = run("db", "restore", backup)

    assert (result.exit_code, result.output.startswith("restored ")) == (0, True)
    assert "deleted again: 0" in result.output
    assert references(elsewhere / DATABASE) == references(instance / DATABASE)
    assert run("audit", "verify").exit_code == 0
    assert run("outbox").exit_code == 0


def test_backup_and_restore_are_on_record(backup: Path, elsewhere: Path, run: Run) -> None:
    run("db", "restore", backup)

    opened = Database(f"sqlite:///{elsewhere / DATABASE}")
    with opened.reading() as session:
        found = [(one.action, one.details.get("deleted")) for one in session.scalars(select(AuditEvent))]
    opened.close()
    assert found[-2:] == [("database_backed_up", None), ("database_restored", 0)]


def test_who_deletes_themselves_is_written_to_the_list_and_stays_deleted(
    backup: Path, database: Database, instance: Path, settings: Settings, run: Run
) -> None:
    open_keys(database, settings, NOW)
    with database.writing() as session:
        (lead,) = session.scalars(select(Lead))
        data_subject_rights.delete(session, lead.id, LATER)

    result = run("db", "restore", backup, "--replace")

    assert (result.exit_code, "deleted again: 1" in result.output) == (0, True)
    assert references(instance / DATABASE) == [None]


def test_people_who_are_there_are_replaced_only_with_replace(backup: Path, instance: Path, run: Run) -> None:
    before = (instance / DATABASE).read_bytes()

    result = run("db", "restore", backup)

    assert result.exit_code == 1
    assert result.output == (
        "the database is in use (people: 1, accounts: 0) and would be replaced; if that is meant, give --replace\n"
    )
    assert (instance / DATABASE).read_bytes() == before


@pytest.mark.parametrize("how", ["cut", "altered", "nothing", "something else"])
@pytest.mark.parametrize("command", [("restore", "--replace"), ("backup", "--verify")], ids="-".join)
def test_a_file_that_is_not_whole_is_refused_and_changes_nothing(
    backup: Path, instance: Path, run: Run, how: str, command: tuple[str, str]
) -> None:
    whole, before = backup.read_bytes(), (instance / DATABASE).read_bytes()
    half = len(whole) // 2
    altered = whole[:half] + bytes([whole[half] ^ 1]) + whole[half + 1 :]
    backup.write_bytes({"cut": whole[:-9], "altered": altered, "nothing": b"", "something else": before}[how])

    result = run("db", command[0], backup, *command[1:])

    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert str(backup) in result.output
    assert (instance / DATABASE).read_bytes() == before


def test_no_backup_replaces_a_file(backup: Path, run: Run) -> None:
    before = backup.read_bytes()

    result = run("db", "backup", backup)

    assert (result.exit_code, backup.read_bytes()) == (1, before)
    assert "is there already" in result.output


def test_a_folder_that_is_not_there_is_told_and_nothing_is_left(backup: Path, tmp_path: Path, run: Run) -> None:
    assert backup
    result = run("db", "backup", tmp_path / "nowhere" / "backup")

    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert "cannot be written" in result.output


TOLD = {
    LIST: (1, "the list of deletions is missing"),
    ENCRYPTION_KEYS_FILE: (2, "put the file back"),
    SECRET_KEY_FILE: (2, "put the file back"),
}


@pytest.mark.parametrize("name", TOLD)
def test_nothing_is_restored_without_the_keys_and_the_list(backup: Path, elsewhere: Path, run: Run, name: str) -> None:
    status, told = TOLD[name]
    (elsewhere / name).unlink()

    result = run("db", "restore", backup)

    assert (result.exit_code, result.output.count("\n")) == (status, 1)
    assert told in result.output
    assert not (elsewhere / name).exists()


def test_the_list_of_another_machine_counts_too(
    database: Database, settings: Settings, backup: Path, elsewhere: Path, run: Run
) -> None:
    open_keys(database, settings, NOW)
    with database.writing() as session:
        (lead,) = session.scalars(select(Lead))
        data_subject_rights.delete(session, lead.id, LATER)

    result = run("db", "restore", backup, "--deletions", settings.deletion_list)

    assert "deleted again: 1" in result.output
    assert references(elsewhere / DATABASE) == [None]


def test_a_restore_waits_for_nobody_who_keeps_the_database_for_long(
    backup: Path, database: Database, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prescreen.database.BUSY_TIMEOUT_MS", 50)
    with database.writing() as session:
        session.connection()
        result = run("db", "restore", backup, "--replace")

    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert "stop the service and try again" in result.output


def test_whom_a_command_deletes_is_on_the_list_too(
    database: Database, keys: Keys, settings: Settings, run: Run
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=8)
    lead_id = submitted(database, keys, is_test=True, submitted_at=long_ago).lead_id

    assert "test: deleted 1 older" in run("purge").output

    assert lead_id in DeletionList(settings.deletion_list, keys.of_deletions).names(())
