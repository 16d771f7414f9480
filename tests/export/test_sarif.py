"""A SARIF log has what SARIF 2.1.0 demands of it, and places that lead to the faults."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from prescreen.catalog.base.faults import Check, Fault
from prescreen.export.sarif import sarif_of
from tests.export.sarif_schema import SARIF, assert_sarif

ROOT = Path("criteria")
FAULTS = (
    Fault("criteria/trials/T 1#é.yaml", 28, 5, "a case fails", check=Check.CASE),
    Fault("criteria/questions.yaml", 1, 1, "hard to read", warning=True, check=Check.READING_GRADE),
)


def log() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(sarif_of(FAULTS, ROOT, "1.2.3")))
    return made


def test_a_log_is_what_sarif_demands() -> None:
    assert_sarif(log())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("level", "fatal"),
        ("message", "text"),
        ("message", {}),
        ("locations", []),
        ("line", 28),
        ("ruleIndex", -2),
    ],
)
def test_a_result_that_is_spoilt_is_convicted(key: str, value: object) -> None:
    spoilt = log()
    spoilt["runs"][0]["results"][0][key] = value

    assert not Draft7Validator(SARIF).is_valid(spoilt)


def test_a_rule_or_a_base_that_the_log_does_not_have_is_convicted() -> None:
    other_rule, no_base = log(), log()
    other_rule["runs"][0]["results"][0]["ruleId"] = "look"
    no_base["runs"][0]["originalUriBaseIds"] = {}

    for spoilt in (other_rule, no_base):
        with pytest.raises(AssertionError):
            assert_sarif(spoilt)


def test_each_fault_is_a_result_with_its_rule_level_and_place() -> None:
    [run] = log()["runs"]
    first, second = run["results"]

    assert [(one["ruleId"], one["level"]) for one in (first, second)] == [
        ("case", "error"),
        ("reading-grade", "warning"),
    ]
    assert all(run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"] for one in (first, second))
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "trials/T%201%23%C3%A9.yaml"
    assert place["region"] == {"startLine": 28, "startColumn": 5}


def test_every_check_is_a_rule_with_help() -> None:
    rules = log()["runs"][0]["tool"]["driver"]["rules"]

    assert [rule["id"] for rule in rules] == list(Check)
    assert all(rule["help"]["text"] for rule in rules)
