"""Announcing: letters that tell recruiters how many referrals came in, and nothing of who.

They are written beside the submissions and not in them, so that no submission waits for them or fails with them: by
the process that sends the mail, which looks every few seconds.
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
"""A referral is told of when it is that old: by then the transaction that stores it has ended."""
MOST_OFTEN = timedelta(minutes=15)
LONGEST_AGO = timedelta(days=7)
"""What came earlier is no news, also to who was never told of anything."""
MORNING = time(7)


class NewsPen(Protocol):
    """Writes to recruiters."""

    @property
    def timezone(self) -> ZoneInfo:
        """Where it is morning when a digest goes out."""

    def news(self, recruiter: Account, counts: Sequence[PlaceCount]) -> Letter:
        """Tell how many new referrals came in."""

    def digest(self, recruiter: Account, counts: Sequence[PlaceCount]) -> Letter:
        """Tell how many came in since the last digest, and how many are overdue."""


def announce(database: Transactions, keys: Keys, pen: Callable[[], NewsPen], now: datetime) -> int:
    """Put the letters that are due into the outbox and say how many. `pen` is asked for only if somebody wants news.

    At once means at most one letter in a quarter of an hour; a digest comes on a morning when there is something to
    tell.
    """
    moment = now - SETTLED
    with database.reading() as session:
        wanting = referral_alerts.subscribers(session)
    if not wanting:
        return 0
    writer = pen()
    due = [one for one in wanting if _is_due(one, writer.timezone, moment)]
    return sum(_tell(database, keys, writer, one, moment) for one in due)


def _is_due(one: Subscriber, zone: tzinfo, moment: datetime) -> bool:
    if one.news is News.AT_ONCE:
        return one.told_at is None or moment - one.told_at >= MOST_OFTEN
    morning = datetime.combine(moment.astimezone(zone).date(), MORNING, zone)
    return (one.told_at or one.created_at) < morning <= moment


def _tell(database: Transactions, keys: Keys, pen: NewsPen, one: Subscriber, moment: datetime) -> bool:
    """Write to one recruiter, if there is anything to tell."""
    with database.reading() as session:
        recruiter = recruiters.find(session, one.recruiter_id)
        counts = _counts(session, recruiter, one, moment) if recruiter else []
    if recruiter is None or (not counts and one.news is News.AT_ONCE):
        return False
    kind = LetterKind.NEWS if one.news is News.AT_ONCE else LetterKind.DIGEST
    with database.writing() as session:
        # A digest that had nothing to tell is over for today too.
        if not referral_alerts.note_told(session, one, moment) or not counts:
            return False
        letter = pen.news(recruiter, counts) if kind is LetterKind.NEWS else pen.digest(recruiter, counts)
        outbox.add(session, keys.ring, Posting(kind, None, is_test=False), letter, moment + SETTLED)
    return True


def _counts(session: Session, recruiter: Account, one: Subscriber, moment: datetime) -> list[PlaceCount]:
    """Count what waits at the places where the recruiter may work referrals."""
    span = Span(max(one.told_at or one.created_at, moment - LONGEST_AGO), moment)
    found = referral_alerts.waiting(session, recruiter, span, overdue=one.news is News.DAILY)
    return [at for at in found if may(recruiter, Permission.WORK_REFERRALS, Place(at.trial_id, at.site_id))]
