"""Queries about the outbox: letters that wait, were sent, or never will be. Address and text are encrypted together."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from prescreen.storage.base.encryption import KeyRing
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.base.records import record, values_of
from prescreen.storage.base.upserts import insert_rows, table_of
from prescreen.storage.tables import OutboxLetter

_TABLE = "outbox"
_LETTERS = table_of(OutboxLetter)
_BY_ID = select(_LETTERS).where(_LETTERS.c.id == bindparam("letter_id"))


class LetterState(StrEnum):
    """The state of a letter. Cancelled: the person withdrew or was deleted; failed: no attempt is made any more."""

    PENDING = "pending"
    SENT = "sent"
    CANCELLED = "cancelled"
    FAILED = "failed"


class LetterKind(StrEnum):
    """What a letter is about."""

    CONFIRM = "confirm"
    RECEIPT = "receipt"
    LINK = "link"
    ADDRESS_CHANGED = "address_changed"
    ENDED = "ended"
    INVITED = "invited"
    ACCOUNT = "account"
    TAKEN_OVER = "taken_over"
    NEWS = "news"
    DIGEST = "digest"
    CALL_REMINDER = "call_reminder"


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent. `sender` is empty where the service has no address. Its `repr` shows none of it.

    `unsubscribe` is the URL where such letters can be ended; it is empty for letters that answer what the recipient did
    or asked for. With `one_click` a POST to it without cookies ends them.
    """

    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    unsubscribe: str = field(default="", repr=False)
    one_click: bool = field(default=False, repr=False)


@dataclass(frozen=True, slots=True)
class Posting:
    """About whom and what a letter is. Letters to test leads are stored but never sent.

    A blank has no recipient: its row looks like any letter's, but is cancelled from the start and without content.
    """

    kind: LetterKind
    lead_id: UUID | None
    is_test: bool
    blank: bool = False


@dataclass(frozen=True, slots=True)
class StoredLetter:
    """A letter as it is stored. `content` is None once it is erased.

    `attempts` counts towards giving up. `fault` is why the last attempt failed, without personal data, else None.
    """

    id: UUID
    lead_id: UUID | None
    kind: LetterKind
    content: bytes | None = field(repr=False)
    message_id: str
    state: LetterState
    is_test: bool
    attempts: int
    due_at: datetime
    created_at: datetime
    sent_at: datetime | None
    fault: str | None = None


def add(session: Session, ring: KeyRing, posting: Posting, letter: Letter, at: datetime) -> UUID:
    """Put a letter into the outbox, due at once, and return its id."""
    letter_id = new_id(at)
    content = ring.seal(json.dumps(values_of(letter), ensure_ascii=False).encode(), _TABLE, str(letter_id))
    domain = letter.sender.rpartition("@")[2]
    if not domain or not domain.isascii():
        # Any domain will do, since the id is unique by itself, but none that needs an encoding.
        domain = "prescreen.invalid"
    row = {"id": letter_id, "content": None if posting.blank else content, "message_id": f"<{letter_id}@{domain}>"}
    insert_rows(session, OutboxLetter, [{**row, **_about(posting), **_new(at)}])
    return letter_id


def _about(posting: Posting) -> dict[str, object]:
    state = LetterState.CANCELLED if posting.blank else LetterState.PENDING
    return {
        "kind": posting.kind.value,
        "lead_id": posting.lead_id,
        "is_test": posting.is_test,
        "state": state.value,
    }


def _new(at: datetime) -> dict[str, object]:
    return {"attempts": 0, "due_at": at, "created_at": at, "sent_at": None}


def open_letter(ring: KeyRing, stored: StoredLetter) -> Letter | None:
    """Return the decrypted letter; None where it was erased. Raise SealBrokenError where it is not that row's."""
    if stored.content is None:
        return None
    return Letter(**json.loads(ring.open(stored.content, _TABLE, str(stored.id))))


