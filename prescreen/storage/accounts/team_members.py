"""Queries about team members: their names, and who is assigned to a trial and site."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from prescreen.storage.tables import EVERY_SITE, Recruiter, RecruiterTrial


def names(session: Session, recruiter_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of these accounts, closed ones included."""
    rows = session.execute(select(Recruiter.id, Recruiter.name).where(Recruiter.id.in_(recruiter_ids)))
    return {row.id: row.name for row in rows}


def of_trials(session: Session, trial_ids: Collection[str]) -> dict[UUID, str]:
    """Return the names of open accounts that are assigned to one of these trials, sorted by name."""
    query = (
        select(Recruiter.id, Recruiter.name)
        .join(RecruiterTrial, RecruiterTrial.recruiter_id == Recruiter.id)
        .where(RecruiterTrial.trial_id.in_(trial_ids), Recruiter.disabled_at.is_(None))
        .distinct()
        .order_by(Recruiter.name, Recruiter.id)
    )
    return {row.id: row.name for row in session.execute(query)}


def of_site(session: Session, trial_id: str, site_id: str) -> list[UUID]:
    """Return the open accounts that are assigned to a trial at a site, sorted by name, whatever their rights."""
    query = (
        select(Recruiter.id, Recruiter.name)
        .join(RecruiterTrial, RecruiterTrial.recruiter_id == Recruiter.id)
        .where(RecruiterTrial.trial_id == trial_id, RecruiterTrial.site_id.in_((site_id, EVERY_SITE)))
        .where(Recruiter.disabled_at.is_(None))
        .distinct()
        .order_by(Recruiter.name, Recruiter.id)
    )
    return [recruiter_id for recruiter_id, _ in session.execute(query)]
