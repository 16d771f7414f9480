"""`/metrics`: what monitoring reads, in the format of Prometheus; everybody else is told that there is no such page.

Counts are of all processes of this machine; what waits in the database is of the whole service.
"""

import hmac
from collections.abc import Iterator
from http import HTTPStatus

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from prescreen.service_addresses import is_loopback
from prescreen.web.base.request_context import now, resources
from prescreen.web.measures import metrics
from prescreen.web.operations.standing import disks, standing_now
from prescreen.workflow.operations.process_metrics import BUCKETS, MEASURES, Gauge, Latencies, Totals
from prescreen.workflow.operations.readiness import LIMITS, Lags, Part, Standing, age, late_parts

PREFIX = "prescreen_"
_FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")
_EACH_PROCESS = {
    Gauge.STARTED_AT: ("process_start_time_seconds", "When a serving process began, in seconds since 1970."),
    Gauge.CATALOG_READ_AT: ("catalog_read_time_seconds", "When a process read the criteria that it serves."),
    Gauge.CATALOG_REFUSED_AT: (
        "catalog_refused_time_seconds",
        "Since when a process refuses a change; 0 if it does not.",
    ),
    Gauge.CATALOG_FAULTS: ("catalog_faults", "Faults of the change that is refused."),
}

pages = Blueprint("metrics", __name__)


@pages.get("/metrics")
def show() -> ResponseReturnValue:
    """Return the metrics; 404 for whoever is neither on this machine nor has the token."""
    if not (_has_token() or _is_local()):
        abort(HTTPStatus.NOT_FOUND)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(list(_families())))
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return Response(encode(registry), content_type=content_type)


def _has_token() -> bool:
    wanted, authorization = resources().settings.metrics_token, request.authorization
    if wanted is None or authorization is None or authorization.type != "bearer":
        return False
    return hmac.compare_digest((authorization.token or "").encode(), wanted.encode())


def _is_local() -> bool:
    """Return whether a request came from this machine, and through no proxy: that may bring anybody's."""
    if resources().settings.trusted_proxies or any(name in request.headers for name in _FORWARDED):
        return False
    return is_loopback(request.remote_addr or "")


class _Collected(Collector):
    """Families that were made already, for the encoder, which wants them from a collector."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        """Return the families."""
        return self._families


def _families() -> Iterator[Metric]:
    totals, standing = metrics().totals(), standing_now()
    yield from _counters(totals)
    yield _errors(totals)
    yield _durations(totals.latencies)
    yield from _processes(totals)
    yield _late(standing)
    yield _free()
    if standing.lags is not None:
        yield from _waiting(standing.lags)


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


def _processes(totals: Totals) -> Iterator[Metric]:
    yield GaugeMetricFamily(f"{PREFIX}processes", "Processes that serve on this machine.", value=len(totals.living))
    shared = "1 where the sums are of all processes, 0 where the cache folder cannot be written."
    yield GaugeMetricFamily(f"{PREFIX}metrics_shared", shared, value=metrics().is_shared)
    for gauge, (name, words) in _EACH_PROCESS.items():
        family = GaugeMetricFamily(PREFIX + name, words, labels=["process"])
        for place, gauges in enumerate(totals.living):
            family.add_metric([str(place)], gauges[gauge])
        yield family


def _late(standing: Standing) -> Metric:
    words = "1 where a part is late: " + "; ".join(f"{part}: {limit.late_when}" for part, limit in LIMITS.items()) + "."
    family, late = GaugeMetricFamily(f"{PREFIX}part_late", words, labels=["part"]), late_parts(standing, now())
    for part in Part:
        family.add_metric([part], part in late)
    return family


def _free() -> Metric:
    words = "Room on the file system of the instance folder, and of SQLite's file."
    family = GaugeMetricFamily(f"{PREFIX}disk_free_bytes", words, labels=["place"])
    for place, free in disks().items():
        family.add_metric([place], free)
    return family


def _waiting(lags: Lags) -> Iterator[Metric]:
    letters = GaugeMetricFamily(f"{PREFIX}outbox_letters", "Letters that wait, or failed.", labels=["state"])
    letters.add_metric(["waiting"], lags.letters.waiting)
    letters.add_metric(["failed"], lags.letters.failed)
    yield letters
    for name, words, at in (
        ("outbox_oldest_seconds", "How long the oldest waiting letter waits.", lags.letters.oldest_at),
        ("sealing_lag_seconds", "How long the oldest event waits to be sealed.", lags.unsealed_since),
    ):
        yield GaugeMetricFamily(PREFIX + name, words, value=age(at, now()).total_seconds())
