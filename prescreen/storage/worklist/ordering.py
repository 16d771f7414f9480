"""Work list pages by keyset pagination: the next referrals in an order, without reading the others.

The parts of an order are read one after another until a page is full. In each, every trial (or site) and state is
queried for its own next few, in the order of an index; then these are merged. A single query for all of them would make
the database sort every referral.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    func,
    literal,
    null,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql import FromClause

from prescreen.storage.accounts.recruiters import Assignment
from prescreen.storage.referrals.referrals import State
from prescreen.storage.tables import Reminder
from prescreen.storage.worklist.filters import WorkListFilters as WorkListFilters
from prescreen.storage.worklist.filters import having, is_rare, narrowed, states_of, tagged
from prescreen.storage.worklist.order_parts import Order as Order
from prescreen.storage.worklist.order_parts import OrderPart, PartName, Urgency, due_reminders, parts_of
from prescreen.storage.worklist.partitions import REFERRAL, lanes, next_of_each, within

_IT = REFERRAL.c


@dataclass(frozen=True, slots=True)
class WorkListCursor:
    """A cursor: the position of a referral in a list, in one of the parts of its order."""

    id: UUID
    key: datetime | int | None = None
    part: PartName = PartName.FIRST


@dataclass(frozen=True, slots=True)
class Stretch:
    """A page: at most `limit` referrals in an order, from the start or after a cursor; `backwards`: those before it.

    The order of urgency needs `urgency`.
    """

    order: Order
    limit: int
    beyond: WorkListCursor | None = None
    backwards: bool = False
    urgency: Urgency | None = None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Whose referrals are listed, by which filters; `from_tag`: the tag is so rare that queries start from it."""

    scope: Sequence[Assignment]
    filters: WorkListFilters
    from_tag: bool


def marks(
    session: Session, scope: Sequence[Assignment], wanted: WorkListFilters, stretch: Stretch
) -> list[WorkListCursor]:
    """Return the cursors of the next referrals of these trials and sites, in the order of the list."""
    found: list[WorkListCursor] = []
    asked = _Wanted(scope, wanted, is_rare(session, wanted.tag))
    for part in _parts(wanted, stretch) if scope else ():
        found += _of_part(session, part, asked, replace(stretch, limit=stretch.limit - len(found)))
        if len(found) == stretch.limit:
            break
    return found[::-1] if stretch.backwards else found


def _parts(wanted: WorkListFilters, stretch: Stretch) -> Iterator[OrderPart]:
    """Yield the parts that can hold rows beyond the cursor and that no filter excludes, in the direction of reading."""
    parts = parts_of(stretch.order, stretch.urgency)
    if stretch.backwards:
        parts = parts[::-1]
    names = [part.name for part in parts]
    start = 0 if stretch.beyond is None else names.index(stretch.beyond.part)
    for part in parts[start:]:
        if _can_hold(part, wanted):
            yield part


def _can_hold(part: OrderPart, wanted: WorkListFilters) -> bool:
    states = states_of(wanted)
    if part.states and states and part.states.isdisjoint(states):
        return False
    return not part.left_out_by or getattr(wanted, part.left_out_by) is None


def _of_part(session: Session, part: OrderPart, asked: _Wanted, stretch: Stretch) -> list[WorkListCursor]:
    """Return the next cursors of one part, in the direction of reading."""
    branches = list(_branches(session, part, asked, stretch))
    merged = (branches[0] if len(branches) == 1 else union_all(*branches)).subquery()
    along = [merged.c.id] if part.key is None else [merged.c.key, merged.c.id]
    query = select(merged).order_by(*_directed(along, part, stretch)).limit(stretch.limit)
    return [WorkListCursor(referral_id, key, part.name) for key, referral_id in session.execute(query)]


def _branches(session: Session, part: OrderPart, asked: _Wanted, stretch: Stretch) -> Iterator[Select[Any]]:
    """Yield the queries to merge: by partition, or from the referrals with a rare tag or the reader's reminders."""
    if part.name is PartName.REMINDER:
        yield _reminded(part, asked, stretch)
        return
    query = _next(part, asked.filters, stretch)
    if asked.from_tag:
        found = tagged(query, asked.scope, asked.filters).where(*_in_states(part))
        yield select(found.with_only_columns(*_shown(part)(REFERRAL)).subquery())
        return
    for kind in lanes(session, asked.scope, _states(part, asked.filters)):
        yield next_of_each(session, kind, query.where(*having(asked.filters.tag)), _shown(part))


