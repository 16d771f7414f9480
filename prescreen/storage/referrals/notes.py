"""Queries about a team's notes on a referral, which are encrypted. A new wording leaves the one before in place."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, insert, select
from sqlalchemy.orm import Session

from prescreen.storage.base.encryption import KeyRing
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.tables import LogEntry

_TABLE = "log_entry"
_IS_NOTE = LogEntry.kind == "note"


@dataclass(frozen=True, slots=True)
class Note:
    """One wording of a note; `replaces` is the id of the wording before."""

    id: UUID
    at: datetime
    recruiter_id: UUID
    text: str = field(repr=False)
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True)
class Writing:
    """Who writes a note on which referral, and when; `replaces` is the id of the wording that it corrects, if any."""

    referral_id: UUID
    recruiter_id: UUID
    at: datetime
    replaces: UUID | None = None


def add(session: Session, ring: KeyRing, writing: Writing, text: str) -> UUID:
    """Store a note and return its id. A wording is replaced at most once; the caller must hold the person."""
    note_id = new_id(writing.at)
    row = {
        "id": note_id,
        "referral_id": writing.referral_id,
        "kind": "note",
        "at": writing.at,
        "recruiter_id": writing.recruiter_id,
        "content": ring.seal(text.encode(), _TABLE, str(note_id)),
        "replaces": writing.replaces,
    }
    session.execute(insert(LogEntry), [row])
    return note_id


def of_referral(session: Session, ring: KeyRing, referral_id: UUID) -> list[list[Note]]:
    """Return the notes on a referral, newest first, each as a list of its wordings, the current one first."""
    found = {note.id: note for note in _found(session, ring, LogEntry.referral_id == referral_id)}
    replaced = {note.replaces for note in found.values()}
    threads = [list(_back_from(note, found)) for note in found.values() if note.id not in replaced]
    # A note keeps its place when it is reworded.
    return sorted(threads, key=lambda wordings: (wordings[-1].at, wordings[-1].id), reverse=True)


def wordings(session: Session, ring: KeyRing, referral_id: UUID, note_id: UUID) -> list[Note]:
    """Return all wordings of a note, found by the id of any of them, the current one first; none for a foreign id."""
    threads = of_referral(session, ring, referral_id)
    return next((thread for thread in threads if any(note.id == note_id for note in thread)), [])


def _found(session: Session, ring: KeyRing, which: ColumnElement[bool]) -> Iterator[Note]:
    for row in session.scalars(select(LogEntry).where(and_(_IS_NOTE, which)).order_by(LogEntry.at, LogEntry.id)):
        if row.content is not None:
            text = ring.open(row.content, _TABLE, str(row.id)).decode()
            yield Note(row.id, row.at, row.recruiter_id, text, row.replaces)


def _back_from(note: Note, found: dict[UUID, Note]) -> Iterator[Note]:
    before: Note | None = note
    while before is not None:
        yield before
        before = found.get(before.replaces) if before.replaces else None


def erase(session: Session, referral_ids: Collection[UUID]) -> None:
    """Delete all notes on these referrals."""
    session.execute(delete(LogEntry).where(_IS_NOTE, LogEntry.referral_id.in_(referral_ids)))
