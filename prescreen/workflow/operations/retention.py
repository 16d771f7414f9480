"""Retention: deletion of data whose retention period has ended.

A module of its own, which keeps operators' actions apart from those of people.
"""

from datetime import datetime, timedelta

from prescreen.storage import Transactions
from prescreen.storage.audit import events
from prescreen.storage.mail import outbox
from prescreen.storage.participants import person_lock
from prescreen.workflow.participants import confirmation_limits, data_subject_rights

TEST_LEADS_KEPT = timedelta(days=7)
LETTERS_KEPT = timedelta(days=35)
_AT_ONCE = 100


def purge_test_leads(database: Transactions, now: datetime) -> int:
    """Delete test leads older than seven days; return how many. An operator's action.

    Uses short transactions, so that concurrent submissions need not wait.
    """
    count = 0
    while True:
        with database.writing() as session:
            expired = person_lock.hold_test_leads_before(session, now - TEST_LEADS_KEPT, _AT_ONCE)
            count += sum(data_subject_rights.delete(session, lead_id, now, events.OPERATOR) for lead_id in expired)
        if len(expired) < _AT_ONCE:
            return count


def purge_letters(database: Transactions, now: datetime) -> int:
    """Delete letters older than 35 days that were sent, cancelled or given up; return how many."""
    with database.writing() as session:
        return outbox.forget_before(session, now - LETTERS_KEPT)


def purge_mailboxes(database: Transactions, now: datetime) -> int:
    """Forget mailboxes that were asked, or disowned, too long ago to count; return how many."""
    with database.writing() as session:
        return confirmation_limits.forget(session, now)
