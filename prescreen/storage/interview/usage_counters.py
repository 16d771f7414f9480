"""Queries about usage counters: growing sums, none of which is about a person."""

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
"""The greatest number of sources that are counted apart in a month; further ones are counted as `OTHER`."""

DIRECT, OTHER = "direct", "other"
"""The sources of visitors whose way is unknown, and of visitors from beyond the month's limit of sources."""


class CounterKind(StrEnum):
    """What is counted.

    The first three are by question; the next four by trial (the name) and criterion (the part); the rest by condition
    or, where they say so, by trial (the name), and by source (the part). The last three are of visits whose beginning
    was counted, once each, and each is of those before it: visits that answered to the end, whose trial was not ruled
    out then, and that sent details to it with those very answers.
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
    FINISHED = "finished"
    LEFT_IN = "left_in"
    SENT_AFTER = "sent_after"


OF_QUESTIONS = (CounterKind.SHOWN, CounterKind.ANSWERED, CounterKind.DECLINED)
OF_CRITERIA = (CounterKind.PERMITS, CounterKind.DOES_NOT_PERMIT, CounterKind.UNKNOWN, CounterKind.SOLE_BLOCKER)
OF_SOURCES = (
    CounterKind.ARRIVED,
    CounterKind.BEGAN,
    CounterKind.SAW_RESULTS,
    CounterKind.OPENED_TRIAL,
    CounterKind.OPENED_FORM,
    CounterKind.SENT,
)
OF_VISITS = (CounterKind.FINISHED, CounterKind.LEFT_IN, CounterKind.SENT_AFTER)
"""How far visits came for a trial. The steps of `OF_SOURCES` hold page views, which are of no countable people."""
OF_TRIALS = (CounterKind.OPENED_TRIAL, CounterKind.SENT)
"""The steps that are counted by trial; the others are counted by condition."""
_WITH_SOURCES = frozenset({*OF_SOURCES, *OF_VISITS})


class Key(NamedTuple):
    """The key of one counter."""

    kind: CounterKind
    name: str
    part: str = ""


Counts = Mapping[tuple[date, Key], int]
"""How often each key was counted, by month (its first day)."""


def month_of(day: date) -> date:
    """Return the first day of the month: counters are no finer, so that a quiet day reveals no one."""
    return day.replace(day=1)


def add(session: Session, counts: Counts) -> None:
    """Add to counters, always in the same order, so that two transactions cannot deadlock."""
    rows = [
        {"day": month, "kind": key.kind.value, "name": key.name, "part": key.part, "count": count}
        for (month, key), count in sorted(_with_known_sources(session, counts).items())
    ]
    if rows:
        session.execute(_upsert(session), rows)


def _with_known_sources(session: Session, counts: Counts) -> Counts:
    """Return the counts with sources beyond the month's limit counted as `OTHER`."""
    months = {month for month, key in counts if key.kind in _WITH_SOURCES}
    if not months:
        return counts
    # Two transactions that each admit the last name would admit one too many.
    advisory_locks.hold(session, AdvisoryLock.COUNTER_SOURCES)
    admitted = {month: _admitted(session, month, counts) for month in months}
    found = Counter[tuple[date, Key]]()
    for (month, key), count in counts.items():
        too_many = key.kind in _WITH_SOURCES and key.part not in admitted[month]
        found[month, key._replace(part=OTHER) if too_many else key] += count
    return found


def _admitted(session: Session, month: date, counts: Counts) -> set[str]:
    """Return the sources that are counted apart in a month: the first to come."""
    kinds = [kind.value for kind in _WITH_SOURCES]
    query = select(CounterRow.part).where(CounterRow.day == month, CounterRow.kind.in_(kinds)).distinct()
    known = set(session.scalars(query)) | {DIRECT, OTHER}
    new = sorted({key.part for day, key in counts if day == month and key.kind in _WITH_SOURCES} - known)
    return known.union(new[: max(0, MOST_SOURCES + 2 - len(known))])


def _upsert(session: Session) -> Insert:
    adding = insert_into(session, CounterRow)
    more = {"count": CounterRow.count + adding.excluded.count}
    return adding.on_conflict_do_update(index_elements=["day", "kind", "name", "part"], set_=more)


def totals(
    session: Session,
    kinds: Iterable[CounterKind] = CounterKind,
    since: date | None = None,
    names: Iterable[str] | None = None,
    before: date | None = None,
) -> dict[Key, int]:
    """Return how often these kinds were counted, from a day's month on or ever, in the order of names and parts.

    `names`: only what is counted under these names; `before`: only in months before that of a day.
    """
    total = func.sum(CounterRow.count)
    query = select(CounterRow.kind, CounterRow.name, CounterRow.part, total).where(
        CounterRow.kind.in_([kind.value for kind in kinds])
    )
    if since is not None:
        query = query.where(CounterRow.day >= month_of(since))
    if before is not None:
        query = query.where(CounterRow.day < month_of(before))
    if names is not None:
        query = query.where(CounterRow.name.in_(list(names)))
    # Sorted here, since the order in a database depends on its collation.
    rows = session.execute(query.group_by(CounterRow.kind, CounterRow.name, CounterRow.part)).all()
    found = ((Key(CounterKind(kind), name, part), int(count)) for kind, name, part, count in rows)
    return dict(sorted(found, key=lambda one: (one[0].name, one[0].part, one[0].kind)))


def first_month(session: Session, kind: CounterKind | None = None, name: str | None = None) -> date | None:
    """Return the first day of the first month with any count, or one of a kind and name; None where there is none."""
    query = select(func.min(CounterRow.day))
    if kind is not None:
        query = query.where(CounterRow.kind == kind.value, CounterRow.name == name)
    return session.scalar(query)
