"""Queries about what a team changes of a referral: its state, with the history of it, its tags, whose it is.

Nothing of a withdrawn referral is ever changed. Whoever changes one holds it first, looks at its version, and raises
that: so of two changes that were made from the same sight of it only one is made.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from prescreen.storage.base.records import record
from prescreen.storage.referrals.states import State
from prescreen.storage.tables import Referral, ReferralChange, ReferralTag


@dataclass(frozen=True, slots=True)
class StoredChange:
    """One step of a referral. `recruiter_id` is None where it was the person; `letter_id` names what told them."""

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


def hold(session: Session, referral_ids: Collection[UUID]) -> dict[UUID, State]:
    """Lock these referrals until the transaction ends; return the states of those not withdrawn.

    Locks are taken in the order of ids, so that two transactions never deadlock.
    """
    standing = (
        select(Referral.id, Referral.state)
        .where(Referral.id.in_(referral_ids), Referral.withdrawn_at.is_(None))
        .order_by(Referral.id)
        # A lock that lets others refer to the row. SQLite has one writer at a time and ignores it.
        .with_for_update(key_share=True)
    )
    return {referral_id: State(state) for referral_id, state in session.execute(standing)}


def change(session: Session, referral_id: UUID, **values: Any) -> None:
    """Change a referral and raise its version. To be called after `hold` and a look at the version."""
    session.execute(
        update(Referral)
        .where(Referral.id == referral_id, Referral.withdrawn_at.is_(None))
        # An update of many rows bypasses the version counter, which other open forms rely on.
        .values(version=Referral.version + 1, **values)
        .execution_options(synchronize_session=False)
    )


def add(session: Session, *changes: StoredChange) -> None:
    """Add to the history."""
    rows = [asdict(one) | {"from_state": one.from_state.value, "to_state": one.to_state.value} for one in changes]
    if rows:
        session.execute(insert(ReferralChange), rows)


def history(session: Session, referral_id: UUID) -> list[StoredChange]:
    """Return all changes of state of a referral, oldest first."""
    query = select(ReferralChange).where(ReferralChange.referral_id == referral_id)
    rows = session.scalars(query.order_by(ReferralChange.at, ReferralChange.id))
    return [_stored(row) for row in rows]


def _stored(row: ReferralChange) -> StoredChange:
    return record(StoredChange, row, from_state=State(row.from_state), to_state=State(row.to_state))


def tags(session: Session, referral_id: UUID) -> tuple[str, ...]:
    """Return the tags of a referral, by the alphabet."""
    query = select(ReferralTag.tag).where(ReferralTag.referral_id == referral_id).order_by(ReferralTag.tag)
    return tuple(session.scalars(query))


def tags_in_use(session: Session, trial_id: str, site_id: str, limit: int) -> tuple[str, ...]:
    """Return tags that a site uses for a trial, by the alphabet, at most `limit`."""
    here = (Referral.trial_id == trial_id, Referral.site_id == site_id)
    query = select(ReferralTag.tag).join(Referral, Referral.id == ReferralTag.referral_id).where(*here).distinct()
    return tuple(session.scalars(query.order_by(ReferralTag.tag).limit(limit)))


def set_tags(session: Session, referral_id: UUID, wanted: Sequence[str]) -> None:
    """Put these tags in place of those that a referral has. To be called after `change` or `hold`."""
    session.execute(delete(ReferralTag).where(ReferralTag.referral_id == referral_id))
    if wanted:
        session.execute(insert(ReferralTag), [{"referral_id": referral_id, "tag": tag} for tag in wanted])


def erase_words(session: Session, referral_ids: Collection[UUID]) -> None:
    """Erase the tags and reasons of these referrals. That they went from state to state stays."""
    session.execute(delete(ReferralTag).where(ReferralTag.referral_id.in_(referral_ids)))
    session.execute(update(ReferralChange).where(ReferralChange.referral_id.in_(referral_ids)).values(reason=None))
