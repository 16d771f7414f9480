"""After a breach: who was shown in some time, to one account or to anybody."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from prescreen.database import Database
from prescreen.storage.audit import events
from prescreen.storage.audit.events import OPERATOR, REFERRALS, Action, Actor, Event, Subject
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants import leads
from prescreen.storage.referrals import referrals, state_changes
from prescreen.storage.referrals.referrals import Page
from prescreen.storage.referrals.state_changes import StoredChange
from prescreen.storage.referrals.states import State
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.participants.disclosures import How, Shown, disclosures, shown_people
from tests.people import LATER, NOW, submitted

RITA, OTHER = (events.recruiter(UUID(int=number)) for number in (1, 2))
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
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


def moved(database: Database, referral_id: UUID, at: datetime, to: State) -> None:
    with database.writing() as session:
        before = referrals.find(session, referral_id)
        assert before
        state_changes.add(session, StoredChange(new_id(at), referral_id, at, None, before.state, to))
        state_changes.change(session, referral_id, state=to.value, state_changed_at=at)


def at_leeds(database: Database, lead_id: UUID) -> UUID:
    """Return the referral of a person that the exports here are about."""
    with database.reading() as session:
        every = referrals.of_lead(session, lead_id)
    [found] = [one.id for one in every if (one.trial_id, one.site_id) == ("NCT00000001", "leeds")]
    return found


def exported(database: Database, at: datetime, state: State, run: str, ended: datetime | None) -> None:
    """Record an export of one state of a trial, and its end if it has one."""
    trial, details = Subject("trial", "NCT00000001"), {**EXPORT, "states": [state.value], "run": run}
    record(database, at, OPERATOR, Action.EXPORT_STARTED, trial, **details)
    if ended:
        record(database, ended, OPERATOR, Action.EXPORT_ENDED, trial, **details)


def test_exports_of_some_states_count_for_those_who_were_in_them_then(database: Database, people: list[UUID]) -> None:
    own = {at_leeds(database, one): reference(database, one) for one in people}
    called, asked, out = State.CONTACTED, State.SCREENING, State.DECLINED
    steps = [(0, called), (1, called), (0, asked), (2, out), (0, called)]
    handed_out: Counter[str] = Counter()
    for number, (person, to) in enumerate(steps):
        at = LATER + number * DAY
        moved(database, list(own)[person], at, to)
        for state in (State.NEW, called, asked, out):
            exported(database, at + HOUR, state, f"{number} {state}", at + HOUR)
            with database.reading() as session:
                page = Page(100, newest_first=False)
                rows = referrals.of_trial(session, "NCT00000001", ["leeds"], page=page, states=[state])
            handed_out.update(own[one.id] for one in rows)

    assert {one.reference: one.times for one in shown(database, *ALWAYS)} == handed_out


@pytest.mark.parametrize(
    ("move_at", "ended", "is_shown"),
    [
        (LATER, LATER + 2 * HOUR, True),
        (LATER + 2 * HOUR, LATER + 3 * HOUR, True),
        (LATER + 4 * HOUR, LATER + 3 * HOUR, False),
        (LATER + 4 * HOUR, None, True),
    ],
    ids=["before it began", "while it was made", "after its end", "after an end that nobody recorded"],
)
def test_who_came_into_an_exported_state_counts_until_the_export_ended(
    database: Database, people: list[UUID], move_at: datetime, ended: datetime | None, is_shown: bool
) -> None:
    moved(database, at_leeds(database, people[0]), move_at, State.CONTACTED)
    exported(database, LATER + HOUR, State.CONTACTED, "an export", ended)

    expected = {reference(database, people[0])} if is_shown else set()
    assert {one.reference for one in shown(database, *ALWAYS)} == expected
