"""When a person is to be called back: what the last call asked for stands in the referral."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import inspect, select

from prescreen import database as schema
from prescreen.database import Database
from prescreen.storage.accounts.recruiters import Assignment
from prescreen.storage.base.keys import Keys
from prescreen.storage.operations.invariants import BROKEN_WHERE
from prescreen.storage.referrals import call_log, referrals
from prescreen.storage.referrals.call_log import Call, CallOutcome, NewCall
from prescreen.storage.tables import Lead
from prescreen.workflow.participants import data_subject_rights
from tests.people import LATER, NOW, SHARE_A, TO_A, recruiter, submitted

SOON = NOW + timedelta(days=2)


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Database]:
    opened = Database(empty_database_url)
    yield opened
    opened.close()


class Called:
    """A person, and the calls to them."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self.database, self.keys = database, keys
        self.lead_id = submitted(database, keys, consents=(SHARE_A,), referrals=(TO_A,)).lead_id
        self.by = recruiter(database, Assignment(TO_A.trial_id)).id
        with database.reading() as session:
            self.referral_id: UUID = referrals.of_lead(session, self.lead_id)[0].id

    def call(self, at: datetime, back: datetime | None) -> None:
        new = NewCall(self.referral_id, self.by, at, Call(CallOutcome.NO_ANSWER, call_back_at=back))
        with self.database.writing() as session:
            call_log.add(session, self.keys.ring, new)

    def call_back_at(self) -> datetime | None:
        with self.database.reading() as session:
            found = referrals.find(session, self.referral_id)
        assert found is not None
        return found.call_back_at


def test_the_last_call_decides_even_if_an_earlier_one_is_written_after_it(database: Database, keys: Keys) -> None:
    person = Called(database, keys)

    person.call(LATER, SOON)
    person.call(NOW, None)
    assert person.call_back_at() == SOON
    person.call(LATER + timedelta(hours=1), None)

    assert person.call_back_at() is None
    with database.reading() as session:
        broken = BROKEN_WHERE["a person is called back when the last call asked for it"]
        assert session.scalars(select(Lead.id).where(broken)).all() == []


def test_nothing_is_left_of_it_once_the_person_withdraws(database: Database, keys: Keys) -> None:
    person = Called(database, keys)
    person.call(LATER, SOON)

    with database.writing() as session:
        data_subject_rights.withdraw(session, person.lead_id, person.referral_id, LATER)

    assert person.call_back_at() is None


def test_an_older_database_gets_it_from_its_log(empty: Database, keys: Keys) -> None:
    schema.upgrade(empty.engine)
    person = Called(empty, keys)
    person.call(NOW, SOON + timedelta(days=9))
    person.call(LATER, SOON)
    schema.downgrade(empty.engine, "0012_applicable_answers")
    assert "call_back_at" not in {one["name"] for one in inspect(empty.engine).get_columns("referral")}

    schema.upgrade(empty.engine)

    assert person.call_back_at() == SOON
