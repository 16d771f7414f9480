"""Details of a work list row beside the referral: tags, assignee and reminders."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from prescreen.storage.tables import Recruiter, ReferralTag, Reminder


def tags(session: Session, referral_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return the tags of these referrals, alphabetically."""
    query = select(ReferralTag.referral_id, ReferralTag.tag).where(ReferralTag.referral_id.in_(referral_ids))
    found: dict[UUID, list[str]] = {}
    for referral_id, tag in session.execute(query.order_by(ReferralTag.tag)):
        found.setdefault(referral_id, []).append(tag)
    return found


def reminders(session: Session, referral_ids: Collection[UUID], recruiter_id: UUID) -> dict[UUID, datetime]:
    """Return a recruiter's earliest reminder for each of these referrals."""
    open_ones = Reminder.recruiter_id == recruiter_id, Reminder.done_at.is_(None)
    query = select(Reminder.referral_id, func.min(Reminder.due_at)).where(*open_ones)
    query = query.where(Reminder.referral_id.in_(referral_ids)).group_by(Reminder.referral_id)
    return dict(session.execute(query).all())


def names(session: Session, recruiter_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of these recruiters."""
    found = session.execute(select(Recruiter.id, Recruiter.name).where(Recruiter.id.in_(recruiter_ids)))
    return dict(found.all())
