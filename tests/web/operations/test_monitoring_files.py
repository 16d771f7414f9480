"""The alert rules and the dashboard ask for metrics, labels and values that `/metrics` really prints."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from prescreen.workflow.operations.readiness import LIMITS

FOLDER = Path(__file__).parents[3] / "deploy" / "monitoring"
# A selector: a metric's name, and matchers in braces.
SELECTOR = re.compile(r"\b(?P<name>up|prescreen_\w+)\b(?:\{(?P<matchers>[^}]*)\})?")
MATCHER = re.compile(r'(?P<label>\w+)(?P<how>=~|=)"(?P<value>[^"]*)"')
GROUPED = re.compile(r"\bby \((?P<labels>[^)]*)\)")
# What Prometheus itself knows of whatever it asks.
OF_PROMETHEUS = {"up": {"job": {"prescreen"}}}
ADDED = {"instance", "job", "le"}

Printed = dict[str, dict[str, set[str]]]


@pytest.fixture(scope="module")
def rules() -> list[dict[str, Any]]:
    document = yaml.safe_load((FOLDER / "alerts.yaml").read_text())
    return [rule for group in document["groups"] for rule in group["rules"]]


@pytest.fixture(scope="module")
def panels() -> list[dict[str, Any]]:
    return list(json.loads((FOLDER / "dashboard.json").read_text())["panels"])


@pytest.fixture
def printed(serve: Callable[..., Flask]) -> Printed:
    """Return the labels of each metric that a service prints which has answered something, with their values."""
    client = serve().test_client()
    client.get("/healthz")
    found: Printed = {name: dict(labels) for name, labels in OF_PROMETHEUS.items()}
    for family in text_string_to_metric_families(client.get("/metrics").text):
        for sample in family.samples:
            known = found.setdefault(sample.name, {})
            for label, value in sample.labels.items():
                known.setdefault(label, set()).add(value)
    return found


def faults(expression: str, printed: Printed) -> Iterator[str]:
    """Yield what an expression asks for that is not printed."""
    asked = list(SELECTOR.finditer(expression))
    if not asked:
        yield "no metric of ours"
    for selector in asked:
        name, known = selector["name"], printed.get(selector["name"])
        if known is None:
            yield name
            continue
        for matcher in MATCHER.finditer(selector["matchers"] or ""):
            values = set(matcher["value"].split("|")) if matcher["how"] == "=~" else {matcher["value"]}
            if not values <= known.get(matcher["label"], set()):
                yield f"{name}: {matcher[0]}"
    labels = {label for selector in asked for label in printed.get(selector["name"], {})} | ADDED
    for grouped in GROUPED.finditer(expression):
        yield from (f"by {one}" for one in grouped["labels"].split(", ") if one not in labels)
    if expression.count("(") != expression.count(")"):
        yield "brackets"


def test_every_alert_asks_for_what_is_printed(rules: list[dict[str, Any]], printed: Printed) -> None:
    assert len(rules) > 5
    assert {rule["alert"]: found for rule in rules if (found := list(faults(rule["expr"], printed)))} == {}


def test_every_panel_asks_for_what_is_printed(panels: list[dict[str, Any]], printed: Printed) -> None:
    asked = {(one["title"], target["expr"]) for one in panels for target in one["targets"]}

    assert len(asked) > 10
    assert {one: found for one in asked if (found := list(faults(one[1], printed)))} == {}


def test_every_metric_is_shown_or_alerted_on(
    rules: list[dict[str, Any]], panels: list[dict[str, Any]], printed: Printed
) -> None:
    expressions = [rule["expr"] for rule in rules] + [one["expr"] for panel in panels for one in panel["targets"]]
    asked = {selector["name"] for one in expressions for selector in SELECTOR.finditer(one)}

    assert set(printed) - asked <= {"prescreen_request_duration_seconds_sum"}


def test_every_part_has_one_alert(rules: list[dict[str, Any]]) -> None:
    matched = [
        (part, rule["labels"]["severity"])
        for rule in rules
        for matcher in MATCHER.finditer(rule["expr"])
        if matcher["label"] == "part"
        for part in matcher["value"].split("|")
    ]

    assert sorted(matched) == sorted((part, "page" if limit.needed else "ticket") for part, limit in LIMITS.items())


def test_every_alert_says_what_is_wrong_and_what_to_do(rules: list[dict[str, Any]]) -> None:
    assert all({"summary", "action"} == set(rule["annotations"]) for rule in rules)
    assert len({rule["alert"] for rule in rules}) == len(rules)


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("prescreen_requests_total > 0", ["prescreen_requests_total"]),
        ('prescreen_part_late{part="printer"} == 1', ['prescreen_part_late: part="printer"']),
        ('max by (trial) (prescreen_part_late{part=~"disk|outbox"})', ["by trial"]),
        ("max(prescreen_processes", ["brackets"]),
        ("vector(1)", ["no metric of ours"]),
        ('prescreen_part_late{part="disk"} == 1', []),
    ],
)
def test_a_twin_that_asks_for_something_else_is_convicted(expression: str, found: list[str], printed: Printed) -> None:
    assert list(faults(expression, printed)) == found
