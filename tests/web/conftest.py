"""The whole service on a temporary SQLite database and the shipped criteria, without a limit on visitors' posts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from prescreen import app as application
from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.config import SHIPPED_CRITERIA, EncryptionKey, Settings
from prescreen.database import Database
from prescreen.storage.base.keys import Keys, load_keys
from prescreen.web.base.request_context import EXTENSION
from tests.databases import sqlite_copy, sqlite_template
from tests.hashes import quick_hashes
from tests.people_first import people_first
from tests.shipped import shipped_once
from tests.web.bytecode import compiled_once
from tests.web.tour import tour
from tests.web.visitor import SETTLED, Visitor

__all__ = ["people_first", "quick_hashes", "shipped_once", "sqlite_template"]

SECRET = "a secret for tests, and for nothing else"


@pytest.fixture(scope="session")
def shipped_criteria() -> LiveCatalog:
    """Read the shipped criteria once: this takes two seconds."""
    return LiveCatalog(SHIPPED_CRITERIA, datetime.now(UTC).date(), lambda _: None)


@pytest.fixture
def wording(shipped_criteria: LiveCatalog) -> str:
    """Return the version of the consent wording in force."""
    today = datetime.now(UTC).date()
    consent = shipped_criteria.current(today).consent("en", today)
    assert consent is not None
    return consent.version


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Settings:
    """Return settings that point at the test's own folder."""
    return _settings(tmp_path, sqlite_template)


def _settings(folder: Path, sqlite_template: Path) -> Settings:
    return replace(
        Settings.from_environment({}),
        database_url=sqlite_copy(sqlite_template, folder / "prescreen.sqlite3"),
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


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    with compiled_once():
        yield


@pytest.fixture(scope="session")
def assembled(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, shipped_criteria: LiveCatalog) -> Flask:
    """Assemble the service once a process: that takes longer than most tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application, "LiveCatalog", lambda *_: shipped_criteria)
        made = application.create_app(_settings(tmp_path_factory.mktemp("assembled"), sqlite_template))
    close(made)
    return made


@pytest.fixture
def app(
    assembled: Flask, settings: Settings, shipped_criteria: LiveCatalog, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """Return the assembled service on this test's own database, and as if it had answered nothing yet."""
    monkeypatch.setattr(application, "LiveCatalog", lambda *_: shipped_criteria)
    monkeypatch.setattr(assembled, "extensions", dict(assembled.extensions))
    monkeypatch.setattr(assembled, "testing", True)
    assembled.extensions[EXTENSION] = application.open_resources(settings)
    yield assembled
    close(assembled)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser without cookies."""
    return app.test_client()


@pytest.fixture
def database(app: Flask) -> Database:
    """Return the service's own database."""
    return app.extensions[EXTENSION].database


@pytest.fixture
def keys(settings: Settings) -> Keys:
    """Return the service's own keys."""
    return load_keys(settings)


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    """Return a visitor who has answered nothing yet."""
    return Visitor(client)


@pytest.fixture
def ready(visitor: Visitor) -> Visitor:
    """Return a visitor who may open the interest form."""
    visitor.has_answered(SETTLED | {"age": "44"})
    return visitor


@pytest.fixture
def serve(settings: Settings, shipped_criteria: LiveCatalog) -> Iterator[Callable[..., Flask]]:
    """Return a function that assembles the service with other settings."""

    def catalog(folder: Path, *others: Any) -> LiveCatalog:
        return shipped_criteria if folder == SHIPPED_CRITERIA else LiveCatalog(folder, *others)

    with pytest.MonkeyPatch.context() as patch, ExitStack() as opened:

        def assemble(**changes: Any) -> Flask:
            made = application.create_app(replace(settings, **changes))
            made.testing = True
            opened.callback(close, made)
            return made

        patch.setattr(application, "LiveCatalog", catalog)
        yield assemble


@pytest.fixture(scope="session")
def every_page(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, shipped_criteria: LiveCatalog
) -> dict[str, TestResponse]:
    """Open every page that a participant can reach, once."""
    return _toured(_settings(tmp_path_factory.mktemp("tour"), sqlite_template), shipped_criteria, FlaskClient)


@pytest.fixture(scope="session")
def every_spanish_page(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, shipped_criteria: LiveCatalog
) -> dict[str, TestResponse]:
    """Open every page that a participant can reach, once, in a browser that asks for Mexican Spanish."""
    return _toured(_settings(tmp_path_factory.mktemp("spanish"), sqlite_template), shipped_criteria, _Mexican)


class _Mexican(FlaskClient):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.environ_base["HTTP_ACCEPT_LANGUAGE"] = "es-MX,es;q=0.9,en;q=0.5"


def _toured(settings: Settings, criteria: LiveCatalog, browser: type[FlaskClient]) -> dict[str, TestResponse]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application, "LiveCatalog", lambda *_: criteria)
        made = application.create_app(settings)
        made.test_client_class = browser
        pages = tour(made)
    close(made)
    return pages