def take(session: Session, now: datetime, until: datetime) -> StoredLetter | None:
    """Return the letter that has been due longest, and reserve it `until` then; None where no letter is due.

    This counts as one attempt. The letter is due again if by then the caller has stored no result.
    """
    due = (OutboxLetter.state == LetterState.PENDING.value, OutboxLetter.is_test.is_(False), OutboxLetter.due_at <= now)
    oldest = select(OutboxLetter).where(*due).order_by(OutboxLetter.due_at, OutboxLetter.id).limit(1)
    # SQLite has one writer at a time and ignores the lock.
    row = session.scalar(oldest.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    if row is None:
        return None
    _change(session, OutboxLetter.id == row.id, due_at=until, attempts=OutboxLetter.attempts + 1)
    return find(session, row.id)


def sent(session: Session, letter_id: UUID, at: datetime) -> None:
    """Store that a letter was handed to the mail server, even if it was cancelled at the same moment."""
    _change(session, OutboxLetter.id == letter_id, state=LetterState.SENT.value, sent_at=at, fault=None)


def put_off(session: Session, letter_id: UUID, until: datetime) -> None:
    """Postpone a letter until its next attempt; one that was sent or cancelled meanwhile stays so."""
    _change(session, OutboxLetter.id == letter_id, due_at=until)


def defer(session: Session, letter_id: UUID, until: datetime, attempts: int, fault: str) -> None:
    """Postpone a letter after a failed attempt, and store the number of attempts and why the last one failed."""
    _change(session, OutboxLetter.id == letter_id, _PENDING, due_at=until, attempts=attempts, fault=fault)


def give_up(session: Session, letter_id: UUID, fault: str) -> None:
    """Mark a letter as failed, with the reason: it is tried again only if the operator retries it."""
    _change(session, OutboxLetter.id == letter_id, _PENDING, state=LetterState.FAILED.value, fault=fault)


def failed(session: Session) -> Sequence[StoredLetter]:
    """Return the letters that failed, oldest first."""
    rows = session.scalars(select(OutboxLetter).where(_FAILED).order_by(OutboxLetter.id))
    return [_stored(row) for row in rows]


def retry(session: Session, letter_ids: Collection[UUID], now: datetime) -> Sequence[UUID]:
    """Make failed letters due at once, with no attempts counted yet; return the ids of those that are due now.

    Erased letters stay as they are, and so do letters that another transaction retried or cancelled meanwhile.
    """
    which = (OutboxLetter.id.in_(letter_ids), _FAILED, OutboxLetter.content.is_not(None))
    values = {"state": LetterState.PENDING.value, "attempts": 0, "due_at": now, "fault": None}
    due = session.scalars(update(OutboxLetter).where(*which).values(values).returning(OutboxLetter.id))
    return sorted(due)


def cancel(session: Session, lead_id: UUID, *kinds: LetterKind) -> None:
    """Cancel and erase all letters to a person that may still go out; only those of these kinds, if any are given."""
    which = [OutboxLetter.kind.in_([kind.value for kind in kinds])] if kinds else []
    _cancel(session, OutboxLetter.lead_id == lead_id, *which)


def cancel_one(session: Session, letter_id: UUID) -> None:
    """Cancel and erase one letter, if it may still go out."""
    _cancel(session, OutboxLetter.id == letter_id)


def _cancel(session: Session, *which: ColumnElement[bool]) -> None:
    # A failed letter may go out too, once the operator retries it.
    _change(session, *which, or_(_PENDING, _FAILED), state=LetterState.CANCELLED.value, content=None, fault=None)


def erase(session: Session, lead_id: UUID) -> None:
    """Cancel all letters to a person that may still go out, and erase the contents of all letters to them."""
    cancel(session, lead_id)
    _change(session, OutboxLetter.lead_id == lead_id, content=None)


_PENDING = OutboxLetter.state == LetterState.PENDING.value
_FAILED = OutboxLetter.state == LetterState.FAILED.value


def _change(session: Session, *which: ColumnElement[bool], **values: Any) -> None:
    session.execute(update(OutboxLetter).where(*which).values(**values))


def find(session: Session, letter_id: UUID) -> StoredLetter | None:
    """Return the letter with this id; None where there is none."""
    row = session.execute(_BY_ID, {"letter_id": letter_id}).first()
    return None if row is None else _stored(row)


def states(session: Session, letter_ids: Collection[UUID]) -> dict[UUID, tuple[LetterState, datetime]]:
    """Return the state of these letters and when they are due, by id; deleted letters are left out."""
    which = OutboxLetter.id.in_(letter_ids)
    rows = session.execute(select(OutboxLetter.id, OutboxLetter.state, OutboxLetter.due_at).where(which))
    return {letter_id: (LetterState(state), due_at) for letter_id, state, due_at in rows}


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many letters wait and how many failed, those to test leads left out, and when the oldest waiting was made."""

    waiting: int
    failed: int
    oldest_at: datetime | None


def backlog(session: Session) -> Backlog:
    """Return what waits in the outbox, and what failed."""
    states = select(OutboxLetter.state, func.count(), func.min(OutboxLetter.created_at))
    real = states.where(or_(_PENDING, _FAILED), OutboxLetter.is_test.is_(False)).group_by(OutboxLetter.state)
    found = {LetterState(state): (count, oldest) for state, count, oldest in session.execute(real)}
    waiting, oldest_at = found.get(LetterState.PENDING, (0, None))
    return Backlog(waiting, found.get(LetterState.FAILED, (0, None))[0], oldest_at)


def everything(session: Session, after: UUID | None = None, limit: int | None = None) -> Sequence[StoredLetter]:
    """Return letters, oldest first: at most `limit` after the given letter; all where neither is given."""
    query = select(OutboxLetter).order_by(OutboxLetter.id).limit(limit).execution_options(populate_existing=True)
    rows = session.scalars(query if after is None else query.where(OutboxLetter.id > after))
    return [_stored(row) for row in rows]


def of_lead(session: Session, lead_id: UUID) -> Sequence[StoredLetter]:
    """Return all letters to one person, oldest first."""
    query = select(OutboxLetter).where(OutboxLetter.lead_id == lead_id).order_by(OutboxLetter.id)
    return [_stored(row) for row in session.scalars(query.execution_options(populate_existing=True))]


def forget_before(session: Session, moment: datetime) -> int:
    """Delete letters that no longer wait and were made before a moment; return how many."""
    ended = delete(OutboxLetter).where(~_PENDING, OutboxLetter.created_at < moment).returning(OutboxLetter.id)
    return len(session.execute(ended).all())


def _stored(row: Any) -> StoredLetter:
    return record(StoredLetter, row, kind=LetterKind(row.kind), state=LetterState(row.state))
