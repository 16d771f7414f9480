"""Every address that takes a form, and forms sent to it that no page may see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

FILLED: dict[str, object] = {"UUIDConverter": UUID(int=7), "IntegerConverter": 1}


def posts(app: Flask) -> list[Rule]:
    """Return every address that takes a form."""
    return [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]


def posted(app: Flask, rule: Rule, **sent: Any) -> TestResponse:
    """Send something to an address whose variables are made up."""
    values = {name: FILLED.get(type(converter).__name__, "x") for name, converter in rule._converters.items()}
    return app.test_client().post(app.url_map.bind("localhost").build(rule.endpoint, values), **sent)


@contextmanager
def pages_not_called(app: Flask) -> Iterator[list[str]]:
    """Let no page be called; give a list of those that would have been."""
    reached: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "dispatch_request", lambda *_: (reached.append("a page"), "")[1])
        yield reached
