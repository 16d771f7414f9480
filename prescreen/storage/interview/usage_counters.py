"""Queries about counters: sums that grow, of which no row tells of a person."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Insert, func, select
from sqlalchemy.orm import Session

from prescreen.storage.base import advisory_locks
from prescreen.storage.base.advisory_locks import AdvisoryLock
from prescreen.storage.base.upserts import insert_into
from prescreen.storage.tables import CounterRow

MOST_SOURCES = 200
"""So many different sources are told apart in a month; whoever makes up more of them is counted as `OTHER`."""

DIRECT, OTHER = "direct", "other"
"""The sources of those who came by a way that tells nothing, and of those whose source is one too many."""


class Kind(StrEnum):
    """What is counted.

    The first three by question, the next four by trial (the name) and criterion (the part), the rest by condition or,
    where they say so, trial (the name) and source (the part).
    """

    SHOWN = "shown"
    ANSWERED = "answered"
    DECLINED = "declined"
    PERMITS = "permits"
    DOES_NOT_PERMIT = "does_not_permit"
    UNKNOWN = "unknown"
    SOLE_BLOCKER = "sole_blocker"
    ARRIVED = "arrived"
    BEGAN = "began"
    SAW_RESULTS = "saw_results"
    OPENED_TRIAL = "opened_trial"
    OPENED_FORM = "opened_form"
    SENT = "sent"


OF_QUESTIONS = (Kind.SHOWN, Kind.ANSWERED, Kind.DECLINED)
OF_CRITERIA = (Kind.PERMITS, Kind.DOES_NOT_PERMIT, Kind.UNKNOWN, Kind.SOLE_BLOCKER)
OF_SOURCES = (Kind.ARRIVED, Kind.BEGAN, Kind.SAW_RESULTS, Kind.OPENED_TRIAL, Kind.OPENED_FORM, Kind.SENT)
OF_TRIALS = (Kind.OPENED_TRIAL, Kind.SENT)
"""The steps that are counted by trial; the others are by condition."""


class Key(NamedTuple):
    """What one counter counts."""

    kind: Kind
    name: str
    part: str = ""


Counts = Mapping[tuple[date, Key], int]
"""How often, by month (its first day) and key."""


def month_of(day: date) -> date:
    """Return the first day of a month: counters know no finer time."""
    return day.replace(day=1)


def add(session: Session, counts: Counts) -> None:
    """Add to counters, always in the same order, so that two who add at once never wait in a circle."""
    rows = [
        {"day": month, "kind": key.kind.value, "name": key.name, "part": key.part, "count": count}
        for (month, key), count in sorted(_with_known_sources(session, counts).items())
    ]
    if rows:
        session.execute(_adding(session), rows)


def _with_known_sources(session: Session, counts: Counts) -> Counts:
    """Return the counts with one name for all sources that are too many in their month."""
    months = {month for month, key in counts if key.kind in OF_SOURCES}
    if not months:
        return counts
    # Two transactions that each admit the last name would admit one too many.
    advisory_locks.hold(session, AdvisoryLock.COUNTER_SOURCES)
    admitted = {month: _admitted(session, month, counts) for month in months}
    found = Counter[tuple[date, Key]]()
    for (month, key), count in counts.items():
        too_many = key.kind in OF_SOURCES and key.part not in admitted[month]
        found[month, key._replace(part=OTHER) if too_many else key] += count
    return found


def _admitted(session: Session, month: date, counts: Counts) -> set[str]:
    """Return the sources that are told apart in a month: those that were first."""
    kinds = [kind.value for kind in OF_SOURCES]
    query = select(CounterRow.part).where(CounterRow.day == month, CounterRow.kind.in_(kinds)).distinct()
    known = set(session.scalars(query)) | {DIRECT, OTHER}
    new = sorted({key.part for day, key in counts if day == month and key.kind in OF_SOURCES} - known)
    return known.union(new[: max(0, MOST_SOURCES + 2 - len(known))])


def _adding(session: Session) -> Insert:
    adding = insert_into(session, CounterRow)
    more = {"count": CounterRow.count + adding.excluded.count}
    return adding.on_conflict_do_update(index_elements=["day", "kind", "name", "part"], set_=more)


def totals(
    session: Session, kinds: Iterable[Kind] = Kind, since: date | None = None, names: Iterable[str] | None = None
) -> dict[Key, int]:
    """Return how often these kinds were counted, from the month of a day on or ever; in the order of names and parts.

    `names`: only what is counted under these names.
    """
    total = func.sum(CounterRow.count)
    query = select(CounterRow.kind, CounterRow.name, CounterRow.part, total).where(
        CounterRow.kind.in_([kind.value for kind in kinds])
    )
    if since is not None:
        query = query.where(CounterRow.day >= month_of(since))
    if names is not None:
        query = query.where(CounterRow.name.in_(list(names)))
    # Sorted here: a database sorts by the collation that it was set up with.
    rows = session.execute(query.group_by(CounterRow.kind, CounterRow.name, CounterRow.part)).all()
    found = ((Key(Kind(kind), name, part), int(count)) for kind, name, part, count in rows)
    return dict(sorted(found, key=lambda one: (one[0].name, one[0].part, one[0].kind)))


def first_month(session: Session) -> date | None:
    """Return the first day of the first month in which anything was counted."""
    return session.scalar(select(func.min(CounterRow.day)))
