"""Queries about news for recruiters: who wants to be told of new referrals, since when, and how many there are."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from prescreen.storage.accounts.recruiters import Account, Assignment, News
from prescreen.storage.base.identifiers import first_id
from prescreen.storage.referrals.referrals import State
from prescreen.storage.tables import EVERY_SITE, Lead, Recruiter, Referral


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A recruiter who wants news. `told_at` is up to when they were told; None: never."""

    recruiter_id: UUID
    news: News
    told_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, order=True)
class PlaceCount:
    """How many referrals came to a site of a trial, and how many there are overdue."""

    trial_id: str
    site_id: str
    new: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, from just after one moment up to another."""

    after: datetime
    until: datetime


def subscribers(session: Session) -> list[Subscriber]:
    """Return everybody with an account in use who wants news."""
    wants = (Recruiter.disabled_at.is_(None), Recruiter.news != News.OFF.value)
    columns = (Recruiter.id, Recruiter.news, Recruiter.news_told_at, Recruiter.created_at)
    rows = session.execute(select(*columns).where(*wants).order_by(Recruiter.id))
    return [Subscriber(one, News(news), told_at, created_at) for one, news, told_at, created_at in rows]


def waiting(session: Session, recruiter: Account, span: Span, *, overdue: bool) -> list[PlaceCount]:
    """Count what waits at a recruiter's places: what came in that time and is still new, with `overdue` that too.

    Left out are test leads, and who was entered by this very recruiter.
    """
    if not recruiter.assignments:
        return []
    # The id begins with the moment, and the indexes of a trial's referrals go by id.
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
    """Note up to when a recruiter was told; say False where another process was quicker."""
    unchanged = (
        Recruiter.id == subscriber.recruiter_id,
        Recruiter.news_told_at.is_not_distinct_from(subscriber.told_at),
    )
    result = session.execute(update(Recruiter).where(*unchanged).values(news_told_at=until))
    return isinstance(result, CursorResult) and result.rowcount == 1
