"""Which people are over, and for how long: the conditions on a lead by which retention deletes them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_
from sqlalchemy.orm import Session

from prescreen.retention_periods import Kept
from prescreen.storage.audit.events import Action
from prescreen.storage.operations.invariants import recorded
from prescreen.storage.participants import person_lock
from prescreen.storage.participants.purposes import CHANNELS, Purpose
from prescreen.storage.referrals.states import State, states_where
from prescreen.storage.tables import Consent, Lead, Referral

_ENDS = [state.value for state in states_where(lambda one: one.is_end)]
_OTHER_CHANNELS = [channel.value for channel in CHANNELS if channel is not Purpose.EMAIL]


def _has(table: Any, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(table.lead_id == Lead.id, *which).correlate(Lead)


def _agrees(*purposes: str) -> ColumnElement[bool]:
    return _has(Consent, Consent.purpose.in_(purposes), Consent.withdrawn_at.is_(None))


def _before(moment: datetime) -> ColumnElement[bool]:
    return Lead.created_at < moment


def _is_test(moment: datetime) -> ColumnElement[bool]:
    return and_(Lead.is_test, _before(moment))


def _withdrew(moment: datetime) -> ColumnElement[bool]:
    """Whether a person has withdrawn everything, the last of it before a moment."""
    stands = _has(Referral, or_(Referral.withdrawn_at.is_(None), Referral.withdrawn_at >= moment))
    future = _has(
        Consent,
        Consent.purpose == Purpose.FUTURE.value,
        or_(Consent.withdrawn_at.is_(None), Consent.withdrawn_at >= moment),
    )
    return and_(~Lead.is_test, _before(moment), ~stands, ~future)


def _ended(moment: datetime) -> ColumnElement[bool]:
    """Whether all referrals of a person ended before a moment, and nothing is agreed for later trials."""
    since = func.coalesce(Referral.state_changed_at, Referral.created_at)
    goes_on = _has(Referral, or_(Referral.state.not_in(_ENDS), since >= moment))
    stands = _has(Referral, Referral.withdrawn_at.is_(None))
    return and_(~Lead.is_test, _before(moment), stands, ~goes_on, ~_agrees(Purpose.FUTURE.value))


def _never_confirmed(moment: datetime) -> ColumnElement[bool]:
    """Whether a person can be reached by an address alone that was never confirmed, and no team has begun with them."""
    begun = _has(Referral, Referral.state.not_in([State.NEW.value, State.WITHDRAWN.value]))
    by_page = and_(~Lead.is_test, _before(moment), Lead.entered_by.is_(None), Lead.email_index.is_(None))
    confirmed = recorded(Lead.id, Lead, Action.EMAIL_CONFIRMED) > 0
    return and_(by_page, ~_agrees(*_OTHER_CHANNELS), ~begun, ~confirmed)


OVER: Mapping[Kept, Callable[[datetime], ColumnElement[bool]]] = {
    Kept.TEST: _is_test,
    Kept.UNCONFIRMED: _never_confirmed,
    Kept.WITHDRAWN: _withdrew,
    Kept.ENDED: _ended,
}
"""Each kind of people who are over, and the condition on a lead that has been so since before a moment."""


def hold(session: Session, kept: Kept, moment: datetime, limit: int) -> list[UUID]:
    """Lock at most `limit` people who have been over since before a moment, and return their ids, oldest first."""
    return person_lock.hold_where(session, OVER[kept](moment), limit)
