"""A backup holds the database as it was at one moment, and a restore brings back all of it but who was deleted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import MetaData, Table, insert, select
from sqlalchemy.engine import Engine

from benchmarks.participants.rivalling_actions import Person
from prescreen import database as schema
from prescreen.config import EncryptionKey
from prescreen.database import Database
from prescreen.storage import Session
from prescreen.storage.backup import contents
from prescreen.storage.backup.manifest import Origin, TableOf
from prescreen.storage.backup.sealed_frames import Frame, opened, sealed
from prescreen.storage.base.deletion_list import DeletionList
from prescreen.storage.base.encryption import KeyRing
from prescreen.storage.base.keys import Keys
from prescreen.storage.operations.invariants import violations
from prescreen.storage.participants import leads
from prescreen.storage.tables import AuditEvent, Base, Lead
from prescreen.workflow.operations import backing_up, restoring
from prescreen.workflow.operations.backing_up import Backup, BackupError, Reading, backed_up, verified
from prescreen.workflow.participants import data_subject_rights
from tests.backups import backup_of, restored
from tests.people import LATER, NOW, submitted
from tests.people_first import about_people

# The restore itself is recorded.
RECORDED = "audit_event"


@pytest.fixture
def target(empty_database_url: str) -> Iterator[Database]:
    """Open a database without tables, on SQLite and then on PostgreSQL."""
    opened = Database(empty_database_url)
    yield opened
    opened.close()


def delete(database: Database, lead_id: UUID) -> None:
    with database.writing() as session:
        assert data_subject_rights.delete(session, lead_id, LATER)


def rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table, as Python reads it."""
    with database.reading() as session:
        found = {name: session.execute(select(table)).all() for name, table in Base.metadata.tables.items()}
    return {name: sorted((tuple(row) for row in some), key=repr) for name, some in found.items()}


@pytest.mark.usefixtures("somebody")
def test_a_restored_database_holds_every_row_of_either_database(
    database: Database, target: Database, keys: Keys, deletions: DeletionList
) -> None:
    made = backup_of(database, keys, deletions)
    restored(target, made, keys, deletions)

    before, after = rows(database), rows(target)
    assert len([name for name, some in before.items() if some]) > 15
    for name in before.keys() - contents.LEFT_OUT - {RECORDED}:
        assert after[name] == before[name], name
    assert [row for row in before[RECORDED] if row not in after[RECORDED]] == []
    assert schema.is_current(target.engine)
    with target.reading() as session:
        assert violations(session) == []


@pytest.mark.usefixtures("somebody")
def test_a_backup_of_what_was_restored_has_the_same_digests(
    database: Database, target: Database, keys: Keys, deletions: DeletionList
) -> None:
    if database.engine.dialect.name != target.engine.dialect.name:
        pytest.skip("each database writes JSON in its own way")
    first = backup_of(database, keys, deletions).manifest
    restored(target, backup_of(database, keys, deletions, "second"), keys, deletions)

    again = backup_of(target, keys, deletions, "again").manifest

    assert {name for name in first.tables if first.tables[name] != again.tables[name]} == {RECORDED}


@pytest.mark.usefixtures("somebody")
def test_new_rows_are_numbered_behind_those_that_were_restored(
    database: Database, target: Database, keys: Keys, deletions: DeletionList
) -> None:
    restored(target, backup_of(database, keys, deletions), keys, deletions)

    submitted(target, keys, id="another")

    with target.reading() as session:
        numbers = session.scalars(select(AuditEvent.sequence).order_by(AuditEvent.sequence)).all()
    assert len(set(numbers)) == len(numbers) > len(rows(database)[RECORDED])


def about(database: Database, lead_id: UUID) -> dict[str, list[dict[str, object]]]:
    """Return the rows of every table that name a person, or something of theirs; ids and times left out."""
    found: dict[str, list[dict[str, object]]] = {}
    with database.reading() as session:
        known = _of_person(session, lead_id)
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)).mappings():
                if any(str(one) in repr(dict(row)) for one in known):
                    found.setdefault(table.name, []).append(_comparable(table, dict(row)))
    return {name: sorted(some, key=repr) for name, some in found.items()}


def _of_person(session: Session, lead_id: UUID) -> set[UUID]:
    """Return the ids of the person and of everything that refers to them."""
    known = {lead_id}
    for table in Base.metadata.sorted_tables:
        if table.name in about_people():
            rows = session.execute(select(table)).mappings()
            some = [row for row in rows if any(str(one) in repr(dict(row)) for one in known)]
            ids = {row[column.name] for row in some for column in table.primary_key}
            known |= {one for one in ids if isinstance(one, UUID)}
    return known


def _comparable(table: Table, row: dict[str, object]) -> dict[str, object]:
    made_new = {column.name for column in table.columns if column.name in ("id", "at", "sequence", "deleted_at")}
    return {name: value for name, value in row.items() if name not in made_new}


