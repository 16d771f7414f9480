"""Queries about recruiters: accounts, their trials and sites, roles and rights."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from prescreen.storage.base.identifiers import new_id
from prescreen.storage.base.upserts import insert_once
from prescreen.storage.tables import EVERY_SITE, Recruiter, RecruiterRight, RecruiterTrial


class Role(StrEnum):
    """The role of an account. `workflow.accounts.permissions` says what each may do."""

    ADMINISTRATOR = "administrator"
    RECRUITER = "recruiter"
    ANALYST = "analyst"
    AUTHOR = "author"


class Right(StrEnum):
    """What an account must be granted one by one: each kind of export, and identities in exports."""

    EXPORT_CSV = "export_csv"
    EXPORT_XLSX = "export_xlsx"
    EXPORT_NDJSON = "export_ndjson"
    EXPORT_REDCAP = "export_redcap"
    EXPORT_IDENTITY = "export_identity"


EVERY_RIGHT = frozenset(Right)


class News(StrEnum):
    """How a recruiter is told of new referrals."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    OFF = "off"


class SecondFactor(StrEnum):
    """Whether an account signs in with a code too. Due: it must, but has not set one up yet."""

    NONE = "none"
    DUE = "due"
    SET_UP = "set_up"


@dataclass(frozen=True, slots=True, order=True)
class Assignment:
    """A trial whose referrals a recruiter may see, at one site or at every site."""

    trial_id: str
    site_id: str = EVERY_SITE

    @property
    def only_site_id(self) -> str | None:
        """Return the one site it is for; None where it is for every site."""
        return None if self.site_id == EVERY_SITE else self.site_id

    def covers(self, trial_id: str, site_id: str) -> bool:
        """Return whether it covers referrals to that trial and site."""
        return self.trial_id == trial_id and self.site_id in (EVERY_SITE, site_id)


@dataclass(frozen=True, slots=True)
class Account:
    """A recruiter's account. `disabled_at` is None while it is open.

    `sealed_secret` is the encrypted secret of the second factor, which differs from any before.
    """

    id: UUID
    email: str
    name: str
    password_hash: str = field(repr=False)
    disabled_at: datetime | None
    assignments: tuple[Assignment, ...]
    role: Role = Role.RECRUITER
    rights: frozenset[Right] = frozenset()
    second_factor: SecondFactor = SecondFactor.NONE
    news: News = News.AT_ONCE
    wants_reminders: bool = False
    second_factor_since: datetime | None = None
    sealed_secret: bytes | None = field(default=None, repr=False)

    @property
    def credentials(self) -> tuple[object, ...]:
        """Return what opens the account and what it opens: sessions begun under others must not go on."""
        factor = (self.second_factor, self.second_factor_since, self.sealed_secret)
        return self.password_hash, factor, self.role, self.rights, self.disabled_at

    @property
    def scope(self) -> tuple[Assignment, ...]:
        """Return their trials and sites in order, without the sites of a trial that is theirs at every site."""
        whole = {one.trial_id for one in self.assignments if one.only_site_id is None}
        wide = {one for one in self.assignments if one.only_site_id is None or one.trial_id not in whole}
        return tuple(sorted(wide))

    @property
    def trial_ids(self) -> tuple[str, ...]:
        """Return the trials whose referrals they may see, at one or all sites."""
        return tuple(dict.fromkeys(one.trial_id for one in self.assignments))

    def sites_of(self, trial_id: str) -> frozenset[str] | None:
        """Return the sites of a trial that are theirs; None for every site, an empty set for none."""
        sites = {one.only_site_id for one in self.assignments if one.trial_id == trial_id}
        return None if None in sites else frozenset(site for site in sites if site is not None)


def find(session: Session, recruiter_id: UUID) -> Account | None:
    """Return an account; None where there is none."""
    return _account(session, session.get(Recruiter, recruiter_id, populate_existing=True))


def lock(session: Session, recruiter_id: UUID) -> Account | None:
    """Return an account, which no other transaction changes before this one ends; None where there is none."""
    held = {"key_share": True}
    return _account(session, session.get(Recruiter, recruiter_id, populate_existing=True, with_for_update=held))


def with_email(session: Session, email: str) -> Account | None:
    """Return the account of a normalized address; None where there is none, after the same queries."""
    # Else the time that a sign-in takes would tell who has an account.
    found = _accounts(session, *session.scalars(select(Recruiter).where(Recruiter.email == email)))
    return found[0] if found else None


def everyone(session: Session) -> list[Account]:
    """Return all accounts, by address."""
    return _accounts(session, *session.scalars(select(Recruiter).order_by(Recruiter.email)))


def _account(session: Session, row: Recruiter | None) -> Account | None:
    return None if row is None else _accounts(session, row)[0]


