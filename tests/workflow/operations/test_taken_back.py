"""What people took back after a backup is taken back again when it is restored, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from benchmarks.participants.rivalling_actions import Person
from prescreen.database import Database
from prescreen.storage.base.deletion_list import DeletionList
from prescreen.storage.base.keys import Keys
from prescreen.storage.operations.invariants import violations
from prescreen.storage.participants import consents
from prescreen.storage.participants.purposes import PURPOSES, Purpose
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.participants.data_subject_rights import HeldData, held_data
from tests.backups import backup_of, restored
from tests.people import LATER


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Database]:
    """Open a database without tables; tests of backups restore into either kind."""
    opened = Database(f"sqlite:///{tmp_path / 'restored.sqlite3'}")
    yield opened
    opened.close()


def held(database: Database, keys: Keys, lead_id: UUID) -> HeldData:
    with database.reading() as session:
        assert violations(session) == []
        found = held_data(session, keys, lead_id)
    assert found is not None
    return found


OPTIONAL = [purpose for purpose in Purpose if not PURPOSES[purpose].is_required]


def test_consents_that_were_withdrawn_since_are_withdrawn_again(
    database: Database, target: Database, keys: Keys, deletions: DeletionList, somebody: Person
) -> None:
    made = backup_of(database, keys, deletions)
    for purposes in (OPTIONAL[:1], OPTIONAL[1:]):
        with database.writing() as session:
            for purpose in purposes:
                data_subject_rights.withdraw_consent(session, somebody.lead_id, purpose, LATER)

        assert restored(target, made, keys, deletions).withdrawn == 1

        assert held(target, keys, somebody.lead_id) == held(database, keys, somebody.lead_id), purposes


def test_a_referral_that_was_withdrawn_since_is_withdrawn_again(
    database: Database, target: Database, keys: Keys, deletions: DeletionList, somebody: Person
) -> None:
    made = backup_of(database, keys, deletions)
    first, *others = held(database, keys, somebody.lead_id).referrals
    assert others
    with database.writing() as session:
        assert data_subject_rights.withdraw(session, somebody.lead_id, first.id, LATER)

    assert restored(target, made, keys, deletions).withdrawn == 1

    assert held(target, keys, somebody.lead_id) == held(database, keys, somebody.lead_id)


def test_who_withdrew_from_everything_since_has_withdrawn_from_everything(
    database: Database, target: Database, keys: Keys, deletions: DeletionList, somebody: Person
) -> None:
    made = backup_of(database, keys, deletions)
    with database.writing() as session:
        data_subject_rights.withdraw_consent(session, somebody.lead_id, Purpose.EMAIL, LATER)
        assert data_subject_rights.withdraw(session, somebody.lead_id, None, LATER)

    assert restored(target, made, keys, deletions).withdrawn == 1

    assert held(target, keys, somebody.lead_id) == held(database, keys, somebody.lead_id)


def test_what_was_withdrawn_before_the_backup_and_agreed_to_again_stays_agreed_to(
    database: Database, target: Database, keys: Keys, deletions: DeletionList, somebody: Person
) -> None:
    with database.writing() as session:
        data_subject_rights.withdraw_consent(session, somebody.lead_id, Purpose.EMAIL, LATER)
    _agree_again(database, keys, somebody.lead_id, Purpose.EMAIL)
    made = backup_of(database, keys, deletions)

    assert restored(target, made, keys, deletions).withdrawn == 0

    assert Purpose.EMAIL in data_subject_rights.in_force_of(held(target, keys, somebody.lead_id))


def _agree_again(database: Database, keys: Keys, lead_id: UUID, purpose: Purpose) -> None:
    [last, *_] = [one for one in held(database, keys, lead_id).consents if one.purpose is purpose]
    with database.writing() as session:
        consents.keep_another(session, lead_id, replace(last, given_at=LATER, withdrawn_at=None))
