"""Queries about invitations: which people were told that a trial may fit them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, delete, exists, insert, select, update
from sqlalchemy.orm import Session, aliased

from prescreen.eligibility.assessment.determination import Determination
from prescreen.storage.base import advisory_locks
from prescreen.storage.base.advisory_locks import KeyedLock
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.base.records import record
from prescreen.storage.base.upserts import insert_missing, table_of
from prescreen.storage.participants import person_lock
from prescreen.storage.participants.consents import Purpose
from prescreen.storage.tables import Consent, CriteriaEvidence, Invitation, Lead, PackedAnswers, Referral

_INVITATIONS = table_of(Invitation)
_OF_LEAD = select(_INVITATIONS).where(_INVITATIONS.c.lead_id == bindparam("lead_id")).order_by(_INVITATIONS.c.id)
# Every build of SQLite takes this number of values in one statement.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Inviting:
    """Which trial people are invited to, and the criteria that they were matched against, with their fingerprint."""

    trial_id: str
    fingerprint: str
    evidence: str
    determination: Determination


@dataclass(frozen=True, slots=True)
class StoredInvitation:
    """An invitation as it is stored. `accepted` and `answered_at` are None until the person answers."""

    id: UUID
    lead_id: UUID
    trial_id: str
    fingerprint: str
    determination: Determination
    created_at: datetime
    answered_at: datetime | None
    accepted: bool | None


def add(session: Session, inviting: Inviting, places: Sequence[int], at: datetime) -> list[UUID]:
    """Invite the leads whose packed answers lie at these places, and return the ids of the leads newly invited.

    Leads who were invited or referred to the trial before, even if that ended, and leads who may not (or no longer) be
    matched are skipped. So are leads whose confirmed e-mail address is that of such a lead: one person is invited once,
    and of several leads with one address the newest. The people are locked first, so that a withdrawal waits and then
    finds the invitation.
    """
    person_lock.hold_at(session, places)
    row = {"fingerprint": inviting.fingerprint, "content": inviting.evidence}
    insert_missing(session, CriteriaEvidence, [row], "fingerprint")
    # Two runs may hold different leads of one address.
    advisory_locks.hold_keys(session, KeyedLock.TRIAL_INVITATIONS, [sha256(inviting.trial_id.encode()).digest()])
    made: list[UUID] = []
    for start in range(0, len(places), _AT_ONCE):
        some = places[start : start + _AT_ONCE]
        lead_ids = _to_invite(session, inviting.trial_id, some)
        rows = [_row(inviting, lead_id, at) for lead_id in lead_ids]
        if rows:
            session.execute(insert(Invitation), rows)
        made += lead_ids
    return made


def _to_invite(session: Session, trial_id: str, places: Sequence[int]) -> list[UUID]:
    query = (
        select(Lead.id, Lead.email_index)
        .join(PackedAnswers, PackedAnswers.lead_id == Lead.id)
        .where(PackedAnswers.place.in_(places), *_may_be_invited(trial_id))
        .order_by(PackedAnswers.place)
    )
    newest: dict[UUID | bytes, UUID] = {
        email_index or lead_id: lead_id for lead_id, email_index in session.execute(query)
    }
    return list(newest.values())


def _may_be_invited(trial_id: str) -> tuple[ColumnElement[bool], ...]:
    agreed = exists().where(
        Consent.lead_id == Lead.id, Consent.purpose == Purpose.FUTURE.value, Consent.withdrawn_at.is_(None)
    )
    told = (_knows_of(table, trial_id) for table in (Invitation, Referral))
    return (Lead.deleted_at.is_(None), ~Lead.is_test, agreed, *(~one for pair in told for one in pair))


def _knows_of(table: type[Invitation | Referral], trial_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return whether a table has a row of this trial for the lead, and for another lead with its confirmed address."""
    same = aliased(Lead)
    itself = exists().where(table.lead_id == Lead.id, table.trial_id == trial_id)
    other = select(same.id).join(table, table.lead_id == same.id)
    alike = other.where(same.email_index == Lead.email_index, ~same.is_test, table.trial_id == trial_id)
    return itself, alike.exists()


def _row(inviting: Inviting, lead_id: UUID, at: datetime) -> dict[str, object]:
    return {
        "id": new_id(at),
        "lead_id": lead_id,
        "trial_id": inviting.trial_id,
        "fingerprint": inviting.fingerprint,
        "determination": inviting.determination.value,
        "created_at": at,
        "answered_at": None,
        "accepted": None,
    }


def find(session: Session, invitation_id: UUID) -> StoredInvitation | None:
    """Return one invitation; None where there is none."""
    row = session.get(Invitation, invitation_id, populate_existing=True)
    return None if row is None else _stored(row)


def of_lead(session: Session, lead_id: UUID) -> list[StoredInvitation]:
    """Return all invitations of a lead, oldest first."""
    return [_stored(row) for row in session.execute(_OF_LEAD, {"lead_id": lead_id})]


def _stored(row: Any) -> StoredInvitation:
    return record(StoredInvitation, row, determination=Determination(row.determination))


def answer(session: Session, invitation_id: UUID, *, accepted: bool, at: datetime) -> bool:
    """Store a person's answer to an invitation; return False, and change nothing, where they had answered before."""
    result = session.execute(
        update(Invitation)
        .where(Invitation.id == invitation_id, Invitation.answered_at.is_(None))
        .values(accepted=accepted, answered_at=at)
        .returning(Invitation.id)
    )
    return result.first() is not None


def erase(session: Session, lead_id: UUID, *, waiting: bool) -> None:
    """Delete a lead's invitations: only those that wait for an answer (`waiting`), or all."""
    which = (Invitation.lead_id == lead_id, *((Invitation.answered_at.is_(None),) if waiting else ()))
    session.execute(delete(Invitation).where(*which))