def test_who_was_deleted_after_the_backup_is_gone_in_every_table(
    database: Database, target: Database, keys: Keys, deletions: DeletionList, somebody: Person
) -> None:
    made = backup_of(database, keys, deletions)
    before = about(database, somebody.lead_id)
    delete(database, somebody.lead_id)

    assert restored(target, made, keys, deletions).deleted == 1

    live, after = about(database, somebody.lead_id), about(target, somebody.lead_id)
    # What is left of them is what the deletion itself left, in the live database: tombstones.
    by_operator = ("actor_kind", "actor_id")
    for some in (live, after):
        told = [{k: v for k, v in one.items() if k not in by_operator} for one in some[RECORDED]]
        some[RECORDED] = sorted(told, key=repr)
    assert {"answer", "packed_answers", "search_token", "invitation"} <= before.keys() - after.keys()
    for name in live:
        assert after[name] == live[name], name
    assert after.keys() == live.keys()
    with target.reading() as session:
        assert violations(session) == []


def test_without_the_list_that_test_would_find_them(
    database: Database, target: Database, keys: Keys, deletions: DeletionList, somebody: Person
) -> None:
    made = backup_of(database, keys, deletions)
    delete(database, somebody.lead_id)
    forgetful = DeletionList(deletions.file.with_name("other.list"), keys.of_deletions)
    forgetful.begin()

    assert restored(target, made, keys, forgetful).deleted == 0

    assert about(target, somebody.lead_id).keys() >= {"answer", "packed_answers", "search_token"}


def test_nothing_of_a_deleted_person_is_left_in_the_files_of_sqlite(
    database: Database, keys: Keys, deletions: DeletionList, somebody: Person, tmp_path: Path
) -> None:
    made = backup_of(database, keys, deletions)
    with database.reading() as session:
        lead = leads.find(session, somebody.lead_id)
    assert lead is not None
    assert lead.contact is not None
    delete(database, somebody.lead_id)
    target = Database(f"sqlite:///{tmp_path / 'restored.sqlite3'}")

    restored(target, made, keys, deletions)

    assert [file.name for file in tmp_path.glob("restored.sqlite3*") if lead.contact in file.read_bytes()] == []
    target.close()


def test_who_is_on_the_list_but_was_not_erased_is_erased_by_a_restore(
    database: Database, target: Database, keys: Keys, deletions: DeletionList, somebody: Person
) -> None:
    made = backup_of(database, keys, deletions)
    with database.writing() as session:
        data_subject_rights.delete(session, somebody.lead_id, LATER)
        # As if the process were killed before the commit.
        session.rollback()

    assert restored(target, made, keys, deletions).deleted == 1


def test_nobody_is_erased_whom_the_list_cannot_hold(
    database: Database, keys: Keys, deletions: DeletionList, somebody: Person
) -> None:
    deletions.file.mkdir()

    with pytest.raises(OSError, match="directory"), database.writing() as session:
        data_subject_rights.delete(session, somebody.lead_id, LATER)

    assert "answer" in about(database, somebody.lead_id)


def test_a_backup_is_of_one_moment_while_others_write(
    database: Database, target: Database, keys: Keys, deletions: DeletionList, somebody: Person
) -> None:
    expected = {name: len(some) for name, some in rows(database).items()}
    making = backed_up(database, keys, deletions, NOW)
    begun = [next(making), next(making)]
    submitted(database, keys, id="meanwhile")
    delete(database, somebody.lead_id)
    path = deletions.file.with_name("backup")
    path.write_bytes(b"".join((*begun, *making)))

    found = {name: one.rows for name, one in verified(path, keys).manifest.tables.items()}

    assert found == {name: expected[name] + (name == RECORDED) for name in found}
    assert restored(target, verified(path, keys), keys, deletions).deleted == 1


def test_sessions_and_attempts_are_in_no_backup() -> None:
    held = {table.name for table in contents.tables()}

    assert held | contents.LEFT_OUT == set(Base.metadata.tables)
    assert contents.LEFT_OUT.isdisjoint(about_people())


@pytest.mark.usefixtures("somebody")
def test_a_restore_that_fails_in_its_midst_leaves_everything_as_it_was(
    database: Database, keys: Keys, deletions: DeletionList
) -> None:
    made = backup_of(database, keys, deletions)
    unfit = deletions.file.with_name("unfit")
    frames = [frame for frame in opened(keys.ring, made.path) if not is_table(frame, "referral")]
    unfit.write_bytes(b"".join(sealed(keys.ring, frames)))
    before = rows(database)

    with pytest.raises(BackupError), database.rebuilding() as (session, migrate):
        restoring.restore(session, migrate, Reading(unfit, keys), restoring.deleted_since(made, deletions, ()), LATER)

    assert rows(database) == before


def is_table(frame: Frame, name: str) -> bool:
    return frame.kind == b"T" and json.loads(frame.content)["name"] == name


