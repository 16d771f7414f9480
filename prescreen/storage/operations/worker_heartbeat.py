"""The heartbeat of the workers that send letters and seal the audit trail.

All workers share one row, which holds when any of them last reported: it does not matter which one works. A module
of its own, the first of its room.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from prescreen.storage.base.upserts import insert_into
from prescreen.storage.tables import Heartbeat

_WORKER = "worker"


def note(session: Session, at: datetime) -> None:
    """Store when a worker last reported."""
    adding = insert_into(session, Heartbeat)
    latest = adding.on_conflict_do_update(index_elements=["name"], set_={"at": at})
    session.execute(latest, [{"name": _WORKER, "at": at}])


def last(session: Session) -> datetime | None:
    """Return when a worker last reported; None where none ever has."""
    return session.scalar(select(Heartbeat.at).where(Heartbeat.name == _WORKER))
