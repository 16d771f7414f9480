"""Counts of who is due, against the work list itself, on both databases."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from prescreen.database import Database
from prescreen.storage.accounts.recruiters import Assignment
from prescreen.storage.tables import Lead, Referral
from prescreen.storage.worklist import ordering
from prescreen.storage.worklist.due_counts import DUE, DueCount, due_counts
from prescreen.storage.worklist.order_parts import PartName, Urgency
from prescreen.storage.worklist.ordering import Order, Stretch, WorkListFilters
from tests.people import NOW, recruiter
from tests.storage.desks import Paper, desk

SCOPES = [
    (),
    (Assignment("T1"),),
    (Assignment("T1"), Assignment("T2", "leeds"), Assignment("T2", "york"), Assignment("T3", "york")),
]
SIZE = 600


def urgency(reader: UUID) -> Urgency:
    """Return a day at whose end every kind of urgency is there."""
    return Urgency(NOW, NOW + timedelta(hours=25), reader)


def counted(database: Database, scope: tuple[Assignment, ...], wanted: Urgency) -> list[DueCount]:
    with database.reading() as session:
        return due_counts(session, scope, wanted)


def in_the_list(
    database: Database, papers: list[Paper], scope: tuple[Assignment, ...], wanted: Urgency
) -> list[DueCount]:
    """Count the people of the work list whose part says that they are due today."""
    stretch = Stretch(Order.URGENT, SIZE, urgency=wanted)
    with database.reading() as session:
        marks = ordering.marks(session, scope, WorkListFilters(), stretch)
    known = {one["id"]: one for one in papers}
    found = Counter(
        (known[mark.id]["trial_id"], known[mark.id]["site_id"], mark.part)
        for mark in marks
        if mark.part in DUE and (mark.part is not PartName.WAITING or known[mark.id]["due_at"] < wanted.day_ends)
    )
    return sorted(DueCount(*key, number) for key, number in found.items())


@pytest.mark.parametrize("scope", SCOPES)
def test_counts_are_those_of_the_work_list(database: Database, scope: tuple[Assignment, ...]) -> None:
    reader = recruiter(database).id
    papers = desk(database, reader, SIZE)
    wanted = urgency(reader)

    found = counted(database, scope, wanted)

    assert found == in_the_list(database, papers, scope, wanted)
    assert {one.part for one in found} == (DUE if scope else set())


def test_another_readers_reminders_are_not_counted(database: Database) -> None:
    mine = recruiter(database)
    other = recruiter(database, email="other@example.org")
    desk(database, mine.id, SIZE)

    assert PartName.REMINDER not in {one.part for one in counted(database, SCOPES[-1], urgency(other.id))}


def test_test_leads_are_not_counted(database: Database) -> None:
    reader = recruiter(database).id
    desk(database, reader, SIZE)
    before = sum(one.count for one in counted(database, SCOPES[-1], urgency(reader)))
    with database.writing() as session:
        session.execute(update(Lead).where(Lead.id == Referral.lead_id, Referral.trial_id != "T1").values(is_test=True))

    after = counted(database, SCOPES[-1], urgency(reader))

    assert {one.trial_id for one in after} == {"T1"}
    assert 0 < sum(one.count for one in after) < before
