"""The service does not start with keys that are lost or not those of its database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from prescreen.app import open_resources
from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.config import EncryptionKey, Settings, SettingsError
from prescreen.database import Database
from prescreen.storage.base.keys import ENCRYPTION_KEYS_FILE, SECRET_KEY_FILE, load_keys
from tests.web.referred import refer
from tests.web.staff import Staff, account
from tests.web.toured import settings_in


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Settings:
    """Return settings of a service that was never started."""
    return settings_in(tmp_path, sqlite_template)


@pytest.fixture
def in_files(settings: Settings) -> Settings:
    """Return settings whose keys are kept in the instance folder."""
    return replace(settings, secret_key=None, encryption_keys=(), counters=False)


@pytest.mark.parametrize("name", [SECRET_KEY_FILE, ENCRYPTION_KEYS_FILE])
@pytest.mark.parametrize("started_before", [True, False])
def test_a_lost_key_file_keeps_the_service_from_starting_until_it_is_put_back(
    in_files: Settings, serve: Callable[..., Flask], shipped_criteria: LiveCatalog, name: str, started_before: bool
) -> None:
    database = Database(in_files.database_url)
    keep = {"secret_key": None, "encryption_keys": (), "counters": False}
    if started_before:
        serve(**keep)
    refer(database, load_keys(in_files), shipped_criteria.current(datetime.now(UTC).date()))
    account(database)
    database.close()
    (in_files.instance / name).rename(in_files.instance / "elsewhere")

    with pytest.raises(SettingsError, match=f"{name}: it is missing"):
        serve(**keep)
    assert not (in_files.instance / name).exists()

    (in_files.instance / "elsewhere").rename(in_files.instance / name)
    rec = Staff(serve(**keep))
    rec.sign_in()
    assert rec.get("/recruiter/").status_code == 200


def test_another_key_under_the_same_id_keeps_it_from_starting(app: Flask, settings: Settings) -> None:
    other = (EncryptionKey("k1", bytes(range(64, 96))),)

    with pytest.raises(SettingsError, match="PRESCREEN_ENCRYPTION_KEYS: key 'k1' is not the one"):
        open_resources(replace(settings, encryption_keys=other, counters=False))
    with pytest.raises(SettingsError, match="PRESCREEN_SECRET_KEY"):
        open_resources(replace(settings, secret_key="another secret for tests, and nothing else", counters=False))
