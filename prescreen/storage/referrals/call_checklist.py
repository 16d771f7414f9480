"""Queries about ticks: which items of a call script were done, by whom and when. Rows are only added."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from prescreen.storage.base.identifiers import new_id
from prescreen.storage.tables import Recruiter, ReferralTick


@dataclass(frozen=True, slots=True)
class Tick:
    """One item that was ticked or, if `ticked` is false, whose tick was removed. `by` is the recruiter's name."""

    id: UUID
    item: str
    ticked: bool
    at: datetime
    by: str


def add(
    session: Session, referral_id: UUID, recruiter_id: UUID, changes: Mapping[str, bool], at: datetime
) -> list[UUID]:
    """Store which items were ticked (true) or unticked (false), and return the ids of the new rows."""
    rows = [{"id": new_id(at), "item": item, "ticked": ticked} for item, ticked in changes.items()]
    whose = {"referral_id": referral_id, "recruiter_id": recruiter_id, "at": at}
    if rows:
        session.execute(insert(ReferralTick), [{**row, **whose} for row in rows])
    return [row["id"] for row in rows if isinstance(row["id"], UUID)]


def of_referral(session: Session, referral_id: UUID) -> list[Tick]:
    """Return all ticks of a referral, removed ones included, oldest first."""
    query = (
        select(ReferralTick, Recruiter.name)
        .join(Recruiter, Recruiter.id == ReferralTick.recruiter_id)
        .where(ReferralTick.referral_id == referral_id)
        .order_by(ReferralTick.at, ReferralTick.id)
    )
    return [Tick(row.id, row.item, row.ticked, row.at, name) for row, name in session.execute(query)]


def erase(session: Session, referral_ids: Collection[UUID]) -> None:
    """Delete all ticks of these referrals."""
    session.execute(delete(ReferralTick).where(ReferralTick.referral_id.in_(referral_ids)))
