"""The log holds fields that are listed, and no others: one that nobody thought about may be of a person."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from prescreen.cli.base.async_log import LOGGED, only_listed

PRODUCT = Path(__file__).parents[3] / "prescreen"
LEVELS = frozenset({"debug", "info", "warning", "error", "critical", "exception"})
LOGGERS = frozenset({"_log", "log"})


def is_logging(call: ast.Call) -> bool:
    """Return whether a call writes to structlog's logger, which every module calls `_log`."""
    if isinstance(call.func, ast.Name):
        return call.func.id in LOGGERS
    found = call.func
    return isinstance(found, ast.Attribute) and found.attr in LEVELS and ast.unparse(found.value) in LOGGERS


def logged_in(source: str) -> Iterator[str]:
    """Yield the fields that a module logs; "**" for those that cannot be seen in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and is_logging(node):
            yield from (keyword.arg or "**" for keyword in node.keywords)


def test_every_field_that_is_logged_is_listed_and_every_listed_one_is_logged() -> None:
    found = {name for path in PRODUCT.rglob("*.py") for name in logged_in(path.read_text())}

    # The number of a request is bound once, for all that is logged while it is answered.
    assert found | {"request"} == set(LOGGED)


@pytest.mark.parametrize(
    ("source", "fields"),
    [
        ('_log.info("request", url=request.url)', ["url"]),
        ('_log.error("failed", **told)', ["**"]),
        ('log("letter", to=letter.recipient)', ["to"]),
        ('other.info("request", url=1)', []),
    ],
)
def test_a_field_is_seen_in_the_source(source: str, fields: list[str]) -> None:
    assert list(logged_in(source)) == fields


def test_what_is_not_listed_is_left_out() -> None:
    event = {
        "timestamp": "now",
        "level": "info",
        "event": "request",
        "page": "home",
        "answers": "pain 7",
        "exc_info": 1,
    }

    assert only_listed(None, "info", event) == {"timestamp": "now", "level": "info", "event": "request", "page": "home"}
