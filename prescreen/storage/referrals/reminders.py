"""Queries about reminders: what a recruiter wants to be reminded of, encrypted."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from prescreen.storage.base.encryption import KeyRing
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.tables import Reminder

_TABLE = "reminder"


@dataclass(frozen=True, slots=True)
class StoredReminder:
    """A reminder that is open or, if `done_at` is given, done."""

    id: UUID
    referral_id: UUID
    recruiter_id: UUID
    due_at: datetime
    text: str = field(repr=False)
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a recruiter wants to be reminded of, and when."""

    due_at: datetime
    text: str = field(repr=False)


def add(session: Session, ring: KeyRing, about: tuple[UUID, UUID], wanted: Wanted, at: datetime) -> UUID:
    """Store a reminder and return its id. `about` holds the ids of the referral and of the recruiter to remind."""
    reminder_id, (referral_id, recruiter_id) = new_id(at), about
    row = {
        "id": reminder_id,
        "referral_id": referral_id,
        "recruiter_id": recruiter_id,
        "due_at": wanted.due_at,
        "content": ring.seal(wanted.text.encode(), _TABLE, str(reminder_id)),
        "created_at": at,
        "done_at": None,
    }
    session.execute(insert(Reminder), [row])
    return reminder_id


def find(session: Session, ring: KeyRing, reminder_id: UUID) -> StoredReminder | None:
    """Return the reminder with this id; None where there is none."""
    return next(iter(_found(session, ring, Reminder.id == reminder_id)), None)


def waiting_on(session: Session, ring: KeyRing, referral_id: UUID) -> list[StoredReminder]:
    """Return the open reminders of a referral, the most urgent first."""
    return _found(session, ring, Reminder.referral_id == referral_id, Reminder.done_at.is_(None))


def waiting_for(session: Session, ring: KeyRing, recruiter_id: UUID, limit: int) -> list[StoredReminder]:
    """Return at most `limit` open reminders of one recruiter, the most urgent first."""
    return _found(session, ring, Reminder.recruiter_id == recruiter_id, Reminder.done_at.is_(None), limit=limit)


def earliest(
    session: Session, ring: KeyRing, referral_ids: Collection[UUID], recruiter_id: UUID
) -> dict[UUID, StoredReminder]:
    """Return the most urgent open reminder of a recruiter on each of these referrals; none where there is none."""
    of_these = Reminder.recruiter_id == recruiter_id, Reminder.referral_id.in_(referral_ids)
    found = _found(session, ring, *of_these, Reminder.done_at.is_(None))
    return {one.referral_id: one for one in reversed(found)}


def _found(
    session: Session, ring: KeyRing, *which: ColumnElement[bool], limit: int | None = None
) -> list[StoredReminder]:
    query = select(Reminder).where(*which).order_by(Reminder.due_at, Reminder.id).limit(limit)
    return [_stored(ring, row) for row in session.scalars(query.execution_options(populate_existing=True))]


def _stored(ring: KeyRing, row: Reminder) -> StoredReminder:
    text = ring.open(row.content, _TABLE, str(row.id)).decode() if row.content is not None else ""
    return StoredReminder(row.id, row.referral_id, row.recruiter_id, row.due_at, text, row.done_at)


def finish(session: Session, reminder_id: UUID, at: datetime) -> bool:
    """Mark a reminder as done; return False where it was done before."""
    waiting = (Reminder.id == reminder_id, Reminder.done_at.is_(None))
    done = session.execute(update(Reminder).where(*waiting).values(done_at=at).returning(Reminder.id))
    return done.first() is not None


def erase(session: Session, referral_ids: Collection[UUID]) -> None:
    """Delete all reminders of these referrals."""
    session.execute(delete(Reminder).where(Reminder.referral_id.in_(referral_ids)))
