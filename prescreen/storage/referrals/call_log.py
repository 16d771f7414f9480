"""Queries about the log of calls. A recruiter's note on a call is encrypted for its own row."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from prescreen.storage.base.encryption import KeyRing
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.tables import CallReminder, LogEntry, Recruiter, Referral

_TABLE = "log_entry"
_IS_CALL = LogEntry.kind == "call"


class CallOutcome(StrEnum):
    """How a call ended."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    LEFT_MESSAGE = "left_message"
    WRONG_NUMBER = "wrong_number"
    CALL_BACK = "call_back"


@dataclass(frozen=True, slots=True)
class Call:
    """How a call ended, the recruiter's note on it, and when to call again.

    `reminds`: the person wants an e-mail before that next call.
    """

    outcome: CallOutcome
    note: str = field(default="", repr=False)
    call_back_at: datetime | None = None
    reminds: bool = False


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call to be logged: about which referral, by which recruiter, and when."""

    referral_id: UUID
    recruiter_id: UUID
    at: datetime
    call: Call


@dataclass(frozen=True, slots=True)
class StoredCall:
    """A call as it is stored, and when it was logged. `by` is the recruiter's name."""

    id: UUID
    at: datetime
    by: str
    call: Call


@dataclass(frozen=True, slots=True)
class LastCall:
    """The last call about a referral, without its note."""

    at: datetime
    outcome: CallOutcome
    call_back_at: datetime | None


def add(session: Session, ring: KeyRing, new: NewCall) -> UUID:
    """Log a call, which decides when the person is called back, and return its id."""
    call, call_id = new.call, new_id(new.at)
    row = {
        "id": call_id,
        "referral_id": new.referral_id,
        "kind": "call",
        "at": new.at,
        "recruiter_id": new.recruiter_id,
        "outcome": call.outcome.value,
        "call_back_at": call.call_back_at,
        "content": ring.seal(call.note.encode(), _TABLE, str(call_id)) if call.note else None,
    }
    session.execute(insert(LogEntry), [row])
    if call.reminds and call.call_back_at is not None:
        wanted = {"call_id": call_id, "referral_id": new.referral_id, "call_at": call.call_back_at}
        session.execute(insert(CallReminder), [wanted])
    _note_call_back(session, new.referral_id)
    return call_id


def last_call_back() -> ColumnElement[datetime | None]:
    """Return when the last call about a referral asked for another, as a subquery beside `Referral`."""
    return _of_the_last(LogEntry.call_back_at)


def last_call_id() -> ColumnElement[UUID]:
    """Return the id of the last call about a referral, as a subquery beside `Referral`."""
    return _of_the_last(LogEntry.id)


def _of_the_last(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    of_it = select(column).where(_IS_CALL, LogEntry.referral_id == Referral.id)
    newest = of_it.order_by(LogEntry.at.desc(), LogEntry.id.desc()).limit(1)
    return newest.correlate(Referral).scalar_subquery()


def _note_call_back(session: Session, referral_id: UUID) -> None:
    """Keep in the referral what its last call asked for. The version stays: no form shows it."""
    of_it = update(Referral).where(Referral.id == referral_id).values(call_back_at=last_call_back())
    session.execute(of_it.execution_options(synchronize_session=False))


def of_referral(session: Session, ring: KeyRing, referral_id: UUID) -> list[StoredCall]:
    """Return the logged calls about a referral, newest first.

    Raise SealBrokenError where a note does not belong to its row.
    """
    query = (
        select(LogEntry, Recruiter.name, CallReminder.call_id.is_not(None))
        .join(Recruiter, Recruiter.id == LogEntry.recruiter_id)
        .outerjoin(CallReminder, CallReminder.call_id == LogEntry.id)
        .where(_IS_CALL, LogEntry.referral_id == referral_id)
        .order_by(LogEntry.at.desc(), LogEntry.id.desc())
    )
    return [_stored(ring, row, by, reminds=reminds) for row, by, reminds in session.execute(query)]


def last_calls(session: Session, referral_ids: Collection[UUID]) -> dict[UUID, LastCall]:
    """Return the last call about each of these referrals; none where there was none."""
    columns = (LogEntry.referral_id, LogEntry.at, LogEntry.outcome, LogEntry.call_back_at)
    query = select(*columns).where(_IS_CALL, LogEntry.referral_id.in_(referral_ids))
    rows = session.execute(query.order_by(LogEntry.at, LogEntry.id))
    return {referral_id: LastCall(at, CallOutcome(str(outcome)), back) for referral_id, at, outcome, back in rows}


def first_reached(session: Session, referral_id: UUID) -> datetime | None:
    """Return when a call first reached the person; None where none did."""
    reached = (_IS_CALL, LogEntry.referral_id == referral_id, LogEntry.outcome == CallOutcome.REACHED.value)
    return session.scalar(select(LogEntry.at).where(*reached).order_by(LogEntry.at).limit(1))


def _stored(ring: KeyRing, row: LogEntry, by: str, *, reminds: bool) -> StoredCall:
    note = "" if row.content is None else ring.open(row.content, _TABLE, str(row.id)).decode()
    return StoredCall(row.id, row.at, by, Call(CallOutcome(str(row.outcome)), note, row.call_back_at, reminds))


def erase(session: Session, referral_ids: Collection[UUID]) -> None:
    """Delete all logged calls about these referrals, and what the people wanted to be reminded of."""
    session.execute(delete(CallReminder).where(CallReminder.referral_id.in_(referral_ids)))
    session.execute(delete(LogEntry).where(_IS_CALL, LogEntry.referral_id.in_(referral_ids)))
