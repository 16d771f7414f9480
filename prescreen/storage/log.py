"""Queries about the log of a referral: calls and notes. What was written is sealed, each text for its own row."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from prescreen.storage.identifiers import new_id
from prescreen.storage.models import LogEntry, Recruiter
from prescreen.storage.sealing import KeyRing

_TABLE = "log_entry"


class Kind(StrEnum):
    """What an entry is."""

    NOTE = "note"
    CALL = "call"


class Outcome(StrEnum):
    """What came of a call."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    LEFT_MESSAGE = "left_message"
    WRONG_NUMBER = "wrong_number"
    CALL_BACK = "call_back"


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is to be written into the log, and by whom. A note has no outcome; an empty text is kept as none."""

    referral_id: UUID
    recruiter_id: UUID
    kind: Kind
    text: str = field(default="", repr=False)
    outcome: Outcome | None = None
    call_back_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is read. `by` is the recruiter's name; `text` is None where nothing was written."""

    id: UUID
    kind: Kind
    at: datetime
    by: str
    outcome: Outcome | None
    call_back_at: datetime | None
    text: str | None = field(repr=False)


def add(session: Session, ring: KeyRing, entry: NewEntry, at: datetime) -> UUID:
    """Write an entry and give its id."""
    entry_id = new_id(at)
    row = {
        "id": entry_id,
        "referral_id": entry.referral_id,
        "kind": entry.kind.value,
        "at": at,
        "recruiter_id": entry.recruiter_id,
        "outcome": entry.outcome.value if entry.outcome else None,
        "call_back_at": entry.call_back_at,
        "content": ring.seal(entry.text.encode(), _TABLE, str(entry_id)) if entry.text else None,
    }
    session.execute(insert(LogEntry), [row])
    return entry_id


def of_referral(session: Session, ring: KeyRing, referral_id: UUID, kind: Kind | None = None) -> list[Entry]:
    """Give what was logged about a referral (only calls, or only notes, if a kind is named), newest first.

    Raise SealBrokenError where a text is not its row's.
    """
    query = (
        select(LogEntry, Recruiter.name)
        .join(Recruiter, Recruiter.id == LogEntry.recruiter_id)
        .where(LogEntry.referral_id == referral_id)
        .order_by(LogEntry.at.desc(), LogEntry.id.desc())
    )
    chosen = query if kind is None else query.where(LogEntry.kind == kind.value)
    return [_entry(ring, row, by) for row, by in session.execute(chosen)]


def _entry(ring: KeyRing, row: LogEntry, by: str) -> Entry:
    return Entry(
        id=row.id,
        kind=Kind(row.kind),
        at=row.at,
        by=by,
        outcome=Outcome(row.outcome) if row.outcome else None,
        call_back_at=row.call_back_at,
        text=None if row.content is None else ring.open(row.content, _TABLE, str(row.id)).decode(),
    )


def erase(session: Session, referral_ids: Collection[UUID]) -> None:
    """Delete every entry about these referrals."""
    session.execute(delete(LogEntry).where(LogEntry.referral_id.in_(referral_ids)))
