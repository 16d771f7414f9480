"""Queries about the editions of the criteria: each is one content of the folder, in force for all from a moment on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from prescreen.storage.base import advisory_locks
from prescreen.storage.base.advisory_locks import AdvisoryLock
from prescreen.storage.tables import CriteriaEdition

KEPT = 5
"""How many editions are kept, the newest ones: a process that comes late may still need the one before."""


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition: its number, from 1 on, the SHA-256 of its archive, and when it comes into force."""

    number: int
    digest: str
    in_force_at: datetime


def add(session: Session, content: bytes, digest: str, published_at: datetime, in_force_at: datetime) -> Edition:
    """Store an archive as the next edition; return that, or the newest one where it has this very content."""
    advisory_locks.hold(session, AdvisoryLock.EDITIONS)
    newest = _newest(session)
    if newest is not None and newest.digest == digest:
        return newest
    added = Edition(newest.number + 1 if newest else 1, digest, in_force_at)
    row = {"number": added.number, "digest": digest, "in_force_at": in_force_at}
    session.execute(insert(CriteriaEdition), [row | {"content": content, "published_at": published_at}])
    session.execute(delete(CriteriaEdition).where(CriteriaEdition.number <= added.number - KEPT))
    return added


def listed(session: Session) -> list[Edition]:
    """Return the editions that are kept, the newest last."""
    columns = (CriteriaEdition.number, CriteriaEdition.digest, CriteriaEdition.in_force_at)
    return [Edition(*row) for row in session.execute(select(*columns).order_by(CriteriaEdition.number))]


def content(session: Session, edition: Edition) -> bytes:
    """Return the archive of an edition. Raise NoResultFound for one that is not kept any more."""
    return session.scalars(select(CriteriaEdition.content).where(CriteriaEdition.number == edition.number)).one()


def _newest(session: Session) -> Edition | None:
    number = session.scalar(select(func.max(CriteriaEdition.number)))
    return next((one for one in listed(session) if one.number == number), None)
