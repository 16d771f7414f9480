"""The tables. Nobody but the query modules beside this one knows them.

Every time-ordered id is made here (`identifiers.new_id`); trial ids lead the indexes that a trial's work list uses.
"""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from prescreen.storage.columns import Document, Instant, Sequence

EVERY_SITE = "*"


class Base(DeclarativeBase):
    """All tables, with names for their constraints that migrations can rely on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {str: Text(), datetime: Instant(), UUID: Uuid(), bytes: LargeBinary()}


class Lead(Base):
    """A person who consented. Deleting erases the contact, not the row: later exports need its tombstone."""

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
    deleted_at: Mapped[datetime | None]


class ConsentWording(Base):
    """A wording that somebody agreed to, kept as evidence for as long as the consents."""

    __tablename__ = "consent_wording"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    wording: Mapped[str]


class Consent(Base):
    """One purpose that a person agreed to, for one trial and site or (None) for none in particular."""

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


class StoredAnswer(Base):
    """One answer. `value` is text in the manner of its `kind`; numbers are exact fractions such as `7/2`."""

    __tablename__ = "answer"

    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"), primary_key=True)
    question_id: Mapped[str] = mapped_column(primary_key=True)
    answered_on: Mapped[date]
    kind: Mapped[str]
    value: Mapped[str]


class PackedAnswers(Base):
    """All answers of one lead who allowed future matching, once more and packed, to be read in order of `place`."""

    __tablename__ = "packed_answers"

    place: Mapped[int] = mapped_column(Sequence, primary_key=True)
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"), unique=True)
    content: Mapped[bytes]


class CriteriaEvidence(Base):
    """The criteria that a referral was judged by, so that its findings stay readable after the file changes."""

    __tablename__ = "criteria_evidence"

    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str]


class Referral(Base):
    """One lead handed to one site of one trial. Withdrawing erases what was judged and leaves a tombstone."""

    __tablename__ = "referral"
    __table_args__ = (
        UniqueConstraint("lead_id", "trial_id", "site_id"),
        Index(None, "trial_id", "site_id", "id"),
        Index(None, "trial_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"))
    trial_id: Mapped[str]
    site_id: Mapped[str]
    site_name: Mapped[str]
    state: Mapped[str]
    determination: Mapped[str | None]
    findings: Mapped[Any] = mapped_column(Document, nullable=True)
    still_to_check: Mapped[Any] = mapped_column(Document, nullable=True)
    question_ids: Mapped[Any] = mapped_column(Document, nullable=True)
    fingerprint: Mapped[str] = mapped_column(ForeignKey("criteria_evidence.fingerprint"))
    version: Mapped[int] = mapped_column()
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Invitation(Base):
    """One lead told that one trial may fit. The constraint is what keeps anybody from being told twice."""

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


class CriterionNote(Base):
    """What a visitor found wrong with a criterion. Nothing in it says who, and no more than the day says when."""

    __tablename__ = "criterion_note"
    __table_args__ = (Index(None, "trial_id", "id"),)

    id: Mapped[int] = mapped_column(Sequence, primary_key=True)
    trial_id: Mapped[str]
    criterion_id: Mapped[str]
    fingerprint: Mapped[str]
    reason: Mapped[str]
    text: Mapped[str]
    noted_on: Mapped[date]


class CounterRow(Base):
    """How often something happened, never to whom. `day` is the first of its month.

    A day of its own would tell, on a quiet one, what a single visitor answered.
    """

    __tablename__ = "counter"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


class KnownSubmission(Base):
    """A submission that was stored. It names the lead without a foreign key, because it outlives the lead."""

    __tablename__ = "submission"

    id: Mapped[str] = mapped_column(primary_key=True)
    content_digest: Mapped[str]
    lead_id: Mapped[UUID]
    reference: Mapped[str]
    created_at: Mapped[datetime]


class OutboxLetter(Base):
    """A letter to a person. Address and text are sealed together; they go with the person (content None)."""

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


class Recruiter(Base):
    """An account of a site's staff. The e-mail is kept in lower case."""

    __tablename__ = "recruiter"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class RecruiterTrial(Base):
    """A trial whose referrals a recruiter may see: those of one site, or of every site (`*`)."""

    __tablename__ = "recruiter_trial"

    recruiter_id: Mapped[UUID] = mapped_column(ForeignKey("recruiter.id"), primary_key=True)
    trial_id: Mapped[str] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(primary_key=True)


class RecruiterSession(Base):
    """A sign-in. Only the hash of its token is kept."""

    __tablename__ = "recruiter_session"

    token_sha256: Mapped[bytes] = mapped_column(primary_key=True)
    recruiter_id: Mapped[UUID] = mapped_column(ForeignKey("recruiter.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInAttempt(Base):
    """A sign-in that failed or is being tried, or a private link asked for. Account and address are keyed hashes."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index(None, "account_key", "at"), Index(None, "address_key", "at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_key: Mapped[bytes]
    address_key: Mapped[bytes]
    at: Mapped[datetime] = mapped_column(index=True)


class AuditEvent(Base):
    """Who did what to what, and when. Ids only, never values. The database refuses to change or delete a row."""

    __tablename__ = "audit_event"
    __table_args__ = (Index(None, "subject_kind", "subject_id"),)

    sequence: Mapped[int] = mapped_column(Sequence, primary_key=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[str | None]
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    details: Mapped[Any] = mapped_column(Document)
