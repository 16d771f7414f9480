"""A SARIF log has what SARIF 2.1.0 demands of it, and places that lead to the faults."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from prescreen.catalog.base.faults import Check, Fault
from prescreen.export.sarif import sarif_of

ROOT = Path("criteria")
FAULTS = (
    Fault("criteria/trials/T 1#é.yaml", 28, 5, "a case fails", check=Check.CASE),
    Fault("criteria/questions.yaml", 1, 1, "hard to read", warning=True, check=Check.READING_GRADE),
)

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
PLACE = {
    "type": "object",
    "required": ["artifactLocation", "region"],
    "additionalProperties": False,
    "properties": {
        "artifactLocation": {
            "type": "object",
            "required": ["uri"],
            "properties": {"uri": {"type": "string", "pattern": "^[\\w%.~/-]+$"}, "uriBaseId": {"const": "CRITERIA"}},
        },
        "region": {
            "type": "object",
            "properties": {key: {"type": "integer", "minimum": 1} for key in ("startLine", "startColumn")},
        },
    },
}
RESULT = {
    "type": "object",
    "required": ["message", "ruleId", "level", "locations"],
    "additionalProperties": False,
    "properties": {
        "ruleId": {"enum": list(Check)},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": TEXT,
        "locations": {
            "type": "array",
            "items": {"type": "object", "additionalProperties": False, "properties": {"physicalLocation": PLACE}},
        },
    },
}
RULE = {
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {"id": {"type": "string"}, "shortDescription": TEXT, "help": TEXT},
}
DRIVER = {
    "type": "object",
    "required": ["name", "rules"],
    "properties": {"rules": {"type": "array", "items": RULE, "uniqueItems": True}},
}
RUN = {
    "type": "object",
    "required": ["tool", "results"],
    "properties": {
        "tool": {"type": "object", "required": ["driver"], "properties": {"driver": DRIVER}},
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": {"type": "array", "items": RESULT},
    },
}
LOG = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {"version": {"const": "2.1.0"}, "runs": {"type": "array", "items": RUN, "minItems": 1}},
}
"""The part of SARIF's own schema, 2.1.0, that is about what we write."""


def log() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(sarif_of(FAULTS, ROOT, "1.2.3")))
    return made


def test_a_log_is_what_sarif_demands() -> None:
    Draft7Validator(LOG).validate(log())


def test_a_log_whose_level_or_place_is_spoilt_is_convicted() -> None:
    for key, value in (("level", "fatal"), ("message", "text"), ("ruleId", "unknown")):
        spoilt = log()
        spoilt["runs"][0]["results"][0][key] = value

        assert not Draft7Validator(LOG).is_valid(spoilt)


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
