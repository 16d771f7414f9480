"""After a breach: who was shown in some time, to one account or to anybody."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from prescreen.database import Database
from prescreen.storage.audit import events
from prescreen.storage.audit.events import OPERATOR, REFERRALS, Action, Actor, Event, Subject
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants import leads
from prescreen.storage.referrals import referrals
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.participants.disclosures import How, Shown, disclosures, shown_people
from tests.people import LATER, NOW, submitted

RITA, OTHER = (events.recruiter(UUID(int=number)) for number in (1, 2))
DAY = timedelta(days=1)
ALWAYS = (NOW - DAY, NOW + 99 * DAY)
EXPORT = {"sites": ["leeds"], "states": [], "after": None, "with_identity": False}


@pytest.fixture
def people(database: Database, keys: Keys) -> list[UUID]:
    """Store three people with two referrals each; return the leads."""
    sent = [submitted(database, keys, id=str(number)) for number in range(3)]
    with database.reading() as session:
        found = [leads.with_reference(session, one.reference) for one in sent]
    return [one for one in found if one]


def of(database: Database, lead_id: UUID) -> list[UUID]:
    with database.reading() as session:
        return [one.id for one in referrals.of_lead(session, lead_id)]


def record(database: Database, at: datetime, actor: Actor, action: Action, subject: Subject, **details: object) -> None:
    with database.writing() as session:
        events.record(session, Event(at, actor, action, subject, details))


@pytest.fixture
def trail(database: Database, people: list[UUID]) -> None:
    """Let Rita open one person and see a list, somebody else see a list, and the operator export a trial."""
    first, second, third = (of(database, one)[0] for one in people)
    listed = Subject("trial", "NCT00000001")
    record(database, LATER, RITA, Action.REFERRAL_VIEWED, events.referral(first))
    record(database, LATER + DAY, RITA, Action.WORKLIST_VIEWED, listed, **{REFERRALS: [str(first), str(second)]})
    record(database, LATER + 2 * DAY, OTHER, Action.WORKLIST_VIEWED, listed, **{REFERRALS: [str(third)]})
    record(database, LATER + 3 * DAY, OPERATOR, Action.EXPORT_STARTED, listed, **EXPORT)
    record(database, LATER, RITA, Action.REFERRAL_REFUSED, events.referral(third))


def shown(database: Database, since: datetime, until: datetime, actor: Actor | None = None) -> list[Shown]:
    with database.reading() as session:
        return shown_people(session, since, until, actor)


def reference(database: Database, lead_id: UUID) -> str:
    with database.reading() as session:
        lead = leads.find(session, lead_id)
    assert lead
    return lead.reference


@pytest.mark.usefixtures("trail")
def test_an_account_shows_whom_it_opened_and_saw_in_lists(database: Database, people: list[UUID]) -> None:
    found = {one.reference: one for one in shown(database, *ALWAYS, RITA)}

    first, second, _ = (reference(database, one) for one in people)
    assert found == {
        first: Shown(first, frozenset({How.OPENED, How.LISTED}), 2, LATER, LATER + DAY),
        second: Shown(second, frozenset({How.LISTED}), 1, LATER + DAY, LATER + DAY),
    }


@pytest.mark.usefixtures("trail")
def test_the_time_begins_with_its_first_moment_and_ends_before_its_last(database: Database, people: list[UUID]) -> None:
    found = shown(database, LATER + DAY, LATER + 2 * DAY)

    assert {one.reference for one in found} == {reference(database, one) for one in people[:2]}
    assert shown(database, LATER + timedelta(seconds=1), LATER + DAY) == []


@pytest.mark.usefixtures("trail")
def test_for_everybody_it_says_what_each_persons_own_page_says(
    database: Database, keys: Keys, people: list[UUID]
) -> None:
    found = {one.reference: one for one in shown(database, *ALWAYS)}

    for lead_id in people:
        with database.reading() as session:
            held = data_subject_rights.held_data(session, keys, lead_id)
            assert held
            told = disclosures(session, held)
        one = found[held.reference]
        assert Counter(way.how for way in told).total() == one.times
        assert {way.how for way in told} == one.ways
        assert (told[0].at, told[-1].at) == (one.first, one.last)


@pytest.mark.usefixtures("trail")
def test_who_was_deleted_since_is_among_them_and_no_export_after_it_counts(
    database: Database, people: list[UUID]
) -> None:
    name = reference(database, people[0])
    with database.writing() as session:
        data_subject_rights.delete(session, people[0], LATER + 2 * DAY)

    [gone] = [one for one in shown(database, *ALWAYS) if one.reference == name]

    assert gone == Shown(name, frozenset({How.OPENED, How.LISTED}), 2, LATER, LATER + DAY)
