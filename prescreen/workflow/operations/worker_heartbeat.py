"""The heartbeat of workers, which report every few seconds that they send letters and seal the audit trail.

A module of its own, with the name that it has in storage.
"""

from datetime import datetime, timedelta

from prescreen.storage import Session, Transactions
from prescreen.storage.operations import worker_heartbeat

REPORT_EVERY = timedelta(seconds=10)
SILENT_AFTER = timedelta(minutes=2)
"""Without a report for this long, no worker is alive. It is long enough for one that waits for a slow mail server."""


def report(database: Transactions, now: datetime) -> None:
    """Report that a worker is alive, or is being started."""
    with database.writing() as session:
        worker_heartbeat.note(session, now)


def is_silent(session: Session, now: datetime) -> bool:
    """Return whether the workers have stopped reporting; False where none has ever reported."""
    reported = worker_heartbeat.last(session)
    return reported is not None and now - reported > SILENT_AFTER
