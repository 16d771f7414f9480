"""What SARIF 2.1.0 demands of the parts of a log that we write, in our own words.

OASIS's own schema may not be copied here. Objects are as closed as in the standard: a property that it does not have,
or that we do not write, is refused. `assert_sarif` also holds what no schema can say: which parts name which.
"""

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft7Validator

Json = Mapping[str, Any]


def _object(required: str, **properties: Json) -> Json:
    """Return the schema of an object that has no other properties; `required` names those that it must have."""
    listed = {"type": "object", "additionalProperties": False, "properties": properties}
    return {**listed, "required": required.split()}


def _list(items: Json, **more: object) -> Json:
    return {"type": "array", "items": items, **more}


_WORDS = {"type": "string", "minLength": 1}
_ADDRESS = {"type": "string", "format": "uri-reference", "pattern": r"^[\w%.~/:-]+$"}
_COUNTED = {"type": "integer", "minimum": 1}
_TEXT = _object("text", text=_WORDS)
_FILE = _object("uri", uri=_ADDRESS, uriBaseId=_WORDS)
_REGION = _object("startLine", startLine=_COUNTED, startColumn=_COUNTED)
_PLACE = _object("artifactLocation", artifactLocation=_FILE, region=_REGION)
_RESULT = _object(
    "message ruleId locations",
    ruleId=_WORDS,
    ruleIndex={"type": "integer", "minimum": 0},
    level={"enum": ["none", "note", "warning", "error"]},
    message=_TEXT,
    locations=_list(_object("physicalLocation", physicalLocation=_PLACE), minItems=1, maxItems=1),
)
_RULE = _object("id", id=_WORDS, shortDescription=_TEXT, help=_TEXT)
_VERSION = {"type": "string", "pattern": r"^\d+\.\d+\.\d+"}
_DRIVER = _object("name rules", name=_WORDS, semanticVersion=_VERSION, rules=_list(_RULE, uniqueItems=True))
_RUN = _object(
    "tool results",
    tool=_object("driver", driver=_DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    originalUriBaseIds={"type": "object", "additionalProperties": _object("uri", uri={**_ADDRESS, "pattern": "/$"})},
    results=_list(_RESULT),
)
SARIF = _object(
    "version runs", version={"const": "2.1.0"}, runs=_list(_RUN, minItems=1), **{"$schema": {"type": "string"}}
)
"""The schema of a log."""


def assert_sarif(log: Json) -> None:
    """Fail where a log is not what the standard demands."""
    Draft7Validator(SARIF).validate(log)
    for run in log["runs"]:
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        assert len(set(rules)) == len(rules)
        for result in run["results"]:
            assert rules[result["ruleIndex"]] == result["ruleId"]
            file = result["locations"][0]["physicalLocation"]["artifactLocation"]
            assert file["uriBaseId"] in run["originalUriBaseIds"]
            assert not file["uri"].startswith("/"), "an address below a base is relative"
