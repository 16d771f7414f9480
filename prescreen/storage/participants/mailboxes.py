"""Queries about mailboxes: when each was asked whose it is, and whether it was disowned; by keyed hash only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from prescreen.storage.base import advisory_locks
from prescreen.storage.base.advisory_locks import KeyedLock
from prescreen.storage.base.records import record
from prescreen.storage.base.upserts import insert_or_change, table_of
from prescreen.storage.tables import Mailbox

_MAILBOXES = table_of(Mailbox)
_BY_KEY = select(_MAILBOXES).where(_MAILBOXES.c.key == bindparam("mailbox"))


@dataclass(frozen=True, slots=True)
class StoredMailbox:
    """What is remembered about one mailbox.

    `letter_id` is the letter that asked it last, at `asked_at`; `asked_again`: the mailbox had answered one before.
    """

    key: bytes
    asked_at: datetime | None
    asked_again: bool | None
    letter_id: UUID | None
    answered_at: datetime | None
    disowned_at: datetime | None


def hold(session: Session, key: bytes) -> None:
    """Wait until no other transaction decides about this mailbox, and keep others from it until this one ends."""
    advisory_locks.hold_keys(session, KeyedLock.MAILBOXES, (key,))


def find(session: Session, key: bytes) -> StoredMailbox | None:
    """Return what is remembered about a mailbox; None where nothing is."""
    row = session.execute(_BY_KEY, {"mailbox": key}).first()
    return None if row is None else record(StoredMailbox, row)


def note_asked(session: Session, key: bytes, letter_id: UUID, at: datetime, *, again: bool) -> None:
    """Store that a letter asks this mailbox whose it is, and that it has not answered that one.

    `again`: it answered an earlier one.
    """
    _keep(session, key, asked_at=at, asked_again=again, letter_id=letter_id, answered_at=None)


def note_answered(session: Session, key: bytes, at: datetime) -> None:
    """Store that the mailbox answered, where it was asked."""
    session.execute(update(Mailbox).where(Mailbox.key == key).values(answered_at=at))


def note_disowned(session: Session, key: bytes, at: datetime) -> None:
    """Store that the owner of the mailbox left no details here."""
    _keep(session, key, disowned_at=at)


def _keep(session: Session, key: bytes, **values: Any) -> None:
    insert_or_change(session, Mailbox, {"key": key, **values}, "key")


def rename(session: Session, before: bytes, key: bytes) -> None:
    """Store a mailbox under another key; one that is remembered under both keeps both rows."""
    hold(session, key)
    taken = select(Mailbox.key).where(Mailbox.key == key).exists()
    session.execute(update(Mailbox).where(Mailbox.key == before, ~taken).values(key=key))


def forget_before(session: Session, asked: datetime, disowned: datetime) -> int:
    """Delete mailboxes that were last asked and last disowned before these moments; return how many."""
    ended = delete(Mailbox).where(
        or_(Mailbox.asked_at.is_(None), Mailbox.asked_at < asked),
        or_(Mailbox.disowned_at.is_(None), Mailbox.disowned_at < disowned),
    )
    return len(session.execute(ended.returning(Mailbox.key)).all())