@pytest.mark.usefixtures("somebody")
def test_a_restore_replaces_what_was_there(database: Database, keys: Keys, deletions: DeletionList) -> None:
    made = backup_of(database, keys, deletions)
    before = rows(database)
    submitted(database, keys, id="after the backup")

    restored(database, made, keys, deletions)

    after = rows(database)
    assert {name for name in before if before[name] != after[name]} == {RECORDED}


@pytest.mark.usefixtures("somebody")
def test_a_database_with_people_is_replaced_only_where_that_is_meant(
    database: Database, target: Database, keys: Keys
) -> None:
    with database.rebuilding() as (session, _), pytest.raises(BackupError, match="people: 2, accounts: 1"):
        restoring.refuse_replacing(session)
    with target.rebuilding() as (session, _):
        restoring.refuse_replacing(session)


@pytest.fixture(params=sorted(schema.known_revisions()))
def old(request: pytest.FixtureRequest, target: Database, tmp_path: Path, keys: Keys) -> Backup:
    """Return a backup of a database with an older schema and a lead in it, as the version of that time made it."""
    schema.upgrade(target.engine, request.param)
    tables = add_a_lead(target.engine)
    path = tmp_path / "old"
    with pytest.MonkeyPatch.context() as patched, target.reading() as session:
        patched.setattr(contents, "tables", lambda: tables)
        origin = Origin(request.param, "then", "x", keys.check.hex(), 0, sha256().hexdigest())
        path.write_bytes(b"".join(sealed(keys.ring, backing_up._frames(session, origin))))
    return verified(path, keys)


def test_a_backup_of_every_older_schema_is_brought_up_to_this_one(
    old: Backup, target: Database, keys: Keys, deletions: DeletionList
) -> None:
    deletions.begin()

    restored(target, old, keys, deletions)

    assert schema.is_current(target.engine)
    with target.reading() as session:
        assert session.scalar(select(Lead.reference)) == "LP-7K3F-2M"


def add_a_lead(engine: Engine) -> list[TableOf]:
    """Store a lead by the schema that is there; return its tables."""
    found = MetaData()
    found.reflect(engine)
    table = found.tables["lead"]
    is_sqlite = engine.dialect.name == "sqlite"
    values: dict[str, object] = {
        "id": UUID(int=7).hex if is_sqlite else UUID(int=7),
        "reference": "LP-7K3F-2M",
        "contact": b"sealed",
        "language": "en",
        "is_test": False,
        "created_at": NOW.replace(tzinfo=None) if is_sqlite else NOW,
        "link_generation": 1,
    }
    with engine.begin() as connection:
        connection.execute(insert(table).values(values))
    return [
        TableOf(one.name, tuple(one.columns.keys())) for one in found.sorted_tables if one.name != "alembic_version"
    ]


@pytest.fixture
def made(database: Database, keys: Keys, deletions: DeletionList) -> Backup:
    return backup_of(database, keys, deletions)


def test_a_schema_that_this_version_does_not_know_is_refused(made: Backup, keys: Keys) -> None:
    with pytest.raises(BackupError, match=r"its schema is \w+, which this version does not know"):
        restoring.refuse_unfit(made, keys, {"0001_first_tables"})


def test_another_secret_key_is_refused_since_the_list_would_name_nobody(made: Backup, keys: Keys) -> None:
    other = Keys.derived("another secret for tests, and nothing else", keys.ring)

    with pytest.raises(BackupError, match="another secret key"):
        restoring.refuse_unfit(made, other, schema.known_revisions())


def test_a_backup_does_not_open_with_other_keys(made: Backup) -> None:
    other = Keys.derived("x", KeyRing([EncryptionKey("k9", bytes(range(9, 41)))]))

    with pytest.raises(BackupError, match="has no key 'k1'"):
        verified(made.path, other)


def test_a_list_that_the_backup_did_not_know_is_refused(
    database: Database, keys: Keys, deletions: DeletionList, somebody: Person
) -> None:
    delete(database, somebody.lead_id)
    made = backup_of(database, keys, deletions)
    deletions.file.unlink()
    deletions.begin()

    with pytest.raises(BackupError, match="not the list of deletions that the backup knew"):
        restoring.deleted_since(made, deletions, ())


def test_rows_that_are_not_those_of_the_manifest_are_refused(made: Backup, keys: Keys) -> None:
    frames = list(opened(keys.ring, made.path))
    forged = [replace(one, content=one.content[:-4] + b"}" * 4) if one.kind == b"C" else one for one in frames]
    fewer = [one for one in frames if one.kind != b"L"]
    for wrong in (forged, fewer, frames[1:], frames[:-1], [*frames, frames[-1]]):
        made.path.write_bytes(b"".join(sealed(keys.ring, wrong)))
        with pytest.raises(BackupError):
            verified(made.path, keys)
