"""Commands on the test's own instance folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from prescreen.cli.commands import main
from prescreen.config import VARIABLES, Settings
from prescreen.database import Database
from prescreen.storage.base.keys import Keys, load_keys
from tests.catalog.folders import write
from tests.databases import sqlite_copy, sqlite_template
from tests.hashes import quick_hashes
from tests.people_first import people_first
from tests.shipped import shipped_once
from tests.statements import statements_once

__all__ = ["people_first", "quick_hashes", "shipped_once", "sqlite_template", "statements_once"]

Run = Callable[..., Result]
Judge = Callable[..., Result]


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the instance folder that commands use; it is empty."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "instance"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("PRESCREEN_INSTANCE", str(folder))
    return folder


@pytest.fixture
def settings(instance: Path) -> Settings:
    """Return the settings that commands read."""
    return Settings.from_environment({"PRESCREEN_INSTANCE": str(instance)})


@pytest.fixture
def keys(settings: Settings) -> Keys:
    """Return the keys that commands use."""
    return load_keys(settings)


@pytest.fixture
def database(instance: Path, sqlite_template: Path) -> Iterator[Database]:
    """Put a database with all tables into the instance folder and open it."""
    opened = Database(sqlite_copy(sqlite_template, instance / "prescreen.sqlite3"))
    yield opened
    opened.close()


@pytest.fixture
def run(instance: Path) -> Run:
    """Return a function that runs `prescreen` with arguments and, if given, text on standard input."""

    def run(*arguments: object, text: str | None = None, **options: Any) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], input=text, **options)

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a small valid criteria folder."""
    return write(tmp_path / "criteria")


@pytest.fixture
def judge(folder: Path, tmp_path: Path, run: Run) -> Judge:
    """Run a command on a file with the given content: data becomes JSON, text and bytes stay as they are."""

    def invoke(command: str, content: object, *options: str, name: str = "answers.json") -> Result:
        text = content if isinstance(content, str | bytes) else json.dumps(content)
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        return run(command, tmp_path / name, "--criteria", folder, "--on", "2026-11-23", *options)

    return invoke
