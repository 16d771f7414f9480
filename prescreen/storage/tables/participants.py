"""A person who consented: contact, consents, answers, and the letters to them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from prescreen.storage.tables.base import Base, Sequence


class Lead(Base):
    """A person who consented. Deletion erases the contact, not the row: later exports need the tombstone."""

    __tablename__ = "lead"
    __table_args__ = (CheckConstraint("deleted_at IS NULL OR contact IS NULL", name="deleted_is_erased"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    contact: Mapped[bytes | None]
    email_index: Mapped[bytes | None] = mapped_column(index=True)
    language: Mapped[str | None]
    is_test: Mapped[bool]
    created_at: Mapped[datetime]
    link_generation: Mapped[int]
    kept_session: Mapped[bytes | None]
    deleted_at: Mapped[datetime | None]
    entered_by: Mapped[UUID | None]


class SearchToken(Base):
    """A word of a person's name, or their e-mail address, as a keyed hash: equal ones match, none can be read."""

    __tablename__ = "search_token"

    token: Mapped[bytes] = mapped_column(primary_key=True)
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"), primary_key=True, index=True)


class ConsentWording(Base):
    """A consent wording or a privacy notice, kept as evidence for as long as the consents that name it."""

    __tablename__ = "consent_wording"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    wording: Mapped[str]


class Consent(Base):
    """One purpose that a person consented to, for one trial and site or (None) in general.

    `notice_sha256` is the privacy notice that was shown beside it, None where none was. It has no foreign key: adding
    one would lock a table that is in use.
    """

    __tablename__ = "consent"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"), index=True)
    purpose: Mapped[str]
    trial_id: Mapped[str | None]
    site_id: Mapped[str | None]
    version: Mapped[str]
    wording_sha256: Mapped[str] = mapped_column(ForeignKey("consent_wording.sha256"))
    language: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    given_by: Mapped[str] = mapped_column(server_default="self")
    notice_sha256: Mapped[str | None]


class StoredAnswer(Base):
    """One answer. `value` is text in the format of its `kind`; numbers are exact fractions such as `7/2`."""

    __tablename__ = "answer"

    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"), primary_key=True)
    question_id: Mapped[str] = mapped_column(primary_key=True)
    answered_on: Mapped[date]
    kind: Mapped[str]
    value: Mapped[str]


class PackedAnswers(Base):
    """All answers of one lead who allowed future matching, packed into one value and read in the order of `place`."""

    __tablename__ = "packed_answers"

    place: Mapped[int] = mapped_column(Sequence, primary_key=True)
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"), unique=True)
    content: Mapped[bytes]


class Invitation(Base):
    """One lead invited to one trial. The unique constraint rules out a second invitation."""

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("lead_id", "trial_id"),
        Index(None, "trial_id", "id"),
        CheckConstraint("(answered_at IS NULL) = (accepted IS NULL)", name="answered_at_some_time"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"))
    trial_id: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(ForeignKey("criteria_evidence.fingerprint"))
    determination: Mapped[str]
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]


class KnownSubmission(Base):
    """A stored submission. It names the lead without a foreign key, because it outlives the lead."""

    __tablename__ = "submission"

    id: Mapped[str] = mapped_column(primary_key=True)
    content_digest: Mapped[str]
    lead_id: Mapped[UUID]
    reference: Mapped[str]
    created_at: Mapped[datetime]


class Mailbox(Base):
    """What is remembered of an e-mail address, by its keyed hash: when it was asked whose it is, and what it said."""

    __tablename__ = "mailbox"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime | None]
    asked_again: Mapped[bool | None]
    letter_id: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    disowned_at: Mapped[datetime | None]


class OutboxLetter(Base):
    """A letter to a person. Address and text are encrypted together and erased with the person (content None).

    `fault` is why the last attempt to send it failed: our words and a reply code, never those of a mail server.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(None, "state", "due_at"),
        CheckConstraint("state IN ('pending', 'sent', 'cancelled', 'failed')", name="known_state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("lead.id"), index=True)
    kind: Mapped[str]
    content: Mapped[bytes | None]
    message_id: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    is_test: Mapped[bool]
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    fault: Mapped[str | None]
