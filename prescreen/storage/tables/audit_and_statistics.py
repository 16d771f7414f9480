"""Tables without personal data: the audit trail, its chain, counters, notes on criteria, the heartbeat, keys, posts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from prescreen.storage.tables.base import Base, Document, Sequence


class AuditEvent(Base):
    """Who did what to what, and when. Ids only, never values. The database refuses to change or delete a row."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index(None, "subject_kind", "subject_id"),
        Index(None, "actor_id", "sequence"),
        Index(None, "action", "sequence"),
        Index(None, "at"),
    )

    sequence: Mapped[int] = mapped_column(Sequence, primary_key=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[str | None]
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    details: Mapped[Any] = mapped_column(Document)


class AuditLink(Base):
    """One link of the hash chain: the digest of an event together with that of the previous link.

    The database refuses to change or delete a row.
    """

    __tablename__ = "audit_link"

    place: Mapped[int] = mapped_column(Sequence, primary_key=True)
    sequence: Mapped[int] = mapped_column(ForeignKey("audit_event.sequence"), unique=True)
    sealed_at: Mapped[datetime]
    digest: Mapped[bytes]


class AuditMention(Base):
    """That an event names a referral among others, as a list that showed it does. It follows from the event's details.

    No reference to the referral, so that it outlives one, as the event does. The database refuses to change or delete
    a row.
    """

    __tablename__ = "audit_mention"
    # Found by its key alone, so that SQLite needs no second copy of it.
    __table_args__ = ({"sqlite_with_rowid": False},)

    referral_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(ForeignKey("audit_event.sequence"), primary_key=True)


class CounterRow(Base):
    """How often something happened, without persons. `day` is the first of its month.

    Counts by day would reveal, on a quiet day, what a single visitor answered.
    """

    __tablename__ = "counter"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


class CriterionNote(Base):
    """A visitor's note on a criterion. Nothing in it identifies the writer, and its time is only a day."""

    __tablename__ = "criterion_note"
    __table_args__ = (Index(None, "trial_id", "id"),)

    id: Mapped[int] = mapped_column(Sequence, primary_key=True)
    trial_id: Mapped[str]
    criterion_id: Mapped[str]
    fingerprint: Mapped[str]
    reason: Mapped[str]
    text: Mapped[str]
    noted_on: Mapped[date]


class Heartbeat(Base):
    """When a part of the service last reported that it works."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class KeyCheck(Base):
    """The check value of a key that the database was written with: it tells that key from others and reveals nothing.

    `key_id` is empty for the secret key, of which there is only one.
    """

    __tablename__ = "key_check"

    purpose: Mapped[str] = mapped_column(primary_key=True)
    key_id: Mapped[str] = mapped_column(primary_key=True)
    check_value: Mapped[bytes]
    recorded_at: Mapped[datetime]


class VisitorPosts(Base):
    """When a network posted last, by a keyed hash of its address: on PostgreSQL alone, and not durable there.

    On SQLite, which one machine has for itself, a file of its processes counts instead.
    """

    __tablename__ = "visitor_posts"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    network_key: Mapped[bytes] = mapped_column(primary_key=True)
    moments: Mapped[Any] = mapped_column(Document)
