"""Details of a work list row beside the referral: tags and assignee.

A module of its own, since they are no part of the order of the list.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from prescreen.storage.tables import Recruiter, ReferralTag


def tags(session: Session, referral_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return the tags of these referrals, alphabetically."""
    query = select(ReferralTag.referral_id, ReferralTag.tag).where(ReferralTag.referral_id.in_(referral_ids))
    found: dict[UUID, list[str]] = {}
    for referral_id, tag in session.execute(query.order_by(ReferralTag.tag)):
        found.setdefault(referral_id, []).append(tag)
    return found


def names(session: Session, recruiter_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of these recruiters."""
    found = session.execute(select(Recruiter.id, Recruiter.name).where(Recruiter.id.in_(recruiter_ids)))
    return dict(found.all())
