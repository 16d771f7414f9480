"""Commands on this test's own instance folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result

from prescreen.cli.commands import main
from prescreen.config import VARIABLES, Settings
from prescreen.database import Database
from prescreen.storage.base.keys import Keys, load_keys
from prescreen.workflow.accounts import passwords
from tests.databases import sqlite_copy, sqlite_template

__all__ = ["sqlite_template"]

Run = Callable[..., Result]


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the instance folder that commands use; it is empty."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "instance"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("PRESCREEN_INSTANCE", str(folder))
    return folder


@pytest.fixture
def settings(instance: Path) -> Settings:
    """Give the settings that commands read."""
    return Settings.from_environment({"PRESCREEN_INSTANCE": str(instance)})


@pytest.fixture
def keys(settings: Settings) -> Keys:
    """Give the keys that commands use."""
    return load_keys(settings)


@pytest.fixture
def database(instance: Path, sqlite_template: Path) -> Iterator[Database]:
    """Put a database with all tables into the instance folder and open it."""
    opened = Database(sqlite_copy(sqlite_template, instance / "prescreen.sqlite3"))
    yield opened
    opened.close()


@pytest.fixture
def run(instance: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give what runs `prescreen` with arguments, and perhaps a text on standard input."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))

    def run(*arguments: str, text: str | None = None) -> Result:
        return CliRunner().invoke(main, arguments, input=text)

    return run
