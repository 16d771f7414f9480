"""A database whose file is broken is told in one line by every command, and nothing is made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from prescreen.config import Settings
from tests.cli.conftest import Run

COMMANDS = (
    ("db", "upgrade"),
    ("db", "backup", "x.backup"),
    ("outbox",),
    ("audit", "verify"),
    ("work", "--once"),
    ("keys", "rotate"),
    ("serve",),
)


@pytest.fixture
def broken(settings: Settings) -> Path:
    file = settings.instance / "prescreen.sqlite3"
    file.write_bytes(b"broken" * 1000)
    file.chmod(0o600)
    return file


@pytest.mark.parametrize("command", COMMANDS)
def test_a_broken_file_is_told_in_one_line_and_stays(command: tuple[str, ...], broken: Path, run: Run) -> None:
    refused = run(*command)

    assert (refused.exit_code, refused.stderr) == (1, "the database cannot be used: file is not a database\n")
    assert broken.read_bytes() == b"broken" * 1000
