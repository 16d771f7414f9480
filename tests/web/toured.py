"""A tour of the service on a database of its own, for tests of pages in process and in a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from prescreen import app as application
from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.config import SHIPPED_CRITERIA, EncryptionKey, Settings
from prescreen.web.base.request_context import EXTENSION
from tests.databases import sqlite_copy
from tests.web.staff_tour import staff_tour
from tests.web.tour import tour

DATABASE_FILE = "prescreen.sqlite3"
SECRET = "a secret for tests, and for nothing else"
Pages = dict[str, TestResponse]
Walk = tuple[Callable[[Flask], Pages], type[FlaskClient]]


class Mexican(FlaskClient):
    """A browser that asks for Mexican Spanish."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.environ_base["HTTP_ACCEPT_LANGUAGE"] = "es-MX,es;q=0.9,en;q=0.5"


def settings_in(folder: Path, sqlite_template: Path) -> Settings:
    """Return settings that point at a folder of a test, with a database without rows."""
    return replace(
        Settings.from_environment({}),
        database_url=sqlite_copy(sqlite_template, folder / DATABASE_FILE),
        instance=folder,
        secret_key=SECRET,
        encryption_keys=(EncryptionKey("k1", bytes(range(32))),),
        visitor_rate_limit=None,
    )


def close(app: Flask) -> None:
    """Close what a service holds open: its counters' thread and its connections."""
    resources = app.extensions[EXTENSION]
    if resources.counters is not None:
        resources.counters.close()
    resources.database.close()


@cache
def shipped_today() -> LiveCatalog:
    """Read the shipped criteria once: this takes two seconds."""
    return LiveCatalog(SHIPPED_CRITERIA, datetime.now(UTC).date(), lambda _: None)


def toured(
    folder: Path,
    sqlite_template: Path,
    walk: Callable[[Flask], Pages],
    browser: type[FlaskClient] = FlaskClient,
) -> Pages:
    """Return the pages of a tour through a service with the shipped criteria and a folder of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application, "LiveCatalog", lambda *_: shipped_today())
        made = application.create_app(settings_in(folder, sqlite_template))
        made.test_client_class = browser
        pages = walk(made)
    close(made)
    return pages


WALKS: dict[str, Walk] = {
    "visitors": (tour, FlaskClient),
    "Spanish": (tour, Mexican),
    "desk": (staff_tour, FlaskClient),
}
"""All tours: through which pages, and by which browser."""
