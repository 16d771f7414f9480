"""Which pages of the service stand behind what a tour opened."""

from __future__ import annotations

from collections.abc import Iterator
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
