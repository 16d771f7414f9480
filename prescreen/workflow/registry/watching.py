"""What is known of trials after the registry was asked: the last record that could be believed stays until a newer one.

A registry that is down, slow or lies changes nothing but the note that it failed; what is known is then old.
"""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from prescreen.catalog.registry.present_record import PresentRecord, from_data, present_record
from prescreen.catalog.registry.registry_comparison import Comparison, compared
from prescreen.catalog.sources.source_record import SourceError
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

    `why` says what failed now; "" where the registry confirmed what is known, which is not old then.
    """

    stored: StoredRecord
    comparison: Comparison | None
    why: str = ""

    @property
    def record(self) -> PresentRecord | None:
        """Return the last record that could be believed."""
        return from_data(self.stored.record) if self.stored.record else None

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
    with database.reading() as session:
        trial_id = registry.next_due(session, trial_ids, now)
    if trial_id is None:
        return None
    with database.writing() as session:
        is_ours = registry.claim(session, trial_id, now, now + LEASE)
        known = registry.find(session, trial_id)
    return check(database, source, watched(trial_id), known, now) if is_ours else None


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
        stored = _confirmed(before, now) if answer is None else _believed(before, answer, watched, now)
    except RegistryError as error:
        return _failed(before, error.failure, error.why, watched, now)
    except SourceError as error:
        return _failed(before, Failure.NO_RECORD, str(error), watched, now)
    return _compared(stored, watched)


def _seen(known: StoredRecord, trial: Trial) -> Seen:
    """Return what makes the request conditional, once there is a record that "nothing changed" can be said of."""
    return Seen(known.etag, known.last_modified) if known.record and known.trial_id == trial.id else Seen()


def _failed(known: StoredRecord, failure: Failure, why: str, watched: Watched, now: datetime) -> Checked:
    noted = replace(
        known,
        checked_at=now,
        due_at=now + ASKED_AGAIN_AFTER,
        failed_since=known.failed_since or now,
        last_failure=failure.value,
    )
    return replace(_compared(noted, watched), why=why)


def _confirmed(known: StoredRecord, now: datetime) -> StoredRecord:
    """Return what is known, as the registry says that it stands. Raise RegistryError where nothing is known."""
    if not known.record:
        raise RegistryError(Failure.NO_RECORD, "it says that nothing changed, of a record that was never seen")
    due = now + ASKED_EVERY
    return replace(known, checked_at=now, fetched_at=now, due_at=due, failed_since=None, last_failure=None)


def _believed(known: StoredRecord, answer: Fetched, watched: Watched, now: datetime) -> StoredRecord:
    """Return what is known after an answer with content. Raise SourceError or RegistryError for a lie."""
    record = present_record(answer.content, watched.trial.id, now.astimezone(UTC).date())
    before = from_data(known.record) if known.record else None
    if before is not None:
        _refuse_older(record, before)
    base_for, base = _base(known, before, record, watched.trial)
    return replace(
        _confirmed(replace(known, record=record.as_data()), now),
        etag=answer.seen.etag,
        last_modified=answer.seen.last_modified,
        version=record.version,
        status=record.status,
        criteria_digest=hashlib.sha256(record.criteria_text.encode()).hexdigest(),
        base_for=base_for,
        base=base,
        closed_on=_closed_on(known, record, now.date()),
    )


def _refuse_older(record: PresentRecord, before: PresentRecord) -> None:
    """Raise RegistryError for a record of an earlier day than the one that is known, or one that lost its status."""
    days = ((record.version, before.version), (record.updated, before.updated))
    for new, old in days:
        if old and (new or "") < old:
            raise RegistryError(Failure.OLDER, f"it is of {new or 'no day'}, and one of {old} is known")
    if before.status and not record.status:
        raise RegistryError(Failure.NO_RECORD, "overallStatus: it is missing, and was there before")


def _base(
    known: StoredRecord, before: PresentRecord | None, record: PresentRecord, trial: Trial
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
            return version, one.criteria_text
    return version, (before or record).criteria_text


def _closed_on(known: StoredRecord, record: PresentRecord, today: date) -> date | None:
    """Return since when the registry says that a trial takes nobody new; None where it does not say so."""
    if record.status in (None, RECRUITING):
        return None
    was_open = known.status == RECRUITING
    return known.closed_on or (date.fromisoformat(record.updated) if record.updated and not was_open else today)


def _compared(stored: StoredRecord, watched: Watched) -> Checked:
    """Return what is known beside the file as it is now, and note what that means for its sites and words."""
    if not stored.record:
        return Checked(stored, None)
    record = from_data(stored.record)
    found = compared(watched.trial, watched.file_text, record, stored.base)
    version = watched.trial.source.get("version", "")
    noted = replace(stored, closed_sites=found.sites.closed, stale_for=version if found.is_stale else None)
    return Checked(noted, found)
