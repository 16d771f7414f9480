"""What a work list is narrowed to, in SQL. All of it stands in the indexes of the work list, but for the tags."""

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
from prescreen.storage.worklist.partitions import REFERRAL, within

_RARE = 1_000
"""Of a tag that so few referrals have, these are looked at; of any other, the list, until enough have it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to. None and nothing: not at all.

    `miles` is the greatest distance; `since` and `until` bound the moment of referring; `overdue_at` leaves those that
    were to be replied to before it and are new; `keeper` is who must have it, or (`nobodys`) that nobody has.
    """

    states: frozenset[State] = frozenset()
    determination: Determination | None = None
    miles: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    overdue_at: datetime | None = None
    keeper: UUID | None = None
    nobodys: bool = False
    tag: str | None = None


def states_of(wanted: Wanted) -> tuple[State, ...]:
    """Return the states that a list is of; none where it is of all."""
    late_only = wanted.overdue_at is not None and not wanted.states
    return (State.NEW,) if late_only else tuple(sorted(wanted.states))


def is_rare(session: Session, tag: str | None) -> bool:
    """Return whether so few referrals have a tag that it is better to begin with these."""
    if tag is None:
        return False
    some = select(literal(1)).where(ReferralTag.tag == tag).limit(_RARE).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) < _RARE


def tagged(query: Select[Any], scope: Sequence[Assignment], wanted: Wanted) -> Select[Any]:
    """Return what a query finds among the referrals that have the tag."""
    with_tag = query.join_from(ReferralTag, REFERRAL, ReferralTag.referral_id == REFERRAL.c.id)
    in_state = REFERRAL.c.state.in_(wanted.states) if wanted.states else true()
    return with_tag.where(ReferralTag.tag == wanted.tag, within(scope), in_state)


def having(tag: str | None) -> list[ColumnElement[bool]]:
    """Say in SQL that a referral has the tag, where there is one."""
    if tag is None:
        return []
    has = exists().where(ReferralTag.referral_id == REFERRAL.c.id, ReferralTag.tag == tag)
    return [has.correlate(REFERRAL)]


def narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return what is asked for beside the state."""
    asked: list[ColumnElement[bool]] = []
    if wanted.determination is not None:
        asked.append(REFERRAL.c.determination == wanted.determination.value)
    if wanted.miles is not None:
        asked.append(REFERRAL.c.miles <= wanted.miles)
    # Ids are in the order of time, and every index has them.
    if wanted.since is not None:
        asked.append(REFERRAL.c.id >= first_id(wanted.since))
    if wanted.until is not None:
        asked.append(REFERRAL.c.id < first_id(wanted.until))
    if wanted.overdue_at is not None:
        asked += [REFERRAL.c.state == State.NEW.value, REFERRAL.c.due_at < wanted.overdue_at]
    return [*asked, *_kept(wanted)]


def _kept(wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.nobodys:
        return [REFERRAL.c.assigned_to.is_(None)]
    return [] if wanted.keeper is None else [REFERRAL.c.assigned_to == wanted.keeper]
