"""Queries about what a team changes in a referral: its state and their history, its tags, its owner.

A withdrawn referral is never changed. Changes use optimistic locking: the caller holds the person, compares the
referral's version with the one that the recruiter saw, and raises it, so that of two changes to the same version one is
made.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from prescreen.storage.base.records import record
from prescreen.storage.referrals.states import State
from prescreen.storage.tables import Referral, ReferralChange, ReferralTag


@dataclass(frozen=True, slots=True)
class StoredChange:
    """One change of state. `recruiter_id` is None where the person made it; `letter_id` names the letter about it."""

    id: UUID
    referral_id: UUID
    at: datetime
    recruiter_id: UUID | None
    from_state: State
    to_state: State
    reason: str | None = field(default=None, repr=False)
    undoes: UUID | None = None
    letter_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A referral as a recruiter saw it before changing it; its version is compared then (optimistic locking)."""

    referral_id: UUID
    version: int


def change(session: Session, referral_id: UUID, **values: Any) -> None:
    """Set columns of a referral and raise its version. The caller holds the person and has compared the version."""
    session.execute(
        update(Referral)
        .where(Referral.id == referral_id, Referral.withdrawn_at.is_(None))
        # An update of many rows bypasses the version counter, which other open forms rely on.
        .values(version=Referral.version + 1, **values)
        .execution_options(synchronize_session=False)
    )


def add(session: Session, *changes: StoredChange) -> None:
    """Add changes of state to the history."""
    rows = [asdict(one) | {"from_state": one.from_state.value, "to_state": one.to_state.value} for one in changes]
    if rows:
        session.execute(insert(ReferralChange), rows)


def history(session: Session, referral_id: UUID) -> list[StoredChange]:
    """Return all changes of state of a referral, oldest first."""
    return histories(session, [referral_id])[referral_id]


def histories(session: Session, referral_ids: Collection[UUID]) -> dict[UUID, list[StoredChange]]:
    """Return all changes of state of each of these referrals, oldest first."""
    found: dict[UUID, list[StoredChange]] = {one: [] for one in referral_ids}
    query = select(ReferralChange).where(ReferralChange.referral_id.in_(referral_ids))
    for row in session.scalars(query.order_by(ReferralChange.at, ReferralChange.id)):
        found[row.referral_id].append(_stored(row))
    return found


def moment_after(session: Session, referral_id: UUID, now: datetime) -> datetime:
    """Return the time of a change that is made now: later than every change before it, even one by a clock ahead.

    A transaction that waited for another reads the clock before it, and the history is ordered by time.
    """
    last = session.scalar(select(func.max(ReferralChange.at)).where(ReferralChange.referral_id == referral_id))
    return now if last is None else max(now, last + timedelta(microseconds=1))


def _stored(row: ReferralChange) -> StoredChange:
    return record(StoredChange, row, from_state=State(row.from_state), to_state=State(row.to_state))


def tags(session: Session, referral_id: UUID) -> tuple[str, ...]:
    """Return the tags of a referral in alphabetical order."""
    query = select(ReferralTag.tag).where(ReferralTag.referral_id == referral_id).order_by(ReferralTag.tag)
    return tuple(session.scalars(query))


def tags_in_use(session: Session, trial_id: str, site_id: str, limit: int) -> tuple[str, ...]:
    """Return at most `limit` tags that a site uses for a trial, in alphabetical order."""
    here = (Referral.trial_id == trial_id, Referral.site_id == site_id)
    query = select(ReferralTag.tag).join(Referral, Referral.id == ReferralTag.referral_id).where(*here).distinct()
    return tuple(session.scalars(query.order_by(ReferralTag.tag).limit(limit)))


def set_tags(session: Session, referral_id: UUID, wanted: Sequence[str]) -> None:
    """Replace the tags of a referral by these. The caller holds the person."""
    session.execute(delete(ReferralTag).where(ReferralTag.referral_id == referral_id))
    if wanted:
        session.execute(insert(ReferralTag), [{"referral_id": referral_id, "tag": tag} for tag in wanted])


def erase_words(session: Session, referral_ids: Collection[UUID]) -> None:
    """Erase the tags and reasons of these referrals. The history of their states stays."""
    session.execute(delete(ReferralTag).where(ReferralTag.referral_id.in_(referral_ids)))
    session.execute(update(ReferralChange).where(ReferralChange.referral_id.in_(referral_ids)).values(reason=None))
