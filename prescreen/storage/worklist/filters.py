"""The filters of a work list, in SQL. All but the tag are covered by the work list's indexes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, literal, select, true
from sqlalchemy.orm import Session

from prescreen.eligibility.assessment.determination import Determination
from prescreen.storage.accounts.recruiters import Assignment
from prescreen.storage.base.identifiers import first_id
from prescreen.storage.referrals.referrals import State
from prescreen.storage.tables import ReferralTag
from prescreen.storage.worklist.order_parts import OPEN
from prescreen.storage.worklist.partitions import REFERRAL, within

_RARE = 1_000
"""A tag of fewer referrals is the starting point of a query; otherwise the list is scanned for the tag."""


@dataclass(frozen=True, slots=True)
class WorkListFilters:
    """The filters of a work list; None and empty values do not filter.

    `miles` is the greatest distance. `since` and `until` bound the time of referral. `overdue_at` keeps new referrals
    whose reply was due before it, `call_back_before` those whose person is to be called back before it. `keeper` is the
    assignee; `nobodys` keeps referrals without an assignee.
    """

    states: frozenset[State] = frozenset()
    determination: Determination | None = None
    miles: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    overdue_at: datetime | None = None
    call_back_before: datetime | None = None
    keeper: UUID | None = None
    nobodys: bool = False
    tag: str | None = None


def states_of(wanted: WorkListFilters) -> tuple[State, ...]:
    """Return the states that a list is restricted to, or an empty tuple for all."""
    if wanted.states:
        return tuple(sorted(wanted.states))
    if wanted.overdue_at is not None:
        return (State.NEW,)
    return tuple(sorted(OPEN)) if wanted.call_back_before is not None else ()


def is_rare(session: Session, tag: str | None) -> bool:
    """Return whether a tag is rare enough that a query should start from its referrals."""
    if tag is None:
        return False
    some = select(literal(1)).where(ReferralTag.tag == tag).limit(_RARE).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) < _RARE


def tagged(query: Select[Any], scope: Sequence[Assignment], wanted: WorkListFilters) -> Select[Any]:
    """Return the query restricted to the referrals with the tag, starting from these."""
    with_tag = query.join_from(ReferralTag, REFERRAL, ReferralTag.referral_id == REFERRAL.c.id)
    states = states_of(wanted)
    in_state = REFERRAL.c.state.in_(states) if states else true()
    return with_tag.where(ReferralTag.tag == wanted.tag, within(scope), in_state)


def having(tag: str | None) -> list[ColumnElement[bool]]:
    """Return the SQL condition that a referral has the tag; no condition where the tag is None."""
    if tag is None:
        return []
    has = exists().where(ReferralTag.referral_id == REFERRAL.c.id, ReferralTag.tag == tag)
    return [has.correlate(REFERRAL)]


def narrowed(wanted: WorkListFilters) -> list[ColumnElement[bool]]:
    """Return the SQL conditions of all filters but state and tag."""
    asked: list[ColumnElement[bool]] = []
    if wanted.determination is not None:
        asked.append(REFERRAL.c.determination == wanted.determination.value)
    if wanted.miles is not None:
        asked.append(REFERRAL.c.miles <= wanted.miles)
    # Ids sort by time, and every index contains them.
    if wanted.since is not None:
        asked.append(REFERRAL.c.id >= first_id(wanted.since))
    if wanted.until is not None:
        asked.append(REFERRAL.c.id < first_id(wanted.until))
    if wanted.overdue_at is not None:
        asked += [REFERRAL.c.state == State.NEW.value, REFERRAL.c.due_at < wanted.overdue_at]
    if wanted.call_back_before is not None:
        asked.append(REFERRAL.c.call_back_at < wanted.call_back_before)
    return [*asked, *_kept(wanted)]


def _kept(wanted: WorkListFilters) -> list[ColumnElement[bool]]:
    if wanted.nobodys:
        return [REFERRAL.c.assigned_to.is_(None)]
    return [] if wanted.keeper is None else [REFERRAL.c.assigned_to == wanted.keeper]
