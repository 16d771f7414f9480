"""The lock on a person: one transaction at a time, in one order, and what is read after it is what was stored last."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from prescreen.database import Database
from prescreen.storage import Session
from prescreen.storage.base.keys import Keys
from prescreen.storage.cohort import packed_answers
from prescreen.storage.participants import leads, person_lock
from prescreen.storage.referrals import referrals, reminders
from prescreen.storage.referrals.reminders import Wanted
from prescreen.storage.tables import Lead, PackedAnswers
from tests.people import FUTURE, LATER, NOW, PHONE, SHARE_A, SHARE_B, recruiter, submitted

EMAIL_INDEX = b"index"


def people(database: Database, keys: Keys, count: int = 1, **changes: object) -> list[UUID]:
    consents = (SHARE_A, SHARE_B, PHONE, FUTURE)
    return sorted(
        submitted(database, keys, id=f"s{number}", consents=consents, **changes).lead_id for number in range(count)
    )


def waits(database: Database, held: Callable[[Session], object], wanted: Callable[[Session], object]) -> bool:
    """Return whether one transaction waits for another that is still open."""
    with database.writing() as holder:
        held(holder)
        try:
            with database.writing() as session:
                session.connection().exec_driver_sql("SET LOCAL lock_timeout = '300ms'")
                wanted(session)
        except Exception as error:
            if "lock timeout" not in str(error):
                raise
            return True
        return False


def test_a_person_who_is_there_is_returned_and_one_who_was_deleted_or_never_there_is_not(
    database: Database, keys: Keys
) -> None:
    here, gone = people(database, keys, 2)
    with database.writing() as session:
        leads.erase(session, gone, LATER)

    with database.writing() as session:
        assert person_lock.hold(session, here) == leads.find(session, here)
        assert person_lock.hold(session, gone) is None
        assert person_lock.hold(session, uuid4()) is None


def test_the_newest_people_of_an_address_are_returned_newest_first(database: Database, keys: Keys) -> None:
    oldest, *newer = people(database, keys, 4)
    with database.writing() as session:
        for lead_id in (oldest, *newer[:2]):
            leads.confirm_email(session, lead_id, EMAIL_INDEX)

    with database.writing() as session:
        found = person_lock.hold_with_email(session, [EMAIL_INDEX], 2)
        assert [one.id for one in found] == newer[1::-1]
        assert person_lock.hold_with_email(session, [b"another"], 2) == []


@pytest.mark.postgres
def test_each_way_to_name_a_person_waits_for_who_holds_them_and_for_no_other(postgres: Database, keys: Keys) -> None:
    here, other = people(postgres, keys, 2, is_test=True)
    account = recruiter(postgres)
    with postgres.writing() as session:
        leads.confirm_email(session, here, EMAIL_INDEX)
        [first, _] = referrals.of_lead(session, here)
        reminder = reminders.add(session, keys.ring, (first.id, account.id), Wanted(LATER, "Call."), NOW)
        packed_answers.keep(session, here, b"")
        place = session.scalars(select(PackedAnswers.place).where(PackedAnswers.lead_id == here)).one()
    ways: list[Callable[[Session], object]] = [
        lambda session: person_lock.hold(session, here),
        lambda session: person_lock.hold_behind(session, [first.id]),
        lambda session: person_lock.hold_behind_reminder(session, reminder),
        lambda session: person_lock.hold_at(session, [place]),
        lambda session: person_lock.hold_with_email(session, [EMAIL_INDEX], 5),
        lambda session: person_lock.hold_where(session, Lead.created_at < LATER, 1),
    ]

    for way in ways:
        assert waits(postgres, lambda session: person_lock.hold(session, here), way)
        assert not waits(postgres, lambda session: person_lock.hold(session, other), way)


@pytest.mark.postgres
def test_who_waited_reads_what_the_other_stored(postgres: Database, keys: Keys) -> None:
    [lead_id] = people(postgres, keys)
    with ThreadPoolExecutor(1) as pool:
        with postgres.writing() as session:
            person_lock.hold(session, lead_id)
            waiting = pool.submit(_held, postgres, lead_id)
            leads.erase(session, lead_id, LATER)
        assert waiting.result(timeout=20) is None


def _held(database: Database, lead_id: UUID) -> object:
    with database.writing() as session:
        assert leads.find(session, lead_id) is not None
        return person_lock.hold(session, lead_id)


def test_many_people_are_locked_in_any_order_without_a_deadlock(database: Database, keys: Keys) -> None:
    lead_ids = people(database, keys, 4)
    with database.reading() as session:
        referral_ids = [referrals.of_lead(session, lead_id)[0].id for lead_id in lead_ids]

    def lock(chosen: list[UUID]) -> None:
        with database.writing() as session:
            person_lock.hold_behind(session, chosen)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lock, [referral_ids, referral_ids[::-1]] * 20))


def test_a_deleted_person_confirms_no_address(database: Database, keys: Keys) -> None:
    [lead_id] = people(database, keys)
    with database.writing() as session:
        leads.erase(session, lead_id, LATER)
        leads.confirm_email(session, lead_id, EMAIL_INDEX)
        assert leads.with_email(session, [EMAIL_INDEX], 5) == []
