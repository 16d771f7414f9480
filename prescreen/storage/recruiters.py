"""Queries about recruiters: accounts, the trials they work for, their sessions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from prescreen.storage.identifiers import new_id
from prescreen.storage.insertion import insert_once
from prescreen.storage.models import EVERY_SITE, Recruiter, RecruiterRight, RecruiterSession, RecruiterTrial


class Role(StrEnum):
    """What an account is for. `workflow.policy` says what each may do."""

    ADMINISTRATOR = "administrator"
    RECRUITER = "recruiter"
    ANALYST = "analyst"
    AUTHOR = "author"


class Right(StrEnum):
    """What an account must be given one by one: each kind of export, and that people are named in it."""

    EXPORT_CSV = "export_csv"
    EXPORT_XLSX = "export_xlsx"
    EXPORT_NDJSON = "export_ndjson"
    EXPORT_REDCAP = "export_redcap"
    EXPORT_IDENTITY = "export_identity"


EVERY_RIGHT = frozenset(Right)


@dataclass(frozen=True, slots=True, order=True)
class Assignment:
    """A trial whose referrals a recruiter may see, at one site or at every site."""

    trial_id: str
    site_id: str = EVERY_SITE

    @property
    def only_site_id(self) -> str | None:
        """The one site it is for; None where it is for every site."""
        return None if self.site_id == EVERY_SITE else self.site_id

    def covers(self, trial_id: str, site_id: str) -> bool:
        """Say whether a referral to that trial and site falls under it."""
        return self.trial_id == trial_id and self.site_id in (EVERY_SITE, site_id)


@dataclass(frozen=True, slots=True)
class Account:
    """A recruiter's account. `disabled_at` is None while it is in use."""

    id: UUID
    email: str
    name: str
    password_hash: str = field(repr=False)
    disabled_at: datetime | None
    assignments: tuple[Assignment, ...]
    role: Role = Role.RECRUITER
    rights: frozenset[Right] = frozenset()

    @property
    def trial_ids(self) -> tuple[str, ...]:
        """The trials whose referrals they may see, at some site or at every."""
        return tuple(dict.fromkeys(one.trial_id for one in self.assignments))

    def sites_of(self, trial_id: str) -> frozenset[str] | None:
        """Give the sites of a trial that are theirs; None where every site is, an empty set where none is."""
        sites = {one.only_site_id for one in self.assignments if one.trial_id == trial_id}
        return None if None in sites else frozenset(site for site in sites if site is not None)


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A sign-in that was not ended."""

    recruiter_id: UUID
    created_at: datetime
    last_seen_at: datetime
    id: UUID
    device: str
    is_complete: bool


def find(session: Session, recruiter_id: UUID) -> Account | None:
    """Give an account; None where there is none."""
    return _account(session, session.get(Recruiter, recruiter_id, populate_existing=True))


def with_email(session: Session, email: str) -> Account | None:
    """Give the account of a normalised address; None where there is none."""
    return _account(session, session.scalar(select(Recruiter).where(Recruiter.email == email)))


def everyone(session: Session) -> list[Account]:
    """Give all accounts, by address."""
    rows = session.scalars(select(Recruiter).order_by(Recruiter.email))
    return [account for row in rows if (account := _account(session, row))]


def _account(session: Session, row: Recruiter | None) -> Account | None:
    if row is None:
        return None
    assigned = session.execute(
        select(RecruiterTrial.trial_id, RecruiterTrial.site_id)
        .where(RecruiterTrial.recruiter_id == row.id)
        .order_by(RecruiterTrial.trial_id, RecruiterTrial.site_id)
    )
    assignments = tuple(Assignment(*pair) for pair in assigned)
    rights = session.scalars(select(RecruiterRight.right).where(RecruiterRight.recruiter_id == row.id))
    return Account(
        id=row.id,
        email=row.email,
        name=row.name,
        password_hash=row.password_hash,
        disabled_at=row.disabled_at,
        assignments=assignments,
        role=Role(row.role),
        rights=frozenset(map(Right, rights)),
    )


def set_role(session: Session, recruiter_id: UUID, role: Role) -> None:
    """Say what an account is for."""
    session.execute(update(Recruiter).where(Recruiter.id == recruiter_id).values(role=role.value))


def add(session: Session, email: str, name: str, *, password_hash: str, at: datetime) -> UUID:
    """Store a new account and give its id."""
    recruiter_id = new_id(at)
    row = {"id": recruiter_id, "email": email, "name": name, "password_hash": password_hash, "created_at": at}
    session.execute(insert(Recruiter), [row])
    return recruiter_id


def assign(session: Session, recruiter_id: UUID, assignments: Iterable[Assignment]) -> None:
    """Give a recruiter these trials too."""
    for one in assignments:
        row = {"recruiter_id": recruiter_id, "trial_id": one.trial_id, "site_id": one.site_id}
        insert_once(session, RecruiterTrial, row)


def give_rights(session: Session, recruiter_id: UUID, rights: Iterable[Right]) -> None:
    """Let a recruiter do these things too."""
    for right in rights:
        insert_once(session, RecruiterRight, {"recruiter_id": recruiter_id, "right": right.value})


def set_password(session: Session, recruiter_id: UUID, password_hash: str) -> None:
    """Replace a password's hash."""
    session.execute(update(Recruiter).where(Recruiter.id == recruiter_id).values(password_hash=password_hash))


def disable(session: Session, recruiter_id: UUID, at: datetime) -> None:
    """Close an account and end its sessions."""
    session.execute(update(Recruiter).where(Recruiter.id == recruiter_id).values(disabled_at=at))
    end_sessions(session, recruiter_id, at)


def start_session(session: Session, recruiter_id: UUID, token_sha256: bytes, at: datetime) -> None:
    """Store a sign-in."""
    row = {
        "token_sha256": token_sha256,
        "id": new_id(at),
        "recruiter_id": recruiter_id,
        "created_at": at,
        "last_seen_at": at,
        "device": "",
        "is_complete": True,
    }
    session.execute(insert(RecruiterSession), [row])


def find_session(session: Session, token_sha256: bytes) -> StoredSession | None:
    """Give a sign-in that was not ended; None where there is none."""
    row = session.scalar(
        select(RecruiterSession)
        .where(RecruiterSession.token_sha256 == token_sha256, RecruiterSession.ended_at.is_(None))
        .execution_options(populate_existing=True)
    )
    return None if row is None else _session(row)


def _session(row: RecruiterSession) -> StoredSession:
    return StoredSession(row.recruiter_id, row.created_at, row.last_seen_at, row.id, row.device, row.is_complete)


def see_session(session: Session, token_sha256: bytes, at: datetime) -> None:
    """Note that a session was used."""
    session.execute(
        update(RecruiterSession).where(RecruiterSession.token_sha256 == token_sha256).values(last_seen_at=at)
    )


def end_session(session: Session, token_sha256: bytes, at: datetime) -> None:
    """End one session."""
    session.execute(
        update(RecruiterSession)
        .where(RecruiterSession.token_sha256 == token_sha256, RecruiterSession.ended_at.is_(None))
        .values(ended_at=at)
    )


def end_sessions(session: Session, recruiter_id: UUID, at: datetime) -> None:
    """End all sessions of a recruiter."""
    session.execute(
        update(RecruiterSession)
        .where(RecruiterSession.recruiter_id == recruiter_id, RecruiterSession.ended_at.is_(None))
        .values(ended_at=at)
    )
