"""Queries about alerts for recruiters: who wants to be told of new referrals, since when, and how many there are."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from prescreen.storage.accounts.recruiters import Account, Assignment, News
from prescreen.storage.base.identifiers import first_id
from prescreen.storage.base.upserts import is_one_row
from prescreen.storage.referrals.referrals import State
from prescreen.storage.tables import EVERY_SITE, Lead, Recruiter, Referral


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A recruiter who wants alerts. `told_at` is the moment up to which they were told; None: never."""

    recruiter_id: UUID
    news: News
    told_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, order=True)
class PlaceCount:
    """The number of new referrals at a site of a trial, and of overdue ones there."""

    trial_id: str
    site_id: str
    new: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Span:
    """A period of time: after the first moment, up to and including the second."""

    after: datetime
    until: datetime


def subscribers(session: Session) -> list[Subscriber]:
    """Return all recruiters with an active account who want alerts."""
    wants = (Recruiter.disabled_at.is_(None), Recruiter.news != News.OFF.value)
    columns = (Recruiter.id, Recruiter.news, Recruiter.news_told_at, Recruiter.created_at)
    rows = session.execute(select(*columns).where(*wants).order_by(Recruiter.id))
    return [Subscriber(one, News(news), told_at, created_at) for one, news, told_at, created_at in rows]


def waiting(session: Session, recruiter: Account, span: Span, *, overdue: bool) -> list[PlaceCount]:
    """Return counts for each of a recruiter's places: referrals of that period still new and, on request, overdue ones.

    Test leads are left out, and leads that this recruiter entered.
    """
    if not recruiter.assignments:
        return []
    # An id begins with its time of creation, and the indexes on a trial's referrals are ordered by id.
    came = and_(
        Referral.id >= first_id(span.after), Referral.created_at > span.after, Referral.created_at <= span.until
    )
    late = Referral.due_at <= span.until
    by = (Referral.trial_id, Referral.site_id)
    query = (
        select(*by, func.count(case((came, 1))), func.count(case((late, 1))))
        .join(Lead, Lead.id == Referral.lead_id)
        .where(or_(*map(_at_place, recruiter.assignments)), Referral.state == State.NEW.value, Lead.is_test.is_(False))
        .where(or_(Lead.entered_by.is_(None), Lead.entered_by != recruiter.id), or_(came, late) if overdue else came)
        .group_by(*by)
    )
    return sorted(PlaceCount(*row) for row in session.execute(query))


def _at_place(place: Assignment) -> ColumnElement[bool]:
    trial = Referral.trial_id == place.trial_id
    return trial if place.site_id == EVERY_SITE else and_(trial, Referral.site_id == place.site_id)


def note_told(session: Session, subscriber: Subscriber, until: datetime) -> bool:
    """Store up to when a recruiter was told; return False where another process did so first."""
    unchanged = (
        Recruiter.id == subscriber.recruiter_id,
        Recruiter.news_told_at.is_not_distinct_from(subscriber.told_at),
    )
    result = session.execute(update(Recruiter).where(*unchanged).values(news_told_at=until))
    return is_one_row(result)
