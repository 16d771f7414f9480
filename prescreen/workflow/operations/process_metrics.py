"""What a process counts of its work, by name and label, and the sums over all processes.

No label is of a person, an answer, a question, a trial or a condition: each is of an enumeration or an endpoint, and
all are known when the process starts.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, product
from pathlib import Path

from prescreen.eligibility.assessment.determination import Determination
from prescreen.workflow.operations.shared_counts import SharedCounts

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""The upper limits of the latency histogram, in seconds; a last bucket holds what took longer."""

NO_ENDPOINT, OTHER_METHOD = "none", "other"
"""The labels of requests for no page of ours, and of methods that no page has."""

Labels = tuple[str, ...]


class Step(StrEnum):
    """How far a visitor came: the first answer, the end of the questions, agreement to be contacted."""

    STARTED = "interview_started"
    FINISHED = "interview_finished"
    CONSENTED = "consent_given"


class Door(StrEnum):
    """Where details are left: on the visitors' page, or with staff on the telephone."""

    PAGE = "page"
    PHONE = "phone"


class Outcome(StrEnum):
    """What became of a form with contact details that somebody sent.

    Stored; sent again, with the same answer as before; with faults to correct; with something changed since it was
    shown; for a trial that the registry closed meanwhile; not made by this service; sent before with other content;
    sent when questions had to come first.
    """

    STORED = "stored"
    REPEATED = "repeated"
    AT_FAULT = "at_fault"
    CHANGED = "changed"
    CLOSED = "closed"
    FORGED = "not_ours"
    CONFLICT = "conflict"
    TOO_EARLY = "too_early"


class ErrorClass(StrEnum):
    """Whose fault an error answer is, by its status: the client's or the service's."""

    CLIENT = "4xx"
    SERVER = "5xx"


class Gauge(StrEnum):
    """A number of one process that is no count. Times are seconds since 1970; 0 stands for never."""

    STARTED_AT = "started_at"
    CATALOG_READ_AT = "catalog_read_at"
    CATALOG_REFUSED_AT = "catalog_refused_at"
    CATALOG_FAULTS = "catalog_faults"


@dataclass(frozen=True, slots=True)
class Measure:
    """A counter: its name without prefix and `_total`, what it counts, and its labels with all their values."""

    name: str
    meaning: str
    labels: Mapping[str, tuple[str, ...]]

    def series(self) -> Iterator[Labels]:
        """Yield the values of all labels, in every combination."""
        return product(*self.labels.values())


STEPS = Measure("visits", "Steps that visitors reached, each once a visit.", {"step": tuple(Step)})
SUBMISSIONS = Measure(
    "submissions", "Forms with contact details that were sent.", {"door": tuple(Door), "outcome": tuple(Outcome)}
)
ANSWERED = Measure("questions_answered", "Questions that visitors answered, each the first time.", {})
DETERMINATIONS = Measure(
    "determinations", "Trials judged at the end of the questions.", {"determination": tuple(Determination)}
)
MEASURES = (STEPS, SUBMISSIONS, ANSWERED, DETERMINATIONS)


