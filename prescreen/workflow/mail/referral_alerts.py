"""Referral alerts: letters that tell recruiters how many referrals came in, and never whose.

They are not written by the submissions, which must neither wait for them nor fail with them, but by the mail worker,
which looks every few seconds.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

from prescreen.storage import Session, Transactions
from prescreen.storage.accounts import recruiters
from prescreen.storage.accounts.recruiters import Account, News
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox, referral_alerts
from prescreen.storage.mail.outbox import Letter, LetterKind, Posting
from prescreen.storage.mail.referral_alerts import PlaceCount, Span, Subscriber
from prescreen.workflow.accounts.permissions import Permission, Place, may

SETTLED = timedelta(seconds=10)
"""A referral is announced at this age: by then the transaction that stored it has ended."""
MOST_OFTEN = timedelta(minutes=15)
LONGEST_AGO = timedelta(days=7)
"""Older referrals are not announced, even to recruiters who never had an alert."""
MORNING = time(7)


class AlertWriter(Protocol):
    """Writes letters to recruiters."""

    @property
    def timezone(self) -> ZoneInfo:
        """Return the time zone in which digests are sent in the morning."""

    def news(self, recruiter: Account, counts: Sequence[PlaceCount]) -> Letter:
        """Say how many new referrals came in."""

    def digest(self, recruiter: Account, counts: Sequence[PlaceCount]) -> Letter:
        """Say how many referrals came in since the last digest, and how many are overdue."""


def announce(database: Transactions, keys: Keys, pen: Callable[[], AlertWriter], now: datetime) -> int:
    """Put due alerts into the outbox; return how many. `pen` is called only if a recruiter wants alerts.

    An immediate alert is sent at most once in fifteen minutes; a digest is sent on mornings when there is something to
    report.
    """
    moment = now - SETTLED
    with database.reading() as session:
        wanting = referral_alerts.subscribers(session)
    if not wanting:
        return 0
    writer = pen()
    due = [one for one in wanting if _is_due(one, writer.timezone, moment)]
    return sum(_write_alert(database, keys, writer, one, moment) for one in due)


def _is_due(one: Subscriber, zone: tzinfo, moment: datetime) -> bool:
    if one.news is News.AT_ONCE:
        return one.told_at is None or moment - one.told_at >= MOST_OFTEN
    morning = datetime.combine(moment.astimezone(zone).date(), MORNING, zone)
    return (one.told_at or one.created_at) < morning <= moment


def _write_alert(database: Transactions, keys: Keys, pen: AlertWriter, one: Subscriber, moment: datetime) -> bool:
    """Write to one recruiter if there is something to report; return whether a letter was written."""
    with database.reading() as session:
        recruiter = recruiters.find(session, one.recruiter_id)
        counts = _counts(session, recruiter, one, moment) if recruiter else []
    if recruiter is None or (not counts and one.news is News.AT_ONCE):
        return False
    kind = LetterKind.NEWS if one.news is News.AT_ONCE else LetterKind.DIGEST
    with database.writing() as session:
        # A digest without anything to report is done for today too.
        if not referral_alerts.note_told(session, one, moment) or not counts:
            return False
        letter = pen.news(recruiter, counts) if kind is LetterKind.NEWS else pen.digest(recruiter, counts)
        outbox.add(session, keys.ring, Posting(kind, None, is_test=False), letter, moment + SETTLED)
    return True


def _counts(session: Session, recruiter: Account, one: Subscriber, moment: datetime) -> list[PlaceCount]:
    """Count the referrals waiting at the places where the recruiter may work referrals."""
    span = Span(max(one.told_at or one.created_at, moment - LONGEST_AGO), moment)
    found = referral_alerts.waiting(session, recruiter, span, overdue=one.news is News.DAILY)
    return [at for at in found if may(recruiter, Permission.WORK_REFERRALS, Place(at.trial_id, at.site_id))]
