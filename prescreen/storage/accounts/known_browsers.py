"""Queries about the browsers in which accounts were entered, for throttling."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.orm import Session

from prescreen.storage.tables import KnownBrowser


@dataclass(frozen=True, slots=True)
class NewBrowser:
    """A browser to store: the hash of its token, the account, and the session that was begun in it."""

    token_sha256: bytes = field(repr=False)
    recruiter_id: UUID
    session_id: UUID


def note(session: Session, new: NewBrowser, at: datetime, most: int) -> None:
    """Store that an account was entered in a browser; keep this one and those used last, `most` in all."""
    row = {
        "token_sha256": new.token_sha256,
        "recruiter_id": new.recruiter_id,
        "session_id": new.session_id,
        "at": at,
    }
    session.execute(insert(KnownBrowser), [row])
    others = (KnownBrowser.recruiter_id == new.recruiter_id, KnownBrowser.token_sha256 != new.token_sha256)
    latest_first = (KnownBrowser.at.desc(), KnownBrowser.token_sha256)
    kept = select(KnownBrowser.token_sha256).where(*others).order_by(*latest_first).limit(most - 1)
    _forget(session, *others, KnownBrowser.token_sha256.not_in(kept))


def known(session: Session, recruiter_id: UUID, hashes: Collection[bytes], since: datetime) -> bytes | None:
    """Return which of these hashes is that of a browser in which the account was entered since a moment."""
    which = (KnownBrowser.recruiter_id == recruiter_id, KnownBrowser.at > since, KnownBrowser.token_sha256.in_(hashes))
    return session.scalar(select(KnownBrowser.token_sha256).where(*which).order_by(KnownBrowser.at.desc()).limit(1))


def forget(session: Session, token_sha256: bytes) -> None:
    """Delete one browser."""
    _forget(session, KnownBrowser.token_sha256 == token_sha256)


def forget_of_session(session: Session, session_id: UUID) -> None:
    """Delete the browser in which a session was begun."""
    _forget(session, KnownBrowser.session_id == session_id)


def forget_of_recruiter(session: Session, recruiter_id: UUID, keep: UUID | None = None) -> None:
    """Delete all browsers of an account except that of the session `keep`, if given."""
    spared = () if keep is None else (KnownBrowser.session_id != keep,)
    _forget(session, KnownBrowser.recruiter_id == recruiter_id, *spared)


def forget_before(session: Session, moment: datetime) -> None:
    """Delete browsers that were used too long ago to count."""
    _forget(session, KnownBrowser.at < moment)


def _forget(session: Session, *which: ColumnElement[bool]) -> None:
    session.execute(delete(KnownBrowser).where(*which).execution_options(synchronize_session=False))
