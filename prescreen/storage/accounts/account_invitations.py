"""Queries about account invitations: links by which a person makes an account, once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from prescreen.storage.accounts.recruiters import Assignment, Right, Role
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.tables import AccountInvitation


@dataclass(frozen=True, slots=True)
class Invited:
    """The invited account. None where the person chooses. `is_first`: valid only while there is no administrator."""

    email: str | None = field(repr=False)
    name: str | None = field(repr=False)
    role: Role
    assignments: tuple[Assignment, ...]
    rights: frozenset[Right]
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class StoredInvitation:
    """An invitation as stored. `invited_by` is None where an operator invited."""

    id: UUID
    invited: Invited
    invited_by: UUID | None
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    cancelled_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation to store."""

    token_sha256: bytes
    invited: Invited
    invited_by: UUID | None
    expires_at: datetime


def add(session: Session, new: NewInvitation, at: datetime) -> UUID:
    """Store an invitation and return its id."""
    invitation_id, invited = new_id(at), new.invited
    row = {
        "id": invitation_id,
        "token_sha256": new.token_sha256,
        "email": invited.email,
        "name": invited.name,
        "role": invited.role.value,
        "trials": [[one.trial_id, one.site_id] for one in invited.assignments],
        "rights": sorted(right.value for right in invited.rights),
        "is_first": invited.is_first,
        "invited_by": new.invited_by,
        "created_at": at,
        "expires_at": new.expires_at,
    }
    session.execute(insert(AccountInvitation), [row])
    return invitation_id


def find(session: Session, token_sha256: bytes) -> StoredInvitation | None:
    """Return the invitation of a token, used and cancelled ones included; None where there is none."""
    query = select(AccountInvitation).where(AccountInvitation.token_sha256 == token_sha256)
    row = session.scalar(query.execution_options(populate_existing=True))
    return None if row is None else _stored(row)


def lock(session: Session, invitation_id: UUID) -> None:
    """Keep other transactions from locking an invitation until this one ends."""
    session.execute(select(AccountInvitation.id).where(AccountInvitation.id == invitation_id).with_for_update())


def waiting(session: Session, now: datetime) -> list[StoredInvitation]:
    """Return the invitations that can still be used, newest first."""
    query = select(AccountInvitation).where(_OPEN, AccountInvitation.expires_at > now)
    rows = session.scalars(query.order_by(AccountInvitation.id.desc()).execution_options(populate_existing=True))
    return [_stored(row) for row in rows]


def take(session: Session, invitation_id: UUID, at: datetime) -> bool:
    """Mark an invitation as used; return False, changing nothing, where it cannot be used any more."""
    which = (AccountInvitation.id == invitation_id, AccountInvitation.expires_at > at)
    return bool(_end(session, *which, used_at=at))


def cancel(session: Session, invitation_id: UUID, at: datetime) -> bool:
    """Cancel an invitation and erase whom it was for; return False where it had ended."""
    return bool(_end(session, AccountInvitation.id == invitation_id, cancelled_at=at))


def cancel_of_email(session: Session, email: str, at: datetime) -> list[UUID]:
    """Cancel earlier invitations to an address; return their ids."""
    return _end(session, AccountInvitation.email == email, cancelled_at=at)


def cancel_first(session: Session, at: datetime) -> list[UUID]:
    """Cancel the invitations for a first administrator; return their ids."""
    return _end(session, AccountInvitation.is_first.is_(True), cancelled_at=at)


def forget_before(session: Session, moment: datetime) -> int:
    """Delete invitations that were used or cancelled, or ran out, before a moment; return how many."""
    ends = func.coalesce(AccountInvitation.used_at, AccountInvitation.cancelled_at, AccountInvitation.expires_at)
    return len(session.execute(delete(AccountInvitation).where(ends < moment).returning(AccountInvitation.id)).all())


_OPEN = AccountInvitation.used_at.is_(None) & AccountInvitation.cancelled_at.is_(None)


def _end(session: Session, *which: ColumnElement[bool], **moment: datetime) -> list[UUID]:
    values = {**moment, "email": None, "name": None}
    ended = update(AccountInvitation).where(_OPEN, *which).values(**values).returning(AccountInvitation.id)
    return list(session.scalars(ended))


def _stored(row: AccountInvitation) -> StoredInvitation:
    invited = Invited(
        email=row.email,
        name=row.name,
        role=Role(row.role),
        assignments=_assignments(row.trials),
        rights=frozenset(map(Right, row.rights)),
        is_first=row.is_first,
    )
    return StoredInvitation(
        row.id, invited, row.invited_by, row.created_at, row.expires_at, row.used_at, row.cancelled_at
    )


def _assignments(trials: Iterable[tuple[str, str]]) -> tuple[Assignment, ...]:
    return tuple(Assignment(trial_id, site_id) for trial_id, site_id in trials)
