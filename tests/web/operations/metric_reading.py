"""What `/metrics` says, read as Prometheus reads it."""

from __future__ import annotations

from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from prescreen.workflow.operations.process_metrics import Door, Outcome

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples_of(text: str) -> Samples:
    """Return every sample by its name and labels."""
    families = text_string_to_metric_families(text)
    return {(one.name, frozenset(one.labels.items())): one.value for found in families for one in found.samples}


def outcomes(client: FlaskClient, door: Door) -> dict[str, float]:
    """Return how often each outcome of a form was counted at a door; those that never were are left out."""
    found = {one.value: value(client, "submissions_total", door=door, outcome=one) for one in Outcome}
    return {name: count for name, count in found.items() if count}


def value(client: FlaskClient, name: str, **labels: str) -> float:
    """Return one sample; 0 where it is not printed."""
    return samples_of(client.get("/metrics").text).get((f"prescreen_{name}", frozenset(labels.items())), 0.0)
