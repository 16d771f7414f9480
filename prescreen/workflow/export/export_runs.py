"""The runs of exports: each is recorded with reason, rows and digest, from its start to its end or abort."""

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
from prescreen.workflow.export.referral_rows import GOES_ON, Format, Wanted

SHORTEST_REASON = 10
LONGEST_REASON = 500
NOTE_EVERY_ROWS = 10_000
LISTED_RUNS = 50
LOST_AFTER = timedelta(minutes=10)
"""How long an export may record no progress before it counts as aborted: its worker died, or its reader stalled."""
LONGEST_WAIT_SECONDS = 120.0
"""How long the reader of an export may take nothing before the connection is closed.

Networks pass on megabytes at a time, so that a slow connection may seem to stall for a while.
"""

Clock = Callable[[], datetime]
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a file: its bytes, how many referrals end in it, and the last of them."""

    data: bytes
    rows: int = 0
    cursor: UUID | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """An export that has begun: its id, and the event of its start."""

    id: UUID
    begun: events.Event


def begin(database: Transactions, wanted: Wanted, actor: events.Actor, now: datetime) -> Run:
    """Record the start of an export, before its first byte is sent."""
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
    """Passes the pieces of a file on, and records how many referrals were sent and the digest of the bytes.

    The digest is recorded only when everything was sent: a failure of the source or of the reader aborts the run.
    """

    def __init__(self, database: Transactions, run: Run, clock: Clock, *, on_the_way: int = 0) -> None:
        """Prepare a recording. `on_the_way`: how many bytes may be lost before the reader if the transfer stops."""
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
        """Yield the bytes, and call `tell` with the number of referrals sent so far.

        On a failure, `last_words` are still sent, since the server ends a failed response like a complete one.
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
    """Record that a recruiter requested an export that they may not have."""
    actor = events.recruiter(recruiter.id)
    events.record(session, events.Event(now, actor, events.Action.EXPORT_REFUSED, subject))


def own_runs(session: Session, recruiter: Account) -> list[StoredRun]:
    """Return a recruiter's exports, newest first. A reading session is enough."""
    return export_runs.of_recruiter(session, recruiter.id, LISTED_RUNS)


def own_run(session: Session, recruiter: Account, run_id: UUID) -> StoredRun | None:
    """Return one of a recruiter's exports; None where they have no such export. A reading session is enough."""
    run = export_runs.find(session, run_id)
    return run if run and run.recruiter_id == recruiter.id else None


def state_of(run: StoredRun, now: datetime) -> RunState:
    """Return the state of an export; a running one without recent progress counts as aborted."""
    lost = run.state is RunState.RUNNING and now - run.noted_at > LOST_AFTER
    return RunState.ABORTED if lost else run.state


def can_go_on(run: StoredRun, now: datetime) -> bool:
    """Return whether the rest of a stopped export can be sent."""
    return state_of(run, now) is RunState.ABORTED and run.format in GOES_ON


def rest_of(run: StoredRun) -> Wanted:
    """Return the export of the rest of a stopped run. The caller must still restrict the sites to the account's own."""
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
