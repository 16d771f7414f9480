"""The text in which Prometheus reads metrics: counts of all processes of a machine, and what waits in the database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from prescreen.workflow.operations.process_metrics import BUCKETS, MEASURES, Gauge, Latencies, Totals
from prescreen.workflow.operations.readiness import LIMITS, Lags, Part, Standing, age, late_parts

PREFIX = "prescreen_"
_EACH_PROCESS = {
    Gauge.STARTED_AT: ("process_start_time_seconds", "When a serving process began, in seconds since 1970."),
    Gauge.CATALOG_READ_AT: ("catalog_read_time_seconds", "When a process read the criteria that it serves."),
    Gauge.CATALOG_REFUSED_AT: (
        "catalog_refused_time_seconds",
        "Since when a process refuses a change; 0 if it does not.",
    ),
    Gauge.CATALOG_FAULTS: ("catalog_faults", "Faults of the change that is refused."),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What is told: sums over processes, whether they are of all, how the service stands, and free bytes by place."""

    totals: Totals
    is_shared: bool
    standing: Standing
    disks: Mapping[str, int]
    at: datetime


def metrics_text(measured: Measured, accept: str) -> tuple[bytes, str]:
    """Return the metrics and their content type, which follows the Accept header of who asks."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(list(_families(measured))))
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


class _Collected(Collector):
    """Families that were made already, for the encoder, which wants them from a collector."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        """Return the families."""
        return self._families


def _families(measured: Measured) -> Iterator[Metric]:
    yield from _counters(measured.totals)
    yield _errors(measured.totals)
    yield _durations(measured.totals.latencies)
    yield from _processes(measured)
    yield _late(measured)
    yield _free(measured.disks)
    if measured.standing.lags is not None:
        yield from _waiting(measured.standing.lags, measured.at)


def _counters(totals: Totals) -> Iterator[Metric]:
    for measure in MEASURES:
        family = CounterMetricFamily(PREFIX + measure.name, measure.meaning, labels=list(measure.labels))
        for labels, value in totals.counters[measure.name].items():
            family.add_metric(labels, value)
        yield family


def _errors(totals: Totals) -> Metric:
    words = "Answers that say that something went wrong, by endpoint and whose fault it is."
    family = CounterMetricFamily(f"{PREFIX}request_errors", words, labels=["endpoint", "class"])
    for labels, value in totals.errors.items():
        family.add_metric(labels, value)
    return family


def _durations(latencies: tuple[Latencies, ...]) -> Metric:
    words = "Time until an answer, or the beginning of a download, was made."
    name = f"{PREFIX}request_duration_seconds"
    family = HistogramMetricFamily(name, words, labels=["endpoint", "method"])
    limits = [*map(str, BUCKETS), "+Inf"]
    for one in latencies:
        buckets = list(zip(limits, one.cumulative, strict=True))
        family.add_metric([one.endpoint, one.method], buckets, one.seconds)
    return family


def _processes(measured: Measured) -> Iterator[Metric]:
    living = measured.totals.living
    yield GaugeMetricFamily(f"{PREFIX}processes", "Processes that serve on this machine.", value=len(living))
    shared = "1 where the sums are of all processes, 0 where the cache folder cannot be written."
    yield GaugeMetricFamily(f"{PREFIX}metrics_shared", shared, value=measured.is_shared)
    for gauge, (name, words) in _EACH_PROCESS.items():
        family = GaugeMetricFamily(PREFIX + name, words, labels=["process"])
        for place, gauges in living.items():
            family.add_metric([str(place)], gauges[gauge])
        yield family


def _late(measured: Measured) -> Metric:
    words = "1 where a part is late: " + "; ".join(f"{part}: {limit.late_when}" for part, limit in LIMITS.items()) + "."
    family, late = (
        GaugeMetricFamily(f"{PREFIX}part_late", words, labels=["part"]),
        late_parts(measured.standing, measured.at),
    )
    for part in Part:
        family.add_metric([part], part in late)
    return family


def _free(disks: Mapping[str, int]) -> Metric:
    words = "Room on the file system of the instance folder, and of SQLite's file."
    family = GaugeMetricFamily(f"{PREFIX}disk_free_bytes", words, labels=["place"])
    for place, free in disks.items():
        family.add_metric([place], free)
    return family


def _waiting(lags: Lags, now: datetime) -> Iterator[Metric]:
    letters = GaugeMetricFamily(f"{PREFIX}outbox_letters", "Letters that wait, or failed.", labels=["state"])
    letters.add_metric(["waiting"], lags.letters.waiting)
    letters.add_metric(["failed"], lags.letters.failed)
    yield letters
    for name, words, at in (
        ("outbox_oldest_seconds", "How long the oldest waiting letter waits.", lags.letters.oldest_at),
        ("sealing_lag_seconds", "How long the oldest event waits to be sealed.", lags.unsealed_since),
    ):
        yield GaugeMetricFamily(PREFIX + name, words, value=age(at, now).total_seconds())
