"""What holds of every person after every transaction, whatever others did at the same moment.

Each invariant is a sentence and the condition on a lead that breaks it, in SQL that both databases run. "Standing" is a
referral that was neither withdrawn nor taken over by another site.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, cast, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from prescreen.storage.audit.events import Action
from prescreen.storage.participants.purposes import Purpose
from prescreen.storage.referrals.call_log import last_call_back
from prescreen.storage.referrals.states import State
from prescreen.storage.tables import (
    AuditEvent,
    Base,
    CallReminder,
    Consent,
    Invitation,
    Lead,
    LogEntry,
    OutboxLetter,
    PackedAnswers,
    Referral,
    ReferralChange,
    ReferralTag,
    ReferralTick,
    Reminder,
    SearchToken,
    StoredAnswer,
)

# As the outbox stores them: `mail` is a room beside this one.
_PENDING, _LINK = "pending", "link"


@dataclass(frozen=True, slots=True)
class Violation:
    """An invariant that does not hold, and the lead of whom it does not."""

    invariant: str
    lead_id: UUID


def violations(session: Session, lead_id: UUID | None = None) -> list[Violation]:
    """Return what does not hold of one lead, or (None) of all. A reading session is enough."""
    which = literal(value=True) if lead_id is None else Lead.id == lead_id
    found = (select(literal(name), Lead.id).where(which, broken) for name, broken in BROKEN_WHERE.items())
    return [Violation(name, lead) for name, lead in session.execute(union_all(*found))]


def _of_lead(table: Any, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(table.lead_id == Lead.id, *which).correlate(Lead)


def _of_withdrawn(table: Any, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    return _of_lead(Referral, Referral.withdrawn_at.is_not(None), _of_referral(table, *which))


def _of_referral(table: Any, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(table.referral_id == Referral.id, *which).correlate(Referral)


def _agreed(purpose: Purpose, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    return _of_lead(Consent, Consent.purpose == purpose.value, Consent.withdrawn_at.is_(None), *which)


def _shared() -> ColumnElement[bool]:
    here = (Consent.trial_id == Referral.trial_id, Consent.site_id == Referral.site_id)
    in_force = (Consent.purpose == Purpose.SHARE.value, Consent.withdrawn_at.is_(None))
    return exists().where(Consent.lead_id == Referral.lead_id, *here, *in_force).correlate(Referral)


def _twice_at_one_trial() -> ColumnElement[bool]:
    other = aliased(Referral)
    pair = (other.lead_id == Referral.lead_id, other.trial_id == Referral.trial_id, other.id > Referral.id)
    return _of_lead(Referral, _stands(Referral), exists().where(*pair, _stands(other)).correlate(Referral))


def _stands(referral: Any) -> ColumnElement[bool]:
    return and_(referral.withdrawn_at.is_(None), referral.state != State.TAKEN_OVER.value)


def _last_state() -> ColumnElement[str]:
    newest = select(ReferralChange.to_state).where(ReferralChange.referral_id == Referral.id).correlate(Referral)
    return _first_of(newest, ReferralChange)


def _does_not_follow() -> ColumnElement[bool]:
    before = aliased(ReferralChange)
    is_earlier = or_(before.at < ReferralChange.at, and_(before.at == ReferralChange.at, before.id < ReferralChange.id))
    earlier = select(before.to_state).where(before.referral_id == ReferralChange.referral_id, is_earlier)
    return ReferralChange.from_state != _first_of(earlier.correlate(ReferralChange), before)


def _first_of(states: Select[str], change: Any) -> ColumnElement[str]:
    newest = states.order_by(change.at.desc(), change.id.desc()).limit(1).scalar_subquery()
    return func.coalesce(newest, State.NEW.value)


def recorded(of: InstrumentedAttribute[UUID], table: type[Base], *actions: Action) -> ColumnElement[int]:
    """Return how many of these events about a row are in the audit trail, as a column of a query."""
    known = (AuditEvent.subject_kind == table.__tablename__, AuditEvent.subject_id == _with_dashes(of))
    said = AuditEvent.action.in_([action.value for action in actions])
    return select(func.count(AuditEvent.sequence)).where(*known, said).correlate(table).scalar_subquery()


def _with_dashes(column: InstrumentedAttribute[UUID]) -> ColumnElement[str]:
    # SQLite stores an id without dashes; the audit trail holds it as Python writes it.
    bare = func.replace(cast(column, Text), "-", "")
    parts = [func.substr(bare, first, length) for first, length in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))]
    first, *others = parts
    return reduce(lambda text, part: text + literal("-") + part, others, first)


def _steps_of_team() -> ColumnElement[int]:
    by_team = (
        ReferralChange.referral_id == Referral.id,
        ReferralChange.to_state.not_in([State.TAKEN_OVER.value, State.WITHDRAWN.value]),
    )
    return select(func.count(ReferralChange.id)).where(*by_team).correlate(Referral).scalar_subquery()


_DELETED = Lead.deleted_at.is_not(None)
_TOLD = (Referral.determination, Referral.findings, Referral.still_to_check, Referral.question_ids, Referral.reason)
_ERASED = (*_TOLD, Referral.interpreter, Referral.miles, Referral.offered_from, Referral.call_back_at)

BROKEN_WHERE: Mapping[str, ColumnElement[bool]] = {
    "a referral that was not withdrawn has consent to share with its site": _of_lead(
        Referral, Referral.withdrawn_at.is_(None), ~_shared()
    ),
    "a referral on offer has consent that another site is asked": and_(
        _of_lead(Referral, Referral.offered_from.is_not(None)), ~_agreed(Purpose.ANOTHER_SITE)
    ),
    "at most one referral of a person stands at each trial": _twice_at_one_trial(),
    "only who agreed to later trials is matched": and_(_of_lead(PackedAnswers), ~_agreed(Purpose.FUTURE)),
    "an invitation waits only for a person who agreed to later trials": and_(
        _of_lead(Invitation, Invitation.answered_at.is_(None)), ~_agreed(Purpose.FUTURE)
    ),
    "a letter waits only for a person who agreed to e-mail, or asked for a link": and_(
        _of_lead(OutboxLetter, OutboxLetter.state == _PENDING, OutboxLetter.kind != _LINK), ~_agreed(Purpose.EMAIL)
    ),
    "nothing names a deleted person": and_(
        _DELETED, or_(Lead.contact.is_not(None), Lead.email_index.is_not(None), Lead.language.is_not(None))
    ),
    "no referral of a deleted person stands": and_(_DELETED, _of_lead(Referral, Referral.withdrawn_at.is_(None))),
    "no consent of a deleted person is in force": and_(_DELETED, _of_lead(Consent, Consent.withdrawn_at.is_(None))),
    "no answers of a deleted person are left": and_(_DELETED, or_(_of_lead(StoredAnswer), _of_lead(PackedAnswers))),
    "no search finds a deleted person": and_(_DELETED, _of_lead(SearchToken)),
    "no invitation of a deleted person is left": and_(_DELETED, _of_lead(Invitation)),
    "no letter to a deleted person waits or can be read": and_(
        _DELETED, _of_lead(OutboxLetter, or_(OutboxLetter.state == _PENDING, OutboxLetter.content.is_not(None)))
    ),
    "a withdrawn referral is a tombstone": _of_lead(
        Referral, Referral.withdrawn_at.is_not(None), or_(*(column.is_not(None) for column in _ERASED))
    ),
    "a withdrawn referral is in the state withdrawn, and no other is": _of_lead(
        Referral, (Referral.state == State.WITHDRAWN.value) != Referral.withdrawn_at.is_not(None)
    ),
    "nothing that a team wrote about a withdrawn referral is left": or_(
        *(_of_withdrawn(table) for table in (LogEntry, Reminder, ReferralTick, ReferralTag)),
        _of_withdrawn(ReferralChange, ReferralChange.reason.is_not(None)),
    ),
    "a withdrawn referral has no call to be reminded of": _of_withdrawn(CallReminder),
    "a person is called back when the last call asked for it": _of_lead(
        Referral, Referral.call_back_at.is_distinct_from(last_call_back())
    ),
    "the last change of a referral led to its state": _of_lead(Referral, _last_state() != Referral.state),
    "each change of a referral begins where the one before ended": _of_lead(
        Referral, _of_referral(ReferralChange, _does_not_follow())
    ),
    "the deletion of a person is in the audit trail": and_(_DELETED, recorded(Lead.id, Lead, Action.LEAD_DELETED) == 0),
    "the withdrawal of a referral is in the audit trail": _of_lead(
        Referral,
        Referral.withdrawn_at.is_not(None),
        recorded(Referral.id, Referral, Action.REFERRAL_WITHDRAWN) == 0,
    ),
    "a taking over is in the audit trail": _of_lead(
        Referral,
        Referral.state == State.TAKEN_OVER.value,
        recorded(Referral.id, Referral, Action.REFERRAL_TAKEN_OVER) == 0,
    ),
    "each change of state by a team is in the audit trail": _of_lead(
        Referral,
        recorded(Referral.id, Referral, Action.REFERRAL_MOVED, Action.REFERRAL_MOVE_UNDONE) != _steps_of_team(),
    ),
}
"""Each invariant, and the condition on a lead under which it does not hold."""
