"""Queries about counters: sums that grow, of which no row tells of a person."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Insert, func, select
from sqlalchemy.orm import Session

from prescreen.storage.insertion import insert_into
from prescreen.storage.models import CounterRow


class Kind(StrEnum):
    """What is counted: the first three by question, the others by trial (the name) and criterion (the part)."""

    SHOWN = "shown"
    ANSWERED = "answered"
    DECLINED = "declined"
    PERMITS = "permits"
    DOES_NOT_PERMIT = "does_not_permit"
    UNKNOWN = "unknown"
    SOLE_BLOCKER = "sole_blocker"


class Key(NamedTuple):
    """What one counter counts."""

    kind: Kind
    name: str
    part: str = ""


Counts = Mapping[tuple[date, Key], int]
"""How often, by month (its first day) and key."""


def month_of(day: date) -> date:
    """Give the first day of a month: counters know no finer time."""
    return day.replace(day=1)


def add(session: Session, counts: Counts) -> None:
    """Add to counters, always in the same order, so that two who add at once never wait in a circle."""
    rows = [
        {"day": month, "kind": key.kind.value, "name": key.name, "part": key.part, "count": count}
        for (month, key), count in sorted(counts.items())
    ]
    if rows:
        session.execute(_adding(session), rows)


def _adding(session: Session) -> Insert:
    adding = insert_into(session, CounterRow)
    more = {"count": CounterRow.count + adding.excluded.count}
    return adding.on_conflict_do_update(index_elements=["day", "kind", "name", "part"], set_=more)


def totals(session: Session, kinds: Iterable[Kind] = Kind, since: date | None = None) -> dict[Key, int]:
    """Give how often these kinds were counted, from the month of a day on or ever; in the order of names and parts."""
    total = func.sum(CounterRow.count)
    query = select(CounterRow.kind, CounterRow.name, CounterRow.part, total).where(
        CounterRow.kind.in_([kind.value for kind in kinds])
    )
    if since is not None:
        query = query.where(CounterRow.day >= month_of(since))
    # Sorted here: a database sorts by the collation that it was set up with.
    rows = session.execute(query.group_by(CounterRow.kind, CounterRow.name, CounterRow.part)).all()
    found = ((Key(Kind(kind), name, part), int(count)) for kind, name, part, count in rows)
    return dict(sorted(found, key=lambda one: (one[0].name, one[0].part, one[0].kind)))


def first_month(session: Session) -> date | None:
    """Give the first day of the first month in which anything was counted."""
    return session.scalar(select(func.min(CounterRow.day)))
