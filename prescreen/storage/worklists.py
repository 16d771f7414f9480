"""The work list: which referrals come next, in some order and narrowed, found without reading the others.

Each trial (or site) and state of a list is asked for its own next few, which an index gives in the order of the list;
then these are merged. Asked for all at once, a database would sort every referral that there is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, cast, exists, func, literal, null, or_, select, true, tuple_, union_all
from sqlalchemy.orm import Session
from sqlalchemy.sql import FromClause

from prescreen.eligibility.assessment import Determination
from prescreen.storage.identifiers import first_id
from prescreen.storage.lanes import REFERRAL, lanes, next_of_each, within
from prescreen.storage.models import ReferralTag
from prescreen.storage.recruiters import Assignment
from prescreen.storage.referrals import State

class Order(StrEnum):
    """What comes first. Who does not wait for a first reply, or whose distance is unknown, comes last."""

    NEWEST = "newest"
    OLDEST = "oldest"
    LATEST = "overdue"
    NEAREST = "nearest"


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


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a list, at a referral. `is_last`: it is among those that the order puts behind all others."""

    id: UUID
    key: datetime | int | None = None
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """At most `limit` referrals in an order, from the beginning or beyond a mark; `backwards`: those before it."""

    order: Order
    limit: int
    beyond: Mark | None = None
    backwards: bool = False

    @property
    def ascends(self) -> bool:
        """Whether ids and keys grow in the direction of reading."""
        return (self.order is Order.NEWEST) == self.backwards


_IT = REFERRAL.c
_RARE = 1_000
"""Of a tag that so few referrals have, these are looked at; of any other, the list, until enough have it."""

_KEYS: dict[Order, ColumnElement[Any]] = {Order.LATEST: _IT.due_at, Order.NEAREST: _IT.miles}


@dataclass(frozen=True, slots=True)
class _Part:
    """What is in front in an order, or what is behind; where the order has no key, everything is in front."""

    order: Order
    is_last: bool = False

    @property
    def key(self) -> ColumnElement[Any] | None:
        return None if self.is_last else _KEYS.get(self.order)

    @property
    def along(self) -> list[ColumnElement[Any]]:
        return [_IT.id] if self.key is None else [self.key, _IT.id]

    def shown(self, referral: FromClause) -> list[ColumnElement[Any]]:
        """Give the columns of a mark."""
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


def marks(session: Session, scope: Sequence[Assignment], wanted: Wanted, stretch: Stretch) -> list[Mark]:
    """Give the places of the next referrals of these trials and sites, in the order of the list."""
    if not scope:
        return []
    branches = [branch for part in _parts(wanted, stretch) for branch in _branches(session, scope, wanted, stretch, part)]
    merged = union_all(*branches).subquery()
    query = select(merged).order_by(*_directed(list(merged.c), stretch)).limit(stretch.limit)
    found = [Mark(referral_id, key, bool(is_last)) for is_last, key, referral_id in session.execute(query)]
    return found[::-1] if stretch.backwards else found


def _parts(wanted: Wanted, stretch: Stretch) -> Iterator[_Part]:
    """Give those parts of the order that lie beyond the mark, at least in part, and are not narrowed away."""
    beyond = stretch.beyond
    all_in_front = {Order.LATEST: wanted.overdue_at is not None, Order.NEAREST: wanted.miles is not None}
    for is_last in (False,) if all_in_front.get(stretch.order, True) else (False, True):
        if beyond is None or beyond.is_last == is_last or beyond.is_last == stretch.backwards:
            yield _Part(stretch.order, is_last)


def _branches(
    session: Session, scope: Sequence[Assignment], wanted: Wanted, stretch: Stretch, part: _Part
) -> Iterator[Select[Any]]:
    query = select(_IT.id).where(part.holds(), *_narrowed(wanted)).order_by(*_directed(part.along, stretch))
    query = query.limit(stretch.limit)
    if stretch.beyond is not None and stretch.beyond.is_last == part.is_last:
        query = query.where(_beyond(part.along, stretch.beyond, stretch))
    if wanted.tag is not None and is_rare(session, wanted.tag):
        yield select(_tagged(query, scope, wanted).with_only_columns(*part.shown(REFERRAL)).subquery())
        return
    for kind in lanes(session, scope, _states(wanted)):
        yield next_of_each(session, kind, query.where(*_having(wanted.tag)), part.shown)


def count(session: Session, scope: Sequence[Assignment], wanted: Wanted, most: int) -> int:
    """Count the referrals of such a list, but no further than `most`."""
    if not scope:
        return 0
    query = select(literal(1).label("one")).where(*_narrowed(wanted)).limit(most)
    if wanted.tag is not None and is_rare(session, wanted.tag):
        found = [_tagged(query, scope, wanted)]
    else:
        kinds = lanes(session, scope, _states(wanted))
        joined = ((kind, kind.table.join(REFERRAL, kind.hold())) for kind in kinds)
        found = [query.where(*_having(wanted.tag)).select_from(both) for _, both in joined]
    counted = select(union_all(*(select(one.subquery()) for one in found)).subquery()).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(counted)) or 0


def _directed(columns: Sequence[ColumnElement[Any]], stretch: Stretch) -> list[ColumnElement[Any]]:
    return [column.asc() if stretch.ascends else column.desc() for column in columns]


def _beyond(along: Sequence[ColumnElement[Any]], mark: Mark, stretch: Stretch) -> ColumnElement[bool]:
    values = [mark.id] if len(along) == 1 else [mark.key, mark.id]
    reached = tuple_(*along)
    at = tuple_(*(literal(value, column.type) for value, column in zip(values, along, strict=True)))
    return reached > at if stretch.ascends else reached < at


def _states(wanted: Wanted) -> tuple[State, ...]:
    late_only = wanted.overdue_at is not None and not wanted.states
    return (State.NEW,) if late_only else tuple(sorted(wanted.states))


def is_rare(session: Session, tag: str) -> bool:
    """Say whether so few referrals have a tag that it is better to begin with these."""
    some = select(literal(1)).where(ReferralTag.tag == tag).limit(_RARE).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) < _RARE


def _tagged(query: Select[Any], scope: Sequence[Assignment], wanted: Wanted) -> Select[Any]:
    """Give what a query finds among the referrals that have the tag."""
    with_tag = query.join_from(ReferralTag, REFERRAL, ReferralTag.referral_id == _IT.id)
    in_state = _IT.state.in_(wanted.states) if wanted.states else true()
    return with_tag.where(ReferralTag.tag == wanted.tag, within(scope), in_state)


def _having(tag: str | None) -> list[ColumnElement[bool]]:
    if tag is None:
        return []
    has = exists().where(ReferralTag.referral_id == _IT.id, ReferralTag.tag == tag)
    return [has.correlate(REFERRAL)]


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Give what is asked for beside the state."""
    asked: list[ColumnElement[bool]] = []
    if wanted.determination is not None:
        asked.append(_IT.determination == wanted.determination.value)
    if wanted.miles is not None:
        asked.append(_IT.miles <= wanted.miles)
    # Ids are in the order of time, and every index has them.
    if wanted.since is not None:
        asked.append(_IT.id >= first_id(wanted.since))
    if wanted.until is not None:
        asked.append(_IT.id < first_id(wanted.until))
    if wanted.overdue_at is not None:
        asked += [_IT.state == State.NEW.value, _IT.due_at < wanted.overdue_at]
    return [*asked, *_kept(wanted)]


def _kept(wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.nobodys:
        return [_IT.assigned_to.is_(None)]
    return [] if wanted.keeper is None else [_IT.assigned_to == wanted.keeper]
