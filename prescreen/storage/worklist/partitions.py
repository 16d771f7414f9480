"""Partitions of the work list (lanes): one trial or site in one state, which an index holds in list order.

They are passed to the database as one JSON table, so that the statement is as short for twenty trials as for one.
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from sqlalchemy import JSON, ColumnElement, Select, and_, false, func, literal, literal_column, or_, select, true
from sqlalchemy.orm import Session
from sqlalchemy.sql import FromClause, TableValuedAlias

from prescreen.storage.accounts.recruiters import Assignment
from prescreen.storage.referrals.referrals import State
from prescreen.storage.tables import Referral

REFERRAL: FromClause = Referral.__table__
_FOUND = REFERRAL.alias()
Columns = Sequence[ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class Lanes:
    """Partitions of one kind: of sites or of whole trials, of single states or of all."""

    table: TableValuedAlias
    trial: ColumnElement[str]
    site: ColumnElement[str] | None
    state: ColumnElement[str] | None

    def hold(self) -> ColumnElement[bool]:
        """Return the SQL condition that a referral is in the partition."""
        held = [REFERRAL.c.trial_id == self.trial]
        if self.site is not None:
            held.append(REFERRAL.c.site_id == self.site)
        if self.state is not None:
            held.append(REFERRAL.c.state == self.state)
        return and_(*held)


def lanes(session: Session, scope: Collection[Assignment], states: Sequence[State]) -> Iterator[Lanes]:
    """Yield the partitions of these trials and sites, in these states or, where none are given, in any."""
    for by_site in (False, True):
        kind = [place for place in scope if by_site == (place.only_site_id is not None)]
        rows = [[place.trial_id, place.site_id, state] for place, state in product(kind, states or (None,))]
        if rows:
            yield _lanes(session, rows, by_site=by_site, by_state=bool(states))


def _lanes(session: Session, rows: Sequence[Sequence[str | None]], *, by_site: bool, by_state: bool) -> Lanes:
    is_postgres = on_postgres(session)
    each = func.json_array_elements(literal(rows, JSON)) if is_postgres else func.json_each(literal(json.dumps(rows)))
    table = each.table_valued("value").alias()

    def column(place: int) -> ColumnElement[str]:
        if is_postgres:
            return table.c.value.op("->>")(literal_column(str(place)))
        return func.json_extract(table.c.value, literal_column(f"'$[{place}]'"))

    return Lanes(table, column(0), column(1) if by_site else None, column(2) if by_state else None)


def on_postgres(session: Session) -> bool:
    """Return whether the session is on PostgreSQL."""
    return session.get_bind().dialect.name == "postgresql"


def next_of_each(
    session: Session, along: Lanes, query: Select[Any], shown: Callable[[FromClause], Columns]
) -> Select[Any]:
    """Return the first rows of a query in every partition. The query is ordered and limited.

    `shown` returns the columns. On PostgreSQL the query is a lateral join; SQLite has none, so there the rows are
    looked up by the ids that the query finds in each partition.
    """
    query = query.where(along.hold())
    if on_postgres(session):
        beside = query.with_only_columns(*shown(REFERRAL)).lateral()
        return select(*beside.c).select_from(along.table.join(beside, true()))
    # With the trial, a covering index is used instead of the wide rows.
    here = and_(_FOUND.c.trial_id == along.trial, _FOUND.c.id.in_(query.with_only_columns(REFERRAL.c.id)))
    return select(*shown(_FOUND)).select_from(along.table.join(_FOUND, here))


def within(scope: Sequence[Assignment]) -> ColumnElement[bool]:
    """Return the SQL condition that a referral found by other means is to one of these trials and sites."""
    return or_(false(), *map(_at_place, scope))


def _at_place(place: Assignment) -> ColumnElement[bool]:
    # As an expression, so that SQLite does not start from all referrals of the trial.
    trial, site = REFERRAL.c.trial_id + "" == place.trial_id, place.only_site_id
    return trial if site is None else and_(trial, REFERRAL.c.site_id == site)
