"""Work list pages by keyset pagination: the next referrals in an order, without reading the others.

Each trial (or site) and state is queried for its own next few, in the order of an index; then these are merged. A
single query for all of them would make the database sort every referral.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql import FromClause

from prescreen.storage.accounts.recruiters import Assignment
from prescreen.storage.referrals.referrals import State
from prescreen.storage.worklist.filters import WorkListFilters as WorkListFilters
from prescreen.storage.worklist.filters import having, is_rare, narrowed, states_of, tagged
from prescreen.storage.worklist.partitions import REFERRAL, lanes, next_of_each


class Order(StrEnum):
    """The order of a list. Referrals that wait for no first reply, or whose distance is unknown, come last."""

    NEWEST = "newest"
    OLDEST = "oldest"
    LATEST = "overdue"
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True)
class WorkListCursor:
    """A cursor: the position of a referral in a list. `is_last`: in the part that the order puts last."""

    id: UUID
    key: datetime | int | None = None
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """A page: at most `limit` referrals in an order, from the start or after a cursor; `backwards`: those before it."""

    order: Order
    limit: int
    beyond: WorkListCursor | None = None
    backwards: bool = False

    @property
    def ascends(self) -> bool:
        """Whether ids and keys grow in the direction of reading."""
        return (self.order is Order.NEWEST) == self.backwards


_IT = REFERRAL.c
_KEYS: dict[Order, ColumnElement[Any]] = {Order.LATEST: _IT.due_at, Order.NEAREST: _IT.miles}


@dataclass(frozen=True, slots=True)
class _Part:
    """The first or the last part of an order; an order without a key has only a first part."""

    order: Order
    is_last: bool = False

    @property
    def key(self) -> ColumnElement[Any] | None:
        return None if self.is_last else _KEYS.get(self.order)

    @property
    def along(self) -> list[ColumnElement[Any]]:
        return [_IT.id] if self.key is None else [self.key, _IT.id]

    def shown(self, referral: FromClause) -> list[ColumnElement[Any]]:
        """Return the columns of a cursor."""
        nothing = cast(null(), _KEYS.get(self.order, _IT.miles).type)
        key = nothing if self.key is None else referral.c[str(self.key.key)]
        return [literal(int(self.is_last)).label("is_last"), key.label("key"), referral.c.id.label("id")]

    def holds(self) -> ColumnElement[bool]:
        match self.order:
            case Order.LATEST:
                waits = and_(_IT.state == State.NEW.value, _IT.due_at.is_not(None))
                handled = or_(_IT.state != State.NEW.value, _IT.due_at.is_(None))
                return handled if self.is_last else waits
            case Order.NEAREST:
                return _IT.miles.is_(None) if self.is_last else _IT.miles.is_not(None)
        return true()


def marks(
    session: Session, scope: Sequence[Assignment], wanted: WorkListFilters, stretch: Stretch
) -> list[WorkListCursor]:
    """Return the cursors of the next referrals of these trials and sites, in the order of the list."""
    branches = list(_branches(session, scope, wanted, stretch))
    if not branches:
        return []
    merged = union_all(*branches).subquery()
    query = select(merged).order_by(*_directed(list(merged.c), stretch)).limit(stretch.limit)
    found = [WorkListCursor(referral_id, key, bool(is_last)) for is_last, key, referral_id in session.execute(query)]
    return found[::-1] if stretch.backwards else found


def _branches(
    session: Session, scope: Sequence[Assignment], wanted: WorkListFilters, stretch: Stretch
) -> Iterator[Select[Any]]:
    """Yield the queries to merge, for each part of the order: by partition, or from the referrals with a rare tag."""
    from_tag, kinds = is_rare(session, wanted.tag), list(lanes(session, scope, states_of(wanted)))
    for part in _parts(wanted, stretch):
        query = _next(part, wanted, stretch)
        if from_tag:
            yield select(tagged(query, scope, wanted).with_only_columns(*part.shown(REFERRAL)).subquery())
            continue
        for kind in kinds:
            yield next_of_each(session, kind, query.where(*having(wanted.tag)), part.shown)


def _parts(wanted: WorkListFilters, stretch: Stretch) -> Iterator[_Part]:
    """Yield the parts of the order that can hold rows after the cursor and that no filter excludes."""
    beyond = stretch.beyond
    all_in_front = {Order.LATEST: wanted.overdue_at is not None, Order.NEAREST: wanted.miles is not None}
    for is_last in (False,) if all_in_front.get(stretch.order, True) else (False, True):
        if beyond is None or beyond.is_last in (is_last, stretch.backwards):
            yield _Part(stretch.order, is_last)


def _next(part: _Part, wanted: WorkListFilters, stretch: Stretch) -> Select[Any]:
    """Return the query for the next referrals of a part, in any partition."""
    query = select(_IT.id).where(part.holds(), *narrowed(wanted)).order_by(*_directed(part.along, stretch))
    if stretch.beyond is not None and stretch.beyond.is_last == part.is_last:
        query = query.where(_beyond(part.along, stretch.beyond, stretch))
    return query.limit(stretch.limit)


def count(session: Session, scope: Sequence[Assignment], wanted: WorkListFilters, most: int) -> int:
    """Return the number of referrals in such a list, or `most` where there are at least as many."""
    query = select(literal(1).label("one")).where(*narrowed(wanted)).limit(most)
    if is_rare(session, wanted.tag):
        found = [tagged(query, scope, wanted)]
    else:
        places = [kind.table.join(REFERRAL, kind.hold()) for kind in lanes(session, scope, states_of(wanted))]
        found = [query.where(*having(wanted.tag)).select_from(place) for place in places]
    if not found:
        return 0
    counted = select(union_all(*(select(one.subquery()) for one in found)).subquery()).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(counted)) or 0


def _directed(columns: Sequence[ColumnElement[Any]], stretch: Stretch) -> list[ColumnElement[Any]]:
    return [column.asc() if stretch.ascends else column.desc() for column in columns]


def _beyond(along: Sequence[ColumnElement[Any]], mark: WorkListCursor, stretch: Stretch) -> ColumnElement[bool]:
    values = [mark.id] if len(along) == 1 else [mark.key, mark.id]
    reached = tuple_(*along)
    at = tuple_(*(literal(value, column.type) for value, column in zip(values, along, strict=True)))
    return reached > at if stretch.ascends else reached < at
