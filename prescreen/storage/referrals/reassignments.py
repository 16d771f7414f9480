"""Queries about referrals on offer: their site did not answer in time, so another site of the trial may take over."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from prescreen.eligibility.assessment.determination import Determination
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.base.upserts import is_one_row
from prescreen.storage.referrals.states import State
from prescreen.storage.tables import Lead, Referral, ReferralChange


@dataclass(frozen=True, slots=True)
class OfferedReferral:
    """A referral on offer, without anything that says who the person is; its site should have answered by `due_at`."""

    id: UUID
    lead_id: UUID
    reference: str
    is_test: bool
    trial_id: str
    site_id: str
    site_name: str
    determination: Determination | None
    created_at: datetime
    due_at: datetime


def waiting(session: Session, trial_ids: Collection[str], now: datetime, limit: int) -> list[OfferedReferral]:
    """Return at most `limit` referrals of these trials that are on offer, those that wait longest first."""
    query = (
        select(Referral, Lead.reference, Lead.is_test)
        .join(Lead, Lead.id == Referral.lead_id)
        .where(Referral.trial_id.in_(trial_ids), *_on_offer(now))
        .order_by(Referral.offered_from, Referral.id)
        .limit(limit)
    )
    return [_offered(*row) for row in session.execute(query.execution_options(populate_existing=True))]


def _on_offer(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Referral.state == State.NEW.value,
        Referral.offered_from <= now,
        Referral.taken_over_by.is_(None),
        Referral.withdrawn_at.is_(None),
    )


def _offered(row: Referral, reference: str, is_test: bool) -> OfferedReferral:
    return OfferedReferral(
        id=row.id,
        lead_id=row.lead_id,
        reference=reference,
        is_test=is_test,
        trial_id=row.trial_id,
        site_id=row.site_id,
        site_name=row.site_name,
        determination=Determination(row.determination) if row.determination else None,
        created_at=row.created_at,
        due_at=row.due_at or row.created_at,
    )


def sites_asked(session: Session, lead_ids: Collection[UUID]) -> set[tuple[UUID, str, str]]:
    """Return lead, trial and site of every referral that these leads ever had."""
    rows = session.execute(
        select(Referral.lead_id, Referral.trial_id, Referral.site_id).where(Referral.lead_id.in_(lead_ids))
    )
    return {(lead_id, trial_id, site_id) for lead_id, trial_id, site_id in rows}


def end(session: Session, referral_id: UUID, recruiter_id: UUID, at: datetime) -> bool:
    """End a referral on offer that a recruiter takes over; return False where another recruiter took it first.

    Of several recruiters in a race, exactly one gets True.
    """
    result = session.execute(
        update(Referral)
        .where(Referral.id == referral_id, *_on_offer(at))
        # An update outside the session bypasses the version counter, which a recruiter's open form relies on.
        .values(state=State.TAKEN_OVER.value, state_changed_at=at, offered_from=None, version=Referral.version + 1)
    )
    if not is_one_row(result):
        return False
    session.execute(insert(ReferralChange), [_change(referral_id, recruiter_id, at)])
    return True


def _change(referral_id: UUID, recruiter_id: UUID, at: datetime) -> dict[str, object]:
    states = {"from_state": State.NEW.value, "to_state": State.TAKEN_OVER.value}
    return {"id": new_id(at), "referral_id": referral_id, "at": at, "recruiter_id": recruiter_id, **states}


def name_successor(session: Session, referral_id: UUID, successor_id: UUID) -> None:
    """Store which referral replaced one that was ended."""
    session.execute(update(Referral).where(Referral.id == referral_id).values(taken_over_by=successor_id))


def start(session: Session, lead_id: UUID) -> None:
    """Let the lead's unanswered referrals go on offer once their second deadline has passed."""
    promised = (Referral.state == State.NEW.value, Referral.due_at.is_not(None), Referral.withdrawn_at.is_(None))
    rows = session.execute(
        select(Referral.id, Referral.created_at, Referral.due_at).where(Referral.lead_id == lead_id, *promised)
    )
    for referral_id, created_at, due_at in rows.all():
        if due_at is not None:
            # As for a new referral: the second deadline is as long after the first as that is after the referral.
            values = {"offered_from": due_at + (due_at - created_at)}
            session.execute(update(Referral).where(Referral.id == referral_id).values(**values))


def stop(session: Session, lead_id: UUID) -> None:
    """Let no referral of a lead go on offer from now on."""
    session.execute(update(Referral).where(Referral.lead_id == lead_id).values(offered_from=None))
