"""How many people are late or due today at each place, by the definition of urgency that orders the work list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from prescreen.storage.accounts.recruiters import Assignment
from prescreen.storage.tables import Lead, Reminder
from prescreen.storage.worklist.order_parts import Order, OrderPart, PartName, Urgency, due_reminders, parts_of
from prescreen.storage.worklist.partitions import REFERRAL, lanes

_IT = REFERRAL.c

DUE = frozenset({PartName.LATE, PartName.CALL_BACK, PartName.REMINDER, PartName.WAITING})
"""The parts of the order of urgency in which people are due; of those who wait, only whose promise ends today."""


@dataclass(frozen=True, slots=True, order=True)
class DueCount:
    """The number of people in one part of the order of urgency, at one site of a trial; test leads are left out."""

    trial_id: str
    site_id: str
    part: PartName
    count: int


def due_counts(session: Session, scope: Sequence[Assignment], urgency: Urgency) -> list[DueCount]:
    """Return how many people are due at these trials and sites, by part; nothing of a place where nobody is.

    Each person is counted once, in the first part that holds them, as in the list. No place is within another.
    """
    queries = [query for part in _due_parts(urgency) for query in _counted(session, part, scope)]
    found = session.execute(union_all(*queries)) if queries else ()
    return sorted(DueCount(trial_id, site_id, PartName(part), count) for part, trial_id, site_id, count in found)


def _due_parts(urgency: Urgency) -> Iterator[OrderPart]:
    further = {
        PartName.REMINDER: _IT.id.in_(select(Reminder.referral_id).where(*due_reminders(urgency))),
        PartName.WAITING: _IT.due_at < urgency.day_ends,
    }
    for part in parts_of(Order.URGENT, urgency):
        if part.name in DUE:
            more = (further[part.name],) if part.name in further else ()
            yield replace(part, holds=(*part.holds, *more))


def _counted(session: Session, part: OrderPart, scope: Sequence[Assignment]) -> Iterator[Select[Any]]:
    query = select(literal(part.name.value), _IT.trial_id, _IT.site_id, func.count())
    for kind in lanes(session, scope, sorted(part.states)):
        real = kind.table.join(REFERRAL, kind.hold()).join(Lead, Lead.id == _IT.lead_id)
        here = query.select_from(real).where(Lead.is_test.is_(False), *part.holds)
        yield here.group_by(_IT.trial_id, _IT.site_id)