def _accounts(session: Session, *rows: Recruiter) -> list[Account]:
    """Return the accounts of these rows, in three queries whatever their number."""
    ids = [row.id for row in rows]
    assignments, rights = defaultdict(list), defaultdict(list)
    for one in session.scalars(select(RecruiterTrial).where(RecruiterTrial.recruiter_id.in_(ids))):
        assignments[one.recruiter_id].append(Assignment(one.trial_id, one.site_id))
    for given in session.scalars(select(RecruiterRight).where(RecruiterRight.recruiter_id.in_(ids))):
        rights[given.recruiter_id].append(Right(given.right))
    return [_account_of(row, assignments[row.id], rights[row.id]) for row in rows]


def _account_of(row: Recruiter, assignments: Iterable[Assignment], rights: Iterable[Right]) -> Account:
    return Account(
        id=row.id,
        email=row.email,
        name=row.name,
        password_hash=row.password_hash,
        disabled_at=row.disabled_at,
        assignments=tuple(sorted(assignments)),
        role=Role(row.role),
        rights=frozenset(rights),
        second_factor=_second_factor(row),
        news=News(row.news),
        wants_reminders=row.reminded_at is not None,
        second_factor_since=row.totp_since,
        sealed_secret=row.totp_secret,
    )


def _second_factor(row: Recruiter) -> SecondFactor:
    if row.totp_secret is not None:
        return SecondFactor.SET_UP
    return SecondFactor.NONE if row.totp_since is None else SecondFactor.DUE


def lock_administrators(session: Session) -> list[UUID]:
    """Return the open administrators' ids, locking their rows until the transaction ends."""
    which = (Recruiter.role == Role.ADMINISTRATOR.value, Recruiter.disabled_at.is_(None))
    # In a fixed order, to rule out a deadlock. SQLite has one writer at a time and ignores the lock.
    return list(session.scalars(select(Recruiter.id).where(*which).order_by(Recruiter.id).with_for_update()))


def is_administered(session: Session) -> bool:
    """Return whether there is an open administrator account. A reading session is enough."""
    which = (Recruiter.role == Role.ADMINISTRATOR.value, Recruiter.disabled_at.is_(None))
    return session.scalar(select(Recruiter.id).where(*which).limit(1)) is not None


def set_role(session: Session, recruiter_id: UUID, role: Role) -> None:
    """Replace the role of an account."""
    _change(session, recruiter_id, role=role.value)


def add(session: Session, email: str, name: str, *, password_hash: str, at: datetime) -> UUID:
    """Store a new account and return its id."""
    recruiter_id = new_id(at)
    row = {"id": recruiter_id, "email": email, "name": name, "password_hash": password_hash, "created_at": at}
    session.execute(insert(Recruiter), [row])
    return recruiter_id


def assign(session: Session, recruiter_id: UUID, assignments: Iterable[Assignment]) -> None:
    """Add trials to an account."""
    for one in assignments:
        row = {"recruiter_id": recruiter_id, "trial_id": one.trial_id, "site_id": one.site_id}
        insert_once(session, RecruiterTrial, row)


def give_rights(session: Session, recruiter_id: UUID, rights: Iterable[Right]) -> None:
    """Add rights to an account."""
    for right in rights:
        insert_once(session, RecruiterRight, {"recruiter_id": recruiter_id, "right": right.value})


def assign_only(session: Session, recruiter_id: UUID, assignments: Iterable[Assignment]) -> None:
    """Replace the trials of an account."""
    session.execute(delete(RecruiterTrial).where(RecruiterTrial.recruiter_id == recruiter_id))
    assign(session, recruiter_id, assignments)


def give_rights_only(session: Session, recruiter_id: UUID, rights: Iterable[Right]) -> None:
    """Replace the rights of an account."""
    session.execute(delete(RecruiterRight).where(RecruiterRight.recruiter_id == recruiter_id))
    give_rights(session, recruiter_id, rights)


def set_password(session: Session, recruiter_id: UUID, password_hash: str) -> None:
    """Replace a password's hash."""
    _change(session, recruiter_id, password_hash=password_hash)


def set_news(session: Session, recruiter_id: UUID, news: News, told_at: datetime | None = None) -> None:
    """Store how a recruiter is told of new referrals; with `told_at`, only of those since then."""
    told = {} if told_at is None else {"news_told_at": told_at}
    _change(session, recruiter_id, news=news.value, **told)


def set_reminders(session: Session, recruiter_id: UUID, since: datetime | None) -> None:
    """Store that a recruiter wants to be told each morning what is due, from that moment on; None: not any more."""
    _change(session, recruiter_id, reminded_at=since)


def disable(session: Session, recruiter_id: UUID, at: datetime) -> None:
    """Close an account."""
    _change(session, recruiter_id, disabled_at=at)


def enable(session: Session, recruiter_id: UUID) -> None:
    """Reopen an account."""
    _change(session, recruiter_id, disabled_at=None)


def _change(session: Session, recruiter_id: UUID, **values: Any) -> None:
    session.execute(update(Recruiter).where(Recruiter.id == recruiter_id).values(**values))
