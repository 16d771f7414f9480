"""Data made by earlier code, and a service of today's code on it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from prescreen import app as application
from prescreen import database as schema
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.config import EncryptionKey, Settings
from prescreen.database import Database
from prescreen.web.base.request_context import EXTENSION, Resources
from tests.web.visitor import Visitor

MADE = Path(__file__).parent / "made"


@pytest.fixture(scope="session")
def made() -> dict[str, Any]:
    """Return the digests, cookies and forms."""
    data: dict[str, Any] = json.loads((MADE / "made.json").read_text())
    return data


@pytest.fixture(scope="module")
def then(made: dict[str, Any]) -> Iterator[datetime]:
    """Set the clock to the time when the data was made."""
    moment = datetime.fromisoformat(made["at"])
    with time_machine.travel(moment, tick=True):
        yield moment


@pytest.fixture(scope="module")
def app(made: dict[str, Any], then: datetime, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Serve the criteria and the database of that time, migrated to today's schema."""
    folder = tmp_path_factory.mktemp("made")
    with sqlite3.connect(folder / "prescreen.sqlite3") as connection:
        connection.executescript((MADE / "database.sql").read_text())
    connection.close()
    url = f"sqlite:///{folder / 'prescreen.sqlite3'}"
    database = Database(url)
    schema.upgrade(database.engine)
    database.close()
    settings = replace(
        Settings.from_environment({}),
        database_url=url,
        instance=folder,
        criteria=MADE / "criteria",
        secret_key=made["secret_key"],
        encryption_keys=(EncryptionKey("k1", bytes(range(32))),),
        visitor_rate_limit=None,
        counters=False,
    )
    service = application.create_app(settings)
    service.testing = True
    yield service
    service.extensions[EXTENSION].database.close()


@pytest.fixture(scope="module")
def resources(app: Flask) -> Resources:
    """Return what the service works with."""
    found: Resources = app.extensions[EXTENSION]
    return found


@pytest.fixture(scope="module")
def catalog(resources: Resources, then: datetime) -> Catalog:
    """Return the criteria of that time, read by today's code."""
    return resources.catalog.current(then.date())


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Return a browser without cookies."""
    return Visitor(app.test_client(), "back-pain")
