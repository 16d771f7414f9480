"""Counters of events without persons: questions shown and answered, and the findings of each criterion.

Counts wait in memory and a thread writes them in batches: a visitor's request never waits for the database. What cannot
be written is lost; a count is not worth a request.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import islice

from prescreen.eligibility.assessment.answers import Declined
from prescreen.eligibility.assessment.determination import Assessment
from prescreen.eligibility.criteria.rules import Value
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.interview.priors import Observed, Seen
from prescreen.storage import Session, Transactions
from prescreen.storage.interview import usage_counters
from prescreen.storage.interview.usage_counters import CounterKind, Key

FLUSH_SECONDS = 60.0
MOST_WAITING = 1_000
"""A batch is written after this many additions, however little time has passed."""

LOOKED_BACK = timedelta(days=365)
"""The age limit of counts that the order of questions depends on: people change, and so do criteria."""

_AT_ONCE = 1_000
_STOP_SECONDS = 5.0
_PERMITS = {
    Truth.TRUE: CounterKind.PERMITS,
    Truth.FALSE: CounterKind.DOES_NOT_PERMIT,
    Truth.UNKNOWN: CounterKind.UNKNOWN,
}

Month = date


class Counters:
    """The unwritten counts of one process. Make one per process, after any fork.

    `tell` is called with the first failure in a row, on the thread that met it.
    """

    def __init__(self, database: Transactions, tell: Callable[[Exception], None]) -> None:
        self._database, self._tell = database, tell
        self._waiting: Counter[tuple[Month, Key]] = Counter()
        self._additions, self._failing, self._closed = 0, False, False
        self._lock, self._due = threading.Lock(), threading.Event()
        self._writer: threading.Thread | None = None

    def add(self, on: date, keys: Iterable[Key]) -> None:
        """Count each of these keys once more, without waiting for the database."""
        month = usage_counters.month_of(on)
        with self._lock:
            self._waiting.update((month, key) for key in keys)
            self._additions += 1
            if self._additions >= MOST_WAITING:
                self._due.set()
            if self._writer is None and not self._closed:
                self._writer = threading.Thread(target=self._write_on, name="counters", daemon=True)
                self._writer.start()

    def flush(self) -> None:
        """Write the waiting counts in short transactions; where one fails, the rest of the batch is lost."""
        with self._lock:
            batch, self._waiting, self._additions = self._waiting, Counter(), 0
        counts = iter(sorted(batch.items()))
        try:
            while some := dict(islice(counts, _AT_ONCE)):
                with self._database.writing() as session:
                    usage_counters.add(session, some)
                self._failing = False
        except Exception as error:  # the edge of a thread: no failure here may fail a visitor's request
            self._failed(error)

    def close(self) -> None:
        """Write the waiting counts and stop."""
        with self._lock:
            self._closed, writer = True, self._writer
        self._due.set()
        if writer is not None:
            writer.join(_STOP_SECONDS)
        self.flush()

    def observed(self, on: date) -> Observed | None:
        """Return how often each criterion permitted and did not in the last year; None where that cannot be read."""
        try:
            with self._database.reading() as session:
                return observed(session, on)
        except Exception as error:  # the edge of a thread, as above
            self._failed(error)
            return None

    def _write_on(self) -> None:
        while not self._closed:
            self._due.wait(FLUSH_SECONDS)
            self._due.clear()
            self.flush()

    def _failed(self, error: Exception) -> None:
        if not self._failing:
            self._failing = True
            self._tell(error)


def shown(question_id: str) -> Key:
    """Return the key of a question that a page shows to a visitor who has not answered it."""
    return Key(CounterKind.SHOWN, question_id)


def answered(question_id: str, value: Value | Declined) -> Key:
    """Return the key of a first answer; "I don't know" and "I'd rather not say" are both counted as declined."""
    return Key(CounterKind.DECLINED if isinstance(value, Declined) else CounterKind.ANSWERED, question_id)


def ended(assessments: Iterable[Assessment]) -> Iterator[Key]:
    """Yield the keys of a prescreening's end: each finding, and each sole blocker."""
    for assessment in assessments:
        trial_id, blockers = assessment.trial.id, assessment.blockers
        for finding in assessment.findings:
            yield Key(_PERMITS[finding.permits], trial_id, finding.criterion.id)
        if len(blockers) == 1:
            yield Key(CounterKind.SOLE_BLOCKER, trial_id, blockers[0].criterion.id)


def observed(session: Session, on: date) -> Observed:
    """Return, for each trial and criterion, how often it permitted and did not in the year before a day."""
    kinds = (CounterKind.PERMITS, CounterKind.DOES_NOT_PERMIT)
    found = usage_counters.totals(session, kinds, on - LOOKED_BACK)
    names = dict.fromkeys((key.name, key.part) for key in found)
    return {(trial, part): Seen(*(found.get(Key(kind, trial, part), 0) for kind in kinds)) for trial, part in names}
