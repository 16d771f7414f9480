"""Reminders: what a recruiter wants to be reminded of, and when."""

from dataclasses import dataclass
from uuid import UUID

from prescreen.storage import Session, Transactions
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.audit import events
from prescreen.storage.participants import leads, person_lock
from prescreen.storage.participants.contacts import open_contact
from prescreen.storage.referrals import referrals, reminders
from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.storage.referrals.reminders import StoredReminder
from prescreen.storage.referrals.reminders import Wanted as Wanted
from prescreen.workflow.participants.participant_letters import Desk
from prescreen.workflow.referrals.teamwork import ChangeOutcome, Result, done, may_work, record, to_work

MOST_REMINDER = 300
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class ListedReminder:
    """A reminder, with the person whom it is about."""

    reminder: StoredReminder
    referral: StoredReferral
    name: str


def remind(session: Session, desk: Desk, who: Account, referral_id: UUID, wanted: Wanted) -> Result:
    """Store a reminder for the recruiter who asks for it."""
    referral = to_work(session, who, referral_id, desk.now)
    if isinstance(referral, Result):
        return referral
    if fault := _fault(desk, wanted):
        return Result(fault, referral)
    reminder_id = reminders.add(session, desk.keys.ring, (referral.id, who.id), wanted, desk.now)
    record(session, who, events.Action.REMINDER_SET, referral.id, desk.now, reminder=str(reminder_id))
    return done(session, referral.id)


def _fault(desk: Desk, wanted: Wanted) -> ChangeOutcome | None:
    if not wanted.text:
        return ChangeOutcome.EMPTY
    if len(wanted.text) > MOST_REMINDER:
        return ChangeOutcome.LONG_REMINDER
    return ChangeOutcome.PAST if wanted.due_at <= desk.now else None


def finish(session: Session, desk: Desk, who: Account, reminder_id: UUID) -> Result:
    """Mark a reminder as done: the recruiter's own, or a colleague's on a referral that both may work on."""
    person_lock.hold_behind_reminder(session, reminder_id)
    reminder = reminders.find(session, desk.keys.ring, reminder_id)
    if reminder is None:
        return Result(ChangeOutcome.NOT_FOUND)
    referral = to_work(session, who, reminder.referral_id, desk.now)
    if isinstance(referral, Result):
        return referral
    if reminders.finish(session, reminder_id, desk.now):
        record(session, who, events.Action.REMINDER_DONE, referral.id, desk.now, reminder=str(reminder_id))
    return done(session, referral.id)


def my_reminders(database: Transactions, desk: Desk, who: Account) -> list[ListedReminder]:
    """Record whose names are shown, then return a recruiter's reminders with these names, the most urgent first.

    Only the record is a writing transaction.
    """
    with database.reading() as session:
        listed = _my_reminders(session, desk, who)
    if listed:
        with database.writing() as session:
            _record_listing(session, desk, who, listed)
    return listed


def _my_reminders(session: Session, desk: Desk, who: Account) -> list[ListedReminder]:
    waiting = reminders.waiting_for(session, desk.keys.ring, who.id, MOST_LISTED)
    found = [(one, referral) for one in waiting if (referral := referrals.find(session, one.referral_id))]
    mine = [(one, referral) for one, referral in found if may_work(who, referral)]
    people = leads.contacts(session, {referral.lead_id for _, referral in mine})
    return [
        ListedReminder(one, referral, open_contact(desk.keys.ring, referral.lead_id, people[referral.lead_id]).name)
        for one, referral in mine
        if referral.lead_id in people
    ]


def _record_listing(session: Session, desk: Desk, who: Account, listed: list[ListedReminder]) -> None:
    actor, subject = events.recruiter(who.id), events.Subject("recruiter", str(who.id))
    details = {events.REFERRALS: sorted({str(one.referral.id) for one in listed})}
    events.record(session, events.Event(desk.now, actor, events.Action.REMINDERS_VIEWED, subject, details))
