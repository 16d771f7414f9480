"""Queries about reminders of calls: which are due, and which letters are no longer true.

A reminder holds while the call that asked for it is the last one about its referral, and the referral is open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, select, update
from sqlalchemy.orm import Session

from prescreen.storage.base.records import record
from prescreen.storage.mail.outbox import LetterKind, LetterState
from prescreen.storage.referrals.call_log import last_call_id
from prescreen.storage.referrals.states import states_where
from prescreen.storage.tables import CallReminder, OutboxLetter, Referral

_OPEN = states_where(lambda one: not one.is_end)


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A call that a person wants to be reminded of: of which logged call and referral, and when it will be."""

    call_id: UUID
    referral_id: UUID
    call_at: datetime


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls at a time after the first and up to the second moment."""

    after: datetime
    until: datetime


def due(session: Session, calls: Calls) -> Sequence[DueReminder]:
    """Return the reminders of these calls that hold and are not decided, the next call first."""
    rows = session.scalars(_due(calls).order_by(CallReminder.call_at, CallReminder.call_id))
    return [record(DueReminder, row) for row in rows]


def is_due(session: Session, calls: Calls, call_id: UUID) -> bool:
    """Return whether a reminder holds, is one of these calls, and is not decided."""
    return session.scalar(_due(calls).where(CallReminder.call_id == call_id)) is not None


def _due(calls: Calls) -> Select[CallReminder]:
    then = (CallReminder.call_at > calls.after, CallReminder.call_at <= calls.until)
    waiting = select(CallReminder).join(Referral, Referral.id == CallReminder.referral_id)
    return waiting.where(*then, CallReminder.decided_at.is_(None), _holds())


def _holds() -> ColumnElement[bool]:
    """Return the condition on a reminder beside its referral."""
    return and_(Referral.state.in_(sorted(_OPEN)), CallReminder.call_id == last_call_id())


def decide(session: Session, call_id: UUID, at: datetime, letter_id: UUID | None) -> None:
    """Store that a reminder was decided: by this letter, or (None) that no letter may be written."""
    decided = update(CallReminder).where(CallReminder.call_id == call_id).values(decided_at=at, letter_id=letter_id)
    session.execute(decided)


def untrue_letters(session: Session, now: datetime) -> Sequence[UUID]:
    """Return the reminders that may still go out, though the call is over or is not to be any more."""
    may_go = OutboxLetter.state.in_([LetterState.PENDING.value, LetterState.FAILED.value])
    reminds = (OutboxLetter.kind == LetterKind.CALL_REMINDER.value, may_go)
    ahead = exists().where(
        CallReminder.letter_id == OutboxLetter.id,
        CallReminder.referral_id == Referral.id,
        CallReminder.call_at > now,
        _holds(),
    )
    return list(session.scalars(select(OutboxLetter.id).where(*reminds, ~ahead).order_by(OutboxLetter.id)))
