"""The runs of exports: each one is on record with reason, rows and digest, from its start to its end or its stop."""

import hashlib
from collections import deque
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from prescreen.storage import Session, Transactions
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.audit import events
from prescreen.storage.export import export_runs
from prescreen.storage.export.export_runs import Mark, NewRun, RunState, StoredRun
from prescreen.storage.referrals.referrals import State
from prescreen.workflow.export.referral_rows import Format, Wanted

SHORTEST_REASON = 10
LONGEST_REASON = 500
NOTE_EVERY_ROWS = 10_000
LISTED_RUNS = 50
LOST_AFTER = timedelta(minutes=10)
"""An export of which nothing was heard for so long went down with its worker, or its reader sleeps."""
LONGEST_WAIT_SECONDS = 120.0
"""A reader who takes nothing of an export for so long is cut off.

Networks hand over megabytes at a time, so that a slow line may seem to stand still for a while.
"""

Clock = Callable[[], datetime]
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a file: its bytes, how many referrals it ends, and the last of them."""

    data: bytes
    rows: int = 0
    cursor: UUID | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """An export that has begun."""

    id: UUID
    begun: events.Event


def begin(database: Transactions, wanted: Wanted, actor: events.Actor, now: datetime) -> Run:
    """Put an export on record before its first byte leaves."""
    narrowed = _filter(wanted)
    new = NewRun(
        recruiter_id=UUID(actor.id) if actor.id else None,
        trial_id=wanted.trial_id,
        format=wanted.format,
        columns=wanted.columns,
        filter=narrowed,
        with_identity=wanted.with_identity,
        reason=wanted.reason,
    )
    with database.writing() as session:
        run_id = export_runs.begin(session, new, now)
        details = {
            **narrowed,
            "run": str(run_id),
            "format": wanted.format.value,
            "with_identity": wanted.with_identity,
            "reason": wanted.reason,
        }
        subject = events.Subject("trial", wanted.trial_id)
        begun = events.Event(now, actor, events.Action.EXPORT_STARTED, subject, details)
        events.record(session, begun)
    return Run(run_id, begun)


def _filter(wanted: Wanted) -> dict[str, object]:
    return {
        "sites": None if wanted.sites is None else sorted(wanted.sites),
        "states": sorted(wanted.states),
        "after": str(wanted.after) if wanted.after else None,
    }


class Recorder:
    """Passes the pieces of a file on, and records how many referrals left and the digest of what did.

    The digest counts only where everything left: whatever stops the pieces, or whoever takes them, aborts the run.
    """

    def __init__(self, database: Transactions, run: Run, clock: Clock, *, on_the_way: int = 0) -> None:
        """`on_the_way`: so many bytes may be lost between here and the reader if the transfer stops."""
        self._database, self._run, self._clock = database, run, clock
        self._on_the_way = on_the_way
        self._sure: deque[tuple[int, UUID]] = deque()
        self.digest = hashlib.sha256()
        self.rows = 0
        self.cursor: UUID | None = None
        self._bytes = self._noted = 0

    def passed(
        self, chunks: Iterable[Chunk], tell: Tell = lambda _: None, *, last_words: bytes = b""
    ) -> Generator[bytes, None, None]:
        """Yield the bytes; `tell` hears how many referrals left so far.

        Where it fails, `last_words` still go out, for a server that ends what failed like what is whole.
        """
        whole = False
        try:
            for chunk in chunks:
                if chunk.data:
                    self.digest.update(chunk.data)
                    yield chunk.data
                self._left(chunk)
                tell(self.rows)
            whole = True
        except Exception:
            if last_words:
                yield last_words
            raise
        finally:
            self._end(self.digest.hexdigest() if whole else None)

    def _left(self, chunk: Chunk) -> None:
        self.rows, self._bytes = self.rows + chunk.rows, self._bytes + len(chunk.data)
        if chunk.cursor:
            self._sure.append((self._bytes, chunk.cursor))
        while self._sure and self._sure[0][0] <= self._bytes - self._on_the_way:
            self.cursor = self._sure.popleft()[1]
        if self.rows - self._noted >= NOTE_EVERY_ROWS:
            self._noted = self.rows
            with self._database.writing() as session:
                export_runs.note(session, self._run.id, Mark(self.rows, self.cursor), self._clock())

    def _end(self, digest: str | None) -> None:
        state = RunState.FINISHED if digest else RunState.ABORTED
        details = {**self._run.begun.details, "rows": self.rows, "sha256": digest, "state": state.value}
        now = self._clock()
        ended = replace(self._run.begun, at=now, action=events.Action.EXPORT_ENDED, details=details)
        with self._database.writing() as session:
            export_runs.end(session, self._run.id, Mark(self.rows, self.cursor), digest, now)
            events.record(session, ended)


def refused(session: Session, recruiter: Account, subject: events.Subject, now: datetime) -> None:
    """Record that a recruiter asked for an export that is not theirs."""
    actor = events.recruiter(recruiter.id)
    events.record(session, events.Event(now, actor, events.Action.EXPORT_REFUSED, subject))


def own_runs(session: Session, recruiter: Account) -> list[StoredRun]:
    """Return a recruiter's exports, newest first. A reading session will do."""
    return export_runs.of_recruiter(session, recruiter.id, LISTED_RUNS)


def own_run(session: Session, recruiter: Account, run_id: UUID) -> StoredRun | None:
    """Return one of a recruiter's exports; None where there is none of theirs. A reading session will do."""
    run = export_runs.find(session, run_id)
    return run if run and run.recruiter_id == recruiter.id else None


def state_of(run: StoredRun, now: datetime) -> RunState:
    """Say how an export stands; one that was not heard of for long counts as aborted."""
    lost = run.state is RunState.RUNNING and now - run.noted_at > LOST_AFTER
    return RunState.ABORTED if lost else run.state


def can_go_on(run: StoredRun, now: datetime) -> bool:
    """Return whether the rest of a stopped export can be had: half a workbook or archive cannot be added to."""
    return state_of(run, now) is RunState.ABORTED and run.format in (Format.CSV, Format.NDJSON)


def rest_of(run: StoredRun) -> Wanted:
    """Return the export of the rest of a stopped run. The caller must still narrow the sites to the account's own."""
    began_after = run.filter.get("after")
    return Wanted(
        trial_id=run.trial_id,
        format=Format(run.format),
        columns=run.columns,
        with_identity=run.with_identity,
        reason=run.reason,
        states=frozenset(map(State, run.filter.get("states", ()))),
        after=run.cursor or (UUID(began_after) if began_after else None),
    )
