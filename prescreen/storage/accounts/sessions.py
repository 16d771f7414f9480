"""Queries about recruiters' sessions: who signed in, on which device, and when each was last used."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from prescreen.storage.base.identifiers import new_id
from prescreen.storage.tables import RecruiterSession


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session that was not ended. It is incomplete while the second factor is missing."""

    recruiter_id: UUID
    created_at: datetime
    last_seen_at: datetime
    id: UUID
    device: str
    is_complete: bool


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session to store; the device is described in plain words."""

    recruiter_id: UUID
    token_sha256: bytes
    device: str
    is_complete: bool


def start(session: Session, new: NewSession, at: datetime) -> UUID:
    """Store a session and return its id."""
    session_id = new_id(at)
    row = {
        "token_sha256": new.token_sha256,
        "id": session_id,
        "recruiter_id": new.recruiter_id,
        "created_at": at,
        "last_seen_at": at,
        "device": new.device,
        "is_complete": new.is_complete,
    }
    session.execute(insert(RecruiterSession), [row])
    return session_id


def find(session: Session, token_sha256: bytes) -> StoredSession | None:
    """Return the open session of a token; None where there is none."""
    row = session.scalar(
        select(RecruiterSession)
        .where(RecruiterSession.token_sha256 == token_sha256, _NOT_ENDED)
        .execution_options(populate_existing=True)
    )
    return None if row is None else _stored(row)


def of_recruiter(session: Session, recruiter_id: UUID) -> list[StoredSession]:
    """Return the open sessions of an account, most recently used first."""
    rows = session.scalars(
        select(RecruiterSession)
        .where(RecruiterSession.recruiter_id == recruiter_id, _NOT_ENDED)
        .order_by(RecruiterSession.last_seen_at.desc(), RecruiterSession.id.desc())
        .execution_options(populate_existing=True)
    )
    return [_stored(row) for row in rows]


def last_seen(session: Session) -> dict[UUID, datetime]:
    """Return when each account was last in use, in ended sessions too."""
    query = select(RecruiterSession.recruiter_id, func.max(RecruiterSession.last_seen_at))
    rows = session.execute(query.group_by(RecruiterSession.recruiter_id))
    return {row[0]: row[1] for row in rows}


def see(session: Session, token_sha256: bytes, at: datetime) -> None:
    """Record that a session was used."""
    _change(session, RecruiterSession.token_sha256 == token_sha256, last_seen_at=at)


def end(session: Session, session_id: UUID, at: datetime) -> bool:
    """End one session; return False where it had ended before."""
    return _change(session, RecruiterSession.id == session_id, ended_at=at)


def end_of_recruiter(session: Session, recruiter_id: UUID, at: datetime, keep: UUID | None = None) -> None:
    """End all sessions of an account except `keep`, if given."""
    spared = () if keep is None else (RecruiterSession.id != keep,)
    _change(session, RecruiterSession.recruiter_id == recruiter_id, *spared, ended_at=at)


def forget_before(session: Session, moment: datetime) -> int:
    """Delete sessions that were last used before a moment; return how many. The last one of each account stays.

    By that one it is known when an account was last in use.
    """
    later = aliased(RecruiterSession)
    has_later = exists().where(
        later.recruiter_id == RecruiterSession.recruiter_id, later.last_seen_at > RecruiterSession.last_seen_at
    )
    over = delete(RecruiterSession).where(RecruiterSession.last_seen_at < moment, has_later)
    options = {"synchronize_session": False}
    return len(session.execute(over.returning(RecruiterSession.id), execution_options=options).all())


_NOT_ENDED = RecruiterSession.ended_at.is_(None)


def _change(session: Session, *which: ColumnElement[bool], **values: datetime) -> bool:
    changed = update(RecruiterSession).where(*which, _NOT_ENDED).values(**values).returning(RecruiterSession.id)
    return bool(session.scalars(changed).all())


def _stored(row: RecruiterSession) -> StoredSession:
    return StoredSession(row.recruiter_id, row.created_at, row.last_seen_at, row.id, row.device, row.is_complete)
