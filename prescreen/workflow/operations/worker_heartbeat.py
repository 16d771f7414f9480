"""Whether anything still sends letters and seals the audit trail: a worker reports every few seconds that it does.

A module of its own, with the name that it has in storage.
"""

from datetime import datetime, timedelta

from prescreen.storage import Session, Transactions
from prescreen.storage.operations import worker_heartbeat

REPORT_EVERY = timedelta(seconds=10)
SILENT_AFTER = timedelta(minutes=2)
"""After so long without a report no worker lives. One that waits for a slow mail server may be silent for a while."""


def report(database: Transactions, now: datetime) -> None:
    """Report that a worker lives, or is being started."""
    with database.writing() as session:
        worker_heartbeat.note(session, now)


def is_silent(session: Session, now: datetime) -> bool:
    """Return whether the workers fell silent. Where none ever reported, none was started, and none is missed."""
    reported = worker_heartbeat.last(session)
    return reported is not None and now - reported > SILENT_AFTER
