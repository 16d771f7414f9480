"""Letters to recruiters: how many referrals came in, and each morning how many are late or due; never whose.

They are not written by the submissions, which must neither wait for them nor fail with them, but by the mail worker,
which looks every few seconds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from prescreen.storage import Session, Transactions
from prescreen.storage.accounts import recruiters
from prescreen.storage.accounts.recruiters import Account, News
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox, referral_alerts
from prescreen.storage.mail.outbox import Letter, LetterKind, Posting
from prescreen.storage.mail.referral_alerts import PlaceCount, Span, Subscriber
from prescreen.storage.worklist.due_counts import DueCount, due_counts
from prescreen.storage.worklist.order_parts import PartName, Urgency, day_end
from prescreen.workflow.accounts.permissions import Permission, Place, may

SETTLED = timedelta(seconds=10)
"""A referral is announced at this age: by then the transaction that stored it has ended."""
MOST_OFTEN = timedelta(minutes=15)
LONGEST_AGO = timedelta(days=7)
"""Older referrals are not announced, even to recruiters who never had an alert."""
MORNING = time(7)

_COUNTED_AS: Mapping[PartName, str] = {
    PartName.LATE: "overdue",
    PartName.WAITING: "due",
    PartName.CALL_BACK: "call_back",
    PartName.REMINDER: "reminder",
}
"""The number of `PlaceCount` that counts a part of the order of urgency."""


class AlertWriter(Protocol):
    """Writes letters to recruiters."""

    @property
    def timezone(self) -> ZoneInfo:
        """Return the time zone in which it is morning, and a day ends."""

    def news(self, recruiter: Account, counts: Sequence[PlaceCount]) -> Letter:
        """Say how many new referrals came in."""

    def digest(self, recruiter: Account, counts: Sequence[PlaceCount]) -> Letter:
        """Say what a recruiter wants to know in the morning: how many are new, how many are late or due today."""


@dataclass(frozen=True, slots=True)
class _Round:
    """One look at who is to be written to: up to this moment."""

    database: Transactions
    keys: Keys
    pen: AlertWriter
    moment: datetime


def announce(database: Transactions, keys: Keys, pen: Callable[[], AlertWriter], now: datetime) -> int:
    """Put due letters into the outbox; return how many. `pen` is called only if a recruiter wants letters.

    An immediate alert is sent at most once in fifteen minutes; on mornings when there is something to report, one
    letter is sent.
    """
    moment = now - SETTLED
    with database.reading() as session:
        wanting = referral_alerts.subscribers(session)
    if not wanting:
        return 0
    look = _Round(database, keys, pen(), moment)
    due = [(one, kind) for one in wanting if (kind := _due(one, look.pen.timezone, moment))]
    return sum(_write(look, one, kind) for one, kind in due)


def _due(one: Subscriber, zone: tzinfo, moment: datetime) -> LetterKind | None:
    """Return the letter that a recruiter is to get now; a second one is found by the next look."""
    morning = datetime.combine(moment.astimezone(zone).date(), MORNING, zone)
    told_at = (one.told_at or one.created_at) if one.news is News.DAILY else None
    if any(at is not None and at < morning <= moment for at in (told_at, one.reminded_at)):
        return LetterKind.DIGEST
    at_once = one.news is News.AT_ONCE and (one.told_at is None or moment - one.told_at >= MOST_OFTEN)
    return LetterKind.NEWS if at_once else None


def _write(look: _Round, one: Subscriber, kind: LetterKind) -> bool:
    """Write to one recruiter if there is something to report; return whether a letter was written."""
    with look.database.reading() as session:
        recruiter = recruiters.find(session, one.recruiter_id)
        counts = _counts(session, look, recruiter, one, kind) if recruiter else []
    if recruiter is None or (not counts and kind is LetterKind.NEWS):
        return False
    note = referral_alerts.note_told if kind is LetterKind.NEWS else referral_alerts.note_morning
    with look.database.writing() as session:
        # A morning without anything to report is done for today too.
        if not note(session, one, look.moment) or not counts:
            return False
        letter = (look.pen.news if kind is LetterKind.NEWS else look.pen.digest)(recruiter, counts)
        posting = Posting(kind, None, is_test=False)
        outbox.add(session, look.keys.ring, posting, letter, look.moment + SETTLED)
    return True


def _counts(session: Session, look: _Round, recruiter: Account, one: Subscriber, kind: LetterKind) -> list[PlaceCount]:
    """Count what is to be told of the places where the recruiter may work referrals."""
    found: dict[tuple[str, str], PlaceCount] = {}
    if kind is LetterKind.NEWS or one.news is News.DAILY:
        span = Span(max(one.told_at or one.created_at, look.moment - LONGEST_AGO), look.moment)
        found = {(at.trial_id, at.site_id): at for at in referral_alerts.waiting(session, recruiter, span)}
    if kind is LetterKind.DIGEST:
        told = frozenset(_COUNTED_AS if one.reminded_at is not None else {PartName.LATE})
        for due in due_counts(session, recruiter.scope, _urgency(look, recruiter)):
            if due.part in told:
                _put(found, due)
    return [at for at in sorted(found.values()) if _may_work(recruiter, at)]


def _put(found: dict[tuple[str, str], PlaceCount], due: DueCount) -> None:
    place = (due.trial_id, due.site_id)
    number: dict[str, Any] = {_COUNTED_AS[due.part]: due.count}
    found[place] = replace(found.get(place, PlaceCount(*place)), **number)


def _urgency(look: _Round, recruiter: Account) -> Urgency:
    return Urgency(look.moment, day_end(look.moment, look.pen.timezone), recruiter.id)


def _may_work(recruiter: Account, at: PlaceCount) -> bool:
    return may(recruiter, Permission.WORK_REFERRALS, Place(at.trial_id, at.site_id))
