"""Queries for reading the audit trail, newest first, with the names behind its ids."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from prescreen.storage.audit.events import Action, ActorKind
from prescreen.storage.base.records import record
from prescreen.storage.tables import AuditEvent, AuditMention, Lead, Recruiter, Referral


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it was recorded. Its action may be one that this version does not know."""

    sequence: int
    at: datetime
    actor_kind: str
    actor_id: str | None
    action: str
    subject_kind: str
    subject_id: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """A lead and all its referrals, by id."""

    ids: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter of the trail: by one account, by the operator, of one action, within a time, about one person."""

    actor_id: str | None = None
    by_operator: bool = False
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    about: Person | None = None


def entries(session: Session, wanted: Wanted, before: int | None, limit: int) -> list[Entry]:
    """Return at most `limit` events, newest first; only those numbered below `before`, if that is given."""
    query = select(AuditEvent).where(*_conditions(wanted)).order_by(AuditEvent.sequence.desc()).limit(limit)
    rows = session.scalars(query if before is None else query.where(AuditEvent.sequence < before))
    return [_entry(row) for row in rows]


def last(session: Session, action: Action) -> Entry | None:
    """Return the newest event of one action; None where there is none."""
    return next(iter(entries(session, Wanted(action=action.value), None, 1)), None)


def _entry(row: AuditEvent) -> Entry:
    return record(Entry, row)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.actor_id is not None:
        found.append(AuditEvent.actor_id == wanted.actor_id)
    if wanted.by_operator:
        found.append(AuditEvent.actor_kind == ActorKind.OPERATOR.value)
    if wanted.action is not None:
        found.append(AuditEvent.action == wanted.action)
    if wanted.since is not None:
        found.append(AuditEvent.at >= wanted.since)
    if wanted.until is not None:
        found.append(AuditEvent.at < wanted.until)
    if wanted.about is not None:
        found.append(_about(wanted.about))
    return found


def _about(person: Person) -> ColumnElement[bool]:
    """Return the condition for events about a person, and for the lists that showed them."""
    ids = [str(one) for one in person.ids]
    done = select(AuditEvent.sequence).where(
        AuditEvent.subject_kind.in_(("lead", "referral")), AuditEvent.subject_id.in_(ids)
    )
    listed = select(AuditMention.sequence).where(AuditMention.referral_id.in_(person.ids))
    # One list of numbers: for two conditions joined by OR, databases would read the whole trail.
    return AuditEvent.sequence.in_(done.union(listed))


def accounts(session: Session) -> dict[str, str]:
    """Return the name of every account by id, ordered by name."""
    rows = session.execute(select(Recruiter.id, Recruiter.name).order_by(Recruiter.name, Recruiter.id))
    return {str(recruiter_id): name for recruiter_id, name in rows}


def references(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """Return the person's reference for each id of a lead or referral; other ids are left out."""
    known = {uuid for one in ids if (uuid := uuid_in(one)) is not None}
    of_leads = select(Lead.id, Lead.reference).where(Lead.id.in_(known))
    joined = select(Referral.id, Lead.reference).join(Lead, Lead.id == Referral.lead_id)
    found = (*session.execute(of_leads), *session.execute(joined.where(Referral.id.in_(known))))
    return {str(one): reference for one, reference in found}


def person(session: Session, name: str) -> Person | None:
    """Return the person with this reference, lead id or referral id; None where there is no such person."""
    one = uuid_in(name)
    which = Lead.reference == name.upper()
    if one is not None:
        which = or_(Lead.id == one, Lead.id.in_(select(Referral.lead_id).where(Referral.id == one)))
    lead_id = session.scalars(select(Lead.id).where(which)).first()
    if lead_id is None:
        return None
    ids = session.scalars(select(Referral.id).where(Referral.lead_id == lead_id))
    return Person(frozenset({lead_id, *ids}))


def uuid_in(text: str) -> UUID | None:
    """Return the UUID that a text spells; None where it is not one."""
    try:
        return UUID(text)
    except ValueError:
        return None
