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
    """Return whether the workers have stopped reporting; False where none has ever reported.

    A report that is dated far ahead says nothing: the clock was set back since, and a living worker reports anew.
    """
    reported = worker_heartbeat.last(session)
    return reported is not None and abs(now - reported) > SILENT_AFTER


def is_recent(at: datetime | None, now: datetime, within: timedelta) -> bool:
    """Return whether something happened less than so long ago; False where it never did.

    False too where it is dated after `now`: the clock was set back, and what is done every few seconds must not wait
    until it has caught up.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    >>> [is_recent(noon + timedelta(minutes=late), noon, timedelta(minutes=5)) for late in (-1, -5, 60)]
    [True, False, False]
    """
    return at is not None and timedelta(0) <= now - at < within
