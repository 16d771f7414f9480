"""Which pages of the service stand behind what a tour opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse


def endpoints_behind(app: Flask, page: TestResponse) -> Iterator[str]:
    """Yield the endpoints that answered a request and its redirects."""
    addresses = app.url_map.bind("localhost")
    for one in (*page.history, page):
        with suppress(HTTPException):
            yield addresses.match(one.request.path, one.request.method)[0]


def not_opened(app: Flask, pages: Mapping[str, TestResponse], is_ours: Callable[[str], bool]) -> set[str]:
    """Return the endpoints of a part of the service that answer GET, and stand behind none of the pages."""
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return set(filter(is_ours, routes)) - {
        endpoint for page in pages.values() for endpoint in endpoints_behind(app, page)
    }
