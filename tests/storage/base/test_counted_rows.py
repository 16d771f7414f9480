"""What counts the rows that a statement changed does so on both databases: the first wins, the second is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from prescreen.database import Database
from prescreen.storage import Session
from prescreen.storage.base.keys import Keys
from prescreen.storage.base.upserts import insert_once, is_one_row
from prescreen.storage.mail.referral_alerts import Subscriber, note_told
from prescreen.storage.referrals import reassignments
from prescreen.storage.tables import CriteriaEvidence, Recruiter, Referral
from prescreen.workflow.accounts.recruiters import Assignment
from tests.people import NOW, SHARE_A, TO_A, recruiter, submitted

Act = Callable[[Session], bool]


def inserting(database: Database, _: Keys) -> Act:
    return lambda session: insert_once(session, CriteriaEvidence, {"fingerprint": "f", "content": "{}"})


def ending(database: Database, keys: Keys) -> Act:
    promised = replace(TO_A, reply_within=timedelta(days=1), may_be_offered=True)
    submitted(database, keys, referrals=(promised,), consents=(SHARE_A,))
    who = recruiter(database, Assignment(TO_A.trial_id))
    with database.reading() as session:
        (referral_id,) = session.scalars(select(Referral.id))
    return lambda session: reassignments.end(session, referral_id, who.id, NOW + timedelta(days=30))


def noting(database: Database, _: Keys) -> Act:
    who = recruiter(database, Assignment(TO_A.trial_id))
    subscriber = Subscriber(who.id, who.news, None, None, NOW)
    return lambda session: note_told(session, subscriber, NOW)


ACTS = {"inserting": inserting, "ending": ending, "noting": noting}


@pytest.mark.parametrize("make", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize("together", [True, False], ids=["in one transaction", "in two"])
def test_the_first_is_told_yes_and_the_second_no(
    make: Callable[[Database, Keys], Act], together: bool, database: Database, keys: Keys
) -> None:
    act = make(database, keys)

    with database.writing() as session:
        told = [act(session), *([act(session)] if together else [])]
    with database.writing() as session:
        told += [] if together else [act(session)]

    assert told == [True, False]


def test_many_rows_and_none_are_not_one(database: Database) -> None:
    with database.writing() as session:
        for number in range(3):
            assert insert_once(session, CriteriaEvidence, {"fingerprint": f"f{number}", "content": "{}"})
        everything = update(CriteriaEvidence).values(content="[]")

        assert not is_one_row(session.execute(everything))
        assert is_one_row(session.execute(everything.where(CriteriaEvidence.fingerprint == "f1")))
        assert not is_one_row(session.execute(everything.where(CriteriaEvidence.fingerprint == "other")))


def test_rows_that_were_not_counted_are_no_answer(database: Database) -> None:
    with database.writing() as session:
        rows = session.execute(select(Recruiter.id))

        with pytest.raises(RuntimeError, match="did not count"):
            is_one_row(rows.freeze()())


def test_an_insert_that_asks_the_driver_for_its_count_is_convicted_on_postgresql(postgres: Database) -> None:
    """It took the count that is not there for a row that was there before."""
    with postgres.writing() as session:
        inserted = session.execute(insert(CriteriaEvidence.__table__), {"fingerprint": "f", "content": "{}"})

        with pytest.raises(RuntimeError, match="did not count"):
            is_one_row(inserted)
