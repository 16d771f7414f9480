"""What is known of trials after the registry was asked: the last record that could be believed stays until a newer one.

A registry that is down, slow or lies changes nothing but the note that it failed; what is known is then old.
"""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from prescreen.catalog.registry.criteria_changes import watched_text
from prescreen.catalog.registry.present_record import as_data, changed_on, from_data, present_record
from prescreen.catalog.registry.registry_comparison import Comparison, compared
from prescreen.catalog.sources.source_record import SourceError, SourceRecord
from prescreen.eligibility.criteria.trials import RECRUITING, Trial
from prescreen.storage import Transactions, registry
from prescreen.storage.registry import StoredRecord as StoredRecord
from prescreen.workflow.registry.answers import DOWN, Failure, Fetched, Registry, RegistryError, Seen

ASKED_EVERY = timedelta(days=1)
ASKED_AGAIN_AFTER = timedelta(hours=4)
"""After a failure a trial is asked for sooner than after an answer, and still few times a day."""
LEASE = timedelta(minutes=15)
"""So long nobody else asks for a trial; it is longer than the client's patience."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A published trial and the text of its file."""

    trial: Trial
    file_text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A trial's file beside what is known of its record. `comparison` is None where nothing ever was.

    `why` says what failed now; "" where the registry confirmed what is known, which is not old then. `asks_for` is how
    long the registry asks to be left alone, a day at most.
    """

    stored: StoredRecord
    comparison: Comparison | None
    why: str = ""
    asks_for: timedelta = timedelta()

    @property
    def record(self) -> SourceRecord | None:
        """Return the last record that could be believed."""
        return _last(self.stored)

    @property
    def is_down(self) -> bool:
        """Whether the registry itself failed, so that others would fail in the same way."""
        return bool(self.why) and self.stored.last_failure in DOWN


def check_next(
    database: Transactions,
    source: Registry,
    watched: Callable[[str], Watched],
    trial_ids: Collection[str],
    now: datetime,
) -> Checked | None:
    """Ask for the trial that is due, and store what is known then; return None where none is due.

    No other process asks for the same trial meanwhile. No transaction is open while the registry is waited for.
    """
    while (trial_id := _next_due(database, trial_ids, now)) is not None:
        with database.writing() as session:
            is_ours = registry.claim(session, trial_id, now, now + LEASE)
            known = registry.find(session, trial_id)
        if is_ours:
            return check(database, source, watched(trial_id), known, now)
    return None


def _next_due(database: Transactions, trial_ids: Collection[str], now: datetime) -> str | None:
    with database.reading() as session:
        return registry.next_due(session, trial_ids, now)


def check(
    database: Transactions, source: Registry, watched: Watched, known: StoredRecord | None, now: datetime
) -> Checked:
    """Ask for a trial now, store what is known then, and return it."""
    found = asked(source, watched, known, now)
    with database.writing() as session:
        present = registry.find(session, found.stored.trial_id)
        # A failure tells nothing of the trial: it must not undo what another process was told meanwhile.
        is_behind = present is not None and present.fetched_at != (known.fetched_at if known else None)
        if present is None or not (found.stored.last_failure and is_behind):
            registry.keep(session, found.stored)
    return found


def asked(source: Registry, watched: Watched, known: StoredRecord | None, now: datetime) -> Checked:
    """Return what is known of a trial after asking for it; nothing is stored."""
    before = known or StoredRecord(watched.trial.id, due_at=now)
    try:
        answer = source(watched.trial.id, _seen(before, watched.trial))
        stored = _confirmed(before, now) if answer is None else _believed(before, answer, watched.trial.id, now)
    except RegistryError as error:
        asks_for = timedelta(seconds=min(error.asks_for, ASKED_EVERY.total_seconds()))
        return replace(_failed(before, error.failure, error.why, watched, now), asks_for=asks_for)
    except SourceError as error:
        return _failed(before, Failure.NO_RECORD, str(error), watched, now)
    return _compared(stored, watched, _last(before))


def _seen(known: StoredRecord, trial: Trial) -> Seen:
    """Return what makes the request conditional, once there is a record that "nothing changed" can be said of."""
    return Seen(known.etag, known.last_modified) if _last(known) and known.trial_id == trial.id else Seen()


def _last(known: StoredRecord) -> SourceRecord | None:
    return from_data(known.record) if known.record else None


def _failed(known: StoredRecord, failure: Failure, why: str, watched: Watched, now: datetime) -> Checked:
    noted = replace(
        known,
        checked_at=now,
        due_at=now + ASKED_AGAIN_AFTER,
        failed_since=known.failed_since or now,
        last_failure=failure.value,
    )
    return replace(_compared(noted, watched, None), why=why)


def _confirmed(known: StoredRecord, now: datetime) -> StoredRecord:
    """Return what is known, as the registry says that it stands. Raise RegistryError where nothing is known."""
    if not _last(known):
        raise RegistryError(Failure.NO_RECORD, "it says that nothing changed, of a record that was never seen")
    due = now + ASKED_EVERY
    return replace(known, checked_at=now, fetched_at=now, due_at=due, failed_since=None, last_failure=None)


def _believed(known: StoredRecord, answer: Fetched, trial_id: str, now: datetime) -> StoredRecord:
    """Return what is known after an answer with content. Raise SourceError or RegistryError for a lie."""
    record = present_record(answer.content, trial_id, now.astimezone(UTC).date())
    before = _last(known)
    if before is not None:
        _refuse_older(record, before)
    return replace(
        _confirmed(replace(known, record=as_data(record)), now),
        etag=answer.seen.etag,
        last_modified=answer.seen.last_modified,
        version=record.version,
        status=record.status,
        criteria_digest=hashlib.sha256(watched_text(record).encode()).hexdigest(),
        closed_on=_closed_on(known, record, now.date()),
    )


def _refuse_older(record: SourceRecord, before: SourceRecord) -> None:
    """Raise RegistryError for a record of an earlier day than the one that is known, or one that lost its status."""
    if before.version and (record.version or "") < before.version:
        raise RegistryError(
            Failure.OLDER, f"it is of {record.version or 'no day'}, and one of {before.version} is known"
        )
    if before.status and not record.status:
        raise RegistryError(Failure.NO_RECORD, "overallStatus: it is missing, and was there before")


def _base(
    known: StoredRecord, before: SourceRecord | None, record: SourceRecord, trial: Trial
) -> tuple[str | None, str | None]:
    """Return the file's version, and the criteria from which that was made, as far as they were seen.

    Of a file that is older than all that was seen, the first text that was seen stands in for it.
    """
    version = trial.source.get("version")
    if known.base is not None and known.base_for == version:
        return version, known.base
    # A record of the file's day, or an earlier one, is what its author read; the newest of them counts.
    for one in (record, before):
        if one is not None and version and one.version and one.version <= version:
            return version, watched_text(one)
    return version, watched_text(before or record)


def _closed_on(known: StoredRecord, record: SourceRecord, today: date) -> date | None:
    """Return since when the registry says that a trial takes nobody new; None where it does not say so."""
    if record.status in (None, RECRUITING):
        return None
    was_open = known.status == RECRUITING
    return known.closed_on or (not was_open and changed_on(record)) or today


def _compared(stored: StoredRecord, watched: Watched, before: SourceRecord | None) -> Checked:
    """Return what is known beside the file as it is now, and note what that means for its sites and words.

    `before` is the record that was known before this one.
    """
    record = _last(stored)
    if record is None:
        return Checked(stored, None)
    base_for, base = _base(stored, before, record, watched.trial)
    found = compared(watched.trial, watched.file_text, record, base)
    # A file that cannot be read now, as while it is written, is no reason to call it good.
    is_stale = found.is_stale if watched.file_text else stored.stale_for is not None
    stale_for = (base_for or "") if is_stale else None
    return Checked(
        replace(stored, base_for=base_for, base=base, closed_sites=found.sites.closed, stale_for=stale_for), found
    )
