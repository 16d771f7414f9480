"""The orders of the work list: the parts of each, one after another, and the column that a part is ordered by.

Every referral is in exactly one part of an order.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, not_, or_, select

from prescreen.storage.referrals.states import State, states_where
from prescreen.storage.tables import Reminder
from prescreen.storage.worklist.partitions import REFERRAL

OPEN = states_where(lambda one: not one.is_end)
"""The states in which a team still has something to do."""

_IN_HAND = OPEN - {State.NEW}
_ENDED = states_where(lambda one: one.is_end) - {State.WITHDRAWN}


class Order(StrEnum):
    """The order of a list. Referrals that wait for no first reply, or whose distance is unknown, come last."""

    URGENT = "urgent"
    NEWEST = "newest"
    OLDEST = "oldest"
    LATEST = "overdue"
    NEAREST = "nearest"


class PartName(StrEnum):
    """The parts of all orders; the names stand in the addresses of pages."""

    FIRST = "first"
    LATE = "late"
    CALL_BACK = "call"
    REMINDER = "reminder"
    WAITING = "waiting"
    UNPROMISED = "unpromised"
    IN_HAND = "hand"
    LATER = "later"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"
    LAST = "last"


TO_CALL = frozenset({PartName.LATE, PartName.CALL_BACK, PartName.REMINDER, PartName.WAITING, PartName.UNPROMISED})
"""The parts of the order of urgency in which a person waits for the team; in the others the team has begun."""


@dataclass(frozen=True, slots=True)
class Urgency:
    """When, and for whom, urgency is judged: what falls into the reader's day, up to `day_ends`, is due."""

    now: datetime
    day_ends: datetime
    reader: UUID


def day_end(now: datetime, zone: tzinfo) -> datetime:
    """Return when the present day ends in a time zone."""
    tomorrow = now.astimezone(zone) + timedelta(days=1)
    return tomorrow.replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class OrderPart:
    """A part of an order.

    Attributes:
        name: Its name.
        states: The states of its referrals; empty: any.
        holds: The further conditions on its referrals.
        key: The column that orders it, before the id; None: the id alone.
        steady: A column that is null in the whole part; with it, an index is in the order of the part.
        left_out_by: The filter of the list that no referral of the part passes; empty: there is none.
        descends: Whether keys and ids fall in the direction of reading.
    """

    name: PartName
    states: frozenset[State] = frozenset()
    holds: tuple[ColumnElement[bool], ...] = ()
    key: ColumnElement[Any] | None = None
    steady: ColumnElement[Any] | None = None
    left_out_by: str = ""
    descends: bool = False


_IT = REFERRAL.c
_IS_NEW = _IT.state == State.NEW.value


def _newest(_: Urgency | None) -> tuple[OrderPart, ...]:
    return (OrderPart(PartName.FIRST, descends=True),)


def _oldest(_: Urgency | None) -> tuple[OrderPart, ...]:
    return (OrderPart(PartName.FIRST),)


def _latest(_: Urgency | None) -> tuple[OrderPart, ...]:
    waits = and_(_IS_NEW, _IT.due_at.is_not(None))
    handled = or_(not_(_IS_NEW), _IT.due_at.is_(None))
    return (
        OrderPart(PartName.FIRST, holds=(waits,), key=_IT.due_at),
        OrderPart(PartName.LAST, holds=(handled,), left_out_by="overdue_at"),
    )


def _nearest(_: Urgency | None) -> tuple[OrderPart, ...]:
    return (
        OrderPart(PartName.FIRST, holds=(_IT.miles.is_not(None),), key=_IT.miles),
        OrderPart(PartName.LAST, holds=(_IT.miles.is_(None),), left_out_by="miles"),
    )


def _urgent(urgency: Urgency | None) -> tuple[OrderPart, ...]:
    """Return the parts of the order of urgency, the one definition of what is most urgent.

    A late reply, a call back or one's own reminder that is due, then the promise that ends first; then who was promised
    nothing, who is in hand, and who asked to be called on a later day. Ended referrals come last, the newest first.
    """
    if urgency is None:
        raise ValueError("the order of urgency needs to know when and for whom; give `urgency`")
    on_time = or_(not_(_IS_NEW), _IT.due_at.is_(None), _IT.due_at >= urgency.now)
    uncalled = or_(_IT.call_back_at.is_(None), _IT.call_back_at >= urgency.day_ends)
    unreminded = _IT.id.not_in(select(Reminder.referral_id).where(*due_reminders(urgency)))
    new = frozenset({State.NEW})
    return (
        OrderPart(PartName.LATE, new, (_IT.due_at < urgency.now,), _IT.due_at),
        OrderPart(PartName.CALL_BACK, OPEN, (_IT.call_back_at < urgency.day_ends, on_time), _IT.call_back_at),
        OrderPart(PartName.REMINDER, OPEN, (on_time, uncalled), Reminder.due_at.expression),
        OrderPart(PartName.WAITING, new, (_IT.due_at >= urgency.now, uncalled, unreminded), _IT.due_at),
        OrderPart(PartName.UNPROMISED, new, (_IT.due_at.is_(None), uncalled, unreminded), steady=_IT.due_at),
        OrderPart(PartName.IN_HAND, _IN_HAND, (_IT.call_back_at.is_(None), unreminded), steady=_IT.call_back_at),
        OrderPart(PartName.LATER, _IN_HAND, (_IT.call_back_at >= urgency.day_ends, unreminded), _IT.call_back_at),
        OrderPart(PartName.ENDED, _ENDED, descends=True),
        OrderPart(PartName.WITHDRAWN, frozenset({State.WITHDRAWN}), descends=True),
    )


def due_reminders(urgency: Urgency) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on a reminder of the reader that is due today."""
    return Reminder.recruiter_id == urgency.reader, Reminder.done_at.is_(None), Reminder.due_at < urgency.day_ends


_PARTS: Mapping[Order, Callable[[Urgency | None], tuple[OrderPart, ...]]] = {
    Order.URGENT: _urgent,
    Order.NEWEST: _newest,
    Order.OLDEST: _oldest,
    Order.LATEST: _latest,
    Order.NEAREST: _nearest,
}


def parts_of(order: Order, urgency: Urgency | None) -> tuple[OrderPart, ...]:
    """Return the parts of an order, in the direction of reading.

    Raise ValueError for the order of urgency without `urgency`.
    """
    return _PARTS[order](urgency)
