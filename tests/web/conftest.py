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
from prescreen.config import SHIPPED_CRITERIA, Settings
from prescreen.database import Database
from prescreen.storage.base.keys import Keys, load_keys
from prescreen.web.base.request_context import EXTENSION
from prescreen.workflow.operations.key_checks import open_keys
from tests.databases import sqlite_template
from tests.hashes import quick_hashes
from tests.people_first import people_first
from tests.shipped import shipped_once
from tests.statements import statements_once
from tests.web.bytecode import compiled_once
from tests.web.toured import DATABASE_FILE, WALKS, close, settings_in, shipped_today, toured
from tests.web.visitor import SETTLED, Visitor

__all__ = ["people_first", "quick_hashes", "shipped_once", "sqlite_template", "statements_once"]


@pytest.fixture(scope="session")
def shipped_criteria() -> LiveCatalog:
    """Return the shipped criteria, which are read once."""
    return shipped_today()


@pytest.fixture
def wording(shipped_criteria: LiveCatalog) -> str:
    """Return the version of the consent wording in force."""
    today = datetime.now(UTC).date()
    consent = shipped_criteria.current(today).consent("en", today)
    assert consent is not None
    return consent.version


@pytest.fixture(scope="session")
def opened_template(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """Make the SQLite file of which every test gets a copy: the service was started on it once, with the same keys."""
    settings = settings_in(tmp_path_factory.mktemp("opened"), sqlite_template)
    database = Database(settings.database_url)
    open_keys(database, settings, datetime.now(UTC))
    database.close()
    return settings.instance / DATABASE_FILE


@pytest.fixture
def settings(tmp_path: Path, opened_template: Path) -> Settings:
    """Return settings that point at the test's own folder."""
    return settings_in(tmp_path, opened_template)


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    with compiled_once():
        yield


@pytest.fixture(scope="session")
def assembled(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, shipped_criteria: LiveCatalog) -> Flask:
    """Assemble the service once a process: that takes longer than most tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application, "LiveCatalog", lambda *_: shipped_criteria)
        made = application.create_app(settings_in(tmp_path_factory.mktemp("assembled"), sqlite_template))
    close(made)
    return made


@pytest.fixture
def app(
    assembled: Flask, settings: Settings, shipped_criteria: LiveCatalog, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """Return the assembled service on this test's own database, and as if it had answered nothing yet."""
    monkeypatch.setattr(application, "LiveCatalog", lambda *_: shipped_criteria)
    monkeypatch.setattr(assembled, "extensions", dict(assembled.extensions))
    # A test may put a twin in the place of a page.
    monkeypatch.setattr(assembled, "view_functions", dict(assembled.view_functions))
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
def every_page(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> dict[str, TestResponse]:
    """Open every page that a participant can reach, once."""
    return toured(tmp_path_factory.mktemp("tour"), sqlite_template, *WALKS["visitors"])


@pytest.fixture(scope="session")
def every_staff_page(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> dict[str, TestResponse]:
    """Open every page of the desk, once."""
    return toured(tmp_path_factory.mktemp("tour"), sqlite_template, *WALKS["desk"])


@pytest.fixture(scope="session")
def every_spanish_page(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> dict[str, TestResponse]:
    """Open every page that a participant can reach, once, in a browser that asks for Mexican Spanish."""
    return toured(tmp_path_factory.mktemp("tour"), sqlite_template, *WALKS["Spanish"])
