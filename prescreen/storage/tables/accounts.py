"""Accounts of staff: assignments, rights, and how they sign in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from prescreen.storage.tables.base import Base, Document


class Recruiter(Base):
    """An account of a site's staff. The e-mail is stored in lower case.

    `reminded_at` is when they were last told what is due, or asked to be; without it they do not want to be.
    `totp_since` without `totp_secret`: the account must use a second factor, but has not set one up yet.
    """

    __tablename__ = "recruiter"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    role: Mapped[str] = mapped_column(server_default="recruiter")
    totp_secret: Mapped[bytes | None]
    totp_since: Mapped[datetime | None]
    totp_step: Mapped[int | None] = mapped_column(BigInteger)
    news: Mapped[str] = mapped_column(server_default="at_once")
    news_told_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]


class RecruiterTrial(Base):
    """A trial whose referrals a recruiter may see: those of one site, or of every site (`*`)."""

    __tablename__ = "recruiter_trial"

    recruiter_id: Mapped[UUID] = mapped_column(ForeignKey("recruiter.id"), primary_key=True)
    trial_id: Mapped[str] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(primary_key=True)


class RecruiterRight(Base):
    """What an account may do beyond its role, such as one kind of export."""

    __tablename__ = "recruiter_right"

    recruiter_id: Mapped[UUID] = mapped_column(ForeignKey("recruiter.id"), primary_key=True)
    right: Mapped[str] = mapped_column(primary_key=True)


class SavedView(Base):
    """Filters of the work list that a recruiter keeps under a name; `query` is the part of an address behind `?`."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("recruiter_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    recruiter_id: Mapped[UUID] = mapped_column(ForeignKey("recruiter.id"))
    name: Mapped[str]
    query: Mapped[str]


class RecoveryCode(Base):
    """A code that replaces the second factor once. Only a keyed hash of it is stored."""

    __tablename__ = "recovery_code"

    recruiter_id: Mapped[UUID] = mapped_column(ForeignKey("recruiter.id"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    used_at: Mapped[datetime | None]


class AccountInvitation(Base):
    """An invitation to make an account by a link that works once. Only the hash of its token is stored.

    `is_first`: valid only while there is no administrator.
    """

    __tablename__ = "account_invitation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_sha256: Mapped[bytes] = mapped_column(unique=True)
    email: Mapped[str | None]
    name: Mapped[str | None]
    role: Mapped[str]
    trials: Mapped[Any] = mapped_column(Document)
    rights: Mapped[Any] = mapped_column(Document)
    is_first: Mapped[bool]
    invited_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]


class RecruiterSession(Base):
    """A session. Only the hash of its token is stored. `is_complete` is false while the second factor is missing."""

    __tablename__ = "recruiter_session"

    token_sha256: Mapped[bytes] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    device: Mapped[str]
    is_complete: Mapped[bool]
    recruiter_id: Mapped[UUID] = mapped_column(ForeignKey("recruiter.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class KnownAddress(Base):
    """That an account was entered from a network address, and when last. Account and address are keyed hashes."""

    __tablename__ = "known_address"

    account_key: Mapped[bytes] = mapped_column(primary_key=True)
    address_key: Mapped[bytes] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class KnownBrowser(Base):
    """That an account was entered in a browser, and when last. Only the hash of the browser's token is stored.

    `session_id` is the session that was begun there: whatever ends that session for good ends this too.
    """

    __tablename__ = "known_browser"

    token_sha256: Mapped[bytes] = mapped_column(primary_key=True)
    recruiter_id: Mapped[UUID] = mapped_column(ForeignKey("recruiter.id"), index=True)
    session_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(index=True)


class SignInAttempt(Base):
    """A failed or pending sign-in, or a request for a private link. Account and address are keyed hashes.

    An attempt in a known browser has the hash of that browser's token in the place of the address.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index(None, "account_key", "at"), Index(None, "address_key", "at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_key: Mapped[bytes]
    address_key: Mapped[bytes]
    at: Mapped[datetime] = mapped_column(index=True)
