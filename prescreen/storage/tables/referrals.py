"""Referrals to sites, and their teams' work on them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from prescreen.storage.tables.base import Base, Document


class CriteriaEvidence(Base):
    """The criteria that a referral was assessed by, so that findings stay readable after the file changes."""

    __tablename__ = "criteria_evidence"

    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str]


def _work_list(name: str, *columns: str) -> Index:
    filtered = ("site_id", "state", "determination", "miles", "due_at", "call_back_at", "assigned_to")
    rest = (column for column in filtered if column not in columns)
    return Index(f"ix_referral_{name}", "trial_id", *columns, "id", *rest)


class Referral(Base):
    """One lead referred to one site of one trial. Withdrawal erases the findings and leaves a tombstone.

    `call_back_at` is what the last logged call asked for; the work list is ordered by it.
    """

    __tablename__ = "referral"
    __table_args__ = (
        UniqueConstraint("lead_id", "trial_id", "site_id"),
        Index(None, "trial_id", "state", "offered_from"),
        # One index for each order and filter of the work list. The columns after the id are those that it filters by,
        # so that a row is judged from the index alone: with its findings it is a hundred times as wide.
        _work_list("trial"),
        _work_list("site", "site_id"),
        _work_list("state", "state"),
        _work_list("due", "state", "due_at"),
        _work_list("call", "state", "call_back_at"),
        _work_list("near", "miles"),
        _work_list("keeper", "assigned_to"),
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
    state_changed_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    contacted_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    call_back_at: Mapped[datetime | None]
    offered_from: Mapped[datetime | None]
    taken_over_by: Mapped[UUID | None]
    assigned_to: Mapped[UUID | None] = mapped_column(ForeignKey("recruiter.id"))
    interpreter: Mapped[bool | None]
    miles: Mapped[int | None]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy declares it


class ReferralChange(Base):
    """A change of a referral's state, and (`undoes`) the change that it undid.

    `letter_id` is the letter that told the person. It has no foreign key: letters are deleted sooner.
    """

    __tablename__ = "referral_change"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), index=True)
    at: Mapped[datetime]
    recruiter_id: Mapped[UUID | None]
    from_state: Mapped[str]
    to_state: Mapped[str]
    reason: Mapped[str | None]
    undoes: Mapped[UUID | None]
    letter_id: Mapped[UUID | None]


class ReferralTick(Base):
    """An item of the call script that was marked as done or not done. The newest row counts."""

    __tablename__ = "referral_tick"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), index=True)
    item: Mapped[str]
    ticked: Mapped[bool]
    at: Mapped[datetime]
    recruiter_id: Mapped[UUID]


class LogEntry(Base):
    """A note or a call about a referral, encrypted.

    An edited note is a row of its own that `replaces` the one before; only one row can replace it.
    """

    __tablename__ = "log_entry"
    __table_args__ = (CheckConstraint("kind IN ('note', 'call')", name="known_kind"), UniqueConstraint("replaces"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), index=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    recruiter_id: Mapped[UUID]
    outcome: Mapped[str | None]
    call_back_at: Mapped[datetime | None]
    content: Mapped[bytes | None]
    replaces: Mapped[UUID | None]


class CallReminder(Base):
    """That a person wants an e-mail before the next call that a logged one asked for.

    `decided_at` is when the letter was written, or found to be one that may not be written (`letter_id` is None). Calls
    and letters are deleted on their own, so neither is a foreign key.
    """

    __tablename__ = "call_reminder"

    call_id: Mapped[UUID] = mapped_column(primary_key=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), index=True)
    call_at: Mapped[datetime] = mapped_column(index=True)
    decided_at: Mapped[datetime | None]
    letter_id: Mapped[UUID | None]


class ReferralTag(Base):
    """A tag that a team put on a referral."""

    __tablename__ = "referral_tag"
    __table_args__ = (Index(None, "tag", "referral_id"),)

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)


class Reminder(Base):
    """A recruiter's reminder. Its text is encrypted."""

    __tablename__ = "reminder"
    __table_args__ = (Index(None, "recruiter_id", "due_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), index=True)
    recruiter_id: Mapped[UUID] = mapped_column(ForeignKey("recruiter.id"))
    due_at: Mapped[datetime]
    content: Mapped[bytes | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class ExportRun(Base):
    """One export: who exported what and why, how far it got, and the digest of the content."""

    __tablename__ = "export_run"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    recruiter_id: Mapped[UUID | None] = mapped_column(index=True)
    trial_id: Mapped[str]
    format: Mapped[str]
    columns: Mapped[Any] = mapped_column(Document)
    filter: Mapped[Any] = mapped_column(Document)
    with_identity: Mapped[bool]
    reason: Mapped[str]
    state: Mapped[str]
    started_at: Mapped[datetime]
    noted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    rows: Mapped[int] = mapped_column(BigInteger)
    cursor: Mapped[UUID | None]
    digest: Mapped[str | None]
