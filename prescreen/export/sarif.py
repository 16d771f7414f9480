"""Faults of a criteria folder as SARIF 2.1.0, the format of findings that editors and code hosts show beside files."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from prescreen.catalog.base.faults import Check, Fault

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif_of(faults: Iterable[Fault], root: Path, version: str) -> dict[str, Any]:
    """Return a SARIF log with one result for each fault; its paths are relative to the criteria folder `root`.

    `version` is that of the service. Every check is listed as a rule, so that its id has a meaning without a result.
    """
    driver = {"name": "prescreen", "semanticVersion": version, "rules": [_rule(check) for check in Check]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"CRITERIA": {"uri": f"{root.resolve().as_uri()}/"}},
        "results": [_result(fault, root) for fault in faults],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(check: Check) -> dict[str, Any]:
    return {
        "id": check.value,
        "shortDescription": {"text": check.help},
        "help": {"text": f"{check.help} See 'Checking' in criteria/README.md."},
    }


_INDEX = {check: place for place, check in enumerate(Check)}


def _result(fault: Fault, root: Path) -> dict[str, Any]:
    return {
        "ruleId": fault.check.value,
        "ruleIndex": _INDEX[fault.check],
        "level": "warning" if fault.warning else "error",
        "message": {"text": fault.message},
        "locations": [{"physicalLocation": _location(fault, root)}],
    }


def _location(fault: Fault, root: Path) -> dict[str, Any]:
    return {
        "artifactLocation": {"uri": _relative(fault.path, root), "uriBaseId": "CRITERIA"},
        "region": {"startLine": fault.line, "startColumn": fault.column},
    }


def _relative(path: str, root: Path) -> str:
    """Return the path of a file within a folder as a URI reference, its special characters escaped."""
    # Only an absolute path has a URI; what it shares with the root is cut off again.
    start = Path("/criteria")
    return (start / Path(path).relative_to(root)).as_uri().removeprefix(f"{start.as_uri()}/")