def _states(part: OrderPart, wanted: WorkListFilters) -> tuple[State, ...]:
    states = states_of(wanted)
    return tuple(sorted(part.states & set(states) if states and part.states else part.states or states))


def _in_states(part: OrderPart) -> list[ColumnElement[bool]]:
    return [_IT.state.in_(sorted(part.states))] if part.states else []


def _next(part: OrderPart, wanted: WorkListFilters, stretch: Stretch) -> Select[Any]:
    """Return the query for the next referrals of a part, in any partition."""
    along = [column for column in (part.steady, part.key, _IT.id) if column is not None]
    query = select(_IT.id).where(*part.holds, *narrowed(wanted)).order_by(*_directed(along, part, stretch))
    return query.where(*_beyond(part.key, part, stretch)).limit(stretch.limit)


def _reminded(part: OrderPart, asked: _Wanted, stretch: Stretch) -> Select[Any]:
    """Return the query for the next referrals with a due reminder, which starts from the reader's few reminders."""
    urgency, wanted = stretch.urgency, asked.filters
    if urgency is None:
        raise ValueError("reminders are due at some time; give `urgency`")
    due = select(Reminder.referral_id, func.min(Reminder.due_at).label("key")).where(*due_reminders(urgency))
    earliest = due.group_by(Reminder.referral_id).subquery()
    query = select(earliest.c.key, _IT.id).join(earliest, earliest.c.referral_id == _IT.id)
    states = _IT.state.in_(_states(part, wanted))
    query = query.where(*part.holds, *narrowed(wanted), *having(wanted.tag), states, within(asked.scope))
    query = query.where(*_beyond(earliest.c.key, part, stretch))
    return query.order_by(*_directed([earliest.c.key, _IT.id], part, stretch)).limit(stretch.limit)


def _shown(part: OrderPart) -> Any:
    def columns(referral: FromClause) -> list[ColumnElement[Any]]:
        key = null() if part.key is None else referral.c[str(part.key.key)]
        return [key.label("key"), referral.c.id.label("id")]

    return columns


def _ascends(part: OrderPart, stretch: Stretch) -> bool:
    return part.descends == stretch.backwards


def _directed(columns: Sequence[ColumnElement[Any]], part: OrderPart, stretch: Stretch) -> list[ColumnElement[Any]]:
    return [column.asc() if _ascends(part, stretch) else column.desc() for column in columns]


def _beyond(key: ColumnElement[Any] | None, part: OrderPart, stretch: Stretch) -> list[ColumnElement[bool]]:
    """Return the condition that a referral of the part lies beyond the cursor; none where the cursor is elsewhere."""
    mark = stretch.beyond
    if mark is None or mark.part is not part.name:
        return []
    along = [_IT.id] if key is None else [key, _IT.id]
    values = [mark.id] if key is None else [mark.key, mark.id]
    reached = tuple_(*along)
    at = tuple_(*(literal(value, column.type) for value, column in zip(values, along, strict=True)))
    return [reached > at if _ascends(part, stretch) else reached < at]


def count(session: Session, scope: Sequence[Assignment], wanted: WorkListFilters, most: int) -> int:
    """Return the number of referrals in such a list, or `most` where there are at least as many."""
    return counts(session, [(scope, wanted)], most)[0]


def counts(session: Session, lists: Sequence[tuple[Sequence[Assignment], WorkListFilters]], most: int) -> list[int]:
    """Return the number of referrals in each of these lists, or `most` where there are at least as many."""
    each = [_counted(session, scope, wanted, most) for scope, wanted in lists]
    return list(session.execute(select(*each)).one()) if each else []


def _counted(session: Session, scope: Sequence[Assignment], wanted: WorkListFilters, most: int) -> ColumnElement[int]:
    query = select(literal(1).label("one")).where(*narrowed(wanted)).limit(most)
    if is_rare(session, wanted.tag):
        found = [tagged(query, scope, wanted)]
    else:
        places = [kind.table.join(REFERRAL, kind.hold()) for kind in lanes(session, scope, states_of(wanted))]
        found = [query.where(*having(wanted.tag)).select_from(place) for place in places]
    if not found:
        return literal(0)
    every = select(union_all(*(select(one.subquery()) for one in found)).subquery()).limit(most).subquery()
    return select(func.count()).select_from(every).scalar_subquery()