@dataclass(frozen=True, slots=True)
class Latencies:
    """Requests to one endpoint by one method: how many took at most as long as each of `BUCKETS`, or any time."""

    endpoint: str
    method: str
    cumulative: tuple[float, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums over all processes: of counters, of errors by endpoint and class, and of latencies that are not 0.

    `living` has the gauges of each process that lives, by the number of its file.
    """

    counters: Mapping[str, Mapping[Labels, float]]
    errors: Mapping[tuple[str, ErrorClass], float]
    latencies: tuple[Latencies, ...]
    living: Mapping[int, Mapping[Gauge, float]]


class ProcessMetrics:
    """Counts the work of this process in the folder that all processes share. Make one per process, after any fork."""

    def __init__(self, folder: Path, endpoints: Iterable[tuple[str, str]]) -> None:
        methods = {(NO_ENDPOINT, OTHER_METHOD), *endpoints}
        methods |= {(NO_ENDPOINT, method) for _, method in methods}
        self._requests = sorted(methods)
        self._names = sorted({endpoint for endpoint, _ in methods})
        keys = list(self._keys())
        # The latencies follow: a cell for each bucket, one for what took longer, one for the sum of seconds.
        self._place = {key: place for place, key in enumerate(keys)}
        self._width = len(BUCKETS) + 2
        self._latency = {pair: len(keys) + place * self._width for place, pair in enumerate(self._requests)}
        layout = hashlib.sha256(repr((keys, self._requests, BUCKETS)).encode()).hexdigest()[:16]
        self._counts = SharedCounts(folder, layout, len(keys) + len(self._requests) * self._width)
        for gauge in Gauge:
            self.put(gauge, 0)

    def _keys(self) -> Iterator[tuple[str, Labels]]:
        yield from (("gauge", (gauge,)) for gauge in Gauge)
        yield from ((measure.name, labels) for measure in MEASURES for labels in measure.series())
        yield from (("errors", labels) for labels in product(self._names, ErrorClass))

    @property
    def is_shared(self) -> bool:
        """Whether the sums hold over all processes; False where the folder cannot be written."""
        return self._counts.is_shared

    def count(self, measure: Measure, *labels: str, by: int = 1) -> None:
        """Add to a counter. Raise KeyError for a value that its label does not have."""
        self._counts.add([(self._place[measure.name, labels], by)])

    def put(self, gauge: Gauge, value: float) -> None:
        """Store a gauge of this process."""
        self._counts.put(self._place["gauge", (gauge,)], value)

    def gauge(self, gauge: Gauge) -> float:
        """Return a gauge of this process."""
        return self._counts.at(self._place["gauge", (gauge,)])

    def answered(self, endpoint: str | None, method: str, status: int, seconds: float) -> None:
        """Count a request, how long its answer took to make, and an error."""
        name, base = self._request(endpoint, method)
        added: list[tuple[int, float]] = [(base + bisect_left(BUCKETS, seconds), 1), (base + self._width - 1, seconds)]
        if error := error_class(status):
            added.append((self._place["errors", (name, error)], 1))
        self._counts.add(added)

    def _request(self, endpoint: str | None, method: str) -> tuple[str, int]:
        asked = endpoint or NO_ENDPOINT, "GET" if method == "HEAD" else method
        for pair in (asked, (NO_ENDPOINT, asked[1])):
            if pair in self._latency:
                return pair[0], self._latency[pair]
        return NO_ENDPOINT, self._latency[NO_ENDPOINT, OTHER_METHOD]

    def totals(self) -> Totals:
        """Return the sums over all processes that count here, living or not."""
        found = self._counts.everywhere()
        sums = [sum(column) for column in zip(*(one.numbers for one in found), strict=True)]
        return Totals(
            {one.name: {key: sums[self._place[one.name, key]] for key in one.series()} for one in MEASURES},
            {(name, error): sums[self._place["errors", (name, error)]] for name in self._names for error in ErrorClass},
            tuple(self._latencies(sums)),
            {one.file: self._gauges(one.numbers) for one in found if one.is_alive},
        )

    def _latencies(self, sums: list[float]) -> Iterator[Latencies]:
        for (endpoint, method), base in self._latency.items():
            *buckets, seconds = sums[base : base + self._width]
            if any(buckets):
                yield Latencies(endpoint, method, tuple(accumulate(buckets)), seconds)

    def _gauges(self, numbers: Iterable[float]) -> dict[Gauge, float]:
        known = list(numbers)
        return {gauge: known[self._place["gauge", (gauge,)]] for gauge in Gauge}


def error_class(status: int) -> ErrorClass | None:
    """Return whose fault an answer with this status is; None where it is no error.

    >>> error_class(303), error_class(404).value, error_class(503).value
    (None, '4xx', '5xx')
    """
    if status < 400:  # noqa: PLR2004 - where RFC 9110 lets errors begin
        return None
    return ErrorClass.CLIENT if status < 500 else ErrorClass.SERVER  # noqa: PLR2004 - as above
