"""`prescreen leads sample` on the command line."""

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from prescreen.database import Database
from prescreen.storage.tables import AuditEvent, Lead
from tests.catalog.folders import CATALOG, altered, write
from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def criteria(instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a folder that is a sample."""
    folder = write(tmp_path / "criteria", altered(CATALOG, "emergency:", "sample: true\nemergency:"))
    monkeypatch.setenv("PRESCREEN_CRITERIA", str(folder))
    return folder


def stored(database: Database) -> tuple[int, int]:
    with database.reading() as session:
        counts = [session.scalar(select(func.count()).select_from(table)) or 0 for table in (Lead, AuditEvent)]
    return counts[0], counts[1]


def test_it_says_what_was_made(run: Run, database: Database) -> None:
    done = run("leads", "sample", "12")

    assert (done.exit_code, done.stdout.count("\n"), done.stderr) == (0, 1, "")
    assert done.stdout.startswith("made 12 sample leads with 12 referrals: ")
    assert stored(database)[0] == 12


def test_as_json_it_counts(run: Run, database: Database) -> None:
    printed = json.loads(run("leads", "sample", "12", "--seed", "4", "--json").stdout)

    assert (printed["seed"], printed["leads"], printed["already_there"], printed["referrals"]) == (4, 12, 0, 12)
    assert sum(printed["determinations"].values()) == 12


def test_the_same_again_makes_nobody_and_says_so(run: Run, database: Database) -> None:
    run("leads", "sample", "12")

    again = run("leads", "sample", "12")

    assert again.stdout.startswith("12 of seed 1 were there already; another --seed makes others\nmade 0 sample leads")
    assert stored(database)[0] == 12


def test_a_catalog_that_is_no_sample_is_left_alone(run: Run, database: Database, criteria: Path) -> None:
    file = criteria / CATALOG
    file.write_text(file.read_text().replace("sample: true\n", ""))

    refused = run("leads", "sample", "12")

    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert "does not say `sample: true`" in refused.stderr
    assert stored(database) == (0, 0)


@pytest.mark.parametrize(
    ("arguments", "status", "problem"),
    [
        (("12", "--trial", "T2"), 1, "unknown trial 'T2'"),
        (("0",), 2, "0 is not in the range"),
        (("many",), 2, "'many' is not a valid integer"),
    ],
)
def test_what_will_not_do_is_refused_in_one_line(
    run: Run, database: Database, arguments: tuple[str, ...], status: int, problem: str
) -> None:
    refused = run("leads", "sample", *arguments)

    assert (refused.exit_code, refused.stdout, stored(database)) == (status, "", (0, 0))
    assert problem in refused.stderr


@pytest.mark.usefixtures("database")
def test_only_the_trials_that_are_named_get_people(run: Run) -> None:
    assert json.loads(run("leads", "sample", "5", "--trial", "T1", "--json").stdout)["leads"] == 5
