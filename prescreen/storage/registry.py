"""What the registry said last of each trial, and which process asks for it next.

A module of its own, since it is about no person. Of several processes each trial is asked for by one: whoever claims
it moves the time at which it is due again, in one statement.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from prescreen.storage.base.upserts import insert_into, table_of
from prescreen.storage.tables import RegistryRecord


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """The row of a trial; see the table. `record` is JSON data, `closed_sites` are ids of the file's sites."""

    trial_id: str
    due_at: datetime
    checked_at: datetime | None = None
    fetched_at: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    version: str | None = None
    status: str | None = None
    criteria_digest: str | None = None
    record: Mapping[str, Any] | None = None
    base_for: str | None = None
    base: str | None = None
    closed_on: date | None = None
    closed_sites: tuple[str, ...] = ()
    stale_for: str | None = None
    failed_since: datetime | None = None
    last_failure: str | None = None


@dataclass(frozen=True, slots=True)
class StoredState:
    """What is told of a trial, without its record; see `StoredRecord`."""

    trial_id: str
    fetched_at: datetime | None
    failed_since: datetime | None
    closed_on: date | None
    closed_sites: tuple[str, ...]
    stale_for: str | None


def states(session: Session) -> dict[str, StoredState]:
    """Return the state of each trial that was asked for, by its id."""
    columns = [getattr(RegistryRecord, one.name) for one in fields(StoredState)]
    rows = [StoredState(*row) for row in session.execute(select(*columns))]
    return {one.trial_id: replace(one, closed_sites=tuple(one.closed_sites or ())) for one in rows}


def find(session: Session, trial_id: str) -> StoredRecord | None:
    """Return what is known of a trial; None where it was never asked for."""
    row = session.get(RegistryRecord, trial_id, populate_existing=True)
    return None if row is None else _stored(row)


def _stored(row: RegistryRecord) -> StoredRecord:
    values = {one.name: getattr(row, one.name) for one in fields(StoredRecord)}
    return StoredRecord(**{**values, "closed_sites": tuple(row.closed_sites or ())})


def keep(session: Session, stored: StoredRecord) -> None:
    """Store what is known of a trial now, in place of what was known before."""
    values = {**asdict(stored), "closed_sites": list(stored.closed_sites)}
    adding = insert_into(session, RegistryRecord).values(values)
    session.execute(adding.on_conflict_do_update(index_elements=["trial_id"], set_=values))


MOST_AHEAD = timedelta(days=2)
"""No trial is made due so far ahead. What is due later was written by a clock that was wrong, and counts as due now.

It is more than a day, so that neither a clock that is set back by hours, nor two that differ, make a trial due twice.
"""


def next_due(session: Session, trial_ids: Collection[str], now: datetime) -> str | None:
    """Return the trial that waits longest to be asked for, one that never was before all others; None where none is."""
    rows = session.execute(select(RegistryRecord.trial_id, RegistryRecord.due_at))
    due = {trial_id: due_at for trial_id, due_at in rows}  # noqa: C416 - `dict` would take the result for a mapping
    waiting = [(due[one], one) for one in trial_ids if one in due and not now < due[one] <= now + MOST_AHEAD]
    new = sorted(one for one in trial_ids if one not in due)
    return new[0] if new else min(waiting)[1] if waiting else None


def claim(session: Session, trial_id: str, now: datetime, until: datetime) -> bool:
    """Return whether the caller is to ask for a trial: then no other does before `until`."""
    adding = insert_into(session, RegistryRecord).values(trial_id=trial_id, due_at=until)
    due_at = table_of(RegistryRecord).c.due_at
    is_due = or_(due_at <= now, due_at > now + MOST_AHEAD)
    taking = adding.on_conflict_do_update(index_elements=["trial_id"], set_={"due_at": until}, where=is_due)
    # Not every driver counts the rows of such a statement, so the row itself says that it was written.
    return session.scalar(taking.returning(table_of(RegistryRecord).c.trial_id)) is not None


@dataclass(frozen=True, slots=True)
class StoredClosure:
    """What the registry closes of a trial: all of it since a day, where there is one, or the sites with these ids."""

    trial_id: str
    since: date | None
    status: str | None
    sites: tuple[str, ...]


def closed(session: Session) -> list[StoredClosure]:
    """Return what the registry closes, in no order."""
    columns = (RegistryRecord.trial_id, RegistryRecord.closed_on, RegistryRecord.status, RegistryRecord.closed_sites)
    some = or_(RegistryRecord.closed_on.is_not(None), RegistryRecord.closed_sites.is_not(None))
    rows = session.execute(select(*columns).where(some))
    found = [StoredClosure(one, since, status, tuple(sites or ())) for one, since, status, sites in rows]
    return [one for one in found if one.since or one.sites]
