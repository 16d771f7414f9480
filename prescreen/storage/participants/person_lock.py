"""The lock on a person: the row of the lead, which every action of or about the person takes first.

Consents, referrals, answers and letters of one person are changed by one transaction at a time, and what the change
rests on is read only after the lock is held. Otherwise a withdrawal misses the referral that a site takes over at the
same moment. Several people are locked in the order of their ids, so that two transactions never deadlock; no other lock
on a person's rows is taken before it. SQLite has one writer at a time and ignores the lock.
"""

from collections.abc import Callable, Collection, Iterator
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from prescreen.storage.base.records import record
from prescreen.storage.participants.leads import StoredLead
from prescreen.storage.tables import Lead, PackedAnswers, Referral, Reminder


def hold(session: Session, lead_id: UUID) -> StoredLead | None:
    """Lock a person until the transaction ends, and return the lead; None where there is none, or it was deleted."""
    return next((lead for lead in _held(session, Lead.id == lead_id) if lead.deleted_at is None), None)


def hold_behind(session: Session, referral_ids: Collection[UUID]) -> None:
    """Lock the people of these referrals until the transaction ends."""
    _held(session, _behind(select(Referral.lead_id).where(Referral.id.in_(referral_ids))))


def hold_behind_reminder(session: Session, reminder_id: UUID) -> None:
    """Lock the person whom a reminder is about until the transaction ends."""
    named = select(Reminder.referral_id).where(Reminder.id == reminder_id)
    _held(session, _behind(select(Referral.lead_id).where(Referral.id.in_(named))))


def hold_at(session: Session, places: Collection[int]) -> None:
    """Lock the people whose packed answers lie at these places until the transaction ends."""
    _held(session, _behind(select(PackedAnswers.lead_id).where(PackedAnswers.place.in_(places))))


def hold_with_email(session: Session, indexes: Collection[bytes], limit: int) -> list[StoredLead]:
    """Lock at most `limit` leads who confirmed the address with any of these indexes; return the newest, newest first.

    The indexes are those of one address under the present and earlier keys.
    """
    other = aliased(Lead)
    newest = select(other.id).where(other.email_index.in_(indexes)).order_by(other.id.desc()).limit(limit)
    # The address is compared again: it may have been replaced while the transaction waited.
    return _held(session, _behind(newest), Lead.email_index.in_(indexes))[::-1]


def hold_same_email(
    session: Session, lead_id: UUID, indexes: Callable[[StoredLead], Collection[bytes]]
) -> list[StoredLead]:
    """Lock all leads who confirmed the address that this one confirmed, and return them: none if it confirmed none.

    `indexes` returns those of a lead's confirmed address, under the present and earlier keys. It is called before the
    lock, since people are locked in the order of their ids; the caller looks for the lead among those returned.
    """
    lead = session.scalar(select(Lead).where(Lead.id == lead_id).execution_options(populate_existing=True))
    return [] if lead is None else _held(session, Lead.email_index.in_(indexes(record(StoredLead, lead))))


def hold_after(session: Session, last: UUID, limit: int) -> list[StoredLead]:
    """Lock at most `limit` leads, not deleted, with ids above `last`, and return them in the order of their ids."""
    other = aliased(Lead)
    some = select(other.id).where(other.id > last, other.deleted_at.is_(None)).order_by(other.id).limit(limit)
    return _held(session, _behind(some), Lead.deleted_at.is_(None))


def hold_where(session: Session, over: ColumnElement[bool], limit: int) -> list[UUID]:
    """Lock at most `limit` leads, not deleted, of whom a condition holds; return the ids, oldest first.

    The condition is looked at again once the lock is held: an action that was waited for may have changed it. One that
    another transaction deleted in the meantime may be among them.
    """
    these = select(Lead.id).where(over, Lead.deleted_at.is_(None)).order_by(Lead.id).limit(limit)
    ids = [lead.id for lead in _held(session, _behind(these))]
    return list(session.scalars(select(Lead.id).where(Lead.id.in_(ids), over).order_by(Lead.id)))


def restored(session: Session) -> Iterator[UUID]:
    """Yield the ids of all leads that are not deleted, from tables that this transaction made: no other sees them."""
    yield from session.scalars(select(Lead.id).where(Lead.deleted_at.is_(None)).execution_options(yield_per=10_000))


def _behind(lead_ids: Select[UUID]) -> ColumnElement[bool]:
    return Lead.id.in_(lead_ids)


def _held(session: Session, *which: ColumnElement[bool]) -> list[StoredLead]:
    # A lock that lets others refer to the row: a foreign key to it does not wait.
    query = select(Lead).where(*which).order_by(Lead.id).with_for_update(key_share=True)
    return [record(StoredLead, row) for row in session.scalars(query.execution_options(populate_existing=True))]
