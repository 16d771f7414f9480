"""What pages count for monitoring: no person, answer, trial or condition, and no address."""

from datetime import datetime
from pathlib import Path
from typing import cast

from flask import Flask, current_app, g

from prescreen.web.base.request_context import EXTENSION, Resources
from prescreen.workflow.operations.catalog_readings import Reading
from prescreen.workflow.operations.process_metrics import (
    STEPS,
    SUBMISSIONS,
    Door,
    Gauge,
    Measure,
    Outcome,
    ProcessMetrics,
    Step,
)

_EXTENSION = "prescreen_metrics"
_COUNTED_METHODS = frozenset({"GET", "POST"})


def prepare(app: Flask, folder: Path, started_at: datetime) -> None:
    """Begin to count in a folder, once all pages are registered."""
    pages = [(rule.endpoint, method) for rule in app.url_map.iter_rules() for method in rule.methods or ()]
    made = ProcessMetrics(folder, [pair for pair in pages if pair[1] in _COUNTED_METHODS])
    app.extensions[_EXTENSION] = made
    made.put(Gauge.STARTED_AT, started_at.timestamp())
    cast(Resources, app.extensions[EXTENSION]).readings.follow(lambda reading: _put(made, reading))


def _put(made: ProcessMetrics, reading: Reading) -> None:
    made.put(Gauge.CATALOG_READ_AT, reading.read_at.timestamp())
    made.put(Gauge.CATALOG_REFUSED_AT, reading.refused_at.timestamp() if reading.refused_at else 0)
    made.put(Gauge.CATALOG_FAULTS, reading.faults)


def metrics() -> ProcessMetrics:
    """Return what this process counts."""
    return cast(ProcessMetrics, current_app.extensions[_EXTENSION])


def count(measure: Measure, *labels: str, by: int = 1) -> None:
    """Count something that happened in this request."""
    metrics().count(measure, *labels, by=by)


def note_submission(door: Door, outcome: Outcome) -> None:
    """Note what became of the form with contact details that this request sent; what is noted last counts."""
    g.submission = door, outcome


def count_request(endpoint: str | None, method: str, status: int, seconds: float) -> None:
    """Count this request, at its end, and what it noted."""
    metrics().answered(endpoint, method, status, seconds)
    noted = g.get("submission")
    if noted is not None:
        count(SUBMISSIONS, *noted)
        if noted == (Door.PAGE, Outcome.STORED):
            count(STEPS, Step.CONSENTED)
