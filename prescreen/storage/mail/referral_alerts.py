"""Queries about letters to recruiters: who wants which, up to when they were told, and how many referrals are new."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from prescreen.storage.accounts.recruiters import Account, Assignment, News
from prescreen.storage.base.identifiers import first_id
from prescreen.storage.base.upserts import is_one_row
from prescreen.storage.referrals.referrals import State
from prescreen.storage.tables import EVERY_SITE, Lead, Recruiter, Referral


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A recruiter who wants letters.

    `told_at` is the moment up to which they were told of new referrals; None: never. `reminded_at` is when they were
    last told what is due; None where they do not want that.
    """

    recruiter_id: UUID
    news: News
    told_at: datetime | None
    reminded_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, order=True)
class PlaceCount:
    """The number of new referrals at a site of a trial, and of those to whom something is due.

    `overdue`: the promised reply is late; `due`: it is promised for today; `call_back`: they are to be called back;
    `reminder`: the recruiter wants to be reminded of them.
    """

    trial_id: str
    site_id: str
    new: int = 0
    overdue: int = 0
    due: int = 0
    call_back: int = 0
    reminder: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """A period of time: after the first moment, up to and including the second."""

    after: datetime
    until: datetime


def subscribers(session: Session) -> list[Subscriber]:
    """Return all recruiters with an active account who want letters."""
    wants = or_(Recruiter.news != News.OFF.value, Recruiter.reminded_at.is_not(None))
    query = select(Recruiter).where(Recruiter.disabled_at.is_(None), wants).order_by(Recruiter.id)
    rows = session.scalars(query.execution_options(populate_existing=True))
    return [Subscriber(row.id, News(row.news), row.news_told_at, row.reminded_at, row.created_at) for row in rows]


def waiting(session: Session, recruiter: Account, span: Span) -> list[PlaceCount]:
    """Return for each of a recruiter's places how many referrals of that period are still new.

    Test leads are left out, and leads that this recruiter entered.
    """
    if not recruiter.assignments:
        return []
    # An id begins with its time of creation, and the indexes on a trial's referrals are ordered by id.
    came = (Referral.id >= first_id(span.after), Referral.created_at > span.after, Referral.created_at <= span.until)
    by = (Referral.trial_id, Referral.site_id)
    query = (
        select(*by, func.count())
        .join(Lead, Lead.id == Referral.lead_id)
        .where(or_(*map(_at_place, recruiter.assignments)), Referral.state == State.NEW.value, Lead.is_test.is_(False))
        .where(or_(Lead.entered_by.is_(None), Lead.entered_by != recruiter.id), *came)
        .group_by(*by)
    )
    return sorted(PlaceCount(*row) for row in session.execute(query))


def _at_place(place: Assignment) -> ColumnElement[bool]:
    trial = Referral.trial_id == place.trial_id
    return trial if place.site_id == EVERY_SITE else and_(trial, Referral.site_id == place.site_id)


def note_told(session: Session, subscriber: Subscriber, until: datetime) -> bool:
    """Store up to when a recruiter was told of new referrals.

    Return False, and store nothing, where another process did so first, or the recruiter wants something else by now.
    """
    return _note(session, subscriber, news_told_at=until)


def note_morning(session: Session, subscriber: Subscriber, at: datetime) -> bool:
    """Store that the letter of a morning was written; return False as `note_told` does."""
    told = {"news_told_at": at} if subscriber.news is News.DAILY else {}
    reminded = {} if subscriber.reminded_at is None else {"reminded_at": at}
    return _note(session, subscriber, **told, **reminded)


def _note(session: Session, subscriber: Subscriber, **values: datetime) -> bool:
    unchanged = (
        Recruiter.id == subscriber.recruiter_id,
        Recruiter.disabled_at.is_(None),
        Recruiter.news == subscriber.news.value,
        Recruiter.news_told_at.is_not_distinct_from(subscriber.told_at),
        Recruiter.reminded_at.is_not_distinct_from(subscriber.reminded_at),
    )
    return is_one_row(session.execute(update(Recruiter).where(*unchanged).values(**values)))
