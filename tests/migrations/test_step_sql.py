"""What the steps send to PostgreSQL stops no service at work: squawk reads it, and each step locks one table."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command

from prescreen import migrating

STOPPED = "0014_registry"
"""The last step that was taken while the service was stopped."""
LIVE = sorted(one for one in migrating.known_revisions() if one > STOPPED)
EXCEPTIONS: dict[str, tuple[str, ...]] = {}
"""Rules of squawk that a step may break, each with its reason beside it in docs/migrations.md."""
NEVER = (
    # Alembic itself keeps the number of the step in a transaction, so a step happens once.
    "prefer-robust-stmts",
)
_LOCKS = re.compile(r"^\s*(?:ALTER TABLE|LOCK TABLE|DROP TABLE)\s+(?:IF EXISTS\s+|ONLY\s+)*\"?(\w+)", re.MULTILINE)
_MAKES = re.compile(r"^\s*CREATE TABLE\s+\"?(\w+)", re.MULTILINE)


def sql_of(before: str, step: str) -> str:
    """Return what a step sends, after the limits under which it runs."""
    configuration = migrating.configuration(None)
    configuration.output_buffer = written = io.StringIO()
    command.upgrade(configuration, f"{before}:{step}", sql=True)
    return ";\n".join((*migrating.limits(), written.getvalue()))


def complaints(sql: str, folder: Path, allowed: tuple[str, ...] = ()) -> str:
    """Return what squawk finds; empty where it finds nothing."""
    squawk = shutil.which("squawk", path=str(Path(sys.executable).parent)) or shutil.which("squawk")
    assert squawk, "squawk is not installed: run make test, or pip install -r requirements-dev.txt"
    file = folder / "step.sql"
    file.write_text(sql)
    rules = ",".join((*NEVER, *allowed))
    call = [squawk, "--pg-version", "15", "--reporter", "gcc", "--exclude", rules, str(file)]
    done = subprocess.run(call, check=False, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def locked(sql: str) -> set[str]:
    """Return the tables that were there before, and that a step locks so that others wait."""
    return {*_LOCKS.findall(sql)} - {*_MAKES.findall(sql)}


def before(step: str) -> str:
    return max(one for one in migrating.known_revisions() if one < step)


@pytest.mark.parametrize("step", LIVE)
def test_squawk_finds_nothing_in_a_step(step: str, tmp_path: Path) -> None:
    assert complaints(sql_of(before(step), step), tmp_path, EXCEPTIONS.get(step, ())) == ""


@pytest.mark.parametrize("step", LIVE)
def test_a_step_locks_one_table_that_is_in_use(step: str) -> None:
    assert len(locked(sql_of(before(step), step))) <= 1


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("CREATE INDEX ix_made_up ON lead (contact)", "require-concurrent-index-creation"),
        ("ALTER TABLE lead ADD COLUMN made_up text NOT NULL", "adding-required-field"),
        ("ALTER TABLE lead ADD CONSTRAINT made_up CHECK (true)", "constraint-missing-not-valid"),
        ("ALTER TABLE lead RENAME COLUMN contact TO made_up", "renaming-column"),
        ("ALTER TABLE lead ALTER COLUMN contact TYPE text", "changing-column-type"),
    ],
)
def test_a_step_that_stops_the_service_is_convicted(statement: str, rule: str, tmp_path: Path) -> None:
    assert rule in complaints(";\n".join((*migrating.limits(), f"BEGIN;\n{statement};\nCOMMIT;")), tmp_path)


def test_without_a_limit_on_locks_a_step_is_convicted(tmp_path: Path) -> None:
    sql = sql_of(before(LIVE[0]), LIVE[0]).partition(";\n")[2].partition(";\n")[2]

    assert "require-lock-timeout" in complaints(sql, tmp_path)


def test_a_step_that_locks_two_tables_is_convicted() -> None:
    sql = "CREATE TABLE a (x integer);\nALTER TABLE a ADD y text;\nALTER TABLE lead ADD x text;\nDROP TABLE mailbox;"

    assert locked(sql) == {"lead", "mailbox"}
